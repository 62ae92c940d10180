"""Class teams (班级导师组): how few and how many mentors share the students of a class."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_attribute, penalty_and_stage, refused
from mentormatch.constraints.class_cells import class_cells, mentors_of_groups
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.constraints.shared_parameters import ClassAttribute, Penalty, PenaltyStage
from mentormatch.constraints.unsuited_pairs import where_possible
from mentormatch.formulation.rows import Teams, grouped_rows
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.market.matching import Pairs


class ClassTeams(Constraint):
    """The students of each class are with at least `least` and at most `most` mentors.

    That mentors are drawn from the class's teachers is the business of `Eligibility`, who leads a team that of
    `ChiefMentors`, and how many classes a mentor serves that of `ClassesPerMentor`.
    """

    kind: Literal["class_teams"] = "class_teams"
    least: Annotated[
        int, said("每班至少几名导师", "at least so many mentors for each class", "0:不要求", "0 asks for nothing")
    ] = Field(default=0, ge=0, le=MAX_QUOTA)
    most: Annotated[
        int | None, said("每班至多几名导师", "at most so many mentors for each class", "不写则不限", "no bound")
    ] = Field(default=None, ge=0, le=MAX_QUOTA)
    attribute: ClassAttribute = "class_name"
    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        if not self.least and self.most is None:
            raise refused(
                self.kind,
                "既没有 least 也没有 most,规则不起作用。",
                "there is neither 'least' nor 'most', so nothing is bound.",
                maybe=Text(zh="加上 most = 12。", en="add most = 12."),
            )
        if self.most is not None and self.most < self.least:
            raise refused(
                self.kind,
                f"least({self.least})大于 most({self.most})。",
                f"'least' ({self.least}) is above 'most' ({self.most}).",
            )
        return self

    @property
    def local(self) -> bool:
        """Who serves a class is a question of all its students together."""
        return False

    def check(self, market: Market) -> None:
        """Refuse an unknown attribute, and more mentors than a class has students to give."""
        values = known_attribute(market, self.attribute, self.kind)
        places = values.membership(values.labels).T @ market.student_quota
        small = np.flatnonzero(places < self.least)
        if len(small) and self.penalty is None:
            name, has = values.labels[small[0]], int(places[small[0]])
            raise refused(
                self.kind,
                f"“{name}”只有 {has} 名学生,不可能有 {self.least} 名导师。",
                f"'{name}' has {has} students, too few for {self.least} mentors.",
                maybe=Text(zh=f"写成 least = {has}。", en=f"set least = {has}."),
            )

    def rows(self, market: Market) -> tuple[Teams, ...]:
        """Return a team for each class and mentor, and the number of teams of each class."""
        cells, labels = class_cells(self.kind, market, self.attribute), market.student_attributes[self.attribute].labels
        available = np.bincount(cells.group, minlength=len(labels))
        most = np.maximum(available, self.least) if self.most is None else np.full(len(labels), self.most)
        count = grouped_rows(
            self.kind,
            np.arange(len(cells.group)),
            cells.group,
            lower=np.full(len(labels), self.least),
            upper=most,
            label=lambda r: Text(zh=f"“{labels[r]}”:{self._bounds().zh}。", en=f"'{labels[r]}': {self._bounds().en}."),
            penalty=self.penalty,
            stage=self.stage,
        )
        return (Teams(cells.rows, np.arange(len(cells.group)), counts=(count,)),)

    def _bounds(self) -> Text:
        zh = [f"至少 {self.least} 名"] * (self.least > 0) + [f"至多 {self.most} 名"] * (self.most is not None)
        en = [f"at least {self.least}"] * (self.least > 0) + [f"at most {self.most}"] * (self.most is not None)
        return Text(zh=f"{'、'.join(zh)}导师", en=f"{' and '.join(en)} mentors")

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every class with too few or too many mentors; it concerns the whole class, in spite of a scope."""
        found = []
        for label, mentors, _ in mentors_of_groups(market, pairs, self.attribute):
            has = len(mentors)
            missed = max(self.least - has, 0 if self.most is None else has - self.most)
            if missed > 0:
                bounds = self._bounds()
                text = Text(
                    zh=f"“{label}”应有{bounds.zh},实有 {has} 名。",
                    en=f"'{label}' should have {bounds.en}; it has {has}.",
                )
                found.append(Violation(self.kind, text, missed, soft=self.penalty is not None))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        bounds = self._bounds()
        return where_possible(Text(zh=f"每个班级{bounds.zh}", en=f"Each class has {bounds.en}"), self.penalty)
