"""First choices: as many students as possible get the mentor that they listed first."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class FirstChoices(Stage):
    """Maximise the number of pairs in which the student listed the mentor first.

    The first level of `RankMaximal` alone: what a school asks who tells parents one number.
    """

    kind: Literal["first_choices"] = "first_choices"
    words = Text(zh="得到第一志愿的学生", en="students with their first choice")

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (LinearTerm(-(market.student_rank == 1).astype(np.int64)),), maximise=True),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return how many students get their first choice."""
        return (sum(rank == 1 for rank in market.student_rank[matching.pairs].tolist()),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="得到第一志愿的学生尽可能多", en="most first choices")
