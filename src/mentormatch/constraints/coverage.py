"""Coverage: every student has a mentor."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused, students_with
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.naming import Names
from mentormatch.constraints.values import Values
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs


class Coverage(Constraint):
    """Every student, each of some students, or each with some attribute value, has at least one mentor."""

    kind: Literal["coverage"] = "coverage"
    public = True
    price = 40
    given_up = Text(zh="允许 {n} 名学生暂无导师", en="let {n} student(s) stay without a mentor")
    students: Annotated[
        tuple[str | int, ...] | None,
        Names("student"),
        said(
            "只要求这些学生",
            "only these students",
            "默认所有学生:每名学生都有导师",
            "everybody: every student has a mentor",
        ),
    ] = None
    attribute: Annotated[
        str | None,
        Names("student_attribute"),
        said("只要求有此属性取值的学生", "only students with a value of this attribute", "默认所有学生", "everybody"),
    ] = None
    values: Annotated[
        Values,
        Names("student_value"),
        said("属性取值", "the values", "与 attribute 同时给出", "they go with attribute"),
    ] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.attribute is None) != (not self.values):
            raise refused(
                self.kind,
                "attribute 与 values 须同时给出或同时省略。",
                "'attribute' and 'values' go together.",
                maybe=Text(
                    zh='写成 attribute = "care_level"、values = ["key"]。',
                    en='write attribute = "care_level" and values = ["key"].',
                ),
            )
        if self.students is not None and self.attribute is not None:
            raise refused(
                self.kind,
                "students 与 attribute 只能给出其一。",
                "'students' and 'attribute' cannot both be given.",
                maybe=Text(zh="写成两条 coverage 规则。", en="write two coverage rules."),
            )
        return self

    def must_place(self, market: Market) -> IntArray:
        """Return the students that the rule covers, ascending."""
        if self.students is not None:
            return np.unique(np.array([market.student_index(student_id) for student_id in self.students], np.int64))
        if self.attribute is not None:
            return np.flatnonzero(market.student_attributes[self.attribute].membership(self.values).any(axis=1))
        return np.arange(market.num_students)

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each student."""
        who = self.must_place(market)
        position = np.full(market.num_students, -1, np.int64)
        position[who] = np.arange(len(who))
        at = np.flatnonzero(position[market.student] >= 0)
        return (
            grouped_rows(
                self.kind,
                at,
                position[market.student[at]],
                lower=np.ones(len(who), np.int64),
                upper=np.full(len(who), max(market.num_mentors, 1)),
                students=who,
                label=lambda r: Text(
                    zh=f"学生 {market.student_ids[who[r]]} 须有导师。",
                    en=f"Student {market.student_ids[who[r]]} must have a mentor.",
                ),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every student without a mentor."""
        named = None if self.students is None else set(self.students)
        attribute = None if self.attribute is None else market.student_attributes[self.attribute]
        found = []
        for student_id in everyone(market, scope).students:
            if pairs.mentors_of(student_id) or (named is not None and student_id not in named):
                continue
            if attribute is None or set(self.values) & set(attribute.values(market.student_index(student_id))):
                text = Text(zh=f"学生 {student_id} 没有导师。", en=f"Student {student_id} has no mentor.")
                found.append(Violation(self.kind, text, students=(student_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        if self.attribute is not None:
            who = students_with(self.attribute, self.values)
            return Text(zh=f"{who.zh}都有导师。", en=f"All {who.en} have a mentor.")
        if self.students is None:
            return Text(zh="每名学生都有导师。", en="Every student has a mentor.")
        return Text(
            zh=f"指定的 {len(self.students)} 名学生都有导师。",
            en=f"Each of {len(self.students)} named students has a mentor.",
        )
