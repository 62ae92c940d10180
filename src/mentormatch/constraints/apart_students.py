"""Apart students (须分开的学生): pupils who must not share a mentor."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_attribute, penalty_and_stage, refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.naming import Names
from mentormatch.constraints.shared_parameters import Penalty, PenaltyStage
from mentormatch.constraints.unsuited_pairs import where_possible
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs


class ApartStudents(Constraint):
    """A mentor takes at most one student of each group of students who must stay apart.

    The groups are named here, and those on record count too (the column 须分组学号, the student attribute ``apart``).
    """

    kind: Literal["apart_students"] = "apart_students"
    groups: Annotated[
        tuple[tuple[str | int, ...], ...],
        Names("student"),
        said(
            "须分开的学生,每组两名以上",
            "groups of two or more students who must stay apart",
            "默认没有:以登记的为准",
            "none: the record says who",
        ),
    ] = ()
    on_record: Annotated[
        bool,
        said(
            "学生表“须分组学号”是否一并适用",
            "whether the column apart_ids of the students counts, too",
            "写出本规则的学校多半希望登记的也算",
            "a school that writes the rule means those on record, too",
        ),
    ] = True
    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        if not self.groups and not self.on_record:
            raise refused(
                self.kind,
                "没有 groups,on_record 又为 false,规则不起作用。",
                "there are no 'groups' and 'on_record' is false, so nothing is bound.",
                maybe=Text(
                    zh='加上 groups = [["20240101", "20240102"]]。', en='add groups = [["20240101", "20240102"]].'
                ),
            )
        if any(len(set(group)) < 2 for group in self.groups):
            raise refused(
                self.kind,
                "每一组至少要有两名不同的学生。",
                "each group must hold two different students at least.",
            )
        return self

    def check(self, market: Market) -> None:
        """Refuse unknown students, and a market without a record where only the record counts."""
        if not self.groups:
            known_attribute(market, "apart", self.kind)

    def _groups(self, market: Market) -> Iterator[tuple[Id, ...]]:
        """Yield the groups by ids: those named, then those on record."""
        for group in self.groups:
            yield tuple(dict.fromkeys(group))
        record = market.student_attributes.get("apart") if self.on_record else None
        if record is not None:
            members: dict[int, list[Id]] = {code: [] for code in range(len(record.labels))}
            owner = np.repeat(np.arange(len(record)), np.diff(record.start))
            for i, code in zip(owner.tolist(), record.codes.tolist(), strict=True):
                members[code].append(market.student_ids[i])
            yield from map(tuple, members.values())

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each group and each mentor that two of the group may go to."""
        at: list[IntArray] = [np.zeros(0, np.int64)]
        owner: list[IntArray] = [np.zeros(0, np.int64)]
        mentors: list[int] = []
        for group in self._groups(market):
            pairs = np.concatenate([market.pairs_of_student(market.student_index(student)) for student in group])
            mentor = market.mentor[pairs].astype(np.int64)
            shared = np.flatnonzero(np.bincount(mentor, minlength=market.num_mentors) > 1)
            kept = np.isin(mentor, shared)
            at.append(pairs[kept])
            owner.append(np.searchsorted(shared, mentor[kept]) + len(mentors))
            mentors += shared.tolist()
        if not mentors:
            return ()
        return (
            grouped_rows(
                self.kind,
                np.concatenate(at),
                np.concatenate(owner),
                lower=np.zeros(len(mentors), np.int64),
                upper=np.ones(len(mentors), np.int64),
                mentors=np.array(mentors, np.int64),
                label=lambda r: Text(
                    zh=f"导师 {market.mentor_ids[mentors[r]]} 不同时带须分开的学生。",
                    en=f"Mentor {market.mentor_ids[mentors[r]]} does not take students together who must stay apart.",
                ),
                penalty=self.penalty,
                stage=self.stage,
                confidential=True,
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor with several students of a group."""
        groups, found = list(self._groups(market)), []
        for mentor_id in everyone(market, scope).mentors:
            has = set(pairs.students_of(mentor_id))
            for group in groups if len(has) > 1 else ():
                here = tuple(student for student in group if student in has)
                if len(here) > 1:
                    text = Text(
                        zh=f"须分开的学生 {'、'.join(map(str, here))} 同在导师 {mentor_id} 处。",
                        en=f"Students {', '.join(map(str, here))} must stay apart and share mentor {mentor_id}.",
                    )
                    soft = self.penalty is not None
                    found.append(Violation(self.kind, text, len(here) - 1, here, (mentor_id,), soft=soft))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        zh, en = "须分开的学生不由同一名导师带", "Students who must stay apart do not share a mentor"
        if not self.on_record:
            zh, en = f"{zh}(指定的 {len(self.groups)} 组)", f"{en} ({len(self.groups)} named groups)"
        return where_possible(Text(zh=zh, en=en), self.penalty)
