"""Weak stability: no blocking pair among the choice pairs (ties count as content)."""

from collections.abc import Set as AbstractSet
from typing import Literal, Self

import numpy as np
from pydantic import PrivateAttr

from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import mentor_rank, student_rank
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
        welcomes: dict[Id, int] = {}
        found = []
        for student_id in everyone(market, scope).students:
            has = pairs.mentors_of(student_id)
            wants_below = _wants_below(market, student_id, has)
            mine = market.pairs_of_student(market.student_index(student_id))
            wanted = mine[(market.student_rank[mine] > 0) & (market.student_rank[mine] < wants_below)]
            for pair in wanted.tolist():
                mentor_id = market.mentor_ids[market.mentor[pair]]
                if mentor_id in has or pair in self._closed:
                    continue
                if mentor_id not in welcomes:
                    welcomes[mentor_id] = _welcomes_below(market, mentor_id, pairs.students_of(mentor_id))
                if market.mentor_rank[pair] < welcomes[mentor_id]:
                    text = Text(
                        zh=f"学生 {student_id} 与导师 {mentor_id} 都更愿意彼此结对。",
                        en=f"Student {student_id} and mentor {mentor_id} would both rather be together.",
                    )
                    found.append(Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="没有一对师生都更愿意彼此结对(弱稳定)。",
            en="No student and mentor would both rather be together (weak stability).",
        )


def _wants_below(market: Market, student_id: Id, has: tuple[Id, ...]) -> int:
    """Return the rank that a mentor must beat for the student to want it; 0 where it wants nobody."""
    quota = int(market.student_quota[market.student_index(student_id)])
    if quota == 0:
        return 0
    return ANY_RANK if len(has) < quota else max(student_rank(market, student_id, other) or ANY_RANK for other in has)


def _welcomes_below(market: Market, mentor_id: Id, has: tuple[Id, ...]) -> int:
    """Return the rank that a student must beat for the mentor to welcome it; 0 where it welcomes nobody."""
    seats = int(market.mentor_upper[market.mentor_index(mentor_id)])
    if seats == 0:
        return 0
    return ANY_RANK if len(has) < seats else max(mentor_rank(market, other, mentor_id) for other in has)
