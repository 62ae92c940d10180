"""Fewest moves: as few students as possible lose the pair that a given matching gave them."""

from typing import Annotated, Literal

from pydantic import Field

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.rule_id import RuleId
from mentormatch.formulation.terms import StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.kept_pairs import base_positions, loss_form, lost_students
from mentormatch.objectives.stage import Stage


class FewestMoves(Stage):
    """Minimise the number of students that keep none of their mentors of a base matching.

    Coordination after a round of choice uses it with the pairs of that round.
    """

    kind: Literal["fewest_moves"] = "fewest_moves"
    words = Text(zh="改动第一轮结果的学生", en="moves from round one")
    base: Annotated[
        tuple[tuple[RuleId, RuleId], ...],
        said(
            "要尽量保留的师生名单",
            "the pairs of student and mentor to keep",
            "修订时由命令给出",
            "a repair fills it in",
        ),
    ] = Field(repr=False)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level; `RulesError` for an unknown id and for a base pair that is no candidate."""
        return (loss_form(self.kind, market, base_positions(self.kind, market, self.base)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the number of students that move."""
        return (lost_students(matching, self.base),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="已结对的学生变动尽可能少", en="as few students as possible moved from the pair they had")
