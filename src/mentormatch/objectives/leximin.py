"""Leximin: whoever is worst off is as well off as possible, then the second worst, and so on."""

from collections import Counter
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.pair_weight import pair_numbers, refuse_sums
from mentormatch.objectives.stage import Stage

MAX_UTILITY = 10**6


class Leximin(Stage):
    """Compare the students' utilities from the lowest up and make the first that differs as high as possible.

    Utilities are a pair attribute, whole and not negative; a student without a pair has 0. Unfolds into one level for
    each utility but the highest: how many students reach more (Sen 1970; for matchings Bogomolnaia and Moulin 2004).
    Where a student may have several mentors whose utilities would have to be added, `RulesError`: a level counts pairs.
    """

    kind: Literal["leximin"] = "leximin"
    words = Text(zh="满意度更高的学生", en="students better off than that")
    attribute: Annotated[
        str, said("记录满意度的结对属性", "the pair attribute that holds utilities", "习惯名称", "the usual name")
    ] = Field(default="utility", min_length=1)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return a level for each utility but the highest: the pairs that reach more, to be maximised."""
        utility = self._utility(market)
        return tuple(
            StageForm(f"{self.kind}.{level}", (LinearTerm(-(utility > level).astype(np.int64)),), maximise=True)
            for level in self._levels(utility)
        )

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return for each level how many pairs have more."""
        utility = self._utility(market)
        counts = Counter(utility[matching.pairs].tolist())
        return tuple(
            sum(number for reached, number in counts.items() if reached > level) for level in self._levels(utility)
        )

    def _utility(self, market: Market) -> IntArray:
        utility = pair_numbers(market, self.attribute, self.kind, low=0, high=MAX_UTILITY)
        refuse_sums(market, utility, self.kind)
        return utility

    @staticmethod
    def _levels(utility: IntArray) -> list[int]:
        return sorted({0, *utility.tolist()})[:-1]

    def describe(self) -> Text:
        """Say the stage."""
        return Text(
            zh=f"按 {self.attribute} 计,境况最差的学生尽可能好,依次向上",
            en=f"by '{self.attribute}', whoever is worst off as well off as possible, then the next",
        )
