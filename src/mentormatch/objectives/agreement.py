"""Agreement: points for each pair whose values are equal, or near each other."""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.arrays import IntArray
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import (
    is_confidential,
    known_attribute,
    known_mentor_attribute,
    refused,
)
from mentormatch.constraints.naming import Names
from mentormatch.constraints.words import attribute_word
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.agreement import for_pairs, is_near, number_in_common
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Counted, Stage

KIND = "agreement"
MAX_POINTS = 10_000


class Criterion(FrozenModel):
    """What two people may agree in, and how many points that is worth."""

    is_part_of_rules: ClassVar[bool] = True

    attribute: Annotated[str, Names("student_attribute")] = Field(
        min_length=1, description="A student attribute, for example an own column such as 校区."
    )
    mentor_attribute: Annotated[str | None, Names("mentor_attribute")] = Field(
        default=None, min_length=1, description="The mentor attribute that is compared; default the same name."
    )
    points: int = Field(default=1, ge=1, le=MAX_POINTS, description="For a value in common.")
    each: bool = Field(default=False, description="Whether every further value in common counts again.")
    near: int | None = Field(default=None, ge=1, le=1000, description="How far apart near values may be.")
    near_points: int = Field(default=0, ge=0, le=MAX_POINTS, description="For values that are near and not equal.")

    @model_validator(mode="after")
    def _near_is_worth_something(self) -> Self:
        if (self.near is None) != (self.near_points == 0):
            raise refused(
                KIND,
                "near 与 near_points 须同时给出。",
                "'near' and 'near_points' go together.",
                maybe=Text(zh="写成 near = 1、near_points = 1。", en="write near = 1 and near_points = 1."),
            )
        return self

    @property
    def of_mentors(self) -> str:
        """The mentor attribute."""
        return self.mentor_attribute or self.attribute

    def worth(self, theirs: tuple[str, ...], ours: tuple[str, ...], order: tuple[str, ...]) -> int:
        """Return the points for a student's and a mentor's values."""
        common = number_in_common(theirs, ours)
        if common:
            return self.points * (common if self.each else 1)
        return self.near_points if self.near is not None and is_near(theirs, ours, self.near, order) else 0


class Agreement(Stage):
    """Maximise the points of the matched pairs for values that the student and the mentor have in common.

    Any attributes of the two sides can be compared, a school's own columns included. What must agree is no matter of
    points: that is the rule `must_agree`.
    """

    kind: Literal["agreement"] = "agreement"
    words = Text(zh="相符的得分", en="points for what agrees")
    criteria: Annotated[
        tuple[Criterion, ...],
        said(
            "比较哪些属性,各值几分",
            "what is compared, each with its points",
            "没有默认值:由学校决定",
            "none: the school decides",
        ),
    ] = Field(min_length=1)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level; `RulesError` for an attribute that the market does not have."""
        points = np.zeros(market.num_pairs, np.int64)
        for each in self.criteria:
            points += _points(market, each)
        return (StageForm(self.kind, (LinearTerm(-points),), maximise=True),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of the points."""
        return (
            sum(
                counted.points
                for student_id, mentor_id in matching.ids()
                for counted in self.counted(market, student_id, mentor_id)
            ),
        )

    def for_everybody(self, market: Market) -> Self | None:
        """Return the stage with the criteria that are not confidential."""
        told = tuple(each for each in self.criteria if not _is_hidden(market, each))
        return self if told == self.criteria else self.model_copy(update={"criteria": told}) if told else None

    def counted(self, market: Market, student_id: Id, mentor_id: Id) -> tuple[Counted, ...]:
        """Return what the two agree in, point by point."""
        i, j = market.student_index(student_id), market.mentor_index(mentor_id)
        found = []
        for each in self.criteria:
            theirs, ours = _attributes(market, each)
            mine, yours = theirs.values(i), ours.values(j)
            points = each.worth(mine, yours, theirs.order or ours.order)
            if points:
                found.append(Counted(_told(each, mine, yours, points), points, _is_hidden(market, each)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the stage."""
        parts = [
            Text(
                zh=f"{attribute_word(each.attribute).zh} {each.points} 分"
                + (f"(相近 {each.near_points} 分)" if each.near_points else ""),
                en=f"{attribute_word(each.attribute).en} {each.points}"
                + (f" (near: {each.near_points})" if each.near_points else ""),
            )
            for each in self.criteria
        ]
        return Text(
            zh=f"师生相符的分数之和尽可能大:{'、'.join(part.zh for part in parts)}",
            en=f"as many points for agreement as possible: {', '.join(part.en for part in parts)}",
        )


def _attributes(market: Market, criterion: Criterion) -> tuple[Attribute, Attribute]:
    return (
        known_attribute(market, criterion.attribute, KIND),
        known_mentor_attribute(market, criterion.of_mentors, KIND),
    )


def _is_hidden(market: Market, criterion: Criterion) -> bool:
    return is_confidential(market, criterion.attribute) or _attributes(market, criterion)[1].confidential


def _points(market: Market, criterion: Criterion) -> IntArray:
    theirs, ours = _attributes(market, criterion)
    order = theirs.order or ours.order
    return for_pairs(market, theirs, ours, lambda one, other: criterion.worth(one, other, order))


def _told(criterion: Criterion, theirs: tuple[str, ...], ours: tuple[str, ...], points: int) -> Text:
    word = attribute_word(criterion.attribute)
    common = [value for value in theirs if value in ours]
    if common:
        return Text(
            zh=f"{word.zh}相同({'、'.join(common)}),{points} 分",
            en=f"the same {word.en} ({', '.join(common)}): {points}",
        )
    return Text(
        zh=f"{word.zh}相近({'、'.join(theirs)} 与 {'、'.join(ours)}),{points} 分",
        en=f"near in {word.en} ({', '.join(theirs)} and {', '.join(ours)}): {points}",
    )
