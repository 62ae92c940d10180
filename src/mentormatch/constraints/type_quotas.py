"""Type quotas: how many students of a kind (care level, other class) a mentor takes."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import (
    is_confidential,
    penalty_and_stage,
    refused,
    students_with,
)
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.naming import Names
from mentormatch.constraints.per_mentor import PerMentor, by_index, numbers
from mentormatch.constraints.shared_parameters import Penalty, PenaltyStage
from mentormatch.constraints.values import Values
from mentormatch.constraints.words import attribute_code
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.market.matching import Pairs

# Larger than any number of students, so that it never binds.
UNBOUNDED = 2**62


class TypeQuotas(Constraint):
    """Each mentor takes at least `lower` and at most `upper` of the students with one of some attribute values.

    Type quotas are the controlled school choice of Abdulkadiroglu and Sonmez (2003). With a `penalty` the rule may be
    missed, at that price for each student too many or too few, counted in the stage `stage`.
    """

    kind: Literal["type_quotas"] = "type_quotas"
    attribute: Annotated[
        str,
        Names("student_attribute"),
        said("学生属性", "a student attribute", "没有默认值", "none: say which students"),
    ] = Field(min_length=1)
    values: Annotated[
        Values,
        Names("student_value"),
        said("计入的取值", "the values that count", "没有默认值", "none: say which students"),
    ] = Field(min_length=1)
    upper: Annotated[
        PerMentor | None,
        Names(("mentor", None)),
        said(
            "上限:一个数,或按导师工号",
            "an upper bound: one number, or one for each mentor id",
            "不写则不设上限;学校的关爱上限来自导师表“重点关爱上限”",
            "none; a school's cap on care comes from the column care_max of the mentors",
        ),
    ] = None
    lower: Annotated[PerMentor, said("下限", "a lower bound", "0:不要求", "0 asks for nothing")] = 0
    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        for name, bound in (("lower", self.lower), ("upper", self.upper)):
            for number in numbers(bound):
                if not 0 <= number <= MAX_QUOTA:
                    raise refused(
                        self.kind,
                        f"{name} 应在 0 与 {MAX_QUOTA} 之间,现为 {number}。",
                        f"'{name}' must be between 0 and {MAX_QUOTA}; got {number}.",
                    )
            if isinstance(bound, tuple) and len({mentor_id for mentor_id, _ in bound}) != len(bound):
                raise refused(
                    self.kind,
                    f"{name} 中同一导师出现了两次。",
                    f"'{name}' has the same mentor twice.",
                )
        if self.upper in (None, ()) and not any(numbers(self.lower)):
            raise refused(
                self.kind,
                "既没有上限 upper 也没有下限 lower,规则不起作用。",
                "there is neither an 'upper' nor a 'lower' bound, so nothing is bound.",
                maybe=Text(zh="加上 upper = 1。", en="add upper = 1."),
            )
        return self

    @property
    def subject(self) -> tuple[object, ...]:
        """The attribute, too: a rule on gender leaves the caps on care alone."""
        return self.kind, attribute_code("students", self.attribute)

    def check(self, market: Market) -> None:
        """Refuse an unknown attribute, unknown mentors, and a lower above an upper bound."""
        lower, upper = self._bounds(market)
        above = np.flatnonzero(lower > upper)
        if len(above):
            j = int(above[0])
            raise refused(
                self.kind,
                f"导师 {market.mentor_ids[j]} 的下限 {lower[j]} 大于上限 {upper[j]}。",
                f"mentor {market.mentor_ids[j]!r} has the lower bound {lower[j]} above the upper bound {upper[j]}.",
            )

    def _bounds(self, market: Market) -> tuple[IntArray, IntArray]:
        return by_index(market, self.lower, default=0), by_index(market, self.upper, default=UNBOUNDED)

    def bounded(self, market: Market) -> IntArray:
        """Return the mentors that are bounded, ascending: one for each row."""
        lower, upper = self._bounds(market)
        return np.flatnonzero((lower > 0) | (upper < UNBOUNDED))

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each mentor that is bounded."""
        lower, upper = self._bounds(market)
        bounded = self.bounded(market)
        position = np.full(market.num_mentors, -1, np.int64)
        position[bounded] = np.arange(len(bounded))
        member = market.student_attributes[self.attribute].membership(self.values).sum(axis=1) > 0
        at = np.flatnonzero(member[market.student] & (position[market.mentor] >= 0))
        return (
            grouped_rows(
                self.kind,
                at,
                position[market.mentor[at]],
                lower=lower[bounded],
                upper=np.minimum(upper[bounded], np.maximum(lower[bounded], market.num_pairs)),
                mentors=bounded,
                label=lambda r: self._label(market, int(bounded[r])),
                penalty=self.penalty,
                stage=self.stage,
                confidential=is_confidential(market, self.attribute),
            ),
        )

    def _label(self, market: Market, mentor: int) -> Text:
        lower, upper = self._bounds(market)
        low, high = int(lower[mentor]), int(upper[mentor])
        who = students_with(self.attribute, self.values)
        zh = [f"至少 {low} 名"] * (low > 0) + [f"至多 {high} 名"] * (high < UNBOUNDED)
        en = [f"at least {low}"] * (low > 0) + [f"at most {high}"] * (high < UNBOUNDED)
        mentor_id = market.mentor_ids[mentor]
        return Text(
            zh=f"导师 {mentor_id} 带{who.zh}{'、'.join(zh)}。",
            en=f"Mentor {mentor_id} takes {' and '.join(en)} {who.en}.",
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor with too many or too few students of the kind."""
        attribute, wanted = market.student_attributes[self.attribute], set(self.values)
        lower, upper = self._bounds(market)
        found = []
        for mentor_id in everyone(market, scope).mentors:
            j = market.mentor_index(mentor_id)
            has = sum(
                1
                for student_id in pairs.students_of(mentor_id)
                if not wanted.isdisjoint(attribute.values(market.student_index(student_id)))
            )
            missed = max(int(lower[j]) - has, has - int(upper[j]))
            if missed > 0:
                label = self._label(market, j)
                text = Text(zh=f"{label.zh[:-1]},实有 {has} 名。", en=f"{label.en[:-1]}; it has {has}.")
                soft = self.penalty is not None
                found.append(Violation(self.kind, text, missed, mentors=(mentor_id,), soft=soft))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        who = students_with(self.attribute, self.values)
        zh, en = f"每名导师所带{who.zh}", f"The number of {who.en} that a mentor takes"
        if isinstance(self.upper, int) and isinstance(self.lower, int):
            bounds_zh = ([f"至少 {self.lower} 名"] if self.lower else []) + [f"至多 {self.upper} 名"]
            bounds_en = ([f"at least {self.lower}"] if self.lower else []) + [f"at most {self.upper}"]
            zh, en = zh + "、".join(bounds_zh), f"{en} is {' and '.join(bounds_en)}"
        elif self.upper is None and isinstance(self.lower, int):
            zh, en = zh + f"至少 {self.lower} 名", f"{en} is at least {self.lower}"
        else:
            zh, en = zh + "人数有限额,各导师不同", f"{en} is bounded, mentor by mentor"
        if self.penalty is not None:
            zh, en = zh + "(尽量满足)", en + " (where possible)"
        return Text(zh=zh + "。", en=en + ".")
