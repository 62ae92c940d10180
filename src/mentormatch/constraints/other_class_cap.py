"""Other-class caps (跨班学生限额): how many students of classes that it does not teach a mentor takes."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.arrays import BoolArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import penalty_and_stage, refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import is_original_mentor, number_of, with_original_mentor
from mentormatch.constraints.per_mentor import PerMentor, by_index, number_for, numbers
from mentormatch.constraints.shared_parameters import OriginalMentorExempt, Penalty, PenaltyStage
from mentormatch.constraints.unsuited_pairs import where_possible
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.market import MAX_QUOTA, Id, Market
from mentormatch.market.matching import Pairs


class OtherClassCap(Constraint):
    """A mentor takes at most `upper` students of classes that it does not teach.

    Reads the pair attribute ``locality``. Students that it has already do not count, unless the rule says so: the
    notices ask to keep the original mentor across classes and grades (跨年级、班级匹配原导师).
    """

    kind: Literal["other_class_cap"] = "other_class_cap"
    upper: Annotated[
        PerMentor,
        said(
            "上限:一个数,或按导师工号",
            "one number, or one for each mentor id",
            "没有默认值:各校不同",
            "none: schools differ",
        ),
    ]
    original_mentor_exempt: OriginalMentorExempt = True
    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        for number in numbers(self.upper):
            if not 0 <= number <= MAX_QUOTA:
                raise refused(
                    self.kind,
                    f"upper 应在 0 与 {MAX_QUOTA} 之间,现为 {number}。",
                    f"'upper' must be between 0 and {MAX_QUOTA}; got {number}.",
                )
        return self

    def check(self, market: Market) -> None:
        """Refuse a market that does not know who teaches where, and unknown mentors."""
        if "locality" not in market.pair_attributes:
            raise refused(
                self.kind,
                "数据中没有任教班级,无法判断是否本班学生。",
                "the market has no pair attribute 'locality' (who teaches which class).",
                maybe=Text(zh="在导师表填写“任教班级”。", en="fill in the column classes_taught of the mentors."),
            )

    def _counted(self, market: Market) -> BoolArray:
        other = np.asarray(market.pair_attributes["locality"] > 0)
        return other & ~with_original_mentor(market) if self.original_mentor_exempt else other

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each mentor that is bounded."""
        upper = by_index(market, self.upper, default=-1)
        bounded = np.flatnonzero(upper >= 0)
        position = np.full(market.num_mentors, -1, np.int64)
        position[bounded] = np.arange(len(bounded))
        at = np.flatnonzero(self._counted(market) & (position[market.mentor] >= 0))
        return (
            grouped_rows(
                self.kind,
                at,
                position[market.mentor[at]],
                lower=np.zeros(len(bounded), np.int64),
                upper=upper[bounded],
                mentors=bounded,
                label=lambda r: _label(market.mentor_ids[bounded[r]], int(upper[bounded[r]])),
                penalty=self.penalty,
                stage=self.stage,
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor with too many students of other classes."""
        found = []
        for mentor_id in everyone(market, scope).mentors:
            most = number_for(self.upper, mentor_id)
            has = sum(self._counts(market, student_id, mentor_id) for student_id in pairs.students_of(mentor_id))
            if most is not None and has > most:
                label = _label(mentor_id, most)
                text = Text(zh=f"{label.zh[:-1]},实有 {has} 名。", en=f"{label.en[:-1]}; it has {has}.")
                soft = self.penalty is not None
                found.append(Violation(self.kind, text, has - most, mentors=(mentor_id,), soft=soft))
        return tuple(found)

    def _counts(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        if self.original_mentor_exempt and is_original_mentor(market, student_id, mentor_id):
            return False
        return number_of(market, "locality", student_id, mentor_id) > 0

    def describe(self) -> Text:
        """Say the rule."""
        if isinstance(self.upper, int):
            zh = f"每名导师至多带 {self.upper} 名非任教班级的学生"
            en = f"A mentor takes at most {self.upper} students of classes that it does not teach"
        else:
            zh = "每名导师所带非任教班级的学生有限额,各导师不同"
            en = "The number of students of classes that a mentor does not teach is bounded, mentor by mentor"
        if self.original_mentor_exempt:
            zh, en = f"{zh},原有学生不计", f"{en}, not counting those that it has"
        return where_possible(Text(zh=zh, en=en), self.penalty)


def _label(mentor_id: Id, most: int) -> Text:
    return Text(
        zh=f"导师 {mentor_id} 至多带 {most} 名非任教班级的学生。",
        en=f"Mentor {mentor_id} takes at most {most} students of classes that it does not teach.",
    )
