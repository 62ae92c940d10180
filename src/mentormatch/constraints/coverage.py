"""Coverage: every student has a mentor."""

from typing import Literal, Self

import numpy as np
from pydantic import Field

from mentormatch.constraints.binding import known_students
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.market import Market
from mentormatch.matching import Pairs
from mentormatch.rows import Rows, grouped_rows
from mentormatch.text import Text


class Coverage(Constraint):
    """Every student, or each of some students, is placed with at least one mentor."""

    kind: Literal["coverage"] = "coverage"
    students: tuple[str | int, ...] | None = Field(None, description="Only these students; default everybody.")

    def bind(self, market: Market) -> Self:
        """Refuse unknown students."""
        known_students(market, self.students or (), self.kind)
        return self

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each student."""
        who = (
            np.arange(market.num_students)
            if self.students is None
            else np.unique([market.student_index(student_id) for student_id in self.students])
        )
        at = np.flatnonzero(np.isin(market.student, who)) if self.students is not None else np.arange(market.num_pairs)
        return (
            grouped_rows(
                self.kind,
                at,
                np.searchsorted(who, market.student[at]),
                lower=np.ones(len(who), np.int64),
                upper=np.full(len(who), max(market.num_mentors, 1)),
                label=lambda r: Text(
                    zh=f"学生 {market.student_ids[who[r]]} 须有导师。",
                    en=f"Student {market.student_ids[who[r]]} must have a mentor.",
                ),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every student without a mentor."""
        only = None if self.students is None else set(self.students)
        return tuple(
            Violation(
                self.kind,
                Text(zh=f"学生 {student_id} 没有导师。", en=f"Student {student_id} has no mentor."),
                students=(student_id,),
            )
            for student_id in everyone(market, scope).students
            if (only is None or student_id in only) and not pairs.mentors_of(student_id)
        )

    def describe(self) -> Text:
        """Say the rule."""
        if self.students is None:
            return Text(zh="每名学生都有导师。", en="Every student has a mentor.")
        return Text(
            zh=f"指定的 {len(self.students)} 名学生都有导师。",
            en=f"Each of {len(self.students)} students has a mentor.",
        )
