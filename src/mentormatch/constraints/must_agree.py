"""Agreement as a must-have: a student goes only to mentors who have the same value, or one near it."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import BoolArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_attribute, known_mentor_attribute, refused
from mentormatch.constraints.naming import Names
from mentormatch.constraints.pair_facts import has_fact
from mentormatch.constraints.shared_parameters import OriginalMentorExempt
from mentormatch.constraints.unsuited_pairs import UnsuitedPairs, where_possible
from mentormatch.constraints.words import attribute_word
from mentormatch.market.agreement import for_pairs, is_near, number_in_common
from mentormatch.market.market import Id, Market


class MustAgree(UnsuitedPairs):
    """A student with a value of an attribute goes to mentors with the same value, or with one near it.

    Of several values one in common is enough. A student without a value goes anywhere. The stage
    `agreement` counts points instead of demanding it.
    """

    kind: Literal["must_agree"] = "must_agree"
    formerly = ("agreement",)
    attribute: Annotated[
        str,
        Names("student_attribute"),
        said("学生属性", "a student attribute", "没有默认值", "none: say what must agree"),
    ] = Field(min_length=1)
    mentor_attribute: Annotated[
        str | None,
        Names("mentor_attribute"),
        said("导师属性", "a mentor attribute", "与学生属性同名", "the name of the student attribute"),
    ] = Field(default=None, min_length=1)
    near: Annotated[
        int | None,
        said(
            "相差多少也算相符(按数值,或按自有列 order 的顺序)",
            "how far apart values may be, as numbers or in places of the field's order",
            "不写则必须相同",
            "none: the values must be the same",
        ),
    ] = Field(default=None, ge=1, le=1000)
    original_mentor_exempt: OriginalMentorExempt = True

    @property
    def of_mentors(self) -> str:
        """The mentor attribute."""
        return self.mentor_attribute or self.attribute

    def check(self, market: Market) -> None:
        """Refuse unknown attributes, and values of students that no mentor has or comes near."""
        theirs = known_attribute(market, self.attribute, self.kind)
        ours = known_mentor_attribute(market, self.of_mentors, self.kind)
        order = theirs.order or ours.order
        alone = [label for label in theirs.labels if not self._agrees((label,), ours.labels, order)]
        if len(alone) == len(theirs.labels) and alone and self.penalty is None:
            raise refused(
                self.kind,
                f"学生的“{self.attribute}”({'、'.join(alone[:5])})与导师的“{self.of_mentors}”"
                f"({'、'.join(ours.labels[:5])})没有一个值相符。",
                f"no value of the students' '{self.attribute}' ({', '.join(alone[:5])}) agrees with the mentors' "
                f"'{self.of_mentors}' ({', '.join(ours.labels[:5])}).",
                maybe=Text(zh="两边的写法是否不同?", en="the two sheets may write it in different ways."),
            )

    def _agrees(self, theirs: tuple[str, ...], ours: tuple[str, ...], order: tuple[str, ...]) -> bool:
        if number_in_common(theirs, ours):
            return True
        return self.near is not None and is_near(theirs, ours, self.near, order)

    def unsuited(self, market: Market) -> BoolArray:
        """Return the pairs of a student with a value and a mentor who does not agree."""
        theirs, ours = market.student_attributes[self.attribute], market.mentor_attributes[self.of_mentors]
        order = theirs.order or ours.order
        found = for_pairs(market, theirs, ours, lambda one, other: bool(one) and not self._agrees(one, other, order))
        bars = np.asarray(found > 0)
        return bars & ~market.pair_flag("current") if self.original_mentor_exempt else bars

    def is_unsuited(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        """Tell whether the student has a value and the mentor none that agrees."""
        if self.original_mentor_exempt and has_fact(market, "current", student_id, mentor_id):
            return False
        theirs, ours = market.student_attributes[self.attribute], market.mentor_attributes[self.of_mentors]
        one, other = theirs.values(market.student_index(student_id)), ours.values(market.mentor_index(mentor_id))
        return bool(one) and not self._agrees(one, other, theirs.order or ours.order)

    def describe(self) -> Text:
        """Say the rule."""
        what, near = attribute_word(self.attribute), self.near is not None
        return where_possible(
            Text(
                zh=f"学生与导师的{what.zh}必须相同{'或相近' if near else ''}",
                en=f"A student and the mentor must have the same {what.en}{', or one near it' if near else ''}",
            ),
            self.penalty,
        )
