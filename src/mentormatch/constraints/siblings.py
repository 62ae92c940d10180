"""Siblings (同校兄弟姐妹): brothers and sisters share one mentor, or each have another one."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_attribute, penalty_and_stage
from mentormatch.constraints.class_cells import class_cells, mentors_of_groups
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.constraints.shared_parameters import Penalty, PenaltyStage
from mentormatch.constraints.unsuited_pairs import where_possible
from mentormatch.formulation.rows import Rows, Teams, grouped_rows
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs


class Siblings(Constraint):
    """Together, a family has one mentor at most; apart, a mentor has one of a family at most.

    Reads the student attribute ``family``. Siblings without a mentor break neither.
    """

    kind: Literal["siblings"] = "siblings"
    mode: Annotated[
        Literal["together", "apart"],
        said(
            "together 同一名导师,apart 不同导师",
            "together or apart",
            "家校沟通只需一名导师",
            "a family then talks to one mentor",
        ),
    ] = "together"
    penalty: Penalty = None
    stage: PenaltyStage = None

    @model_validator(mode="after")
    def _penalty_has_stage(self) -> Self:
        penalty_and_stage(self.kind, self.penalty, self.stage)
        return self

    @property
    def local(self) -> bool:
        """Whether siblings are together is a question of several students."""
        return False

    def check(self, market: Market) -> None:
        """Refuse a market that does not know who are siblings."""
        known_attribute(market, "family", self.kind)

    def rows(self, market: Market) -> tuple[Rows | Teams, ...]:
        """Return a team for each family and mentor, at most one for each family; or a row for each, apart."""
        cells, names = class_cells(self.kind, market, "family", confidential=True), market.student_attributes["family"]
        if self.mode == "apart":
            several = np.flatnonzero(np.diff(cells.rows.start) > 1)
            pairs = np.isin(cells.rows.owner, several)
            return (
                grouped_rows(
                    self.kind,
                    cells.rows.pairs[pairs],
                    np.searchsorted(several, cells.rows.owner[pairs]),
                    lower=np.zeros(len(several), np.int64),
                    upper=np.ones(len(several), np.int64),
                    mentors=cells.mentor[several],
                    label=lambda r: Text(
                        zh=f"学生 {names.labels[cells.group[several[r]]]} 与其兄弟姐妹不同在导师 "
                        f"{market.mentor_ids[int(cells.mentor[several[r]])]} 处。",
                        en=f"Student {names.labels[cells.group[several[r]]]} and its siblings are not together with "
                        f"mentor {market.mentor_ids[int(cells.mentor[several[r]])]}.",
                    ),
                    penalty=self.penalty,
                    stage=self.stage,
                    confidential=True,
                ),
            )
        count = grouped_rows(
            self.kind,
            np.arange(len(cells.group)),
            cells.group,
            lower=np.zeros(len(names.labels), np.int64),
            upper=np.ones(len(names.labels), np.int64),
            label=lambda r: Text(
                zh=f"学生 {names.labels[r]} 与其兄弟姐妹由同一名导师带。",
                en=f"Student {names.labels[r]} and its siblings share one mentor.",
            ),
            penalty=self.penalty,
            stage=self.stage,
            confidential=True,
        )
        return (Teams(cells.rows, np.arange(len(cells.group)), counts=(count,)),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every family that is not together, or every mentor with several of a family."""
        looked_at = None if scope is None else set(scope.students)
        found: list[Violation] = []
        for _, mentors, students in mentors_of_groups(market, pairs, "family"):
            if looked_at is None or looked_at & set(students):
                found += self._of_family(market, pairs, mentors, tuple(students))
        return tuple(found)

    def _of_family(self, market: Market, pairs: Pairs, mentors: set[Id], students: tuple[Id, ...]) -> list[Violation]:
        soft, who = self.penalty is not None, "、".join(map(str, students))
        in_order = sorted(mentors, key=market.mentor_index)
        if self.mode == "together":
            text = Text(
                zh=f"兄弟姐妹 {who} 分在 {len(mentors)} 名导师处。",
                en=f"The siblings {who} are with {len(mentors)} mentors.",
            )
            return [Violation(self.kind, text, len(mentors) - 1, students, soft=soft)] if len(mentors) > 1 else []
        found = []
        for mentor_id in in_order:
            here = tuple(student_id for student_id in students if mentor_id in pairs.mentors_of(student_id))
            if len(here) > 1:
                text = Text(
                    zh=f"兄弟姐妹 {'、'.join(map(str, here))} 同在导师 {mentor_id} 处。",
                    en=f"The siblings {'、'.join(map(str, here))} are both with mentor {mentor_id}.",
                )
                found.append(Violation(self.kind, text, len(here) - 1, here, (mentor_id,), soft=soft))
        return found

    def describe(self) -> Text:
        """Say the rule."""
        if self.mode == "together":
            return where_possible(
                Text(zh="同校兄弟姐妹由同一名导师带", en="Brothers and sisters share one mentor"), self.penalty
            )
        return where_possible(
            Text(zh="同校兄弟姐妹由不同的导师带", en="Brothers and sisters have different mentors"), self.penalty
        )
