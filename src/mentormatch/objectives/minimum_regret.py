"""Minimum regret: the worst rank that anybody gets is as good as possible."""

from typing import Annotated, Literal

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.formulation.terms import BottleneckTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.ranks import counted_ranks, rank_counts
from mentormatch.objectives.stage import Stage


class MinimumRegret(Stage):
    """Minimise the largest rank among the matched pairs (Knuth 1976); a placement pair has the worst rank.

    The ranks are those that students get, that mentors get, or both (Gusfield 1987 for stable matchings). No pairs at
    all have the largest rank 0, so this stage belongs after `PlacedStudents` or beside the rule `Coverage`.
    """

    kind: Literal["minimum_regret"] = "minimum_regret"
    words = Text(zh="最差的志愿序号", en="worst rank")
    of_several = "worst"
    side: Annotated[
        Literal["students", "mentors", "both"],
        said(
            "计哪一方的序号:students、mentors 或 both",
            "whose ranks count: students, mentors or both",
            "学生的志愿",
            "the students choose",
        ),
    ] = "students"

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (BottleneckTerm(self._levels(market)),)),)

    def _levels(self, market: Market) -> IntArray:
        theirs = market.mentor_rank.astype(np.int64)
        if self.side == "mentors":
            return theirs
        return counted_ranks(market) if self.side == "students" else np.maximum(counted_ranks(market), theirs)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the worst rank, 0 where nobody is placed."""
        ours = max(rank_counts(market, matching), default=0) if self.side != "mentors" else 0
        theirs = max(market.mentor_rank[matching.pairs].tolist(), default=0) if self.side != "students" else 0
        return (max(ours, theirs),)

    def describe(self) -> Text:
        """Say the stage."""
        if self.side == "students":
            return Text(zh="最差的志愿序号尽可能小", en="the worst rank as good as possible")
        if self.side == "mentors":
            return Text(zh="导师得到的最差序号尽可能小", en="the worst rank that a mentor gets as good as possible")
        return Text(zh="师生双方最差的序号尽可能小", en="the worst rank of either side as good as possible")
