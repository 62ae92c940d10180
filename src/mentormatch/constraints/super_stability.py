"""Super stability: stable however the ties are broken."""

from typing import ClassVar, Literal

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.blocking import BlockingRule
from mentormatch.formulation.rows import SuperStable
from mentormatch.market.market import Id, Market


class SuperStability(BlockingRule):
    """No student and mentor who are both at least as content with each other as with something they have.

    A choice pair blocks when it is not matched and neither of the two prefers all that it has to the other. A matching
    is super-stable when it is stable however the ties are broken (Irving, Manlove and Scott 2000), so it is also the
    right notion where ranks are known in part only. It need not exist.
    """

    kind: Literal["super_stability"] = "super_stability"
    stability = True
    spans_schools = True
    indifferent_students_count: ClassVar[bool] = True

    def rows(self, market: Market) -> tuple[SuperStable, ...]:
        """Return the choice pairs, whole."""
        return (SuperStable(self.choice_pairs(market)),)

    def blocks(self, student_gains: IntArray, mentor_gains: IntArray) -> BoolArray:
        """Neither loses."""
        return np.ones(len(student_gains), bool)

    def tell(self, student_id: Id, mentor_id: Id) -> Text:
        """Say that a pair blocks."""
        return Text(
            zh=f"学生 {student_id} 与导师 {mentor_id} 结对,双方都不吃亏。",
            en=f"Neither student {student_id} nor mentor {mentor_id} would lose by the pair.",
        )

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="没有一对未结对的师生,结对后双方都不吃亏(超稳定:并列无论怎样排先后都稳定)。",
            en="No student and mentor apart who would both lose nothing by the pair (super stability: stable however "
            "ties are broken).",
        )
