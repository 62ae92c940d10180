"""Vetted mentors: somebody from outside works with pupils only while the check of the record holds (从业查询有效期)."""

from datetime import date
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from mentormatch.base.arrays import BoolArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_mentor_attribute, refused
from mentormatch.constraints.naming import known_value
from mentormatch.constraints.shared_parameters import NoPenalty, NoPenaltyStage
from mentormatch.constraints.unsuited_pairs import UnsuitedPairs
from mentormatch.constraints.values import Values
from mentormatch.io.cells.words import MENTOR_KINDS, code_of
from mentormatch.market.market import Id, Market


class VettedMentors(UnsuitedPairs):
    """A mentor of some kinds takes students only if its check holds on every day of the period.

    The period goes from the day of the matching to `until`, or to the end of the term. Reads the mentor attributes
    ``kind``, ``check_from`` and ``check_valid_to``. A mentor without a check has none that holds.
    """

    kind: Literal["vetted_mentors"] = "vetted_mentors"
    about_two = True
    penalty: NoPenalty = None
    stage: NoPenaltyStage = None
    kinds: Annotated[
        Values,
        said(
            "哪几类导师须查询",
            "kinds of mentors that need a check",
            "校外导师;校内教职工入职时已查",
            "outsiders; staff were checked when hired",
        ),
    ] = Field(default=("external",), min_length=1)
    on: Annotated[
        date | None,
        said("本期第一天", "the first day of the period", "取 solve 的 --date", "taken from --date of solve"),
    ] = None
    until: Annotated[
        date | None,
        said(
            "本期最后一天",
            "the last day of the period",
            "学期末:1 月 31 日或 7 月 31 日,查询须全程有效",
            "the end of the term, 31 January or 31 July: the check must hold throughout",
        ),
    ] = None

    @field_validator("kinds", mode="before")
    @classmethod
    def _in_codes(cls, value: object) -> object:
        code = code_of(MENTOR_KINDS)
        return tuple(map(code, value)) if isinstance(value, list | tuple) else code(value)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.penalty is not None:
            raise refused(
                self.kind,
                "从业查询不能放宽。",
                "the check of the record cannot be soft.",
                maybe=Text(zh="去掉 penalty 与 stage。", en="take 'penalty' and 'stage' out."),
            )
        if self.on is not None and self.until is not None and self.until < self.on:
            raise refused(
                self.kind,
                f"until({self.until})早于 on({self.on})。",
                f"'until' ({self.until}) is before 'on' ({self.on}).",
            )
        return self

    def check(self, market: Market) -> None:
        """Refuse a market that does not know the kinds of its mentors or their checks."""
        for name in ("kind", "check_from", "check_valid_to"):
            known_mentor_attribute(market, name, self.kind)
        for kind in self.kinds if "kinds" in self.model_fields_set else ():
            if kind not in MENTOR_KINDS:
                known_value("mentors", "kind", market.mentor_attributes["kind"], kind, self.kind)

    def last_day(self) -> date | None:
        """Return the last day of the period."""
        if self.until is not None or self.on is None:
            return self.until
        return term_end(self.on)

    def _holds(self, market: Market, mentor: int) -> bool:
        begins, ends = (market.mentor_attributes[name].values(mentor) for name in ("check_from", "check_valid_to"))
        last = self.last_day()
        if not ends or (last is not None and date.fromisoformat(ends[0]) < last):
            return False
        return self.on is None or not begins or date.fromisoformat(begins[0]) <= self.on

    def unsuited(self, market: Market) -> BoolArray:
        """Return the pairs with mentors whose check does not hold."""
        needs = market.mentor_attributes["kind"].membership(self.kinds)
        failing = np.zeros(market.num_mentors, np.bool_)
        failing[[j for j in np.flatnonzero(needs.any(axis=1)).tolist() if not self._holds(market, j)]] = True
        return failing[market.mentor]

    def is_unsuited(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        """Tell whether a mentor needs a check and has none that holds on every day."""
        j = market.mentor_index(mentor_id)
        if not set(market.mentor_attributes["kind"].values(j)) & set(self.kinds):
            return False
        valid_to = "".join(market.mentor_attributes["check_valid_to"].values(j))
        valid_from = "".join(market.mentor_attributes["check_from"].values(j))
        # ISO dates are in the order of their text.
        first = "" if self.on is None else self.on.isoformat()
        last = first if self.last_day() is None else str(self.last_day())
        return not valid_to or valid_to < last or bool(first and valid_from > first)

    @property
    def reason(self) -> Text:
        """Why a pair does not exist."""
        return Text(
            zh="导师的从业查询在本期内未全程有效。", en="The mentor's check does not hold for the whole period."
        )

    def describe(self) -> Text:
        """Say the rule."""
        last = self.last_day()
        until = Text(zh="", en="") if last is None else Text(zh=f"(至 {last})", en=f" (until {last})")
        return Text(
            zh=f"校外导师只在从业查询全程有效时带学生{until.zh}。",
            en=f"Mentors from outside take students only while their check holds for the whole period{until.en}.",
        )


def term_end(day: date) -> date:
    """Return the last day of the term that a day is in: 31 January, or 31 July from February on."""
    if 2 <= day.month <= 7:
        return date(day.year, 7, 31)
    return date(day.year + (day.month >= 8), 1, 31)
