"""Quotas: how many mentors a student takes, and how few and how many students a mentor takes."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import penalty_and_stage, refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.shared_parameters import Penalty, PenaltyStage
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching, Pairs


class Quotas(Constraint):
    """Each student at most its quota of mentors, each mentor between its lower and its upper quota.

    The numbers are the market's (``student_quota``, ``mentor_lower``, ``mentor_upper``).
    """

    kind: Literal["quotas"] = "quotas"
    public = True
    scoping = "never"
    lower: Annotated[
        bool,
        said("下限是否起作用", "whether lower quotas bind", "填写了下限就应遵守", "a quota that is filled in is meant"),
    ] = True
    lower_penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _penalty_has_stage(self) -> Self:
        penalty_and_stage(self.kind, self.lower_penalty, self.stage, name="lower_penalty")
        if self.lower_penalty is not None and not self.lower:
            raise refused(
                self.kind,
                "lower = false 时下限不起作用,不能再给 lower_penalty。",
                "'lower_penalty' makes no sense with lower = false, which drops the lower quotas.",
                maybe=Text(zh="去掉 lower = false。", en="take lower = false out."),
            )
        return self

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each student and for each mentor; soft lower quotas in a block of their own."""
        students, mentors = market.student_ids, market.mentor_ids
        soft = self.lower_penalty is not None
        hard_lower = market.mentor_lower if self.lower and not soft else np.zeros_like(market.mentor_lower)

        def label(j: int) -> Text:
            low, high = int(hard_lower[j]), int(market.mentor_upper[j])
            if low == 0:
                return Text(
                    zh=f"导师 {mentors[j]} 带生上限 {high}。", en=f"Mentor {mentors[j]} takes at most {high} students."
                )
            return Text(
                zh=f"导师 {mentors[j]} 带生下限 {low}、上限 {high}。",
                en=f"Mentor {mentors[j]} takes at least {low} and at most {high} students.",
            )

        blocks = [
            Rows(
                rule=self.kind,
                start=market.student_start,
                pairs=np.arange(market.num_pairs),
                lower=np.zeros(market.num_students, np.int64),
                upper=market.student_quota,
                students=np.arange(market.num_students),
                label=lambda i: Text(
                    zh=f"学生 {students[i]} 至多 {market.student_quota[i]} 名导师。",
                    en=f"Student {students[i]} takes at most {market.student_quota[i]} mentor(s).",
                ),
            ),
            Rows(
                rule=self.kind,
                start=market.mentor_start,
                pairs=market.by_mentor.astype(np.int64),
                lower=hard_lower,
                upper=market.mentor_upper,
                mentors=np.arange(market.num_mentors),
                label=label,
            ),
        ]
        if soft:
            due = np.flatnonzero(market.mentor_lower > 0)
            at = np.flatnonzero(market.mentor_lower[market.mentor] > 0)
            blocks.append(
                grouped_rows(
                    self.kind,
                    at,
                    np.searchsorted(due, market.mentor[at]),
                    lower=market.mentor_lower[due],
                    upper=np.maximum(market.mentor_lower[due], market.num_pairs),
                    mentors=due,
                    label=lambda r: Text(
                        zh=f"导师 {mentors[due[r]]} 最好至少带 {market.mentor_lower[due[r]]} 名学生。",
                        en=f"Mentor {mentors[due[r]]} should take at least {market.mentor_lower[due[r]]} students.",
                    ),
                    penalty=self.lower_penalty,
                    stage=self.stage,
                )
            )
        return tuple(blocks)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every student and mentor outside its quota."""
        if scope is None and isinstance(pairs, Matching) and pairs.market is market:
            scope = _whose_count_is_off(market, pairs)
        scope = everyone(market, scope)
        found = []
        for student_id in scope.students:
            quota = int(market.student_quota[market.student_index(student_id)])
            has = len(pairs.mentors_of(student_id))
            if has > quota:
                text = Text(
                    zh=f"学生 {student_id} 有 {has} 名导师,至多 {quota} 名。",
                    en=f"Student {student_id} has {has} mentors, at most {quota} allowed.",
                )
                found.append(Violation(self.kind, text, has - quota, students=(student_id,)))
        for mentor_id in scope.mentors:
            j, has = market.mentor_index(mentor_id), len(pairs.students_of(mentor_id))
            low, high = int(market.mentor_lower[j]), int(market.mentor_upper[j])
            if has > high:
                text = Text(
                    zh=f"导师 {mentor_id} 带 {has} 名学生,上限 {high} 名。",
                    en=f"Mentor {mentor_id} has {has} students, its upper quota is {high}.",
                )
                found.append(Violation(self.kind, text, has - high, mentors=(mentor_id,)))
            if self.lower and has < low:
                text = Text(
                    zh=f"导师 {mentor_id} 带 {has} 名学生,下限 {low} 名。",
                    en=f"Mentor {mentor_id} has {has} students, its lower quota is {low}.",
                )
                soft = self.lower_penalty is not None
                found.append(Violation(self.kind, text, low - has, mentors=(mentor_id,), soft=soft))
        return tuple(found)

    @property
    def penalty(self) -> int | None:
        """Cost of each unit of a soft violation."""
        return self.lower_penalty

    def describe(self) -> Text:
        """Say the rule."""
        if not self.lower:
            return Text(zh="导师带生不超过上限。", en="No mentor takes more students than its upper quota.")
        if self.lower_penalty is not None:
            return Text(
                zh="导师带生不超过上限,并尽量达到下限。",
                en="No mentor takes more students than its upper quota, and lower quotas are met where possible.",
            )
        return Text(
            zh="导师带生在下限与上限之间。",
            en="Every mentor takes between its lower and its upper quota of students.",
        )


def _whose_count_is_off(market: Market, matching: Matching) -> Scope:
    """Return those whose quotas are worth a look: of a million students numpy counts the pairs at once."""
    students = np.flatnonzero(matching.degree > market.student_quota)
    mentors = np.flatnonzero((matching.load > market.mentor_upper) | (matching.load < market.mentor_lower))
    return Scope([market.student_ids[i] for i in students.tolist()], [market.mentor_ids[j] for j in mentors.tolist()])
