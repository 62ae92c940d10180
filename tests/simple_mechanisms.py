"""Every mechanism once more, as a textbook tells it, on lists of names. Nothing here is ours: no array, no engine.

``wishes[i]`` are the mentors of student ``i``, best first; ``ranking[j]`` are students of mentor ``j``, best first, and
may hold students that did not list it; ``seats[j]`` are its seats. Each returns the mentor of every student, or None.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Lists = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Case:
    wishes: Lists
    ranking: Lists
    seats: Sequence[int]
    turn: Sequence[int]
    """Students in the order in which they choose."""


def gale_shapley(case: Case) -> list[int | None]:
    tried, held = [0] * len(case.wishes), [[] for _ in case.seats]
    free = list(range(len(case.wishes)))
    while free:
        i = free.pop(0)
        if tried[i] == len(case.wishes[i]):
            continue
        j = case.wishes[i][tried[i]]
        tried[i] += 1
        held[j] = sorted([*held[j], i], key=case.ranking[j].index)
        while len(held[j]) > case.seats[j]:
            free.append(held[j].pop())
    return _by_student(case, held)


def mentors_propose(case: Case) -> list[int | None]:
    of: list[int | None] = [None] * len(case.wishes)
    tried = [0] * len(case.seats)
    moved = True
    while moved:
        moved = False
        for j, seats in enumerate(case.seats):
            while of.count(j) < seats and tried[j] < len(case.ranking[j]):
                i = case.ranking[j][tried[j]]
                tried[j] += 1
                if j not in case.wishes[i]:
                    continue
                now = of[i]
                if now is None or case.wishes[i].index(j) < case.wishes[i].index(now):
                    of[i] = j
                    moved = True
    return of


def boston(case: Case) -> list[int | None]:
    of: list[int | None] = [None] * len(case.wishes)
    room = list(case.seats)
    for choice in range(max(map(len, case.wishes), default=0)):
        for j in range(len(room)):
            asking = [i for i, wish in enumerate(case.wishes) if of[i] is None and wish[choice : choice + 1] == [j]]
            for i in sorted(asking, key=case.ranking[j].index)[: room[j]]:
                of[i] = j
                room[j] -= 1
    return of


def adaptive_boston(case: Case) -> list[int | None]:
    of: list[int | None] = [None] * len(case.wishes)
    room = list(case.seats)
    while True:
        asking: dict[int, list[int]] = {}
        for i, wish in enumerate(case.wishes):
            left = [j for j in wish if room[j]]
            if of[i] is None and left:
                asking.setdefault(left[0], []).append(i)
        if not asking:
            return of
        for j, students in asking.items():
            for i in sorted(students, key=case.ranking[j].index)[: room[j]]:
                of[i] = j
                room[j] -= 1


def one_after_the_other(case: Case) -> list[int | None]:
    of: list[int | None] = [None] * len(case.wishes)
    room = list(case.seats)
    for i in case.turn:
        for j in case.wishes[i]:
            if room[j]:
                of[i] = j
                room[j] -= 1
                break
    return of


def trading(case: Case) -> list[int | None]:
    """Draw all arrows anew in every round, and clear every cycle."""
    of: list[int | None] = [None] * len(case.wishes)
    room = list(case.seats)
    left = set(range(len(case.wishes)))
    while True:
        points = {i: next((j for j in case.wishes[i] if room[j]), None) for i in left}
        left = {i for i in left if points[i] is not None}
        if not left:
            return of
        best = {j: next((i for i in case.ranking[j] if i in left), None) for j in range(len(room)) if room[j]}
        for start in sorted(left):
            i, seen = start, []
            while i not in seen:
                seen.append(i)
                i = best[points[i]]
            if i == start:
                for member in seen:
                    of[member] = points[member]
                for member in seen:
                    room[points[member]] -= 1
                left -= set(seen)
                break


def best_value(case: Case, cost: Callable[[int], tuple[int, ...]], nobody: tuple[int, ...]) -> tuple[int, ...]:
    """Return the lexicographically smallest sum of costs over all matchings, by trying all of them once.

    ``cost(rank)`` is what a student with its choice `rank` (1 = first) costs, `nobody` what one without a mentor costs.
    """

    @cache
    def best(i: int, room: tuple[int, ...]) -> tuple[int, ...]:
        if i == len(case.wishes):
            return (0,) * len(nobody)
        options = [_add(nobody, best(i + 1, room))]
        for rank, j in enumerate(case.wishes[i], start=1):
            if room[j]:
                less = (*room[:j], room[j] - 1, *room[j + 1 :])
                options.append(_add(cost(rank), best(i + 1, less)))
        return min(options)

    return best(0, tuple(case.seats))


def best_assignment(cost: Sequence[Mapping[int | None, tuple[int, ...]]], seats: Sequence[int]) -> tuple[int, ...]:
    """Return the lexicographically smallest sum of costs over all assignments, by trying all of them once.

    ``cost[i][j]`` is what student ``i`` costs at mentor ``j``, ``cost[i][None]`` what it costs without one.
    """

    @cache
    def best(i: int, room: tuple[int, ...]) -> tuple[int, ...]:
        if i == len(cost):
            return (0,) * len(cost[0][None])
        options = []
        for j, own in cost[i].items():
            if j is None:
                options.append(_add(own, best(i + 1, room)))
            elif room[j]:
                options.append(_add(own, best(i + 1, (*room[:j], room[j] - 1, *room[j + 1 :]))))
        return min(options)

    return best(0, tuple(seats))


def _add(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _by_student(case: Case, held: Sequence[Sequence[int]]) -> list[int | None]:
    of: list[int | None] = [None] * len(case.wishes)
    for j, students in enumerate(held):
        for i in students:
            of[i] = j
    return of
