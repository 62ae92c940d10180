"""Strong stability: no pair of which one side would gain while the other would lose nothing."""

from typing import ClassVar, Literal

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.blocking import BlockingRule
from mentormatch.formulation.rows import StronglyStable
from mentormatch.market.market import Id, Market


class StrongStability(BlockingRule):
    """No student and mentor of whom one would gain by the other, and the other would lose nothing.

    A choice pair blocks when it is not matched and one of the two strictly prefers the other to something it has, while
    the other strictly prefers or is indifferent (Irving, Manlove and Scott 2003). A free place is worse than
    everybody. With ties such a matching need not exist.
    """

    kind: Literal["strong_stability"] = "strong_stability"
    stability = True
    spans_schools = True
    indifferent_students_count: ClassVar[bool] = True

    def rows(self, market: Market) -> tuple[StronglyStable, ...]:
        """Return the choice pairs, whole."""
        return (StronglyStable(self.choice_pairs(market)),)

    def blocks(self, student_gains: IntArray, mentor_gains: IntArray) -> BoolArray:
        """One gains, and neither loses."""
        return (student_gains > 0) | (mentor_gains > 0)

    def tell(self, student_id: Id, mentor_id: Id) -> Text:
        """Say that a pair blocks."""
        return Text(
            zh=f"学生 {student_id} 与导师 {mentor_id} 结对,一方更愿意,另一方无所谓。",
            en=f"Of student {student_id} and mentor {mentor_id} one would gain by the pair and the other lose nothing.",
        )

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="没有一对师生,结对后一方更愿意而另一方不吃亏(强稳定)。",
            en="No student and mentor of whom one would gain and the other lose nothing (strong stability).",
        )
