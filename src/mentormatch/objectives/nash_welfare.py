"""Nash welfare: the product of the students' utilities."""

import math
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.leximin import MAX_UTILITY
from mentormatch.objectives.pair_weight import pair_numbers, refuse_sums
from mentormatch.objectives.stage import Stage

PER_UNIT = 10**6
"""Logarithms are counted in millionths."""


class NashWelfare(Stage):
    """Most students with a positive utility; among those matchings the largest product of utilities (Nash 1950).

    The convention for matchings that leave somebody with nothing is that of Caragiannis et al. (2019). The second level
    is the sum of the natural logarithms in millionths, each rounded: what is proven of it is proven of the rounded sum,
    so the product is within a factor of ``exp(n / 10**6)`` of the largest for n matched pairs. Utilities are a pair
    attribute of whole numbers that are not negative. Where a student may have several mentors whose utilities would
    have to be added, `RulesError`: the logarithm of a sum is no sum over pairs.
    """

    kind: Literal["nash_welfare"] = "nash_welfare"
    words = Text(zh="纳什福利", en="Nash welfare")
    attribute: Annotated[
        str, said("记录满意度的结对属性", "the pair attribute that holds utilities", "习惯名称", "the usual name")
    ] = Field(default="utility", min_length=1)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return two levels."""
        utility = self._utility(market)
        distinct, which = np.unique(utility, return_inverse=True)
        logs = np.array([_log(value) for value in distinct.tolist()], np.int64)[which.reshape(-1)]
        return (
            StageForm(f"{self.kind}.served", (LinearTerm(-(utility > 0).astype(np.int64)),), maximise=True),
            StageForm(f"{self.kind}.log_product", (LinearTerm(-logs.astype(np.int64)),), maximise=True),
        )

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return how many pairs have a positive utility, and the sum of their logarithms in millionths."""
        got = [value for value in self._utility(market)[matching.pairs].tolist() if value > 0]
        return len(got), sum(_log(value) for value in got)

    def _utility(self, market: Market) -> IntArray:
        utility = pair_numbers(market, self.attribute, self.kind, low=0, high=MAX_UTILITY)
        refuse_sums(market, utility, self.kind)
        return utility

    def describe(self) -> Text:
        """Say the stage."""
        return Text(
            zh=f"{self.attribute} 为正的学生尽可能多,其乘积尽可能大(纳什福利)",
            en=f"most students with a positive '{self.attribute}', then the largest product (Nash welfare)",
        )


@lru_cache(maxsize=2**16)
def _log(value: int) -> int:
    return round(PER_UNIT * math.log(value)) if value > 0 else 0
