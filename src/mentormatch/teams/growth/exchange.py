"""Growth groups made more even by exchanges: annealing over moves and swaps of friends, never at the cost of a wish."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from mentormatch.base.budget import Budget
from mentormatch.market.market import Id
from mentormatch.teams.growth.problem import GrowthProblem

NO_END = Budget(None)

_TRIES, _WARM, _COLD = 1_800, 2.0, 0.15
"""Tries for each student; how much worse a trade may be at the beginning and at the end."""


def exchanged(
    problem: GrowthProblem,
    groups: Sequence[Sequence[Id]],
    *,
    seed: int = 0,
    enough: int = 0,
    budget: Budget = NO_END,
) -> tuple[tuple[Id, ...], ...]:
    """Return groups that are at least as even and meet at least as many wishes.

    Parameters
    ----------
    problem : GrowthProblem
    groups : sequence of sequences of ids
        Feasible ones.
    seed : int
    enough : int
        An imbalance at which there is no more to gain.
    budget : Budget, optional

    Notes
    -----
    Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) with a fixed number of tries, so that the same groups come
    out on every machine unless the limit comes first. What moves is a student, or it with all friends of its group,
    or two such that trade places. The number of groups stays; so it begins twice, from the groups as they are and from
    circles dealt to as many groups as take them, since more groups are more even.
    """
    best = tuple(map(tuple, groups))
    for start in (_dealt(problem, groups), groups):
        if start is not None and imbalance(problem, best) > enough:
            found = _annealed(problem, start, np.random.default_rng(seed), enough, budget)
            best = min(best, found, key=lambda parts: (-_met(problem, parts), imbalance(problem, parts)))
    return best


def _annealed(
    problem: GrowthProblem,
    groups: Sequence[Sequence[Id]],
    rng: np.random.Generator,
    enough: int,
    budget: Budget,
) -> tuple[tuple[Id, ...], ...]:
    state = _State(problem, groups)
    n, tries = state.num_students, _TRIES * state.num_students
    ones, others = rng.integers(0, n, tries).tolist(), rng.integers(0, n, tries).tolist()
    swaps, draws = (rng.random(tries) < 0.8).tolist(), rng.random(tries).tolist()
    kept, value = list(state.home), imbalance(problem, groups)
    best = value
    for step, (one, other, swap, drawn) in enumerate(zip(ones, others, swaps, draws, strict=True)):
        here, there = state.home[one], state.home[other]
        if here == there:
            continue
        if best <= enough or (step % 256 == 0 and budget.is_spent):
            break
        going = state.circle(one) if step % 4 else [one]
        coming = (state.circle(other) if step % 4 else [other]) if swap else []
        if not state.fits(going, coming, here, there):
            continue
        met = state.wishes(going, there, coming) + state.wishes(coming, here, going)
        met -= state.wishes(going, here, going) + state.wishes(coming, there, coming)
        change = state.change(going, coming, here, there)
        heat = _WARM * (_COLD / _WARM) ** (step / tries)
        if met < 0 or (met == 0 and change > 0 and drawn >= math.exp(-change / heat)):
            continue
        state.trade(going, coming, here, there)
        value += change
        if met > 0 or value < best:
            # A wish more outweighs all evenness.
            kept, best = list(state.home), value
    parts: dict[int, list[Id]] = {}
    for student, home in zip(problem.students, kept, strict=True):
        parts.setdefault(home, []).append(student)
    return tuple(map(tuple, parts.values()))


def _met(problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> int:
    home = {student: number for number, group in enumerate(groups) for student in group}
    return len({frozenset(pair) for pair in problem.together if home[pair[0]] == home[pair[1]]})


def imbalance(problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> int:
    """Return the sum of squares, over groups and values, of the numbers in the groups."""
    return sum(
        count**2
        for values in problem.attributes.values()
        for group in groups
        for count in Counter(values[student] for student in group if student in values).values()
    )


def _dealt(problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> list[list[Id]] | None:
    """Deal the circles of friends to more groups, the largest first to the emptiest; None where that does not fit."""
    state = _State(problem, groups)
    circles = {min(circle): circle for circle in map(state.circle, range(state.num_students))}
    ordered = sorted(circles.values(), key=lambda circle: (-len(circle), circle))
    for number in range(state.num_students // problem.size_min, len(groups), -1):
        parts: list[set[int]] = [set() for _ in range(number)]
        for circle in ordered:
            enemies = set().union(*(state.apart[i] for i in circle))
            able = [p for p in parts if len(p) + len(circle) <= problem.size_max and not p & enemies]
            if not able:
                break
            min(able, key=len).update(circle)
        if sum(map(len, parts)) == state.num_students and min(map(len, parts)) >= problem.size_min:
            return [[problem.students[i] for i in sorted(part)] for part in parts]
    return None


class _State:
    """Who is where, with the counts of every value in every group."""

    def __init__(self, problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> None:
        at = {student: i for i, student in enumerate(problem.students)}
        self.num_students = len(at)
        self.low, self.high = problem.size_min, problem.size_max
        self.home = [0] * len(at)
        for number, group in enumerate(groups):
            for student in group:
                self.home[at[student]] = number
        self.members = [{at[student] for student in group} for group in groups]
        self.friends = _neighbours(problem.together, at)
        self.apart = _neighbours(problem.apart, at)
        labels = sorted({(name, label) for name, values in problem.attributes.items() for label in values.values()})
        place = {label: k for k, label in enumerate(labels)}
        self.values = [
            [place[name, values[student]] for name, values in problem.attributes.items() if student in values]
            for student in problem.students
        ]
        self.counts = [[0] * len(labels) for _ in groups]
        for i, home in enumerate(self.home):
            for value in self.values[i]:
                self.counts[home][value] += 1

    def circle(self, one: int) -> list[int]:
        """Return a student with those of its group that wishes tie to it."""
        found, waiting, group = {one}, [one], self.members[self.home[one]]
        while waiting:
            new = (self.friends[waiting.pop()] & group) - found
            found |= new
            waiting += sorted(new)
        return sorted(found)

    def fits(self, going: Sequence[int], coming: Sequence[int], here: int, there: int) -> bool:
        """Tell whether sizes and keep-apart pairs allow a trade."""
        grows = len(going) - len(coming)
        if not self.low <= len(self.members[here]) - grows <= self.high:
            return False
        if not self.low <= len(self.members[there]) + grows <= self.high:
            return False
        stay_here, stay_there = self.members[here].difference(going), self.members[there].difference(coming)
        return not any(self.apart[i] & stay_there for i in going) and not any(self.apart[i] & stay_here for i in coming)

    def wishes(self, moved: Sequence[int], group: int, without: Sequence[int]) -> int:
        """Return how many wishes tie some students to a group without some of its members."""
        stay = self.members[group].difference(without)
        return sum(len(self.friends[i] & stay) for i in moved)

    def change(self, going: Sequence[int], coming: Sequence[int], here: int, there: int) -> int:
        """Return what a trade adds to the imbalance."""
        shift: dict[int, int] = {}
        for sign, moved in ((1, going), (-1, coming)):
            for i in moved:
                for value in self.values[i]:
                    shift[value] = shift.get(value, 0) + sign
        mine, theirs = self.counts[here], self.counts[there]
        # (c - s)^2 - c^2 here and (d + s)^2 - d^2 there.
        return sum(2 * s * (theirs[value] - mine[value] + s) for value, s in shift.items())

    def trade(self, going: Sequence[int], coming: Sequence[int], here: int, there: int) -> None:
        """Make a trade."""
        for moved, left, entered in ((going, here, there), (coming, there, here)):
            self.members[left].difference_update(moved)
            self.members[entered].update(moved)
            for i in moved:
                self.home[i] = entered
                for value in self.values[i]:
                    self.counts[left][value] -= 1
                    self.counts[entered][value] += 1


def _neighbours(pairs: Sequence[tuple[Id, Id]], at: dict[Id, int]) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in at]
    for one, other in pairs:
        found[at[one]].add(at[other])
        found[at[other]].add(at[one])
    return found
