"""Type quotas: how many students of a kind (care level, other class) a mentor takes."""

from collections.abc import Mapping
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.arrays import IntArray
from mentormatch.constraints.binding import known_attribute, known_mentors
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.errors import RulesError
from mentormatch.market import Id, Market
from mentormatch.matching import Pairs
from mentormatch.rows import Rows, grouped_rows
from mentormatch.text import Text

Bound = int | dict[str | int, int]


class TypeQuotas(Constraint):
    """Each mentor takes at least `lower` and at most `upper` of the students with one of some attribute values."""

    kind: Literal["type_quotas"] = "type_quotas"
    attribute: str = Field(description="A student attribute, for example care_level.")
    values: tuple[str, ...] = Field(min_length=1, description="The values that count.")
    upper: Bound | None = Field(None, description="One number for all, or one for each mentor id; others unbounded.")
    lower: Bound = Field(0, description="One number for all, or one for each mentor id; others 0.")
    penalty: int | None = Field(None, ge=1, description="Makes the rule soft; counted in `stage`.")
    stage: str | None = Field(None, description="The stage that counts what a soft rule misses.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.penalty is None) != (self.stage is None):
            raise ValueError("penalty and stage go together")
        for name, bound in (("lower", self.lower), ("upper", self.upper)):
            numbers = bound.values() if isinstance(bound, Mapping) else () if bound is None else (bound,)
            if any(number < 0 for number in numbers):
                raise ValueError(f"{name} must not be negative")
        return self

    def bind(self, market: Market) -> Self:
        """Refuse an unknown attribute, unknown mentors, and a lower above an upper bound."""
        known_attribute(market, self.attribute, self.kind)
        for bound in (self.lower, self.upper):
            if isinstance(bound, Mapping):
                known_mentors(market, bound, self.kind)
        for mentor_id in market.mentor_ids:
            low, high = self._bounds(mentor_id)
            if high is not None and low > high:
                raise RulesError(
                    Text(
                        zh=f"规则 {self.kind}:导师 {mentor_id} 的下限 {low} 大于上限 {high}。",
                        en=f"Rule {self.kind}: mentor {mentor_id} has the bounds {low} above {high}.",
                    )
                )
        return self

    def _bounds(self, mentor_id: Id) -> tuple[int, int | None]:
        low = self.lower.get(mentor_id, 0) if isinstance(self.lower, dict) else self.lower  # type: ignore[call-overload]  # ids are str or int here
        high = self.upper.get(mentor_id) if isinstance(self.upper, dict) else self.upper  # type: ignore[call-overload]  # the same
        return low, high

    def _members(self, market: Market) -> IntArray:
        member = market.student_attributes[self.attribute].membership(self.values)
        return np.flatnonzero(member.sum(axis=1)[market.student])

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each mentor that is bounded."""
        bounds = [self._bounds(mentor_id) for mentor_id in market.mentor_ids]
        bounded = np.array([j for j, (low, high) in enumerate(bounds) if low > 0 or high is not None], np.int64)
        at = self._members(market)
        at = at[np.isin(market.mentor[at], bounded)]
        upper = [market.num_pairs if bounds[j][1] is None else bounds[j][1] for j in bounded]
        return (
            grouped_rows(
                self.kind,
                at,
                np.searchsorted(bounded, market.mentor[at]),
                lower=np.array([bounds[j][0] for j in bounded], np.int64),
                upper=np.array(upper, np.int64),
                label=lambda r: self._label(market.mentor_ids[bounded[r]], *bounds[bounded[r]]),
                penalty=self.penalty,
                stage=self.stage,
            ),
        )

    def _label(self, mentor_id: Id, low: int, high: int | None) -> Text:
        kind = f"{self.attribute}={'/'.join(self.values)}"
        zh = ([f"至少 {low} 名"] if low else []) + ([f"至多 {high} 名"] if high is not None else [])
        en = ([f"at least {low}"] if low else []) + ([f"at most {high}"] if high is not None else [])
        return Text(
            zh=f"导师 {mentor_id} 带 {kind} 的学生{'、'.join(zh)}。",
            en=f"Mentor {mentor_id} takes {' and '.join(en)} students with {kind}.",
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor with too many or too few students of the kind."""
        attribute, wanted = market.student_attributes[self.attribute], set(self.values)
        found = []
        for mentor_id in everyone(market, scope).mentors:
            low, high = self._bounds(mentor_id)
            has = sum(
                1 for s in pairs.students_of(mentor_id) if wanted & set(attribute.values(market.student_index(s)))
            )
            missed = low - has if has < low else has - high if high is not None and has > high else 0
            if missed:
                label = self._label(mentor_id, low, high)
                text = Text(zh=f"{label.zh[:-1]},实有 {has} 名。", en=f"{label.en[:-1]}; it has {has}.")
                soft = self.penalty is not None
                found.append(Violation(self.kind, text, missed, mentors=(mentor_id,), soft=soft))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        kind = f"{self.attribute}={'/'.join(self.values)}"
        return Text(
            zh=f"每名导师所带 {kind} 的学生有限额。", en=f"Each mentor's number of students with {kind} is bounded."
        )
