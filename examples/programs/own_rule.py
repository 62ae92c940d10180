"""A rule of one's own: a department takes at most so many students of care level key."""

from collections import Counter
from datetime import date
from typing import Literal

import database
from from_database import school

import mentormatch as mm
from mentormatch.base.text import Text
from mentormatch.constraints import Constraint, Scope, Violation
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.matching import Pairs


class DepartmentCareCap(Constraint):
    """At most `most` students of care level key in one department."""

    kind: Literal["department_care_cap"] = "department_care_cap"
    most: int = 5

    def describe(self) -> Text:
        return Text(f"每个学科组最多带{self.most}名重点关爱学生", f"at most {self.most} key-care students a department")

    def rows(self, market: mm.Market) -> tuple[Rows, ...]:
        subject, care = market.mentor_attributes["subject"], market.student_attributes["care_level"]
        pairs = care.has("key")[market.student].nonzero()[0]
        group = subject.codes[market.mentor[pairs]]
        none, most = [0] * len(subject.labels), [self.most] * len(subject.labels)
        return (grouped_rows(self.kind, pairs, group, lower=none, upper=most, label=lambda r: self.describe()),)

    def violations(self, market: mm.Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        key = [s for i, s in enumerate(market.student_ids) if market.student_attributes["care_level"].values(i)]
        load = Counter(
            market.mentor_attributes["subject"].values(market.mentor_index(m)) for s in key for m in pairs.mentors_of(s)
        )
        return tuple(
            Violation(self.kind, self.describe(), amount=n - self.most) for n in load.values() if n > self.most
        )


if __name__ == "__main__":
    result = mm.match(school(database.connect()), on=date(2024, 11, 11), extra_constraints=[DepartmentCareCap(most=9)])
    print(result.status, result.engine)
