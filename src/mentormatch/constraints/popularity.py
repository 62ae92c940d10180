"""Popularity: no other matching would win a vote of the students."""

from dataclasses import replace
from typing import Literal

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.closed_pairs import KnowsClosedPairs
from mentormatch.constraints.coalitions import has_gaining_coalition
from mentormatch.constraints.constraint import Scope, Violation
from mentormatch.constraints.quotas import Quotas
from mentormatch.formulation.rows import Mask, Rows, grouped_rows
from mentormatch.market.market import MAX_RANK, Market
from mentormatch.market.matching import Pairs


class Popularity(KnowsClosedPairs):
    """No matching within the upper quotas is preferred by more students than prefer this one (Gardenfors 1975).

    One-sided: mentors have seats and no vote. Written as rows by the theorem of Abraham, Irving, Kavitha and Mehlhorn
    (2007), with seats Manlove and Sng (2006): a matching is popular when as many students as possible have a first
    choice, and everybody else its best mentor among those that first choices leave undecided (*even* mentors), or
    nothing where it lists none of those. So every popular matching keeps the rows and nothing else does, and stages
    choose among them. A popular matching need not exist. Placement pairs are left out: nobody asked for them. A pair
    that another rule removes has no vote: it cannot be made, so no rival matching holds it.
    """

    kind: Literal["popularity"] = "popularity"
    scoping = "never"
    spans_schools = True
    # It compares the matching with others, as stability does, and forbids no swap of itself.
    stability = True

    @property
    def local(self) -> bool:
        """A vote is about all students at once."""
        return False

    def check(self, market: Market) -> None:
        """Refuse a market where students take several mentors."""
        if (market.student_quota > 1).any():
            text = ("有学生可有多名导师。", "there are students who take several mentors.")
            raise refused(self.kind, *text)

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the placement pairs."""
        return (Mask(self.kind, np.flatnonzero(~market.is_choice), Text(zh="不是志愿。", en="Nobody asked for it.")),)

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return the quotas, what no popular matching holds, that mentors in demand are full, and who is placed.

        Mentors in demand are those that are not even. Only first choices are left of their pairs, so that as many as
        possible are made when they are full (Dulmage and Mendelsohn): rows of students and rows of mentors, a flow.
        """
        vote = self._has_vote(market)
        usable, even = _targets(market, vote)
        no_target = np.flatnonzero(vote & ~usable)
        losers, of_losers = np.unique(market.student[no_target], return_inverse=True)
        has_even = usable & even[market.mentor]
        students = np.flatnonzero(np.bincount(market.student[has_even], minlength=market.num_students) > 0)
        mentors = np.flatnonzero(~even & (market.mentor_upper > 0))
        of_students = np.flatnonzero(usable & np.isin(market.student, students))
        of_mentors = np.flatnonzero(usable & np.isin(market.mentor, mentors))
        return (
            *(replace(rows, rule=self.kind) for rows in Quotas(lower=False).rows(market)),
            grouped_rows(
                self.kind,
                no_target,
                of_losers.reshape(-1),
                lower=np.zeros(len(losers), np.int64),
                upper=np.zeros(len(losers), np.int64),
                students=losers.astype(np.int64),
                label=lambda i: Text(
                    zh=f"学生 {market.student_ids[losers[i]]} 在受欢迎匹配中只能得到第一志愿或最好的不抢手导师。",
                    en=f"Student {market.student_ids[losers[i]]} has a first choice or the best even mentor in every "
                    "popular matching.",
                ),
            ),
            grouped_rows(
                self.kind,
                of_mentors,
                np.searchsorted(mentors, market.mentor[of_mentors]),
                lower=market.mentor_upper[mentors],
                upper=market.mentor_upper[mentors],
                mentors=mentors,
                label=lambda j: Text(
                    zh=f"导师 {market.mentor_ids[mentors[j]]} 须由第一志愿坐满。",
                    en=f"Mentor {market.mentor_ids[mentors[j]]} is full with first choices in every popular matching.",
                ),
            ),
            grouped_rows(
                self.kind,
                of_students,
                np.searchsorted(students, market.student[of_students]),
                lower=np.ones(len(students), np.int64),
                upper=np.full(len(students), max(market.num_pairs, 1)),
                students=students,
                label=lambda i: Text(
                    zh=f"学生 {market.student_ids[students[i]]} 须有导师。",
                    en=f"Student {market.student_ids[students[i]]} has a mentor in every popular matching.",
                ),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return one violation where a coalition would win a vote, by definition; one for pairs nobody asked for."""
        chosen = np.zeros(market.num_pairs, bool)
        for student_id in market.student_ids:
            for mentor_id in pairs.mentors_of(student_id):
                at = market.pair_index(student_id, mentor_id)
                if at is not None:
                    chosen[at] = True
        vote = self._has_vote(market)
        load = np.bincount(market.mentor[chosen], minlength=market.num_mentors)
        degree = np.bincount(market.student[chosen], minlength=market.num_students)
        if (chosen & ~vote).any() or (load > market.mentor_upper).any() or (degree > market.student_quota).any():
            text = Text(
                zh="匹配超出名额或志愿,无从投票。", en="It exceeds quotas or choices, so it is no candidate in a vote."
            )
        elif has_gaining_coalition(market, chosen, "students", candidates=vote):
            text = Text(zh="另有匹配会在学生投票中胜出。", en="Another matching would win a vote of the students.")
        else:
            return ()
        return (Violation(self.kind, text),)

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="没有别的匹配会在学生投票中胜出(受欢迎匹配)。", en="No other matching would win a vote of the students."
        )

    def _has_vote(self, market: Market) -> BoolArray:
        """Return the choice pairs that no rule removes, bool of shape (m,)."""
        vote = market.is_choice.copy()
        vote[sorted(self._closed)] = False
        return vote


def _targets(market: Market, vote: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Return which pairs a popular matching may hold, bool of shape (m,), and which mentors are even, of shape (k,).

    Those are first choices and best even mentors; who has an even first choice takes one of those.
    """
    listed = vote & (market.mentor_upper[market.mentor] > 0) & (market.student_quota[market.student] > 0)
    first = listed & _is_best(market, listed)
    even = _even_mentors(market, first)
    second = listed & even[market.mentor]
    second &= _is_best(market, second)
    is_odd = np.zeros(market.num_students, bool)
    is_odd[market.student[first & even[market.mentor]]] = True
    return np.where(is_odd[market.student], second, first | second), even


def _is_best(market: Market, among: BoolArray) -> BoolArray:
    best = np.full(market.num_students, MAX_RANK + 1, np.int64)
    np.minimum.at(best, market.student[among], market.student_rank[among])
    return np.asarray(market.student_rank == best[market.student])


def _even_mentors(market: Market, first: BoolArray) -> BoolArray:
    """Return the mentors that some largest matching of first choices leaves a seat of free.

    Augmenting paths; a mentor is even when a path of students who could as well have another first choice joins it to a
    free seat (the decomposition of Dulmage and Mendelsohn). O(n m) at worst, a few passes in practice.
    """
    wishes: list[list[int]] = [[] for _ in range(market.num_students)]
    for pair in np.flatnonzero(first).tolist():
        wishes[int(market.student[pair])].append(pair)
    mentor, seats = market.mentor.tolist(), market.mentor_upper.tolist()
    held: list[list[int]] = [[] for _ in seats]
    for student, mine in enumerate(wishes):
        if mine:
            _seat(student, wishes, mentor, market.student, seats, held)
    is_even = np.array([len(pairs) < number for pairs, number in zip(held, seats, strict=True)], bool)
    asked_by: list[list[int]] = [[] for _ in seats]
    sits: dict[int, int] = {}
    for j, pairs in enumerate(held):
        sits |= {int(market.student[pair]): j for pair in pairs}
    for student, mine in enumerate(wishes):
        for pair in mine:
            asked_by[mentor[pair]].append(student)
    queue = np.flatnonzero(is_even).tolist()
    while queue:
        for student in asked_by[queue.pop()]:
            seat = sits.get(student)
            if seat is not None and not is_even[seat]:
                is_even[seat] = True
                queue.append(seat)
    return is_even


def _seat(
    student: int, wishes: list[list[int]], mentor: list[int], owner: IntArray, seats: list[int], held: list[list[int]]
) -> None:
    """Seat one more student at a first choice if an augmenting path allows it."""
    came_by: dict[int, tuple[int, int]] = {}
    queue = [(student, -1)]
    for one, given_up in queue:
        for pair in wishes[one]:
            j = mentor[pair]
            if j in came_by:
                continue
            came_by[j] = (pair, given_up)
            if len(held[j]) < seats[j]:
                while True:
                    new, old = came_by[j]
                    held[j].append(new)
                    if old < 0:
                        return
                    j = mentor[old]
                    held[j].remove(old)
            queue.extend((int(owner[other]), other) for other in held[j])
