"""Load balance: students spread evenly over the mentors."""

from collections import Counter
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.arrays import IntArray, group_starts
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused, students_with
from mentormatch.constraints.naming import Names
from mentormatch.constraints.values import Values
from mentormatch.constraints.words import attribute_word
from mentormatch.formulation.terms import ConvexTerm, StageForm
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage

# Every number from 1 to 10 divides it, and 12, 14, 15, 16, 18, 20 and 21 as well.
UNITS = 5040


class LoadBalance(Stage):
    """Minimise the sum of squared loads: a convex cost, smallest where the loads are as even as can be.

    With an `attribute` of the students the load is counted for each of its values by itself (the students of each
    grade, or only the key-care students, are spread evenly), and the squares are added up.

    With `proportional` the squares are divided by the seats of the mentor, in units of 1/5040: two mentors with 12 and
    with 4 seats share eight students as 6 and 2. The u-th student of a mentor with c seats costs the whole part of
    5040 (2u - 1) / c, exact for up to ten seats and for most larger numbers.
    """

    kind: Literal["load_balance"] = "load_balance"
    words = Text(zh="负荷不均(人数平方和)", en="unevenness of loads (sum of squares)")
    attribute: Annotated[
        str | None,
        Names("student_attribute"),
        said(
            "在此学生属性的每个取值内分别均衡",
            "balance within each value of this student attribute",
            "不写则只看总人数",
            "none: only the number of students counts",
        ),
    ] = None
    only: Annotated[
        Values,
        Names("student_value"),
        said("只计此属性的这些取值", "only these values of the attribute", "默认全部取值", "all values"),
    ] = ()
    proportional: Annotated[
        bool,
        said(
            "是否按各导师名额的比例",
            "in proportion to the seats of each mentor",
            "否:人数相同即为均衡",
            "no: equal numbers are even",
        ),
    ] = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.only and self.attribute is None:
            raise refused(
                self.kind,
                "给出了 only 却没有 attribute。",
                "'only' is given without 'attribute'.",
                maybe=Text(zh='加上 attribute = "care_level"。', en='add attribute = "care_level".'),
            )
        return self

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level: the u-th student of a mentor, or of a mentor and value, costs 2u - 1."""
        return self.bind(market)._forms(market)  # noqa: SLF001  # itself, bound

    def _forms(self, market: Market) -> tuple[StageForm, ...]:
        pairs = market.by_mentor.astype(np.int64)
        if self.attribute is None:
            return (_squares(self.kind, pairs, market.mentor_start, self._divisor(market)),)
        labels = self._labels(market.student_attributes[self.attribute])
        member = market.student_attributes[self.attribute].membership(labels)
        parts = [pairs[member[market.student[pairs], column]] for column in range(len(labels))]
        owner = [market.mentor[part] + column * market.num_mentors for column, part in enumerate(parts)]
        nothing = [np.zeros(0, np.int64)]
        start = group_starts(np.concatenate(nothing + owner).astype(np.int64), len(labels) * market.num_mentors)
        divisor = np.tile(self._divisor(market), len(labels))
        return (_squares(self.kind, np.concatenate(nothing + parts), start, divisor),)

    def _divisor(self, market: Market) -> IntArray:
        if not self.proportional:
            return np.full(market.num_mentors, UNITS, np.int64)
        return np.maximum(market.mentor_upper, 1)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of squared loads."""
        return self.bind(market)._values(market, matching)  # noqa: SLF001  # itself, bound

    def _values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        if self.attribute is None:
            return (sum(self._cost(market, m, len(matching.students_of(m))) for m in market.mentor_ids),)
        attribute = market.student_attributes[self.attribute]
        counted = set(self._labels(attribute))
        load = Counter(
            (mentor_id, label)
            for student_id, mentor_id in matching.ids()
            for label in attribute.values(market.student_index(student_id))
            if label in counted
        )
        return (sum(self._cost(market, mentor_id, number) for (mentor_id, _), number in load.items()),)

    def _cost(self, market: Market, mentor_id: Id, load: int) -> int:
        if not self.proportional:
            return load**2
        seats = max(int(market.mentor_upper[market.mentor_index(mentor_id)]), 1)
        return sum(UNITS * (2 * u - 1) // seats for u in range(1, load + 1))

    def _labels(self, attribute: Attribute) -> tuple[str, ...]:
        return tuple(label for label in attribute.labels if not self.only or label in self.only)

    def describe(self) -> Text:
        """Say the stage."""
        if self.proportional:
            whose = Text("", "") if self.attribute is None else attribute_word(self.attribute)
            return Text(
                zh=f"各导师带生人数与其名额尽可能成比例{f'(按{whose.zh}分别统计)' if whose.zh else ''}",
                en=f"loads in proportion to seats{f', counted for each {whose.en} by itself' if whose.en else ''}",
            )
        if self.attribute is None:
            return Text(zh="各导师带生人数尽可能均衡", en="loads as even as possible")
        if self.only:
            who = students_with(self.attribute, self.only)
            return Text(
                zh=f"{who.zh}在各导师间尽可能均衡", en=f"{who.en} spread over the mentors as evenly as possible"
            )
        name = attribute_word(self.attribute)
        return Text(
            zh=f"按{name.zh}分别统计,各导师带生人数尽可能均衡",
            en=f"loads as even as possible, counted for each {name.en} by itself",
        )


def _squares(name: str, pairs: IntArray, start: IntArray, divisor: IntArray) -> StageForm:
    """Return the level in which the u-th student of a row costs UNITS (2u - 1) over the row's divisor."""
    unit = np.arange(len(pairs)) - np.repeat(start[:-1], np.diff(start))
    slopes = UNITS * (2 * unit + 1) // np.repeat(divisor, np.diff(start))
    return StageForm(name, (ConvexTerm(start, pairs, slopes),))
