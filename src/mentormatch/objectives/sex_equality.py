"""Sex-equal: neither side is served better than the other."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import AbsoluteTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.ranks import counted_ranks, rank_counts
from mentormatch.objectives.stage import Stage


class SexEquality(Stage):
    """Minimise the difference between the sum of the students' ranks and the sum of the mentors' ranks.

    Named so by Gusfield and Irving (1989) for stable marriage; NP-hard among stable matchings also without ties (Kato
    1993). On a strict market CP-SAT searches the rotation poset, otherwise the pairs.
    """

    kind: Literal["sex_equality"] = "sex_equality"
    words = Text(zh="双方序号之差", en="difference between the sides")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (AbsoluteTerm(counted_ranks(market) - market.mentor_rank.astype(np.int64)),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the difference, never negative."""
        ours = sum(rank * number for rank, number in rank_counts(market, matching).items())
        return (abs(ours - sum(market.mentor_rank[matching.pairs].tolist())),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="师生双方的序号之和尽可能相近", en="the sums of ranks of both sides as close as possible")
