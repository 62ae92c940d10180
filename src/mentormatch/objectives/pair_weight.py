"""Pair weight: the total of a number that stands at every pair."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage

MAX_WEIGHT = 10**9


class PairWeight(Stage):
    """Maximise the sum of a pair attribute over the matched pairs: the maximum weight matching of the problem.

    With `WeakStability` the maximum weight stable matching: by a minimum cut of the rotation poset on a strict market
    (Irving, Leather and Gusfield 1987; Gusfield and Irving 1989), by CP-SAT with ties. Weights may be negative.
    """

    kind: Literal["pair_weight"] = "pair_weight"
    words = Text(zh="结对权重之和", en="weight of the pairs")
    attribute: Annotated[
        str,
        said(
            "记录权重的结对属性(整数)",
            "the pair attribute that holds the weights, integers",
            "习惯名称",
            "the usual name",
        ),
    ] = Field(default="weight", min_length=1)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level; `RulesError` where the market has no such attribute of whole numbers."""
        return (StageForm(self.kind, (LinearTerm(-self._weights(market)),), maximise=True),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of weights."""
        return (sum(self._weights(market)[matching.pairs].tolist()),)

    def _weights(self, market: Market) -> IntArray:
        return pair_numbers(market, self.attribute, self.kind, low=-MAX_WEIGHT, high=MAX_WEIGHT)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(
            zh=f"配对的 {self.attribute} 之和尽可能大",
            en=f"the sum of '{self.attribute}' as large as possible",
        )


def pair_numbers(market: Market, attribute: str, kind: str, *, low: int, high: int) -> IntArray:
    """Return a pair attribute as int64 of shape (m,); `RulesError` unless it holds whole numbers in a range."""
    values = market.pair_attributes.get(attribute)
    if values is None:
        raise refused(
            kind,
            f"没有名为“{attribute}”的配对属性。",
            f"there is no pair attribute '{attribute}'.",
            maybe=Text(
                zh=f"用 pair_attributes={{'{attribute}': ...}} 给出。",
                en=f"give it as pair_attributes={{'{attribute}': ...}}.",
            ),
        )
    numbers = np.asarray(values)
    if numbers.dtype.kind not in "iub" or (
        len(numbers) and not low <= int(numbers.min()) <= int(numbers.max()) <= high
    ):
        raise refused(
            kind,
            f"配对属性“{attribute}”须为 {low} 到 {high} 的整数。",
            f"the pair attribute '{attribute}' must hold whole numbers from {low} to {high}.",
            maybe=Text(zh="乘以 1000 后取整。", en="multiply by 1000 and round."),
        )
    return numbers.astype(np.int64)


def refuse_sums(market: Market, utility: IntArray, kind: str) -> None:
    """Raise `RulesError` where a student may have a positive utility from several mentors at once.

    A flow compares pairs; what is meant are sums per student, which are those of the pairs only where a student has one
    pair that counts.
    """
    counting = np.bincount(market.student[utility > 0], minlength=market.num_students)
    several = np.flatnonzero(np.minimum(counting, market.student_quota) > 1)
    if len(several):
        raise refused(
            kind,
            f"有 {len(several)} 名学生可有多名导师,其满意度应求和,此目标只比较单个结对。",
            f"{len(several)} students may take several mentors: the sums of their utilities are meant, and this stage "
            "compares pairs.",
            maybe=Text(
                zh="改用 pair_weight(总和最大),或每名学生一名导师。",
                en="use pair_weight (the largest total), or one mentor for each student.",
            ),
        )
