"""Eligibility: to which mentors a student may go (own class, same grade, any), the original mentor exempt."""

from typing import Annotated, Literal

import numpy as np

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import is_original_mentor, number_of, student_rank, with_original_mentor
from mentormatch.constraints.shared_parameters import OriginalMentorExempt
from mentormatch.formulation.rows import Mask
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs

Reach = Literal["own_class", "grade", "any"]
FARTHEST: dict[Reach, int] = {"own_class": 0, "grade": 1, "any": 2}
"""The largest value of the pair attribute ``locality`` that is allowed."""

WHERE: dict[Reach, Text] = {
    "own_class": Text(zh="本班任课导师", en="mentors of the own class"),
    "grade": Text(zh="本年级导师", en="mentors of the same grade"),
    "any": Text(zh="任何导师", en="mentors anywhere"),
}


class Eligibility(Constraint):
    """Students go to mentors of their own class or grade only; a student may keep the original mentor anyway.

    Reads the pair attribute ``locality``: 0 where the mentor teaches the student's class, 1 where it teaches in the
    grade, 2 elsewhere. The notices ask to match across grades and classes where the original mentor stays on
    (跨年级、班级匹配原导师), hence the exemption.
    """

    kind: Literal["eligibility"] = "eligibility"
    public = True
    price = 5
    given_up = Text(zh="允许 {n} 名学生跨班级或年级", en="let {n} student(s) go beyond class or grade")
    reach: Annotated[
        Reach,
        said(
            "范围:own_class 本班、grade 本年级、any 不限",
            "how far: own_class, grade or any",
            "写出本规则即限本年级;不写则不限,因为名额几乎总是不足",
            "a school that writes the rule means the grade; without the rule any mentor will do, since seats are short",
        ),
    ] = "grade"
    original_mentor_exempt: OriginalMentorExempt = True
    choices_exempt: Annotated[
        bool,
        said(
            "学生自己的志愿是否不受此限",
            "whether what a student listed is not bound",
            "否:规则对所有人一样",
            "no: a rule is the same for all",
        ),
    ] = False

    def check(self, market: Market) -> None:
        """Refuse a market that does not know who teaches where."""
        if self.reach != "any" and "locality" not in market.pair_attributes:
            raise refused(
                self.kind,
                "数据中没有任教班级,无法判断本班或本年级。",
                "the market has no pair attribute 'locality' (who teaches which class).",
                maybe=Text(zh='写成 reach = "any"。', en='set reach = "any".'),
            )

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the pairs that are too far apart."""
        if self.reach == "any":
            return ()
        far = market.pair_attributes["locality"] > FARTHEST[self.reach]
        if self.original_mentor_exempt:
            far = far & ~with_original_mentor(market)
        if self.choices_exempt:
            far = far & ~market.is_choice
        where = WHERE[self.reach]
        reason = Text(zh=f"不是{where.zh}。", en=f"Not one of the {where.en}.")
        return (Mask(self.kind, np.flatnonzero(far), reason),)

    def _breaks(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        if self.original_mentor_exempt and is_original_mentor(market, student_id, mentor_id):
            return False
        if self.choices_exempt and student_rank(market, student_id, mentor_id) > 0:
            return False
        return number_of(market, "locality", student_id, mentor_id) > FARTHEST[self.reach]

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every pair that is too far apart."""
        if self.reach == "any":
            return ()
        where = WHERE[self.reach]
        return tuple(
            Violation(
                self.kind,
                Text(
                    zh=f"导师 {mentor_id} 不是学生 {student_id} 的{where.zh}。",
                    en=f"Mentor {mentor_id} is not one of the {where.en} of student {student_id}.",
                ),
                students=(student_id,),
                mentors=(mentor_id,),
            )
            for student_id in everyone(market, scope).students
            for mentor_id in pairs.mentors_of(student_id)
            if self._breaks(market, student_id, mentor_id)
        )

    def describe(self) -> Text:
        """Say the rule."""
        if self.reach == "any":
            return Text(
                zh="学生可以匹配任何班级和年级的导师。", en="Students may go to a mentor of any class and grade."
            )
        where = WHERE[self.reach]
        zh = f"学生只能匹配{where.zh}" + (",原导师除外" if self.original_mentor_exempt else "")
        en = f"Students go to {where.en} only" + (", except the original mentor" if self.original_mentor_exempt else "")
        if self.choices_exempt:
            zh, en = zh + ",学生自己的志愿不受此限", en + "; what a student listed is not bound"
        return Text(zh=zh + "。", en=en + ".")
