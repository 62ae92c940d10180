"""The rotations of a stable matching market without ties, and the order in which they can be eliminated.

A rotation is a cycle of students and mentors: each student in it is the worst that its mentor has, and its next mentor
that would rather have it is the mentor of the next student. Moving all of them on makes a stable matching into another
that is a little better for the mentors. The stable matchings correspond one to one to the sets of rotations that hold
all predecessors of their members (Irving and Leather 1986; Gusfield and Irving 1989; with quotas on the mentors' side
Cheng, McDermid and Suzuki 2008, on both sides Bansal, Agrawal and Malhotra 2007).

A student with several mentors goes on from the worst of them: whatever it likes better and does not have is rejected
for good. It may lose any of its mentors, but takes them in the order of its list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market
from mentormatch.solvers.stable.deferred_acceptance import mentor_proposing, student_proposing

_NEVER = -2
_AT_FIRST = -1


@dataclass(frozen=True, eq=False)
class RotationPoset:
    """All rotations, in an order in which they can be eliminated, and which must come before which.

    Parameters
    ----------
    market : Market
    first, last : int64 array
        Pairs of the student-optimal and of the mentor-optimal stable matching, ascending.
    start : int64 array of shape (r + 1,)
        Rotation k breaks the pairs ``broken[start[k]:start[k + 1]]`` and makes the pairs ``made[start[k]:...]``.
    broken, made : int64 array
        Positions of pairs; each pair is broken once and made once at most.
    before_start, before : int64 arrays
        Rotations that must be eliminated before rotation k: ``before[before_start[k]:before_start[k + 1]]``, all
        smaller than k. Their transitive closure is the order; the list itself is not always a transitive reduction.
    """

    market: Market
    first: IntArray
    last: IntArray
    start: IntArray
    broken: IntArray
    made: IntArray
    before_start: IntArray
    before: IntArray

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def stable_pairs(self) -> IntArray:
        """Positions of the pairs that stand in some stable matching, ascending."""
        return np.sort(np.concatenate([self.first, self.made]))

    @cached_property
    def made_by(self) -> IntArray:
        """int64 array of shape (m,): the rotation that makes each pair; -1 where it stands at first, else -2."""
        by = np.full(self.market.num_pairs, _NEVER, np.int64)
        by[self.first] = _AT_FIRST
        by[self.made] = np.repeat(np.arange(len(self)), np.diff(self.start))
        return by

    @cached_property
    def broken_by(self) -> IntArray:
        """int64 array of shape (m,): the rotation that breaks each pair; -2 where none does."""
        by = np.full(self.market.num_pairs, _NEVER, np.int64)
        by[self.broken] = np.repeat(np.arange(len(self)), np.diff(self.start))
        return by

    def change(self, cost: IntArray) -> IntArray:
        """Return what each rotation changes of a cost, int64 of shape (r,), for a cost of each pair."""
        total = np.concatenate([[0], np.cumsum(cost[self.made].astype(np.int64) - cost[self.broken])])
        change: IntArray = np.diff(total[self.start])
        return change

    def chosen(self, eliminated: BoolArray) -> BoolArray:
        """Return the stable matching after a closed set of rotations, bool of shape (m,)."""
        chosen = np.zeros(self.market.num_pairs, bool)
        chosen[self.first] = True
        each = np.repeat(eliminated, np.diff(self.start))
        # A pair may be made by one rotation and broken by a later one.
        chosen[self.made[each]] = True
        chosen[self.broken[each]] = False
        return chosen

    def closed_sets(self) -> Iterator[BoolArray]:
        """Yield every set of rotations that holds all predecessors of its members, the empty one first.

        O(r + arcs) for each.
        """
        before = [self.before[a:b].tolist() for a, b in zip(self.before_start[:-1], self.before_start[1:], strict=True)]
        held = np.zeros(len(self), bool)
        while True:
            yield held.copy()
            # The next one in the order of binary numbers: the last rotation that can be added, all later ones dropped.
            for k in range(len(self) - 1, -1, -1):
                if not held[k] and all(held[b] for b in before[k]):
                    held[k], held[k + 1 :] = True, False
                    break
            else:
                return

    def count(self) -> int:
        """Return the number of closed sets, which is that of the stable matchings.

        Counting them is as hard as counting can be (#P-complete: Irving and Leather 1986): exponential at worst, but
        parts of the order that have nothing to do with each other are counted apart.
        """
        up, down = [1 << k for k in range(len(self))], [1 << k for k in range(len(self))]
        for k in range(len(self)):
            for b in self.before[self.before_start[k] : self.before_start[k + 1]].tolist():
                down[k] |= down[b]
        for k in range(len(self) - 1, -1, -1):
            for b in self.before[self.before_start[k] : self.before_start[k + 1]].tolist():
                up[b] |= up[k]
        return _count_closed((1 << len(self)) - 1, up, down, {})


def _count_closed(left: int, up: list[int], down: list[int], known: dict[int, int]) -> int:
    """Count the closed subsets of some rotations; sets are bits."""
    if left in known:
        return known[left]
    total, rest = 1, left
    while rest:
        part, new = 0, rest & -rest
        while new:
            k = new.bit_length() - 1
            part |= 1 << k
            new = (new | ((up[k] | down[k]) & left)) & ~part
        rest &= ~part
        total *= _count_part(part, up, down, known)
    known[left] = total
    return total


def _count_part(part: int, up: list[int], down: list[int], known: dict[int, int]) -> int:
    if part & (part - 1) == 0:
        return 2
    members = [k for k in range(part.bit_length()) if part >> k & 1]
    # Whatever stands in the middle leaves least to count on either side.
    middle: int = max(members, key=lambda k: min((up[k] & part).bit_count(), (down[k] & part).bit_count()))
    with_it = _count_closed(part & ~down[middle], up, down, known)
    return with_it + _count_closed(part & ~up[middle], up, down, known)


def rotation_poset(
    market: Market, *, usable: BoolArray, student_order: IntArray, mentor_order: IntArray
) -> RotationPoset:
    """Find all rotations under strict orders.

    Parameters
    ----------
    market : Market
    usable : bool array of shape (m,)
        Pairs that may be made.
    student_order, mentor_order : int64 array of shape (m,)
        Smaller is better; strict within each student and within each mentor.

    Notes
    -----
    O(m) after sorting the lists: every student goes down its list once, every mentor up its own once (Gusfield 1987).
    """
    first = student_proposing(market, usable=usable, student_order=student_order, mentor_order=mentor_order)
    last = mentor_proposing(market, usable=usable, student_order=student_order, mentor_order=mentor_order)
    search = _Search(market, usable, student_order, mentor_order, first, last)
    search.run()
    return RotationPoset(
        market,
        first,
        last,
        np.cumsum([0, *map(len, search.broken)]),
        np.array([pair for pairs in search.broken for pair in pairs], np.int64),
        np.array([pair for pairs in search.made for pair in pairs], np.int64),
        np.cumsum([0, *map(len, search.before)]),
        np.array([k for before in search.before for k in sorted(before)], np.int64),
    )


class _Search:
    """Walks from the student-optimal to the mentor-optimal stable matching, a rotation at a time."""

    def __init__(
        self,
        market: Market,
        usable: BoolArray,
        student_order: IntArray,
        mentor_order: IntArray,
        first: IntArray,
        last: IntArray,
    ) -> None:
        pairs = np.flatnonzero(usable)
        wishes = pairs[np.lexsort((student_order[pairs], market.student[pairs]))]
        liked = pairs[np.lexsort((mentor_order[pairs], market.mentor[pairs]))]
        place, height = np.zeros(market.num_pairs, np.int64), np.zeros(market.num_pairs, np.int64)
        place[wishes], height[liked] = np.arange(len(pairs)), np.arange(len(pairs))
        load = np.bincount(market.mentor[first], minlength=market.num_mentors)
        # The worst that a mentor has; who has a free seat has the same students in every stable matching.
        worst = np.full(market.num_mentors, -1, np.int64)
        np.maximum.at(worst, market.mentor[first], height[first])
        worst[load < market.mentor_upper] = -1
        at = np.zeros(market.num_students, np.int64)
        np.maximum.at(at, market.student[first], place[first])
        self.student: list[int] = market.student.tolist()
        self.mentor: list[int] = market.mentor.tolist()
        self.wishes: list[int] = wishes.tolist()
        self.liked: list[int] = liked.tolist()
        self.height: list[int] = height.tolist()
        self.worst: list[int] = worst.tolist()
        self.at: list[int] = at.tolist()
        self.held, self.is_last = bytearray(market.num_pairs), bytearray(market.num_pairs)
        for pair in first.tolist():
            self.held[pair] = 1
        for pair in last.tolist():
            self.is_last[pair] = 1
        # The rotation that lifted a pair's mentor beyond it; the last rotation that a mentor or a student was in; what
        # a student has passed over since it moved last.
        self.lifted = [_AT_FIRST] * market.num_pairs
        self.latest = [_AT_FIRST] * market.num_mentors
        self.moved = [_AT_FIRST] * market.num_students
        self.passed: dict[int, set[int]] = {}
        self.broken: list[list[int]] = []
        self.made: list[list[int]] = []
        self.before: list[set[int]] = []

    def run(self) -> None:
        on_path: dict[int, int] = {}
        for begin in range(len(self.worst)):
            while self._can_improve(begin):
                path = [begin]
                on_path[begin] = 0
                while path:
                    following = self._next(path[-1])
                    if following not in on_path:
                        on_path[following] = len(path)
                        path.append(following)
                        continue
                    cycle = path[on_path[following] :]
                    del path[on_path[following] :]
                    for mentor in cycle:
                        del on_path[mentor]
                    self._eliminate(cycle)

    def _can_improve(self, mentor: int) -> bool:
        return self.worst[mentor] >= 0 and not self.is_last[self.liked[self.worst[mentor]]]

    def _next(self, mentor: int) -> int:
        """Return the next mentor that would rather have the worst student of this one."""
        student = self.student[self.liked[self.worst[mentor]]]
        at = self.at[student]
        if self.held[self.wishes[at]]:
            at += 1
        while True:
            pair = self.wishes[at]
            other = self.mentor[pair]
            if self.height[pair] < self.worst[other]:
                self.at[student] = at
                return other
            if self.lifted[pair] >= 0:
                self.passed.setdefault(student, set()).add(self.lifted[pair])
            at += 1

    def _eliminate(self, cycle: list[int]) -> None:
        number = len(self.broken)
        old = [self.liked[self.worst[mentor]] for mentor in cycle]
        new = [self.wishes[self.at[self.student[pair]]] for pair in old]
        before = {self.latest[mentor] for mentor in cycle}
        for pair in old:
            student = self.student[pair]
            before |= self.passed.pop(student, set())
            before.add(self.moved[student])
            self.moved[student] = number
            self.held[pair] = 0
        for pair in new:
            self.held[pair] = 1
        for mentor in cycle:
            worst = self.worst[mentor]
            while not self.held[self.liked[worst]]:
                self.lifted[self.liked[worst]] = number
                worst -= 1
            self.worst[mentor] = worst
            self.latest[mentor] = number
        before.discard(_AT_FIRST)
        self.broken.append(old)
        self.made.append(new)
        self.before.append(before)
