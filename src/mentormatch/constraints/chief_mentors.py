"""Chief mentors (班教组长为首席导师): each class has exactly one chief, who takes students of the class."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_attribute, known_mentor_attribute, penalty_and_stage, refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.shared_parameters import Penalty, PenaltyStage
from mentormatch.constraints.unsuited_pairs import where_possible
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.market.matching import Pairs


class ChiefMentors(Constraint):
    """The chief of each class takes at least `least` of its students.

    Reads the student attribute ``class_name`` and the mentor attribute ``chief_of``. Only mentors that take students
    count as chiefs. A class with two chiefs is refused, and one without a chief too, unless `missing` says otherwise.
    """

    kind: Literal["chief_mentors"] = "chief_mentors"
    least: Annotated[
        int,
        said(
            "首席导师至少带本班几名学生",
            "at least so many students of the class",
            "1:首席也带本班学生",
            "1: a chief takes part",
        ),
    ] = Field(default=1, ge=0, le=MAX_QUOTA)
    missing: Annotated[
        Literal["refuse", "ignore"],
        said(
            "没有首席导师的班级:refuse 拒绝,ignore 略过",
            "what a class without a chief gets: refuse or ignore",
            "每班有且只有一名;缺了应当知道",
            "there is exactly one a class, and a gap should be known",
        ),
    ] = "refuse"
    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _penalty_has_stage(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        return self

    def check(self, market: Market) -> None:
        """Refuse a class with two chiefs or with none, and a chief of a class that is not there."""
        classes = known_attribute(market, "class_name", self.kind)
        known_mentor_attribute(market, "chief_of", self.kind)
        chiefs = _chiefs(market)
        for label in classes.labels:
            found = chiefs.get(label, [])
            if len(found) > 1:
                names = [str(market.mentor_ids[j]) for j in found]
                raise refused(
                    self.kind,
                    f"“{label}”有 {len(found)} 名首席导师:{'、'.join(names)};只能有一名。",
                    f"'{label}' has {len(found)} chief mentors: {', '.join(names)}; there must be exactly one.",
                    maybe=Text(
                        zh="在导师表“班教组长”一列只留一名。",
                        en="keep one of them in the column chief_of of the mentors.",
                    ),
                )
            if not found and self.missing == "refuse":
                raise refused(
                    self.kind,
                    f"“{label}”没有在岗的首席导师。",
                    f"'{label}' has no chief mentor who takes students.",
                    maybe=Text(
                        zh='在导师表“班教组长”一列补上,或写 missing = "ignore"。',
                        en='fill in the column chief_of of the mentors, or set missing = "ignore".',
                    ),
                )

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each class that has a chief."""
        classes, chiefs = market.student_attributes["class_name"], _chiefs(market)
        led = [(code, chiefs[label][0]) for code, label in enumerate(classes.labels) if chiefs.get(label)]
        member = classes.membership(classes.labels)
        parts = [
            np.flatnonzero(member[market.student, code] & (market.mentor == mentor)).astype(np.int64)
            for code, mentor in led
        ]
        size = np.array([len(part) for part in parts], np.int64)
        return (
            grouped_rows(
                self.kind,
                np.concatenate([np.zeros(0, np.int64), *parts]),
                np.repeat(np.arange(len(parts)), size),
                lower=np.full(len(parts), self.least),
                upper=np.maximum(size, self.least),
                mentors=[lead for _, lead in led],
                label=lambda r: _label(classes.labels[led[r][0]], market.mentor_ids[led[r][1]], self.least),
                penalty=self.penalty,
                stage=self.stage,
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every chief with too few students of the class."""
        classes, leads = market.student_attributes["class_name"], market.mentor_attributes["chief_of"]
        found = []
        for mentor_id in everyone(market, scope).mentors:
            j = market.mentor_index(mentor_id)
            if market.mentor_upper[j] == 0:
                continue
            own = [classes.values(market.student_index(s)) for s in pairs.students_of(mentor_id)]
            for label in leads.values(j):
                has = sum(label in each for each in own)
                if label in classes.labels and has < self.least:
                    said = _label(label, mentor_id, self.least)
                    text = Text(zh=f"{said.zh[:-1]},实有 {has} 名。", en=f"{said.en[:-1]}; it has {has}.")
                    soft = self.penalty is not None
                    found.append(Violation(self.kind, text, self.least - has, mentors=(mentor_id,), soft=soft))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        zh = f"每班有且只有一名首席导师,至少带本班 {self.least} 名学生"
        en = f"Each class has exactly one chief mentor, who takes at least {self.least} of its students"
        return where_possible(Text(zh=zh, en=en), self.penalty)


def _chiefs(market: Market) -> dict[str, list[int]]:
    """Return the mentors that take students and lead each class."""
    leads = market.mentor_attributes["chief_of"]
    found: dict[str, list[int]] = {}
    for j in np.flatnonzero(market.mentor_upper > 0).tolist():
        for label in leads.values(j):
            found.setdefault(label, []).append(j)
    return found


def _label(label: str, mentor_id: object, least: int) -> Text:
    return Text(
        zh=f"“{label}”的首席导师 {mentor_id} 至少带本班 {least} 名学生。",
        en=f"The chief mentor {mentor_id} of '{label}' takes at least {least} of its students.",
    )
