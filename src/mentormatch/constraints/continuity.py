"""Continuity: last term's pairs are kept (保持匹配相对稳定). Never called stability."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.constraints.pair_facts import has_fact
from mentormatch.formulation.rows import Rows, row
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs

Mode = Literal["lock", "keep_unless_asked", "locked_only", "at_most"]

DESCRIPTIONS: dict[Mode, Text] = {
    "lock": Text(zh="上学期的结对全部保持。", en="Every pair of last term stays."),
    "keep_unless_asked": Text(
        zh="已锁定的结对保持;未提交志愿的学生保留原导师。",
        en="Locked pairs stay, and a student that handed in no form keeps its mentor.",
    ),
    "locked_only": Text(zh="已锁定的结对保持。", en="Locked pairs stay."),
}
KEPT: dict[Mode, str] = {"lock": "current", "keep_unless_asked": "unasked"}
"""The pair attribute whose pairs a mode keeps, beside the locked ones."""


class Continuity(Constraint):
    """Pairs of last term are kept: all, those nobody asked to change, the locked ones, or all but a few.

    Reads the pair attributes ``current``, ``unasked`` and ``locked``. A pair binds where it can go on: the mentor takes
    students, neither side vetoes it, and no hard rule against single pairs rules it out (the pair attribute
    ``barred``); a locked pair binds in spite of a veto. With ``mode = "at_most"`` a student counts as changed when it
    has a current pair and is with none of its current mentors, whatever the reason; there
    each student may have one current pair only (the stage ``fewest_changes`` takes several).
    """

    kind: Literal["continuity"] = "continuity"
    public = True
    price = 10
    given_up = Text(zh="允许 {n} 名学生更换原导师", en="let {n} student(s) change the mentor")
    mode: Annotated[
        Mode,
        said(
            "lock 全部保持;keep_unless_asked 未提交志愿的保持;locked_only 只保持已锁定的;at_most 至多变动若干",
            "lock, keep_unless_asked, locked_only or at_most",
            "保持匹配相对稳定:没有提出就不变,提出了可以变",
            "matches stay stable: who asks for nothing keeps the mentor, who asks may change",
        ),
    ] = "keep_unless_asked"
    max_changes: Annotated[
        int | None,
        said(
            "at_most 时至多几名学生更换",
            "with at_most: how many students may change",
            "没有默认值",
            "none: the mode needs a number",
        ),
    ] = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _number_with_at_most(self) -> Self:
        if self.mode == "at_most" and self.max_changes is None:
            raise refused(
                self.kind,
                'mode = "at_most" 须同时给出 max_changes。',
                "mode = \"at_most\" needs 'max_changes'.",
                maybe=Text(zh="加上 max_changes = 10。", en="add max_changes = 10."),
            )
        if self.mode != "at_most" and self.max_changes is not None:
            raise refused(
                self.kind,
                f'max_changes 只用于 mode = "at_most",现为 "{self.mode}"。',
                f'\'max_changes\' goes with mode = "at_most" only; the mode is "{self.mode}".',
                maybe=Text(zh='写成 mode = "at_most"。', en='set mode = "at_most".'),
            )
        return self

    @property
    def local(self) -> bool:
        """The number of changes is one of the whole school."""
        return self.mode != "at_most"

    def check(self, market: Market) -> None:
        """Refuse to count changes where a student has several current pairs: that is no row."""
        if self.mode == "at_most":
            students, number = np.unique(market.student[market.pair_flag("current")], return_counts=True)
            several = np.flatnonzero(number > 1)
            if len(several):
                who, has = market.student_ids[int(students[several[0]])], int(number[several[0]])
                raise refused(
                    self.kind,
                    f'学生 {who} 有 {has} 个当前结对,mode = "at_most" 只能统计一名学生一个结对的情形。',
                    f'student {who!r} has {has} current pairs, and mode = "at_most" counts one for each student.',
                    maybe=Text(
                        zh='结束其中一个结对,或改用 kind = "fewest_changes" 的 [[stage]](更换导师的学生尽可能少)。',
                        en='end one of the pairs, or use the [[stage]] with kind = "fewest_changes".',
                    ),
                )

    def _kept(self, market: Market) -> IntArray:
        """Return the pairs that the mode keeps one by one."""
        going_on = market.mentor_upper[market.mentor] > 0
        vetoed = market.pair_flag("student_veto") | market.pair_flag("mentor_veto")
        kept = market.pair_flag("locked")
        if self.mode in KEPT:
            kept = kept | (market.pair_flag(KEPT[self.mode]) & ~vetoed)
        return np.flatnonzero(kept & going_on & ~market.pair_flag("barred"))

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
                students=market.student[kept],
                lower=ones,
                upper=ones,
                label=lambda r: Text(
                    zh=f"学生 {market.student_of(kept[r])} 保留原导师 {market.mentor_of(kept[r])}。",
                    en=f"Student {market.student_of(kept[r])} keeps its mentor {market.mentor_of(kept[r])}.",
                ),
            ),
        )

    def _at_most(self, market: Market) -> tuple[Rows, ...]:
        current = np.flatnonzero(market.pair_flag("current"))
        least = max(len(current) - (self.max_changes or 0), 0)
        return (row(self.kind, current, lower=least, upper=len(current), label=self.describe()),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every kept pair that is missing, or that too many students change; the latter in spite of a scope."""
        if self.mode == "at_most":
            return self._too_many(market, pairs)
        found = []
        for student_id, mentor_id in _pairs_in_scope(market, scope):
            if mentor_id not in pairs.mentors_of(student_id) and self._stays(market, student_id, mentor_id):
                text = Text(
                    zh=f"学生 {student_id} 应保留原导师 {mentor_id}。",
                    en=f"Student {student_id} should keep its mentor {mentor_id}.",
                )
                found.append(Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,)))
        return tuple(found)

    def _stays(self, market: Market, student_id: Id, mentor_id: Id) -> bool:
        takes_nobody = market.mentor_upper[market.mentor_index(mentor_id)] == 0
        if takes_nobody or has_fact(market, "barred", student_id, mentor_id):
            return False
        if has_fact(market, "locked", student_id, mentor_id):
            return True
        vetoed = any(has_fact(market, veto, student_id, mentor_id) for veto in ("student_veto", "mentor_veto"))
        return self.mode in KEPT and has_fact(market, KEPT[self.mode], student_id, mentor_id) and not vetoed

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


def _pairs_in_scope(market: Market, scope: Scope | None) -> Sequence[tuple[Id, Id]]:
    """Return the pairs of last term, of all students or of those in a scope."""
    if scope is None:
        at = np.flatnonzero(market.pair_flag("current") | market.pair_flag("unasked") | market.pair_flag("locked"))
    else:
        students = sorted({market.student_index(student_id) for student_id in scope.students})
        at = np.concatenate([np.zeros(0, np.int64), *(market.pairs_of_student(i) for i in students)])
    ends = zip(market.student[at].tolist(), market.mentor[at].tolist(), strict=True)
    return [(market.student_ids[i], market.mentor_ids[j]) for i, j in ends]


def changed_students(market: Market, pairs: Pairs) -> list[Id]:
    """Return the students that have a current pair and are with none of their current mentors."""
    had: dict[Id, set[Id]] = {}
    for pair in np.flatnonzero(market.pair_flag("current")).tolist():
        had.setdefault(market.student_of(pair), set()).add(market.mentor_of(pair))
    return [student_id for student_id, mentors in had.items() if not mentors & set(pairs.mentors_of(student_id))]
