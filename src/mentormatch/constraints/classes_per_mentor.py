"""Classes per mentor (每名导师带几个班的学生): a mentor's students come from a few classes only."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import penalty_and_stage, refused
from mentormatch.constraints.class_cells import class_cells, groups_of_mentor
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.per_mentor import PerMentor, by_index, number_for, numbers
from mentormatch.constraints.shared_parameters import ClassAttribute, Penalty, PenaltyStage
from mentormatch.constraints.unsuited_pairs import where_possible
from mentormatch.formulation.rows import Teams, grouped_rows
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.market.matching import Pairs


class ClassesPerMentor(Constraint):
    """A mentor has students of at most `most` classes; with a `penalty` each further class costs."""

    kind: Literal["classes_per_mentor"] = "classes_per_mentor"
    most: Annotated[
        PerMentor,
        said(
            "每名导师至多带几个班的学生",
            "students of at most so many classes",
            "没有默认值:各校不同",
            "none: schools differ",
        ),
    ]
    attribute: ClassAttribute = "class_name"
    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        for number in numbers(self.most):
            if not 0 <= number <= MAX_QUOTA:
                raise refused(
                    self.kind,
                    f"most 应在 0 与 {MAX_QUOTA} 之间,现为 {number}。",
                    f"'most' must be between 0 and {MAX_QUOTA}; got {number}.",
                )
        return self

    def rows(self, market: Market) -> tuple[Teams, ...]:
        """Return a team for each class and mentor, and the number of teams of each mentor."""
        cells, most = class_cells(self.kind, market, self.attribute), by_index(market, self.most, default=MAX_QUOTA)
        mentors = market.mentor_ids
        count = grouped_rows(
            self.kind,
            np.arange(len(cells.mentor)),
            cells.mentor,
            lower=np.zeros(market.num_mentors, np.int64),
            upper=np.minimum(most, max(len(cells.mentor), 1)) if len(cells.mentor) else most,
            label=lambda r: Text(
                zh=f"导师 {mentors[r]} 至多带 {most[r]} 个班的学生。",
                en=f"Mentor {mentors[r]} takes students of at most {most[r]} class(es).",
            ),
            penalty=self.penalty,
            stage=self.stage,
        )
        return (Teams(cells.rows, np.arange(len(cells.mentor)), counts=(count,)),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor with students of too many classes."""
        found = []
        for mentor_id in everyone(market, scope).mentors:
            most, has = (
                number_for(self.most, mentor_id),
                len(groups_of_mentor(market, pairs, self.attribute, mentor_id)),
            )
            if most is not None and has > most:
                text = Text(
                    zh=f"导师 {mentor_id} 带 {has} 个班的学生,至多 {most} 个班。",
                    en=f"Mentor {mentor_id} has students of {has} classes, at most {most} allowed.",
                )
                soft = self.penalty is not None
                found.append(Violation(self.kind, text, has - most, mentors=(mentor_id,), soft=soft))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        number = self.most if isinstance(self.most, int) else None
        zh = "每名导师所带班级数有限额,各导师不同" if number is None else f"每名导师至多带 {number} 个班的学生"
        en = (
            "The number of classes of a mentor is bounded, mentor by mentor"
            if number is None
            else f"A mentor takes students of at most {number} class(es)"
        )
        return where_possible(Text(zh=zh, en=en), self.penalty)
