"""Load balance: students spread evenly over the mentors."""

from typing import Literal

import numpy as np

from mentormatch.market import Market
from mentormatch.matching import Matching
from mentormatch.objectives.stage import Stage
from mentormatch.rows import ConvexTerm, StageForm
from mentormatch.text import Text


class LoadBalance(Stage):
    """Minimise the sum of squared loads: a convex cost, smallest where the loads are as even as can be."""

    kind: Literal["load_balance"] = "load_balance"

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level: the u-th student of a mentor costs 2u - 1."""
        start = market.mentor_start
        unit = np.arange(market.num_pairs) - np.repeat(start[:-1], np.diff(start))
        return (StageForm(self.kind, (ConvexTerm(start, market.by_mentor.astype(np.int64), 2 * unit + 1),)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of squared loads."""
        return (sum(len(matching.students_of(mentor_id)) ** 2 for mentor_id in market.mentor_ids),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="各导师带生人数尽可能均衡", en="loads as even as possible")
