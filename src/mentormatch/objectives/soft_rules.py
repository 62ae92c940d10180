"""Soft rules: the penalties of rules that may be missed at a price."""

from typing import Literal

from pydantic import Field

from mentormatch.base.text import Text
from mentormatch.formulation.terms import StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class SoftRules(Stage):
    """Minimise what the soft rules that name this stage cost: penalty times the amount missed.

    The stage has no cost of its own: rules with a penalty attach their rows to it by `name` when the problem is
    compiled, and the checker adds the penalty times the amount of each of their soft violations to its value.
    """

    kind: Literal["soft_rules"] = "soft_rules"
    name: str = Field(default="soft_rules", min_length=1, description="What soft rules call it.")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one empty level of that name."""
        return (StageForm(self.name),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return 0: the cost is that of the rules, not of the stage."""
        return (0,)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="可放宽的规则尽量满足", en="soft rules missed as little as possible")
