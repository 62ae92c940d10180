"""Consent (调换须征求学生意见): a pair stands until the student agrees to its end and the school approves."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.parameter import said
from mentormatch.base.text import SEMICOLON, Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import has_fact
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs
from mentormatch.roster.request_standing import MISSING

VETOES = ("student_veto", "mentor_veto", "barred")
"""The facts about a pair that end it without anybody's consent."""


class Consent(Constraint):
    """Nobody changes the mentor against, or without, the student's recorded opinion.

    Reads the pair attribute ``request_stands``: a current pair that a change request asks to end, but the request is
    not granted (`mentormatch.roster.request_standing`). The pair stays where it can go on: the mentor takes students,
    neither side vetoes it, and no hard rule against single pairs rules it out (``barred``). What a granted request
    asks for is counted by the stage `granted_requests`.

    Every change comes with a hand-over (工作交接): for `overlap_days` from the day on which it takes effect the old
    mentor stays beside the new one, where it is still there.
    """

    kind: Literal["consent"] = "consent"
    overlap_days: Annotated[
        int,
        said(
            "新旧导师共同负责的天数",
            "days of a hand-over with both mentors",
            "两周:一轮谈心与档案移交所需",
            "two weeks: time for the talks and the record",
        ),
    ] = Field(default=14, ge=0, le=365)

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each pair that stands."""
        vetoed = market.pair_flag("student_veto") | market.pair_flag("mentor_veto") | market.pair_flag("barred")
        going_on = (market.mentor_upper[market.mentor] > 0) & ~vetoed
        kept = np.flatnonzero(market.pair_flag("request_stands") & going_on)
        ones = np.ones(len(kept), np.int64)

        def label(r: int) -> Text:
            student, mentor = int(market.student[kept[r]]), int(market.mentor[kept[r]])
            return _stands(market, market.student_ids[student], market.mentor_ids[mentor])

        return (
            Rows(
                rule=self.kind,
                start=np.arange(len(kept) + 1),
                pairs=kept,
                students=market.student[kept],
                lower=ones,
                upper=ones,
                label=label,
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every pair that ended although its request is not granted."""
        found = []
        stands = market.pair_flag("request_stands")
        for student_id in everyone(market, scope).students if stands.any() else ():
            first, end = market.student_start[(i := market.student_index(student_id)) : i + 2].tolist()
            for mentor in market.mentor[first + np.flatnonzero(stands[first:end])].tolist():
                mentor_id = market.mentor_ids[mentor]
                vetoed = any(has_fact(market, veto, student_id, mentor_id) for veto in VETOES)
                if vetoed or market.mentor_upper[mentor] == 0 or mentor_id in pairs.mentors_of(student_id):
                    continue
                text = _stands(market, student_id, mentor_id)
                found.append(Violation(self.kind, text, students=(student_id,), mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        zh = "未经学生同意和学校批准,不调换导师"
        en = "No mentor is changed without the student's consent and the school's approval"
        if self.overlap_days:
            zh = f"{zh};调换后新旧导师共同负责 {self.overlap_days} 天"
            en = f"{en}; both mentors share {self.overlap_days} days of hand-over"
        return Text(zh=f"{zh}。", en=f"{en}.")


def what_is_missing(market: Market, student_id: Id) -> Text | None:
    """Return what the change request of a student lacks, or None where there is none, or where it is granted."""
    attribute = market.student_attributes.get("request_missing")
    codes = () if attribute is None else attribute.values(market.student_index(student_id))
    texts = [text for code, text in MISSING.items() if code in codes]
    if not texts:
        return None
    return SEMICOLON.join(texts)


def request_of(market: Market, student_id: Id) -> str | None:
    """Return the id of the change request that governs a student."""
    attribute = market.student_attributes.get("request")
    values = () if attribute is None else attribute.values(market.student_index(student_id))
    return values[0] if values else None


def _stands(market: Market, student_id: Id, mentor_id: Id) -> Text:
    request, missing = request_of(market, student_id), what_is_missing(market, student_id)
    zh = f"调换申请 {request} 未生效" if request else "调换申请未生效"
    en = f"change request {request} is not granted" if request else "its change request is not granted"
    if missing is not None:
        zh, en = f"{zh}({missing.zh})", f"{en} ({missing.en})"
    return Text(
        zh=f"{zh},学生 {student_id} 仍由导师 {mentor_id} 带。",
        en=f"Student {student_id} stays with mentor {mentor_id}: {en}.",
    )
