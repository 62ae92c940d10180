"""Rank-maximal: most first choices, then most second choices, and so on."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.ranks import counted_ranks, rank_counts
from mentormatch.objectives.stage import Stage


class RankMaximal(Stage):
    """Maximise the rank profile from the best rank down (Irving, Kavitha, Mehlhorn, Michail and Paluch 2006).

    Unfolds into one level for each listed rank; placement pairs come after all of them and are not maximised. Every
    pair counts, so a student with several mentors counts once for each.
    """

    kind: Literal["rank_maximal"] = "rank_maximal"
    words = Text(zh="得到该志愿的学生", en="students with that choice")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return a level for each listed rank."""
        ranks = counted_ranks(market)
        return tuple(
            StageForm(f"{self.kind}.{rank}", (LinearTerm(-(ranks == rank).astype(np.int64)),), maximise=True)
            for rank in self._levels(market)
        )

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return how many students get each listed rank."""
        counts = rank_counts(market, matching)
        return tuple(counts[rank] for rank in self._levels(market))

    def _levels(self, market: Market) -> range:
        return range(1, market.placement_rank)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(
            zh="第一志愿尽可能多,其次第二志愿,依此类推",
            en="most first choices, then most second choices, and so on",
        )
