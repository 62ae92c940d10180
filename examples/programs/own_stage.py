"""A goal of one's own, after those of the school: as many pairs of one gender as possible."""

from datetime import date
from typing import Literal

import database
import numpy as np
from from_database import school

import mentormatch as mm
from mentormatch.base.text import Text
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.objectives import Stage


class SameGender(Stage):
    """Fewest pairs of different gender."""

    kind: Literal["same_gender"] = "same_gender"

    def describe(self) -> Text:
        return Text("异性结对最少", "fewest pairs of different gender")

    def forms(self, market: mm.Market) -> tuple[StageForm, ...]:
        student, mentor = market.student_attributes["gender"], market.mentor_attributes["gender"]
        values = [np.array([each.values(i) for i in range(len(each))])[:, 0] for each in (student, mentor)]
        differ = (values[0][market.student] != values[1][market.mentor]).astype(np.int64)
        return (StageForm(self.kind, (LinearTerm(differ),)),)

    def values(self, market: mm.Market, matching: mm.Matching) -> tuple[int, ...]:
        student, mentor = market.student_attributes["gender"], market.mentor_attributes["gender"]
        ends = [
            (student.values(market.student_index(s)), mentor.values(market.mentor_index(m))) for s, m in matching.ids()
        ]
        return (sum(one != other for one, other in ends),)


if __name__ == "__main__":
    roster = school(database.connect())
    results = [mm.match(roster, on=date(2024, 11, 11), extra_stages=extra) for extra in ([], [SameGender()])]
    print(results[1].to_document().stages[-1])
    assert results[1].stages[-1].proven
