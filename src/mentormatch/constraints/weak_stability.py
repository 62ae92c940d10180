"""Weak stability: no blocking pair among the choice pairs (ties count as content)."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import PrivateAttr

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.blocking import BlockingRule
from mentormatch.constraints.constraint import Scope, Violation, everyone
from mentormatch.formulation.capped_stability import StableWithinCaps, mentor_caps
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching, Pairs


class WeakStability(BlockingRule):
    """No student and mentor would both rather be together (Irving 1994; HRT: Irving, Manlove and Scott 2000).

    A choice pair blocks when it is not matched, the student strictly prefers the mentor to what it has, and the mentor
    has a free seat or strictly prefers the student to one it has. A free place of a student's quota, and a mentor that
    the student did not list, are worse than every listed one. A pair that another rule removes cannot block.

    Within ``"caps"`` a pair blocks only where the exchange keeps every hard cap that the mentor has (type quotas,
    other-class caps, seats that are held back): the mentor has room for the student under all of them, or after one
    student whom the mentor strictly likes less has left. That is stability under controlled choice (Abdulkadiroglu and
    Sonmez 2003; Ehlers, Hafalir, Yenmez and Yildirim 2014), and what deferred acceptance under the same caps ends in.
    """

    kind: Literal["weak_stability"] = "weak_stability"
    public = True
    stability = True
    spans_schools = True
    within: Annotated[
        Literal["seats", "caps"],
        said(
            "caps:只有不突破导师各类名额的调整才算不稳定;seats:只看总名额",
            "caps: only an exchange that keeps all caps of the mentor counts; seats: the seats alone",
            "seats:教科书的定义",
            "seats: the definition of the textbook",
        ),
    ] = "seats"
    _caps: tuple[Rows, ...] = PrivateAttr(default=())

    @property
    def asks_for_caps(self) -> bool:
        """Whether the rule must know the caps that other rules write."""
        return self.within == "caps"

    def knowing_caps(self, rows: Sequence[Rows]) -> Self:
        """Return the rule knowing the hard rows of the other rules."""
        return self._knowing(_caps=tuple(rows))

    def rows(self, market: Market) -> tuple[RowPart, ...]:
        """Return the choice pairs, whole; with the caps where there are more than the seats."""
        part = self._within_caps(market)
        return super().rows(market) if len(part.caps) == market.num_mentors else (part,)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every blocking pair of the students in scope."""
        if not self.asks_for_caps:
            return super().violations(market, pairs, scope)
        if isinstance(pairs, Matching) and pairs.market is market:
            chosen = pairs.chosen
        else:
            chosen = np.zeros(market.num_pairs, bool)
            ends = [(s, m) for s in market.student_ids for m in pairs.mentors_of(s)]
            known = [at for s, m in ends if (at := market.pair_index(s, m)) is not None]
            chosen[known] = True
        asked = set(everyone(market, scope).students)
        found = self._within_caps(market).blocking(market, chosen).tolist()
        return tuple(self._violation(market, pair) for pair in found if market.student_of(pair) in asked)

    def _within_caps(self, market: Market) -> StableWithinCaps:
        candidates = np.ones(market.num_pairs, bool)
        candidates[sorted(self._closed)] = False
        caps = self._caps if self.asks_for_caps else ()
        return StableWithinCaps(self.choice_pairs(market), mentor_caps(market, caps, candidates))

    def blocks(self, student_gains: IntArray, mentor_gains: IntArray) -> BoolArray:
        """Both gain."""
        return (student_gains > 0) & (mentor_gains > 0)

    def tell(self, student_id: Id, mentor_id: Id) -> Text:
        """Say that a pair blocks."""
        return Text(
            zh=f"学生 {student_id} 与导师 {mentor_id} 都更愿意彼此结对。",
            en=f"Student {student_id} and mentor {mentor_id} would both rather be together.",
        )

    def describe(self) -> Text:
        """Say the rule."""
        if self.asks_for_caps:
            return Text(
                zh="在名额规则允许的范围内,没有一对师生都更愿意彼此结对。",
                en="No student and mentor would both rather be together where the caps of mentors admit it.",
            )
        return Text(
            zh="没有一对师生都更愿意彼此结对(弱稳定)。",
            en="No student and mentor would both rather be together (weak stability).",
        )
