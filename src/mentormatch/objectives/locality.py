"""Locality: whom the school places, it places near: own class, then same grade."""

from typing import Literal

import numpy as np
from pydantic import Field

from mentormatch.arrays import IntArray
from mentormatch.market import Market
from mentormatch.matching import Matching
from mentormatch.objectives.stage import Stage
from mentormatch.rows import LinearTerm, StageForm
from mentormatch.text import Text


class Locality(Stage):
    """Minimise the distance of pairs: 0 own class, 1 same grade, 2 elsewhere (the pair attribute ``locality``)."""

    kind: Literal["locality"] = "locality"
    choices: bool = Field(False, description="Whether pairs that students listed count too.")

    def _distance(self, market: Market) -> IntArray:
        distance = market.pair_attributes.get("locality", np.zeros(market.num_pairs, np.int64))
        if self.choices:
            return distance.astype(np.int64)
        return np.where(market.is_choice | market.pair_flag("current"), 0, distance).astype(np.int64)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (LinearTerm(self._distance(market)),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of distances."""
        distance = market.pair_attributes.get("locality")
        if distance is None:
            return (0,)
        current, total = market.pair_flag("current"), 0
        for student_id, mentor_id in matching.ids():
            pair = market.pair_index(student_id, mentor_id)
            if pair is not None and (self.choices or not (market.student_rank[pair] > 0 or current[pair])):
                total += int(distance[pair])
        return (total,)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="统筹安置优先本班、其次本年级", en="placements in the own class first, then in the same grade")
