"""Weak stability: no blocking pair among the choice pairs (ties count as content)."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Literal, Self

import numpy as np
from pydantic import PrivateAttr

from mentormatch.arrays import IntArray
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.market import MAX_RANK, Id, Market
from mentormatch.matching import Pairs
from mentormatch.rows import Stable
from mentormatch.text import Text

# A place that is free loses to every rank, and so does a mentor that the student did not list.
ANY_RANK = MAX_RANK + 1


class WeakStability(Constraint):
    """No student and mentor would both rather be together (Irving 1994; HRT: Irving, Manlove and Scott 2000).

    A choice pair blocks when it is not matched, the student strictly prefers the mentor to what it has, and the mentor
    has a free seat or strictly prefers the student to one it has. A free place of a student's quota, and a mentor that
    the student did not list, are worse than every listed one. A pair that another rule removes is no candidate pair and
    cannot block: `Problem` tells the rule through `without` which pairs those are.
    """

    kind: Literal["weak_stability"] = "weak_stability"
    _closed: AbstractSet[int] = PrivateAttr(default=frozenset())

    @property
    def local(self) -> bool:
        """Whether a pair blocks depends on the pairs of its student and of its mentor together."""
        return False

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the rule knowing the choice pairs that other rules remove."""
        bound = self.model_copy()
        bound._closed = frozenset(closed)  # noqa: SLF001  # a copy of this rule, not another object
        return bound

    def rows(self, market: Market) -> tuple[Stable, ...]:
        """Return the choice pairs, whole."""
        is_open = market.is_choice.copy()
        is_open[sorted(self._closed)] = False
        return (Stable(np.flatnonzero(is_open)),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every blocking pair of the students in scope."""
        students = everyone(market, scope).students
        has = _positions(market, ((s, m) for s in students for m in pairs.mentors_of(s)))
        wants_below = _worst_held(
            market.student[has],
            np.where(market.student_rank[has] > 0, market.student_rank[has], ANY_RANK),
            market.student_quota,
        )
        if scope is not None:
            looked_at = np.zeros(market.num_students, bool)
            looked_at[[market.student_index(student_id) for student_id in students]] = True
            wants_below[~looked_at] = 0
        at = np.flatnonzero(market.is_choice & (market.student_rank < wants_below[market.student]))
        at = np.setdiff1d(at, has, assume_unique=True)
        mentors = [market.mentor_ids[j] for j in np.unique(market.mentor[at]).tolist()]
        seated = _positions(market, ((s, m) for m in mentors for s in pairs.students_of(m)))
        welcomes_below = _worst_held(market.mentor[seated], market.mentor_rank[seated], market.mentor_upper)
        at = at[market.mentor_rank[at] < welcomes_below[market.mentor[at]]]
        return tuple(self._violation(market, pair) for pair in at.tolist() if pair not in self._closed)

    def _violation(self, market: Market, pair: int) -> Violation:
        student_id, mentor_id = market.student_ids[market.student[pair]], market.mentor_ids[market.mentor[pair]]
        text = Text(
            zh=f"学生 {student_id} 与导师 {mentor_id} 都更愿意彼此结对。",
            en=f"Student {student_id} and mentor {mentor_id} would both rather be together.",
        )
        return Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,))

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="没有一对师生都更愿意彼此结对(弱稳定)。",
            en="No student and mentor would both rather be together (weak stability).",
        )


def _positions(market: Market, pairs: Iterable[tuple[Id, Id]]) -> IntArray:
    """Return the positions of pairs given by ids, ascending; pairs that are no candidates are left out."""
    ends = np.array([(market.student_index(s), market.mentor_index(m)) for s, m in pairs], np.int64).reshape(-1, 2)
    keys = ends @ [max(market.num_mentors, 1), 1]
    candidates = market.student.astype(np.int64) * max(market.num_mentors, 1) + market.mentor
    at = np.unique(np.searchsorted(candidates, keys))
    return at[np.isin(np.r_[candidates, -1][at], keys)]


def _worst_held(owner: IntArray, rank: IntArray, places: IntArray) -> IntArray:
    """Return the rank that somebody new must beat, for each owner of places: the worst held, any where one is free."""
    worst = np.zeros(len(places), np.int64)
    np.maximum.at(worst, owner, rank)
    worst[np.bincount(owner, minlength=len(places)) < places] = ANY_RANK
    worst[places == 0] = 0
    return worst
