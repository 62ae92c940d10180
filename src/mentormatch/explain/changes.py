"""Who does not keep what it had, and why: since last term, and between the two rounds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.consent import request_of
from mentormatch.constraints.pair_facts import has_flag, on_record
from mentormatch.formulation.rows import Rows
from mentormatch.market.matching import Matching
from mentormatch.problem.form import Form
from mentormatch.problem.result import Change
from mentormatch.roster.cause import Cause

_FOR_ALL = Text(zh="为使全体学生都有导师而调整。", en="Moved so that everyone has a mentor.")


def changes_since_last_term(form: Form, matching: Matching) -> tuple[Change, ...]:
    """Return the students with a pair on record, settled or provisional, who keep none of them, with the reason."""
    return _changes(form, matching, np.flatnonzero(on_record(form.market)), since="last_term")


def moves_since_round_one(form: Form, matching: Matching, round_one: IntArray) -> tuple[Change, ...]:
    """Return the students that coordination moved away from their pair of round one, and why."""
    return _changes(form, matching, round_one, since="round_one")


def moves_since_given(form: Form, matching: Matching, given: IntArray) -> tuple[Change, ...]:
    """Return the students that keep none of their pairs of a given matching, and why."""
    return _changes(form, matching, given, since="given")


def retold(form: Form, matching: Matching, changes: Sequence[Change], *, otherwise: Text) -> tuple[Change, ...]:
    """Return changes with the reasons that this form gives for them; `otherwise` where it gives none.

    Parameters
    ----------
    form : Form
        Such as that of the public rules alone.
    matching : Matching
        Of the form's market.
    changes : sequence of Change
        Of the same students and mentors.
    otherwise : Text
    """
    market, told = form.market, []
    # That a student must have a mentor is no reason to leave the one they had.
    tight: list[tuple[Rows, IntArray, IntArray]] = [
        (rows, np.array([row for row in low.tolist() if _is_shared(form, rows, row)], np.int64), high)
        for rows, low, high in (_tight_rows(form, matching.chosen) if changes else ())
    ]
    for change in changes:
        if change.cause is Cause.EDIT:  # that somebody set the pair is no pupil's secret
            told.append(change)
            continue
        old = market.pair_index(change.student, change.before[0]) if change.before else None
        now = market.pairs_of_student(market.student_index(change.student))
        now = now[matching.chosen[now]]
        known = (Cause.COORDINATION, otherwise)
        cause, text = known if old is None else _why(form, old, now, tight, change.since, otherwise)
        told.append(replace(change, text=text, cause=cause))
    return tuple(told)


def _changes(form: Form, matching: Matching, before: IntArray, *, since: str) -> tuple[Change, ...]:
    market = form.market
    kept = np.zeros(market.num_students, bool)
    kept[market.student[before[matching.chosen[before]]]] = True
    lost = before[~kept[market.student[before]]]
    had: dict[int, list[int]] = {}
    for pair in lost.tolist():
        had.setdefault(int(market.student[pair]), []).append(pair)
    tight = _tight_rows(form, matching.chosen) if had else []
    changes = []
    for student, pairs in sorted(had.items()):
        now = market.pairs_of_student(student)
        now = now[matching.chosen[now]]
        cause, text = _why(form, pairs[0], now, tight, since, _FOR_ALL)
        changes.append(
            Change(
                student=market.student_ids[student],
                before=tuple(market.mentor_of(pair) for pair in pairs),
                after=tuple(market.mentor_of(pair) for pair in now.tolist()),
                text=text,
                since=since,
                cause=cause,
            )
        )
    return tuple(changes)


def _why(
    form: Form, old: int, now: IntArray, tight: list[tuple[Rows, IntArray, IntArray]], since: str, otherwise: Text
) -> tuple[Cause, Text]:
    """Return why a pair is left: the first of these facts that is true of the form."""
    market = form.market
    mentor = market.mentor_of(old)
    if since != "round_one" and has_flag(market, "leaving", old):
        request = request_of(market, market.student_of(old))
        told = Text(zh=f"已批准的调换申请 {request} 落实。", en=f"The granted change request {request} is carried out.")
        return Cause.REQUEST, told
    if market.mentor_upper[market.mentor[old]] == 0:
        told = Text(zh=f"原导师 {mentor} 不在岗或不带学生。", en=f"Mentor {mentor} is on leave or takes nobody.")
        return Cause.MENTOR_AWAY, told
    if not form.open[old]:
        return Cause.RULE, form.masks[int(form.closed_by[old])].reason
    ranks = market.student_rank[now]
    listed = ranks[ranks > 0]
    old_rank = int(market.student_rank[old]) or market.placement_rank
    if since == "last_term" and len(listed) and int(listed.min()) < old_rank:
        return Cause.CHOICE, Text(
            zh=f"学生本人所填第{int(listed.min())}志愿得到满足。",
            en=f"By the student's own form: choice {int(listed.min())}.",
        )
    for rows, at_lower, at_upper in tight:
        needing = np.intersect1d(at_lower, rows.owner[np.isin(rows.pairs, now)])
        if len(needing):
            return Cause.COORDINATION, _told(rows, int(needing[0]))
        full = np.intersect1d(at_upper, rows.owner[rows.pairs == old])
        shared = [row for row in full.tolist() if _is_shared(form, rows, row)]
        if shared and since != "round_one":
            return Cause.RULE, _told(rows, shared[0])
    return Cause.COORDINATION, otherwise


def _told(rows: Rows, row: int) -> Text:
    """Return a row as a reason; one that would tell of care, family or wishes about a person stays unnamed."""
    if rows.confidential:
        return Text(zh="为遵守学校的名额规则而调整。", en="Moved so that the school's caps are kept.")
    return rows.label(row)


def _is_shared(form: Form, rows: Rows, row: int) -> bool:
    """Whether several students stand in a row: that a student takes one mentor is no reason to leave the old one."""
    students = form.market.student[rows.pairs[rows.start[row] : rows.start[row + 1]]]
    return bool((students != students[0]).any())


def _tight_rows(form: Form, chosen: BoolArray) -> list[tuple[Rows, IntArray, IntArray]]:
    """Return each block with its rows at a binding lower and at a binding upper bound."""
    found: list[tuple[Rows, IntArray, IntArray]] = []
    for rows in form.rows:
        activity, size = rows.activity(chosen), np.diff(rows.start)
        at_lower = np.flatnonzero((activity == rows.lower) & (rows.lower > 0) & (size > 1) & (rows.lower < rows.upper))
        at_upper = np.flatnonzero((activity == rows.upper) & (rows.upper < size) & (rows.lower < rows.upper))
        found.append((rows, at_lower, at_upper))
    return found
