"""Adaptation period (起始年级适应期): pairs of entry grades are provisional until a date, and seats are held back."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import on_record
from mentormatch.constraints.per_mentor import PerMentor, by_index, capped_mentors, kept_seats, number_for, numbers
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.market.matching import Pairs
from mentormatch.roster.roster import Roster
from mentormatch.roster.stage_system import FIVE_FOUR, is_five_four
from mentormatch.roster.student import Student

# A school year starts on the first of September.
FIRST_MONTH = 9
DAYS = 7


class Adaptation(Constraint):
    """Students of entry grades get provisional pairs for some weeks; a mentor may hold seats back meanwhile.

    Before the period ends these students need no form and their forms do not count; the compiled market has their end
    date as the student attribute ``provisional_until``. A pair that stands on the record stays: only students without
    one are placed, and the stage `class_evenness` spreads each class evenly over its mentors. After the period forms
    count, and a provisional pair may be left without consent; that of a student without a form becomes a settled one.

    While some students are provisional, a mentor takes at most its upper quota less `held_back`, or as many as it has
    current pairs if that is more: nobody who has a mentor loses it to the period.
    """

    kind: Literal["adaptation"] = "adaptation"
    public = True
    scoping = "itself"
    grades: Annotated[
        tuple[int, ...],
        said("起始年级", "entry grades", "一年级、七年级、高一", "the first grades of the three stages"),
    ] = (1, 7, 10)
    weeks: Annotated[
        int,
        said(
            "自入学起的周数",
            "weeks from entry",
            "八周:到期中前后,师生已互相了解",
            "eight weeks, about half a term: people know each other by then",
        ),
    ] = Field(default=8, ge=1, le=52)
    until: Annotated[
        date | None, said("改用统一的截止日", "one last day for everybody", "默认按周数", "weeks say it")
    ] = None
    held_back: Annotated[
        PerMentor,
        said(
            "适应期内每名导师预留的名额",
            "seats that mentors keep free meanwhile",
            "0:名额几乎总是不足",
            "0: seats are nearly always short",
        ),
    ] = 0

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        outside = [grade for grade in self.grades if not 1 <= grade <= 12]
        if outside:
            raise refused(
                self.kind,
                f"年级 {outside[0]} 不在 1 至 12 之间。",
                f"grade {outside[0]} is not between 1 and 12.",
                maybe=Text(zh="七年级写 7,高一写 10。", en="write 7 for 七年级 and 10 for 高一."),
            )
        for number in numbers(self.held_back):
            if not 0 <= number <= MAX_QUOTA:
                raise refused(
                    self.kind,
                    f"held_back 应在 0 与 {MAX_QUOTA} 之间,现为 {number}。",
                    f"'held_back' must be between 0 and {MAX_QUOTA}; got {number}.",
                )
        return self

    def end_of(self, student: Student, on: date) -> date | None:
        """Return the last day of a student's adaptation period if it runs on a day, else None."""
        if student.grade_number not in self.grades:
            return None
        start = student.entry_date
        if start is None:
            start = date(on.year - (on.month < FIRST_MONTH), FIRST_MONTH, 1)
        end = self.until if self.until is not None else start + timedelta(days=DAYS * self.weeks - 1)
        return end if on <= end else None

    def ends(self, roster: Roster, on: date | None) -> Mapping[str, date]:
        """Return the students of a school in an adaptation period on a day, with its last day; without a day, none.

        Where nobody named the grades and the column 学段 tells the five-four system, junior school begins with grade 6.
        """
        if on is None:
            return {}
        rule = self
        if "grades" not in self.model_fields_set and is_five_four(roster):
            rule = self.model_copy(update={"grades": FIVE_FOUR.entry_grades})
        found = {student.student_id: rule.end_of(student, on) for student in roster.students}
        return {student_id: end for student_id, end in found.items() if end is not None}

    def check(self, market: Market) -> None:
        """Refuse seats held back by unknown mentors, and more than a lower quota leaves."""
        if not _provisional(market).any():
            return
        cap = self._cap(market)
        below = np.flatnonzero(cap < market.mentor_lower)
        if len(below):
            j = int(below[0])
            raise refused(
                self.kind,
                f"导师 {market.mentor_ids[j]} 预留名额后至多带 {cap[j]} 名,少于带生下限 {market.mentor_lower[j]}。",
                f"mentor {market.mentor_ids[j]!r} takes at most {cap[j]} with the seats held back, "
                f"less than its lower quota {market.mentor_lower[j]}.",
                maybe=Text(zh="减少 held_back,或降低该导师的下限。", en="hold fewer seats back, or lower the quota."),
            )

    def _cap(self, market: Market) -> IntArray:
        return kept_seats(market, np.arange(market.num_mentors), by_index(market, self.held_back, default=0))

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each mentor that holds seats back, while somebody is provisional."""
        cap = self._cap(market)
        bound = np.flatnonzero(cap < market.mentor_upper)
        if not len(bound) or not _provisional(market).any():
            return ()
        return (
            capped_mentors(
                self.kind,
                market,
                bound,
                cap[bound],
                label=lambda r: _label(market, int(bound[r]), int(cap[bound[r]])),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor that takes more than the seats it does not hold back."""
        attribute = market.student_attributes.get("provisional_until")
        if attribute is None or not len(attribute.codes):
            return ()
        had: dict[int, int] = {}
        for mentor in market.mentor[on_record(market)].tolist():
            had[mentor] = had.get(mentor, 0) + 1
        found = []
        for mentor_id in everyone(market, scope).mentors:
            j, has = market.mentor_index(mentor_id), len(pairs.students_of(mentor_id))
            upper = int(market.mentor_upper[j])
            most = max(upper - (number_for(self.held_back, mentor_id) or 0), min(had.get(j, 0), upper), 0)
            # Above its upper quota another rule complains, unless seats are held back below it.
            if has > most and most < upper:
                label = _label(market, j, most)
                text = Text(zh=f"{label.zh[:-1]},实有 {has} 名。", en=f"{label.en[:-1]}; it has {has}.")
                found.append(Violation(self.kind, text, has - most, mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        grades = Text(zh="、".join(map(str, self.grades)), en=", ".join(map(str, self.grades)))
        end = (
            Text(zh=f"入学后 {self.weeks} 周内", en=f"for {self.weeks} weeks from entry")
            if self.until is None
            else Text(zh=f"至 {self.until.isoformat()}", en=f"until {self.until.isoformat()}")
        )
        zh = f"起始年级({grades.zh} 年级)适应期{end.zh}结对为暂定"
        en = f"Pairs of entry grades ({grades.en}) are provisional {end.en}"
        if any(numbers(self.held_back)):
            zh, en = zh + ",其间导师预留名额", en + ", and mentors hold seats back meanwhile"
        return Text(zh=zh + "。", en=en + ".")


def _provisional(market: Market) -> BoolArray:
    """Return which students are in an adaptation period."""
    attribute = market.student_attributes.get("provisional_until")
    if attribute is None:
        return np.zeros(market.num_students, bool)
    return np.asarray(np.diff(attribute.start) > 0)


def _label(market: Market, mentor: int, most: int) -> Text:
    mentor_id = market.mentor_ids[mentor]
    return Text(
        zh=f"适应期内导师 {mentor_id} 预留名额,至多带 {most} 名学生。",
        en=f"During the adaptation period mentor {mentor_id} holds seats back and takes at most {most} students.",
    )
