"""Strongly and super-stable matchings under ties and quotas, as an engine: found or proven not to exist.

Students propose to all mentors of their best rank at once, and mentors strike the tail of their lists: whoever is worse
than a full house, in the super case also the ties that do not fit, in the strong case also the ties that students
cannot share (a critical set, Hall's condition). What is struck stands in no such matching, so what is left decides.
Every student gets its best rank in any such matching. Super: Irving, Manlove and Scott 2000; strong: the same, 2003.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows, Stable, StronglyStable, SuperStable
from mentormatch.formulation.terms import BlockingTerm, BottleneckTerm, ConvexTerm, LinearTerm, to_beat
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason, StageValue, Status
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.pure_stability import reason, reasons_of_rows, reasons_of_stability, reasons_of_stages

TAKES: Kinds = frozenset(
    {Rows, Stable, StronglyStable, SuperStable, LinearTerm, ConvexTerm, BottleneckTerm, BlockingTerm}
)


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why the algorithms of Irving, Manlove and Scott do not answer a form exactly.

    They do where strong or super stability is asked over all open pairs, only upper quotas bind, no student takes
    several mentors, and the stages follow the students' ranks: all strongly (super-) stable matchings place the same
    students and fill the same number of seats, and the one found gives every student its best rank.
    """
    if not form.of(StronglyStable):
        text = ("没有要求强稳定或超稳定。", "Neither strong nor super stability is asked for.")
        return (reason("kind_of_stability" if form.stable else "no_stability", *text),)
    reasons = [*reasons_of_stability(form), *reasons_of_rows(form), *reasons_of_stages(form)]
    if (form.market.student_quota[form.market.student[form.open]] > 1).any():
        reasons.append(reason("many_to_many", "有学生可有多名导师。", "Some students take several mentors."))
    return tuple(reasons)


def solve(form: Form, options: Options) -> Outcome:
    """Find the matching that is best for the students, or prove that there is none."""
    is_super = bool(form.of(SuperStable))
    market = form.market
    takes = (market.student_quota[market.student] > 0) & (market.mentor_upper[market.mentor] > 0)
    state = _Provisional.of(form, form.open & takes)
    chosen = state.super_stable() if is_super else state.strongly_stable()
    if chosen is None:
        return Outcome(status=Status.INFEASIBLE)
    stages = [StageValue.exact(stage, stage.cost(chosen)) for stage in form.stages]
    return Outcome(status=Status.OPTIMAL, pairs=np.flatnonzero(chosen), stages=tuple(stages))


