"""Coverage: place as many students as possible."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class PlacedStudents(Stage):
    """Maximise the number of students that have a mentor.

    Where no student takes more than one mentor, that is the number of matched pairs, and counted as such. Where some
    take several, a student counts once however many it has, so that nobody's second mentor comes before somebody's
    first.
    """

    kind: Literal["placed_students"] = "placed_students"
    words = Text(zh="有导师的学生", en="students placed")
    formerly = ("coverage",)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level: minus one for each pair, or for the first pair of each student."""
        if not _take_several(market):
            return (StageForm(self.kind, (LinearTerm(np.full(market.num_pairs, -1, np.int64)),), maximise=True),)
        first = np.r_[True, market.student[1:] != market.student[:-1]][: market.num_pairs]
        term = ConvexTerm(market.student_start, np.arange(market.num_pairs), np.where(first, -1, 0).astype(np.int64))
        return (StageForm(self.kind, (term,), maximise=True),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the number of students placed."""
        return (matching.num_placed if _take_several(market) else len(matching),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="安置尽可能多的学生", en="as many students placed as possible")


def _take_several(market: Market) -> bool:
    return bool((market.student_quota > 1).any())
