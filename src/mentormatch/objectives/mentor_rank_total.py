"""Mentors' ranks: the sum of the ranks at which mentors have their students."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class MentorRankTotal(Stage):
    """Minimise the sum of the ranks that mentors give to the students they have; a silent mentor counts 1 for each.

    Among the stable matchings of a strict market the smallest sum is that of the mentor-optimal one alone (Knuth 1976).
    No pairs at all have the smallest sum, so elsewhere this stage belongs after `PlacedStudents`.
    """

    kind: Literal["mentor_rank_total"] = "mentor_rank_total"
    words = Text(zh="导师意向序号之和", en="sum of the mentors' ranks")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (LinearTerm(market.mentor_rank.astype(np.int64)),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of ranks."""
        return (sum(market.mentor_rank[matching.pairs].tolist()),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="导师排序序号之和尽可能小", en="the sum of the ranks that mentors get as small as possible")
