"""Class evenness: each class is spread evenly over the mentors that take its students."""

from collections import Counter
from typing import Annotated, Literal

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray, stable_order
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_attribute
from mentormatch.formulation.terms import ConvexTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage


class ClassEvenness(Stage):
    """Minimise the sum over classes and mentors of the squared number of the class's students at the mentor.

    Where a class can be spread over its mentors so that any two of them differ by one student at most, and no other
    class stands against it, the smallest sum of squares does so. By default only students in an adaptation period count
    (the student attribute ``provisional_until``): everybody else follows choice and continuity.
    """

    kind: Literal["class_evenness"] = "class_evenness"
    words = Text(zh="班内负荷不均", en="unevenness within classes")
    attribute: Annotated[
        str,
        said(
            "按哪一项学生属性分组",
            "the student attribute that says who belongs together",
            "学生表的“班级”一列",
            "the class column of the students",
        ),
    ] = "class_name"
    provisional_only: Annotated[
        bool,
        said(
            "是否只计适应期内的学生",
            "whether only students in an adaptation period count",
            "适应期是分派,之后是选择",
            "during the period pairs are dealt out, after it they are chosen",
        ),
    ] = True

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level: the u-th student of a class at a mentor costs 2u - 1."""
        attribute = known_attribute(market, self.attribute, self.kind)
        pairs, counted = market.by_mentor, self._counted(market)
        if not counted.all():
            pairs = pairs[counted[market.student[pairs]]]
        entry, code = attribute.codes_of(market.student[pairs])
        # Pairs stand mentor by mentor, so that sorting by class alone puts cell after cell.
        order = stable_order(code.astype(np.int32))
        at = pairs[entry[order]].astype(np.int64)
        cell = code[order] * max(market.num_mentors, 1) + market.mentor[at]
        # Cells without pairs are left out: most mentors are nowhere near most classes.
        is_first = np.ones(len(cell), bool)
        np.not_equal(cell[1:], cell[:-1], out=is_first[1:])
        start = np.append(np.flatnonzero(is_first), len(cell))
        unit = np.arange(len(at)) - np.repeat(start[:-1], np.diff(start))
        return (StageForm(self.kind, (ConvexTerm(start, at, 2 * unit + 1),)),)

    def _counted(self, market: Market) -> BoolArray:
        if not self.provisional_only:
            return np.ones(market.num_students, bool)
        provisional = market.student_attributes.get("provisional_until")
        if provisional is None:
            return np.zeros(market.num_students, bool)
        values: IntArray = np.diff(provisional.start)
        return np.asarray(values > 0)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum of squares."""
        attribute = known_attribute(market, self.attribute, self.kind)
        provisional = market.student_attributes.get("provisional_until")
        cells: Counter[tuple[str, object]] = Counter()
        for student_id, mentor_id in matching.ids():
            i = market.student_index(student_id)
            if not self.provisional_only or (provisional is not None and provisional.values(i)):
                cells.update((label, mentor_id) for label in attribute.values(i))
        return (sum(number**2 for number in cells.values()),)

    def describe(self) -> Text:
        """Say the stage."""
        if self.provisional_only:
            return Text(
                zh="适应期学生按班均匀分配给导师", en="students in the adaptation period spread evenly, class by class"
            )
        return Text(zh="各班学生均匀分配给导师", en="the students of each class spread evenly over its mentors")
