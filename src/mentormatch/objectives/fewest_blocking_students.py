"""Fewest blocking students: as few students with a blocking pair as the other aims allow."""

from collections.abc import Set as AbstractSet
from typing import Literal, Self

from pydantic import PrivateAttr

from mentormatch.base.text import Text
from mentormatch.constraints.weak_stability import WeakStability
from mentormatch.formulation.terms import BlockingTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class FewestBlockingStudents(Stage):
    """Minimise the number of students that are in some blocking pair; mentors are not counted.

    After `PlacedStudents` this is the maximum matching with the fewest blocking students, a coarser count than that of
    pairs: one student passed over by five mentors counts once (Biro, Manlove and Mittal 2010 count agents of both
    sides). NP-hard. What blocks is told as in `WeakStability`.
    """

    kind: Literal["blocking_students"] = "blocking_students"
    words = Text(zh="有阻塞对的学生", en="blocking students")
    _rule: WeakStability = PrivateAttr(default_factory=WeakStability)

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the stage knowing the choice pairs that rules remove: they cannot block."""
        return self._knowing(_rule=self._rule.without(closed))

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        pairs = self._rule.choice_pairs(market)
        return (StageForm(self.kind, (BlockingTerm(market, pairs, by_student=True),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return their number."""
        found = self._rule.violations(market, matching)
        return (len({violation.students for violation in found}),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="有阻塞对的学生尽可能少", en="as few students with a blocking pair as possible")
