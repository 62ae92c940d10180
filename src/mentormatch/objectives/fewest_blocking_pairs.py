"""Fewest blocking pairs: as close to stability as the other aims allow."""

from collections.abc import Set as AbstractSet
from typing import Literal, Self

from pydantic import PrivateAttr

from mentormatch.base.text import Text
from mentormatch.constraints.weak_stability import WeakStability
from mentormatch.formulation.terms import BlockingTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class FewestBlockingPairs(Stage):
    """Minimise the number of blocking pairs among the choice pairs that no rule removes.

    After `PlacedStudents` this is the maximum matching with the fewest blocking pairs, which is NP-hard and hard to
    approximate (Biro, Manlove and Mittal 2010). What blocks is told as in `WeakStability`.
    """

    kind: Literal["blocking_pairs"] = "blocking_pairs"
    words = Text(zh="阻塞对", en="blocking pairs")
    _rule: WeakStability = PrivateAttr(default_factory=WeakStability)

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the stage knowing the choice pairs that rules remove: they cannot block."""
        return self._knowing(_rule=self._rule.without(closed))

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        pairs = self._rule.choice_pairs(market)
        return (StageForm(self.kind, (BlockingTerm(market, pairs, by_student=False),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return their number."""
        found = self._rule.violations(market, matching)
        return (len(found),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="阻塞对尽可能少", en="as few blocking pairs as possible")
