"""Gender requests (导师性别要求): a student that asked for a woman or a man as mentor gets one."""

from typing import Literal

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_attribute, known_mentor_attribute
from mentormatch.constraints.pair_facts import is_original_mentor, with_original_mentor
from mentormatch.constraints.shared_parameters import OriginalMentorExempt
from mentormatch.constraints.unsuited_pairs import UnsuitedPairs, where_possible
from mentormatch.market.market import Id, Market


class GenderRequests(UnsuitedPairs):
    """A student with a request goes to a mentor of that gender only; a mentor whose gender is not known is none.

    Reads the student attribute ``mentor_gender_req`` and the mentor attribute ``gender``.
    """

    kind: Literal["gender_requests"] = "gender_requests"
    about_two = True
    original_mentor_exempt: OriginalMentorExempt = True

    def check(self, market: Market) -> None:
        """Refuse a market that knows no requests or no genders of mentors."""
        known_attribute(market, "mentor_gender_req", self.kind)
        known_mentor_attribute(market, "gender", self.kind)

    def unsuited(self, market: Market) -> BoolArray:
        """Return the pairs of students with a request and mentors that do not meet it."""
        asked, is_of = market.student_attributes["mentor_gender_req"], market.mentor_attributes["gender"]
        wants, has = asked.membership(asked.labels), is_of.membership(asked.labels)
        meets = np.zeros(market.num_pairs, bool)
        for column in range(len(asked.labels)):
            meets |= wants[market.student, column] & has[market.mentor, column]
        found: BoolArray = wants[market.student].any(axis=1) & ~meets
        return found & ~with_original_mentor(market) if self.original_mentor_exempt else found

    def is_unsuited(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        """Tell whether a mentor does not meet a student's request."""
        if self.original_mentor_exempt and is_original_mentor(market, student_id, mentor_id):
            return False
        asked = market.student_attributes["mentor_gender_req"].values(market.student_index(student_id))
        is_of = market.mentor_attributes["gender"].values(market.mentor_index(mentor_id))
        return bool(asked) and not set(asked) & set(is_of)

    def describe(self) -> Text:
        """Say the rule."""
        zh, en = "学生的导师性别要求得到满足", "Requests for the gender of the mentor are met"
        if self.original_mentor_exempt:
            zh, en = f"{zh},原导师除外", f"{en}, except by the original mentor"
        return where_possible(Text(zh=zh, en=en), self.penalty)
