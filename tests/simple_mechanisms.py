"""Every mechanism once more, as a textbook tells it, on lists of names. Nothing here is ours: no array, no engine.

``wishes[i]`` are the mentors of student ``i``, best first; ``ranking[j]`` are students of mentor ``j``, best first, and
may hold students that did not list it; ``seats[j]`` are its seats. Each returns the mentor of every student, or None.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

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


def parallel(case: Case, permanence: int) -> list[int | None]:
    """Settle block after block of the lists, each by deferred acceptance."""
    of: list[int | None] = [None] * len(case.wishes)
    for first in range(0, max(map(len, case.wishes), default=0), permanence):
        room = [seats - of.count(j) for j, seats in enumerate(case.seats)]
        block = [() if of[i] is not None else w[first : first + permanence] for i, w in enumerate(case.wishes)]
        got = gale_shapley(Case(block, case.ranking, room, case.turn))
        of = [has if has is not None else new for has, new in zip(of, got, strict=True)]
    return of


def without_interrupters(case: Case, consents: Sequence[bool]) -> list[int | None]:
    """EADAM as Kesten (2010) tells it: take from consenting interrupters what only costs others, and run again.

    A student is an interrupter of a mentor if he or she is held there for a while, is rejected later, and others were
    rejected meanwhile because of it.
    """
    wishes = [list(wish) for wish in case.wishes]
    while True:
        of, interrupters = _with_interrupters(Case(wishes, case.ranking, case.seats, case.turn))
        willing = [(step, i, j) for step, i, j in interrupters if consents[i]]
        if not willing:
            return of
        last = max(step for step, _, _ in willing)
        for step, i, j in willing:
            if step == last:
                wishes[i].remove(j)


def _with_interrupters(case: Case) -> tuple[list[int | None], list[tuple[int, int, int]]]:
    """Deferred acceptance in steps, with (step of rejection, student, mentor) of every interrupter."""
    tried, held = [0] * len(case.wishes), [list[int]() for _ in case.seats]
    since: dict[tuple[int, int], int] = {}
    rejections: list[list[int]] = [[] for _ in case.seats]
    found = []
    step = 0
    while True:
        step += 1
        asking: dict[int, list[int]] = {}
        for i, wish in enumerate(case.wishes):
            if not any(i in here for here in held) and tried[i] < len(wish):
                asking.setdefault(wish[tried[i]], []).append(i)
                tried[i] += 1
        if not asking:
            return _by_student(case, held), found
        for j, students in asking.items():
            before = list(held[j])
            ranked = sorted([*before, *students], key=case.ranking[j].index)
            held[j], out = ranked[: case.seats[j]], ranked[case.seats[j] :]
            found += [
                (step, i, j) for i in out if i in before and any(since[i, j] <= at < step for at in rejections[j])
            ]
            for i in held[j]:
                since.setdefault((i, j), step)
            rejections[j] += [step] * len(out)


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


def weakly_stable(
    student_rank: Sequence[Sequence[int]], mentor_rank: Sequence[Sequence[int]], seats: Sequence[int]
) -> Iterator[list[int | None]]:
    """Yield every weakly stable matching by trying all; ranks above zero are listed, ties allowed."""
    lists = [[None, *(j for j, rank in enumerate(row) if rank > 0)] for row in student_rank]
    for of in product(*lists):
        if any(of.count(j) > number for j, number in enumerate(seats)):
            continue
        if not any(_blocks(i, j, of, student_rank, mentor_rank, seats) for i, own in enumerate(lists) for j in own[1:]):
            yield list(of)


def _blocks(
    i: int, j: int | None, of: Sequence[int | None], student_rank: Lists, mentor_rank: Lists, seats: Sequence[int]
) -> bool:
    has = of[i]
    if j is None or (has is not None and student_rank[i][has] <= student_rank[i][j]):
        return False
    taken = [other for other, mentor in enumerate(of) if mentor == j]
    return len(taken) < seats[j] or any(mentor_rank[i][j] < mentor_rank[other][j] for other in taken)


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
