"""Edits that move a student without a granted change request: what each of them still needs."""

from collections.abc import Iterable
from datetime import date

from mentormatch.base.text import Text
from mentormatch.roster.request_standing import request_standings
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import standing_pairings


def unasked_edits(roster: Roster, edits: Iterable[tuple[str, str]], on: date | None) -> tuple[Text, ...]:
    """Return, for each edit that ends a pairing without a granted request, the row of requests that it needs.

    Parameters
    ----------
    roster : Roster
    edits : iterable of (student id, mentor id)
        Pairs that a coordinator sets.
    on : date, optional

    Notes
    -----
    A mentor who is away can be left without anybody's consent, and whoever has no mentor leaves none.
    """
    present = {row.student_id: row.mentor_id for row in standing_pairings(roster.pairings, on)}
    granted = {
        (each.request.student_id, each.request.to_mentor) for each in request_standings(roster, on) if each.granted
    }
    found = []
    for student, to in edits:
        has = present.get(student)
        mentor = None if has is None else roster.mentors_by_id.get(has)
        if has in (None, to) or mentor is None or not mentor.is_on_duty(on):
            continue
        if (student, to) in granted or (student, None) in granted:
            continue
        found.append(
            Text(
                zh=f"指定 {student}:{has} 调至 {to},没有已批准的调换申请;请在“调换申请”补一行:学号 {student}、"
                f"原导师 {has}、拟任导师 {to}、学生意见、审批。",
                en=f"{student} is moved from {has} to {to} without a granted change request; add a row of requests: "
                f"student_id {student}, from_mentor {has}, to_mentor {to}, student_opinion, decision.",
            )
        )
    return tuple(found)
