"""Locality: whom the school places, it places near: own class, then same grade."""

from typing import Annotated, Literal

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class Locality(Stage):
    """Minimise the distance of pairs: 0 own class, 1 same grade, 2 elsewhere (the pair attribute ``locality``).

    By default only pairs that the school makes count: not those that the student listed, nor those that continue from
    last term. In a market without the attribute all pairs are equally near.
    """

    kind: Literal["locality"] = "locality"
    words = Text(zh="离本班本年级的距离", en="distance from class and grade")
    choices: Annotated[
        bool,
        said(
            "学生所填志愿与原结对是否也计",
            "whether pairs that students listed, or had last term, count too",
            "否:志愿先于远近",
            "no: a choice comes before the distance",
        ),
    ] = False

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (LinearTerm(self._distance(market)),)),)

    def _distance(self, market: Market) -> IntArray:
        distance = market.pair_attributes.get("locality", np.zeros(market.num_pairs, np.int64)).astype(np.int64)
        if not self.choices:
            distance[market.is_choice | market.pair_flag("current")] = 0
        return distance

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of distances."""
        if "locality" not in market.pair_attributes:
            return (0,)
        distance = market.pair_attributes["locality"][matching.pairs].tolist()
        wished = market.student_rank[matching.pairs].tolist()
        current = market.pair_flag("current")[matching.pairs].tolist()
        counts = (self.choices or (rank == 0 and not had) for rank, had in zip(wished, current, strict=True))
        return (sum(int(far) for far, counted in zip(distance, counts, strict=True) if counted),)

    def describe(self) -> Text:
        """Say the stage."""
        if self.choices:
            return Text(zh="结对优先本班、其次本年级", en="pairs in the own class first, then in the same grade")
        return Text(zh="统筹安置优先本班、其次本年级", en="placements in the own class first, then in the same grade")