@dataclass
class _Provisional:
    """Who is provisionally with whom. Mentors strike ranks from the tail of their lists only.

    Parameters
    ----------
    tiers : list of list of list of int
        The pairs of each student by rank, best first, and how far each has come in `at`.
    step : list of int
        For each pair the place of its rank on the mentor's list of distinct ranks.
    seated : list of list of set of int
        For each mentor and each of its ranks the pairs that are provisionally together.
    tail : list of int
        The last rank that each mentor has not struck; -1 when all are.
    """

    form: Form
    usable: BoolArray
    student: list[int]
    mentor: list[int]
    seats: list[int]
    tiers: list[list[list[int]]]
    at: list[int]
    step: list[int]
    seated: list[list[set[int]]]
    tail: list[int]
    count: list[int]
    was_full: list[bool]
    has: list[set[int]]
    free: deque[int] = field(default_factory=deque)

    @classmethod
    def of(cls, form: Form, usable: BoolArray) -> "_Provisional":
        market = form.market
        pairs = np.flatnonzero(usable)
        tiers: list[list[list[int]]] = [[] for _ in range(market.num_students)]
        last = (-1, -1)
        for pair in pairs[np.lexsort((market.student_rank[pairs], market.student[pairs]))].tolist():
            key = (int(market.student[pair]), int(market.student_rank[pair]))
            if key != last:
                tiers[key[0]].append([])
            tiers[key[0]][-1].append(pair)
            last = key
        step = [-1] * market.num_pairs
        ranks: list[int] = [0] * market.num_mentors
        last = (-1, -1)
        for pair in pairs[np.lexsort((market.mentor_rank[pairs], market.mentor[pairs]))].tolist():
            key = (int(market.mentor[pair]), int(market.mentor_rank[pair]))
            ranks[key[0]] += key != last
            step[pair] = ranks[key[0]] - 1
            last = key
        return cls(
            form=form,
            usable=usable,
            student=market.student.tolist(),
            mentor=market.mentor.tolist(),
            seats=market.mentor_upper.tolist(),
            tiers=tiers,
            at=[0] * market.num_students,
            step=step,
            seated=[[set() for _ in range(number)] for number in ranks],
            tail=[number - 1 for number in ranks],
            count=[0] * market.num_mentors,
            was_full=[False] * market.num_mentors,
            has=[set() for _ in range(market.num_students)],
            free=deque(i for i in range(market.num_students) if tiers[i]),
        )

    def super_stable(self) -> BoolArray | None:
        """Return the super-stable matching that is best for the students; None where there is none."""
        self._propose(is_super=True)
        if any(len(pairs) > 1 for pairs in self.has):
            return None
        if any(full and n < seats for full, n, seats in zip(self.was_full, self.count, self.seats, strict=True)):
            return None
        return self._chosen([pair for pairs in self.has for pair in pairs])

    def strongly_stable(self) -> BoolArray | None:
        """Return the strongly stable matching that is best for the students; None where there is none."""
        while True:
            self._propose(is_super=False)
            bound, rivals = self._reduced()
            matched, short = self._share(rivals)
            if not short:
                break
            for mentor in short:
                self._strike(mentor)
        chosen = self._chosen([*bound.values(), *matched])
        return chosen if self._is_strongly_stable(chosen) else None

    def _propose(self, *, is_super: bool) -> None:
        """Let free students propose to all that is left of their best rank, until none is free or has a list."""
        while self.free:
            student = self.free.popleft()
            if self.has[student]:
                continue
            tiers = self.tiers[student]
            while self.at[student] < len(tiers) and not self._alive(tiers[self.at[student]]):
                self.at[student] += 1
            if self.at[student] == len(tiers):
                continue
            for pair in self._alive(tiers[self.at[student]]):
                # An earlier proposal of this round strikes at its own mentor only.
                self._seat(pair)
                self._cut(self.mentor[pair], is_super=is_super)

    def _alive(self, tier: list[int]) -> list[int]:
        return [pair for pair in tier if self.step[pair] <= self.tail[self.mentor[pair]]]

    def _seat(self, pair: int) -> None:
        mentor = self.mentor[pair]
        self.has[self.student[pair]].add(pair)
        self.seated[mentor][self.step[pair]].add(pair)
        self.count[mentor] += 1

    def _cut(self, mentor: int, *, is_super: bool) -> None:
        """Strike what a full mentor cannot want: ranks behind its seats, and in the super case ties that overflow."""
        seats, seated = self.seats[mentor], self.seated[mentor]
        self.was_full[mentor] |= self.count[mentor] >= seats
        if is_super and self.count[mentor] > seats:
            self._strike(mentor)
        while self.tail[mentor] >= 0 and self.count[mentor] >= seats:
            at_tail = len(seated[self.tail[mentor]])
            if at_tail and (is_super or self.count[mentor] - at_tail < seats):
                break
            self._strike(mentor)

    def _strike(self, mentor: int) -> None:
        """Strike the last rank from a mentor's list; who sits there is free unless it sits elsewhere."""
        leaving = self.seated[mentor][self.tail[mentor]]
        self.tail[mentor] -= 1
        self.count[mentor] -= len(leaving)
        for pair in sorted(leaving):
            student = self.student[pair]
            self.has[student].discard(pair)
            if not self.has[student]:
                self.free.append(student)

    def _reduced(self) -> tuple[dict[int, int], dict[int, list[int]]]:
        """Return a seat for each student that has one for sure, and the pairs of those that must share tails.

        A student is bound to a mentor that has room for all it has, or that has it before its tail.
        """
        bound: dict[int, int] = {}
        rivals: dict[int, list[int]] = {}
        for student, pairs in enumerate(self.has):
            sure = [pair for pair in sorted(pairs) if self._is_bound(pair)]
            if sure:
                bound[student] = sure[0]
            elif pairs:
                rivals[student] = sorted(pairs)
        return bound, rivals

    def _is_bound(self, pair: int) -> bool:
        mentor = self.mentor[pair]
        return self.count[mentor] <= self.seats[mentor] or self.step[pair] < self.tail[mentor]

    def _share(self, rivals: dict[int, list[int]]) -> tuple[list[int], set[int]]:
        """Seat as many rivals as possible at the tails; return the pairs, and the mentors that are short of seats.

        The rivals that some alternating path joins to one without a seat are the critical set.
        """
        room = {
            self.mentor[pair]: self.seats[self.mentor[pair]]
            - self.count[self.mentor[pair]]
            + len(self.seated[self.mentor[pair]][self.tail[self.mentor[pair]]])
            for pairs in rivals.values()
            for pair in pairs
        }
        held: dict[int, list[int]] = {mentor: [] for mentor in room}
        short: set[int] = set()
        for student in rivals:
            reached = self._augment(student, rivals, room, held, short)
            short |= reached
        return [pair for pairs in held.values() for pair in pairs], short

    def _augment(
        self,
        student: int,
        rivals: dict[int, list[int]],
        room: dict[int, int],
        held: dict[int, list[int]],
        closed: set[int],
    ) -> set[int]:
        """Seat one more rival along an alternating path; return the mentors it reaches where there is no path.

        Mentors in `closed` were reached in vain before: no later path can end there either.
        """
        came_by: dict[int, tuple[int, int]] = {}
        queue, met = deque([(student, -1)]), set(closed)
        while queue:
            one, seat_of = queue.popleft()
            for pair in rivals[one]:
                mentor = self.mentor[pair]
                if mentor in met:
                    continue
                met.add(mentor)
                came_by[mentor] = (pair, seat_of)
                if len(held[mentor]) < room[mentor]:
                    self._shift(mentor, came_by, held)
                    return set()
                queue.extend((self.student[other], other) for other in held[mentor])
        return set(came_by)

    def _shift(self, mentor: int, came_by: dict[int, tuple[int, int]], held: dict[int, list[int]]) -> None:
        while True:
            pair, given_up = came_by[mentor]
            held[mentor].append(pair)
            if given_up < 0:
                return
            mentor = self.mentor[given_up]
            held[mentor].remove(given_up)

    def _chosen(self, pairs: list[int]) -> BoolArray:
        chosen = np.zeros(self.form.market.num_pairs, bool)
        chosen[pairs] = True
        return chosen

    def _is_strongly_stable(self, chosen: BoolArray) -> bool:
        market = self.form.market
        apart = np.flatnonzero(self.usable & ~chosen)
        mine = _gain(market.student, market.student_rank, market.student_quota, chosen, apart)
        theirs = _gain(market.mentor, market.mentor_rank, market.mentor_upper, chosen, apart)
        return not ((mine >= 0) & (theirs >= 0) & ((mine > 0) | (theirs > 0))).any()


def _gain(owner: IntArray, rank: IntArray, places: IntArray, chosen: BoolArray, pairs: IntArray) -> IntArray:
    """Return by how much each pair is better than the worst that its owner holds."""
    gain: IntArray = to_beat(owner[chosen], rank[chosen], places)[owner[pairs]] - rank[pairs]
    return gain


ENGINE = Engine("strong_super_stability", TAKES, misfits, solve, Text("强稳定匹配", "strong stability"))
