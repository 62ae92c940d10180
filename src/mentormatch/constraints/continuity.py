"""Continuity: last term's pairs are kept (保持匹配相对稳定). Never called stability."""

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.arrays import IntArray
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.market import Id, Market
from mentormatch.matching import Pairs
from mentormatch.rows import Rows, row
from mentormatch.text import Text

Mode = Literal["lock", "keep_unless_asked", "locked_only", "at_most"]

DESCRIPTIONS: dict[Mode, Text] = {
    "lock": Text(zh="上学期的结对全部保持。", en="Every pair of last term stays."),
    "keep_unless_asked": Text(
        zh="已锁定的结对保持;未提交志愿的学生保留原导师。",
        en="Locked pairs stay, and a student that handed in no form keeps its mentor.",
    ),
    "locked_only": Text(zh="已锁定的结对保持。", en="Locked pairs stay."),
}


class Continuity(Constraint):
    """Pairs of last term are kept: all, those nobody asked to change, the locked ones, or all but a few.

    A pair binds where it can go on: the mentor takes students, and neither side vetoes a pair that is not locked.
    """

    kind: Literal["continuity"] = "continuity"
    local: ClassVar[bool] = False
    mode: Mode = Field("keep_unless_asked", description="Which pairs are kept.")
    max_changes: int | None = Field(None, ge=0, description="With at_most: how many students may change in all.")

    @model_validator(mode="after")
    def _number_with_at_most(self) -> Self:
        if (self.mode == "at_most") != (self.max_changes is not None):
            raise ValueError('max_changes goes with mode = "at_most"')
        return self

    def _kept(self, market: Market) -> IntArray:
        """Return the pairs that the mode keeps one by one."""
        going_on = market.mentor_upper[market.mentor] > 0
        vetoed = market.pair_flag("student_veto") | market.pair_flag("mentor_veto")
        locked = market.pair_flag("locked")
        wanted = {
            "lock": market.pair_flag("current") & ~vetoed | locked,
            "keep_unless_asked": market.pair_flag("unasked") & ~vetoed | locked,
            "locked_only": locked,
        }[self.mode]
        return np.flatnonzero(wanted & going_on)

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each pair that is kept, or one row over all current pairs."""
        if self.mode == "at_most":
            return self._at_most(market)
        kept = self._kept(market)
        ones = np.ones(len(kept), np.int64)
        return (
            Rows(
                rule=self.kind,
                start=np.arange(len(kept) + 1),
                pairs=kept,
                lower=ones,
                upper=ones,
                label=lambda r: Text(
                    zh=f"学生 {market.student_ids[market.student[kept[r]]]} 保留原导师 "
                    f"{market.mentor_ids[market.mentor[kept[r]]]}。",
                    en=f"Student {market.student_ids[market.student[kept[r]]]} keeps its mentor "
                    f"{market.mentor_ids[market.mentor[kept[r]]]}.",
                ),
            ),
        )

    def _at_most(self, market: Market) -> tuple[Rows, ...]:
        current = np.flatnonzero(market.pair_flag("current"))
        least = len(np.unique(market.student[current])) - (self.max_changes or 0)
        return (row(self.kind, current, lower=max(least, 0), upper=len(current), label=self.describe()),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every kept pair that is missing, or that too many students change."""
        if self.mode == "at_most":
            return self._too_many(market, pairs)
        looked_at = set(everyone(market, scope).students)
        found = []
        for pair in self._kept(market).tolist():
            student_id = market.student_ids[market.student[pair]]
            mentor_id = market.mentor_ids[market.mentor[pair]]
            if student_id in looked_at and mentor_id not in pairs.mentors_of(student_id):
                text = Text(
                    zh=f"学生 {student_id} 应保留原导师 {mentor_id}。",
                    en=f"Student {student_id} should keep its mentor {mentor_id}.",
                )
                found.append(Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,)))
        return tuple(found)

    def _too_many(self, market: Market, pairs: Pairs) -> tuple[Violation, ...]:
        changed = changed_students(market, pairs)
        over = len(changed) - (self.max_changes or 0)
        if over <= 0:
            return ()
        text = Text(
            zh=f"{len(changed)} 名学生更换导师,至多 {self.max_changes} 名。",
            en=f"{len(changed)} students change their mentor, at most {self.max_changes} may.",
        )
        return (Violation(self.kind, text, over, students=tuple(changed)),)

    def describe(self) -> Text:
        """Say the rule."""
        if self.mode != "at_most":
            return DESCRIPTIONS[self.mode]
        return Text(
            zh=f"更换导师的学生至多 {self.max_changes} 名。",
            en=f"At most {self.max_changes} students change their mentor.",
        )


def changed_students(market: Market, pairs: Pairs) -> list[Id]:
    """Return the students that have a current pair and are with none of their current mentors."""
    had: dict[Id, set[Id]] = {}
    for pair in np.flatnonzero(market.pair_flag("current")).tolist():
        had.setdefault(market.student_ids[market.student[pair]], set()).add(market.mentor_ids[market.mentor[pair]])
    return [student_id for student_id, mentors in had.items() if not mentors & set(pairs.mentors_of(student_id))]
