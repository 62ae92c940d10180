"""Minimum regret: the worst rank that any student gets is as good as possible."""

from typing import Literal

from mentormatch.market import Market
from mentormatch.matching import Matching
from mentormatch.objectives.ranks import counted_ranks, rank_counts
from mentormatch.objectives.stage import Stage
from mentormatch.rows import BottleneckTerm, StageForm
from mentormatch.text import Text


class MinimumRegret(Stage):
    """Minimise the largest rank among the matched pairs (Knuth 1976); a placement pair has the worst rank.

    No pairs at all have the largest rank 0, so this stage belongs after `PlacedStudents` or beside the rule `Coverage`.
    """

    kind: Literal["minimum_regret"] = "minimum_regret"

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (BottleneckTerm(counted_ranks(market)),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the worst rank, 0 where nobody is placed."""
        return (max(rank_counts(market, matching), default=0),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="最差的志愿序号尽可能小", en="the worst rank as good as possible")
