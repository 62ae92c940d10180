"""Coverage: place as many students as possible."""

from typing import Literal

import numpy as np

from mentormatch.market import Market
from mentormatch.matching import Matching
from mentormatch.objectives.stage import Stage
from mentormatch.rows import LinearTerm, StageForm
from mentormatch.text import Text


class PlacedStudents(Stage):
    """Maximise the number of matched pairs: of placed students, where each takes one mentor."""

    kind: Literal["coverage"] = "coverage"

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level: minus one for each pair."""
        return (StageForm(self.kind, (LinearTerm(np.full(market.num_pairs, -1, np.int64)),), maximise=True),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the number of pairs."""
        return (sum(1 for _ in matching.ids()),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="安置尽可能多的学生", en="as many students placed as possible")
