"""Change requests (调换申请) after a matching: carried out, waiting, or standing, and what is in the way."""

from datetime import date

import numpy as np

from mentormatch.base.text import Text, clauses
from mentormatch.formulation.rows import Rows
from mentormatch.market.matching import Matching
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.result import Reason, RequestOutcome, Result
from mentormatch.roster.request_standing import MISSING, RequestStanding, request_standings
from mentormatch.roster.roster import Roster

NEUTRAL = Text(zh="已批准;目前不能安排到这位导师,原结对保持。", en="Granted; not to be arranged with this mentor now.")
"""What is said where the reason is nobody's business, or where there are several: it cannot be disproved."""


def request_outcomes(result: Result, roster: Roster, *, on: date | None) -> tuple[RequestOutcome, ...]:
    """Return what became of every change request that still matters, in the order of request ids.

    A request is carried out when it is granted and its student goes to another mentor than the present one. A request
    that is not granted lists everything that it lacks. One that is granted and waits says what stands in its way, as
    far as that is true of the matching and may be told.
    """
    standings = request_standings(roster, on)
    waits = any(standing.granted and not _carried_out(result, standing) for standing in standings)
    form = compile_form(result.problem) if waits and result.matching is not None else None
    return tuple(_outcome(result, standing, form) for standing in standings)


def _after(result: Result, standing: RequestStanding) -> tuple[object, ...]:
    there = standing.request.student_id in result.problem.market.student_ids
    return () if result.matching is None or not there else result.matching.mentors_of(standing.request.student_id)


def _carried_out(result: Result, standing: RequestStanding) -> bool:
    after = _after(result, standing)
    return standing.granted and bool(after) and standing.present not in after


def _outcome(result: Result, standing: RequestStanding, form: Form | None) -> RequestOutcome:
    request = standing.request
    carried_out = _carried_out(result, standing)
    return RequestOutcome(
        request=request.request_id,
        student=request.student_id,
        from_mentor=standing.present,
        to_mentor=request.to_mentor,
        granted=standing.granted,
        carried_out=carried_out,
        missing=tuple(Reason(code, MISSING[code]) for code in standing.missing),
        text=_text(result, standing, form, carried_out=carried_out),
    )


def _text(result: Result, standing: RequestStanding, form: Form | None, *, carried_out: bool) -> Text:
    after = _after(result, standing)
    to = "、".join(str(mentor) for mentor in after), ", ".join(str(mentor) for mentor in after)
    if carried_out:
        return Text(
            zh=f"已落实:由 {standing.present} 调至 {to[0]}。",
            en=f"Carried out: from {standing.present} to {to[1]}.",
        )
    if standing.granted and not after:
        return Text(zh="已批准;尚未安排新导师。", en="Granted; no new mentor yet.")
    if standing.granted:
        return NEUTRAL if form is None or result.matching is None else _in_the_way(form, result.matching, standing)
    return Text("未生效:", "Not granted: ") + clauses(MISSING[code] for code in standing.missing)


def _in_the_way(form: Form, matching: Matching, standing: RequestStanding) -> Text:
    """Return what stands between a student and the mentor that a request names, as the rows of the form tell it."""
    market, to = form.market, standing.request.to_mentor
    if standing.present is not None:
        present = market.pair_index(standing.request.student_id, standing.present)
        if present is not None and market.pair_flag("locked")[present]:
            return Text(zh="已批准;原结对已锁定,保持不变。", en="Granted; the pairing is locked and stays.")
    if to is None:
        return Text(zh="已批准;没有其他可以安排的导师。", en="Granted; there is no other mentor to go to.")
    pair = market.pair_index(standing.request.student_id, to)
    if pair is None or not form.open[pair]:
        return NEUTRAL
    j = market.mentor_index(to)
    if int(matching.load[j]) >= int(market.mentor_upper[j]):
        return Text(
            zh=f"已批准;导师 {to} 名额已满,原结对保持。", en=f"Granted; mentor {to} is full, so the pair stands."
        )
    for rows in form.rows:
        if rows.confidential or rows.penalty is not None:
            continue
        full = _full_row(rows, pair, matching)
        if full is not None:
            label = rows.label(full)
            return Text(zh=f"已批准;{label.zh.rstrip('。')},原结对保持。", en=f"Granted; the pair stands: {label.en}")
    return NEUTRAL


def _full_row(rows: Rows, pair: int, matching: Matching) -> int | None:
    """Return a row of several students that has a pair in it and no room left; None where there is none."""
    mine = rows.owner[rows.pairs == pair]
    activity = rows.activity(matching.chosen)
    for row in mine[activity[mine] >= rows.upper[mine]].tolist():
        students = matching.market.student[rows.pairs[rows.start[row] : rows.start[row + 1]]]
        if np.any(students != students[0]):
            return int(row)
    return None
