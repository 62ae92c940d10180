"""Envy-freeness: nobody is passed over for a student that the mentor likes less; seats may stay free."""

from typing import ClassVar, Literal

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.blocking import BlockingRule
from mentormatch.formulation.rows import EnvyFree
from mentormatch.market.market import Id, Market


class EnvyFreeness(BlockingRule):
    """No student strictly prefers a mentor that has a student whom it strictly likes less (justified envy).

    What is left of stability when seats may stay free, as lower quotas elsewhere can require (Wu and Roth 2018; with
    lower quotas: Fragiadakis, Iwasaki, Troyan, Ueda and Yokoo 2016; Yokoi 2017).
    """

    kind: Literal["envy_freeness"] = "envy_freeness"
    spans_schools = True
    free_seats_count: ClassVar[bool] = False

    def rows(self, market: Market) -> tuple[EnvyFree, ...]:
        """Return the choice pairs, whole."""
        return (EnvyFree(self.choice_pairs(market)),)

    def blocks(self, student_gains: IntArray, mentor_gains: IntArray) -> BoolArray:
        """Both gain; a free seat is no gain."""
        return (student_gains > 0) & (mentor_gains > 0)

    def tell(self, student_id: Id, mentor_id: Id) -> Text:
        """Say that a student envies another with reason."""
        return Text(
            zh=f"学生 {student_id} 有理由嫉妒:导师 {mentor_id} 收了排序在其后的学生。",
            en=f"Student {student_id} has justified envy: mentor {mentor_id} has a student that it likes less.",
        )

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh="没有学生有理由嫉妒:所向往的导师不会收排序在其后的学生(可留空位)。",
            en="No student is passed over by a mentor for one whom it likes less; seats may stay free.",
        )
