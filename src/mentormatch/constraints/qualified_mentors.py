"""Qualified mentors first (关爱学生优先匹配有专长的导师): students who need it go to mentors who know how."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import BoolArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import (
    known_attribute,
    known_mentor_attribute,
    refused,
)
from mentormatch.constraints.naming import Names
from mentormatch.constraints.pair_facts import is_original_mentor, with_original_mentor
from mentormatch.constraints.shared_parameters import OriginalMentorExempt
from mentormatch.constraints.unsuited_pairs import UnsuitedPairs, where_possible
from mentormatch.constraints.values import Values
from mentormatch.market.market import Id, Market


class QualifiedMentors(UnsuitedPairs):
    """Students with one of some attribute values go to mentors with one of some other values.

    Hard, they go nowhere else; with a `penalty` the qualified mentors' seats are filled with them first. How many of
    them one mentor takes is the business of `TypeQuotas`.
    """

    kind: Literal["qualified_mentors"] = "qualified_mentors"
    attribute: Annotated[
        str,
        Names("student_attribute"),
        said("学生属性", "a student attribute", "学生表的“关爱等级”", "the care level of the students"),
    ] = Field(default="care_level", min_length=1)
    values: Annotated[
        Values,
        Names("student_value"),
        said("需要专门关注的取值", "the values that need it", "重点关爱学生", "students in key care"),
    ] = Field(default=("key",), min_length=1)
    mentor_attribute: Annotated[
        str,
        Names("mentor_attribute"),
        said("导师属性", "a mentor attribute", "导师表的“特长”", "the tags of the mentors"),
    ] = Field(default="tags", min_length=1)
    qualified: Annotated[
        Values,
        Names("mentor_value", of="mentor_attribute"),
        said("算作有专长的取值", "the values that qualify", "心理特长", "a training in psychology"),
    ] = Field(default=("心理",), min_length=1)
    original_mentor_exempt: OriginalMentorExempt = True

    def check(self, market: Market) -> None:
        """Refuse unknown attributes, and a hard rule where nobody is qualified for students who need it."""
        students = known_attribute(market, self.attribute, self.kind)
        mentors = known_mentor_attribute(market, self.mentor_attribute, self.kind)
        nobody = not set(self.qualified) & set(mentors.labels)
        if nobody and self.penalty is None and students.membership(self.values).any():
            there = ", ".join(mentors.labels[:10]) or "-"
            raise refused(
                self.kind,
                f"没有导师的“{self.mentor_attribute}”是 {'、'.join(self.qualified)};有:{there}。",
                f"no mentor has '{self.mentor_attribute}' = {', '.join(self.qualified)}; there are: {there}.",
                maybe=Text(zh="加上 penalty 与 stage,使规则可放宽。", en="make it soft, with 'penalty' and 'stage'."),
            )

    def unsuited(self, market: Market) -> BoolArray:
        """Return the pairs of students who need a qualified mentor and mentors who are not."""
        needs = market.student_attributes[self.attribute].membership(self.values)
        knows = market.mentor_attributes[self.mentor_attribute].membership(self.qualified)
        found = np.asarray(needs[market.student].any(axis=1) & ~knows[market.mentor].any(axis=1))
        return found & ~with_original_mentor(market) if self.original_mentor_exempt else found

    def is_unsuited(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        """Tell whether the student needs a qualified mentor and this one is not."""
        if self.original_mentor_exempt and is_original_mentor(market, student_id, mentor_id):
            return False
        student = market.student_attributes[self.attribute].values(market.student_index(student_id))
        mentor = market.mentor_attributes[self.mentor_attribute].values(market.mentor_index(mentor_id))
        return bool(set(student) & set(self.values)) and not set(mentor) & set(self.qualified)

    def describe(self) -> Text:
        """Say the rule, but not whom it is for."""
        who = "、".join(self.qualified), ", ".join(self.qualified)
        zh = f"需要专门关注的学生由有专长({who[0]})的导师带"
        en = f"Students who need it go to qualified mentors ({who[1]})"
        return where_possible(Text(zh=zh, en=en), self.penalty)
