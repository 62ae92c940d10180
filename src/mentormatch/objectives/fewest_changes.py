"""Fewest changes: as few students as possible lose last term's mentor."""

from typing import Literal

import numpy as np

from mentormatch.base.text import Text
from mentormatch.formulation.terms import StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.kept_pairs import loss_form, lost_students
from mentormatch.objectives.stage import Stage


class FewestChanges(Stage):
    """Minimise the number of students that have a current pair and keep none of their current mentors.

    Reads the pair attribute ``current``. A student that ends up with nobody counts as well as one that goes elsewhere.
    """

    kind: Literal["fewest_changes"] = "fewest_changes"
    words = Text(zh="失去原导师的学生", en="students who lose their mentor")
    formerly = ("continuity",)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (loss_form(self.kind, market, np.flatnonzero(market.pair_flag("current"))),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the number of students that change."""
        current = np.flatnonzero(market.pair_flag("current"))
        ends = zip(market.student[current].tolist(), market.mentor[current].tolist(), strict=True)
        return (lost_students(matching, ((market.student_ids[i], market.mentor_ids[j]) for i, j in ends)),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="更换导师的学生尽可能少", en="as few students as possible change their mentor")
