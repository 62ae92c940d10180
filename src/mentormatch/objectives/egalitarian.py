"""Egalitarian: the ranks of both sides added up."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.ranks import counted_ranks, rank_counts
from mentormatch.objectives.stage import Stage


class Egalitarian(Stage):
    """Minimise the ranks that students and mentors get from each other, added up over all pairs.

    With the rule `WeakStability` on a strict market this is the egalitarian stable matching (McVitie and Wilson 1971;
    Irving, Leather and Gusfield 1987), found by a minimum cut of the rotation poset; with ties it is NP-hard (Manlove
    et al. 2002) and CP-SAT takes it. A placement pair counts as in `RankTotal`.
    """

    kind: Literal["egalitarian"] = "egalitarian"
    words = Text(zh="双方序号之和", en="ranks of both sides")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        cost = counted_ranks(market) + market.mentor_rank.astype(np.int64)
        return (StageForm(self.kind, (LinearTerm(cost),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of both sides' ranks."""
        theirs = sum(market.mentor_rank[matching.pairs].tolist())
        return (theirs + sum(rank * number for rank, number in rank_counts(market, matching).items()),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="师生双方的序号之和尽可能小", en="the ranks of both sides, added up, as small as possible")
