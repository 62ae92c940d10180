"""Generous: fewest students at the worst rank, then fewest at the second worst, and so on."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.ranks import counted_ranks, rank_counts, worst_rank
from mentormatch.objectives.stage import Stage


class Generous(Stage):
    """Minimise the rank profile from the worst rank up (fair matchings: Mehlhorn and Michail 2006; Irving 2003).

    Unfolds into one level for each rank but the first; a placement pair has the worst rank. Fewest pairs at bad ranks
    are none at all, so this stage belongs after `PlacedStudents` or beside the rule `Coverage`.
    """

    kind: Literal["generous"] = "generous"
    words = Text(zh="只得到该序号志愿的学生", en="students with that rank only")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return a level for each rank, worst first."""
        ranks = counted_ranks(market)
        return tuple(
            StageForm(f"{self.kind}.{rank}", (LinearTerm((ranks == rank).astype(np.int64)),))
            for rank in range(worst_rank(market), 1, -1)
        )

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return how many students get each rank, worst first."""
        counts = rank_counts(market, matching)
        return tuple(counts[rank] for rank in range(worst_rank(market), 1, -1))

    def describe(self) -> Text:
        """Say the stage."""
        return Text(
            zh="得到最差志愿的学生尽可能少,依次向上",
            en="fewest students at the worst rank, then at the second worst",
        )
