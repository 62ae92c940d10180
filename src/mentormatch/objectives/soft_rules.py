"""Soft rules: the penalties of rules that may be missed at a price."""

from typing import Annotated, Literal

from pydantic import Field

from mentormatch.base.parameter import said
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
    words = Text(zh="未满足的软规则", en="soft rules missed")
    name: Annotated[
        str,
        said(
            "软规则在 stage 中写的名称",
            "what soft rules name in their parameter stage",
            "与 kind 相同,不必另起名",
            "the same as the kind, so that no name is needed",
        ),
    ] = Field(default="soft_rules", min_length=1)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one empty level of that name."""
        return (StageForm(self.name),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return 0: the cost is that of the rules, not of the stage."""
        return (0,)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="可放宽的规则尽量满足", en="soft rules missed as little as possible")
