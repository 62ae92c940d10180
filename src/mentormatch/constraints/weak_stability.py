"""Weak stability: no blocking pair among the choice pairs (ties count as content)."""

from typing import Literal

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.blocking import BlockingRule
from mentormatch.market.market import Id


class WeakStability(BlockingRule):
    """No student and mentor would both rather be together (Irving 1994; HRT: Irving, Manlove and Scott 2000).

    A choice pair blocks when it is not matched, the student strictly prefers the mentor to what it has, and the mentor
    has a free seat or strictly prefers the student to one it has. A free place of a student's quota, and a mentor that
    the student did not list, are worse than every listed one. A pair that another rule removes cannot block.
    """

    kind: Literal["weak_stability"] = "weak_stability"
    public = True
    stability = True
    spans_schools = True

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
        return Text(
            zh="没有一对师生都更愿意彼此结对(弱稳定)。",
            en="No student and mentor would both rather be together (weak stability).",
        )
