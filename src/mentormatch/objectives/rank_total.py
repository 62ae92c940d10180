"""Total rank: the sum of the ranks that students get."""

from typing import Literal

from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.ranks import counted_ranks, rank_counts
from mentormatch.objectives.stage import Stage


class RankTotal(Stage):
    """Minimise the sum of ranks; a placement pair counts one worse than the worst listed rank of the market.

    Every pair counts, so a student with several mentors counts each. The smallest sum is that of no pairs at all, so
    this stage belongs after `PlacedStudents` or beside the rule `Coverage`.
    """

    kind: Literal["rank_total"] = "rank_total"
    words = Text(zh="志愿序号之和", en="sum of ranks")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (LinearTerm(counted_ranks(market)),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of ranks."""
        return (sum(rank * number for rank, number in rank_counts(market, matching).items()),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="志愿序号之和尽可能小", en="the sum of ranks as small as possible")
