"""Vetoes: a student's avoid list and a mentor's 不适合 remove the pair."""

from typing import Annotated, Literal

import numpy as np

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import has_fact
from mentormatch.formulation.rows import Mask
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs

SIDES = (
    ("student_veto", Text(zh="学生要求回避该导师。", en="The student asked to avoid this mentor.")),
    ("mentor_veto", Text(zh="导师认为不适合。", en="The mentor finds the pair unsuitable.")),
)


class Vetoes(Constraint):
    """Neither a pair that the student avoids nor one that the mentor finds unsuitable is made."""

    kind: Literal["vetoes"] = "vetoes"
    about_two = True
    given_up = Text(zh="请 {n} 名学生或其导师撤回回避意见", en="ask for {n} veto(es) to be withdrawn")
    students: Annotated[
        bool,
        said(
            "学生的回避要求是否遵守",
            "whether students' avoid lists bind",
            "双向选择:双方都可以说不",
            "choice is two-way: both may say no",
        ),
    ] = True
    mentors: Annotated[
        bool,
        said(
            "导师的不适合意见是否遵守",
            "whether mentors' vetoes bind",
            "双向选择:双方都可以说不",
            "choice is two-way: both may say no",
        ),
    ] = True

    def _sides(self) -> list[tuple[str, Text]]:
        return [side for side, binds in zip(SIDES, (self.students, self.mentors), strict=True) if binds]

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the vetoed pairs, one mask for each side."""
        return tuple(Mask(self.kind, np.flatnonzero(market.pair_flag(name)), text) for name, text in self._sides())

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every vetoed pair."""
        found = []
        for student_id in everyone(market, scope).students:
            for mentor_id in pairs.mentors_of(student_id):
                broken = [text for name, text in self._sides() if has_fact(market, name, student_id, mentor_id)]
                if broken:
                    text = Text(
                        zh=f"学生 {student_id} 与导师 {mentor_id}:{''.join(why.zh for why in broken)}",
                        en=f"Student {student_id} and mentor {mentor_id}: {' '.join(why.en for why in broken)}",
                    )
                    found.append(Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        if self.students and self.mentors:
            return Text(zh="双方的回避与不适合意见都遵守。", en="Vetoes of students and of mentors are kept.")
        if self.students:
            return Text(zh="学生的回避要求遵守。", en="Students' avoid lists are kept.")
        if self.mentors:
            return Text(zh="导师的不适合意见遵守。", en="Mentors' vetoes are kept.")
        return Text(zh="不考虑回避意见。", en="Vetoes do not bind.")
