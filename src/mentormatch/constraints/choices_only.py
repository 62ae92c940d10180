"""Choices only: nobody is paired with a mentor that it neither listed nor has."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import has_fact, student_rank
from mentormatch.formulation.rows import Mask
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs

_REASON = Text(zh="学生没有填报该导师。", en="The student did not list this mentor.")
_HAS = ("current", "provisional")


class ChoicesOnly(Constraint):
    """Students are paired with mentors that they listed, or keep the mentor they have: no placement by the school."""

    kind: Literal["choices_only"] = "choices_only"

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the pairs that nobody listed and nobody has."""
        has = market.pair_flag(_HAS[0]) | market.pair_flag(_HAS[1])
        return (Mask(self.kind, np.flatnonzero(~market.is_choice & ~has), _REASON),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every pair that was neither listed nor there before."""
        found = []
        for student_id in everyone(market, scope).students:
            for mentor_id in pairs.mentors_of(student_id):
                listed = student_rank(market, student_id, mentor_id) > 0
                if not listed and not any(has_fact(market, name, student_id, mentor_id) for name in _HAS):
                    text = Text(
                        zh=f"学生 {student_id} 没有填报导师 {mentor_id}。",
                        en=f"Student {student_id} did not list mentor {mentor_id}.",
                    )
                    found.append(Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="只按志愿或原结对安排,学校不另行指定。",
            en="Students get mentors that they listed or have; the school places nobody.",
        )
