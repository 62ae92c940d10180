"""Weak stability: no blocking pair among the choice pairs (ties count as content)."""

from collections.abc import Set as AbstractSet
from typing import Literal, Self

import numpy as np
from pydantic import PrivateAttr

from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.market import Id, Market
from mentormatch.matching import Pairs
from mentormatch.rows import Stable
from mentormatch.text import Text


class WeakStability(Constraint):
    """No student and mentor would both rather be together (Irving 1994; HRT: Irving, Manlove and Scott 2000).

    A choice pair blocks when the student strictly prefers the mentor to what it has and the mentor has a free seat or
    strictly prefers the student to one it has. A pair that another rule removes is no candidate pair and cannot block:
    `Problem` tells the rule which pairs those are.
    """

    kind: Literal["weak_stability"] = "weak_stability"
    _closed: AbstractSet[int] = PrivateAttr(default=frozenset())

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the rule knowing the choice pairs that other rules remove."""
        bound = self.model_copy()
        object.__setattr__(bound, "_closed", frozenset(closed))
        return bound

    def rows(self, market: Market) -> tuple[Stable, ...]:
        """Return the choice pairs, whole."""
        at = np.flatnonzero(market.is_choice)
        return (Stable(at[~np.isin(at, sorted(self._closed))] if self._closed else at),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every blocking pair."""
        found = []
        for student_id in everyone(market, scope).students:
            for pair in market.pairs_of_student(market.student_index(student_id)).tolist():
                mentor_id = market.mentor_ids[market.mentor[pair]]
                if pair not in self._closed and _blocks(market, pairs, pair, student_id, mentor_id):
                    text = Text(
                        zh=f"学生 {student_id} 与导师 {mentor_id} 都更愿意彼此结对。",
                        en=f"Student {student_id} and mentor {mentor_id} would both rather be together.",
                    )
                    found.append(Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="没有一对师生都更愿意彼此结对(弱稳定)。", en="No student and mentor would both rather be together."
        )


def _blocks(market: Market, pairs: Pairs, pair: int, student_id: Id, mentor_id: Id) -> bool:
    wish = int(market.student_rank[pair])
    has, takes = pairs.mentors_of(student_id), pairs.students_of(mentor_id)
    if wish == 0 or mentor_id in has:
        return False
    quota = int(market.student_quota[market.student_index(student_id)])
    seats = int(market.mentor_upper[market.mentor_index(mentor_id)])
    if quota == 0 or seats == 0:
        return False
    wants = len(has) < quota or any(_worse(_student_rank(market, student_id, other), wish) for other in has)
    mine = int(market.mentor_rank[pair])
    welcome = len(takes) < seats or any(_mentor_rank(market, other, mentor_id) > mine for other in takes)
    return wants and welcome


def _worse(rank: int, wish: int) -> bool:
    return rank == 0 or rank > wish


def _student_rank(market: Market, student_id: Id, mentor_id: Id) -> int:
    pair = market.pair_index(student_id, mentor_id)
    return 0 if pair is None else int(market.student_rank[pair])


def _mentor_rank(market: Market, student_id: Id, mentor_id: Id) -> int:
    pair = market.pair_index(student_id, mentor_id)
    return 0 if pair is None else int(market.mentor_rank[pair])
