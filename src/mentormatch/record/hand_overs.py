"""Hand-overs (工作交接): who passes which student to whom, from which day, and what is still to do."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np

from mentormatch.base.text import Text
from mentormatch.constraints.consent import Consent
from mentormatch.constraints.pair_facts import on_record
from mentormatch.market.market import Id
from mentormatch.problem.result import HandOver, Reason, Result
from mentormatch.roster.request_standing import RequestStanding, request_standings, standing_of_students
from mentormatch.roster.roster import Roster

OPEN_ITEMS: Mapping[str, Text] = {
    "opinion": Text(zh="征求学生意见", en="ask the student"),
    "guardian": Text(zh="告知家长", en="tell the guardian"),
    "records": Text(zh="移交成长档案与谈心记录", en="pass on the growth record and the notes of talks"),
    "records_of_absent": Text(
        zh="原导师不在岗,由年级组代为移交成长档案与谈心记录",
        en="the mentor is away: the head of grade passes on the growth record and the notes of talks",
    ),
    "no_mentor": Text(zh="尚未安排新导师", en="there is no new mentor yet"),
}
"""What a hand-over may still need, by a stable code."""


Ends = tuple[Id, Id]


def hand_overs(
    result: Result, roster: Roster, *, on: date | None, before: Iterable[Ends] | None = None
) -> tuple[HandOver, ...]:
    """Return a hand-over for every student that leaves a mentor it has on record, settled or provisional.

    The day is the one of the change request that is carried out, if it is still to come, else the day of the matching.
    The old mentor stays beside the new one for the days that the rule ``consent`` gives, where it is on duty.

    Parameters
    ----------
    result : Result
    roster : Roster
        The school that was matched.
    on : date, optional
        The day of the matching.
    before : iterable of (student id, mentor id), optional
        Who was with whom, where that is newer than the record.

    Returns
    -------
    tuple of HandOver
        In the order of student ids; empty where there is no matching. A student's request counts as its opinion if it
        agreed there, and so does a form that lists the new mentor.
    """
    if result.matching is None:
        return ()
    market = result.problem.market
    had = _on_record(result) if before is None else list(before)
    now = {student_id: result.matching.mentors_of(student_id) for student_id in market.student_ids}
    stays = {student_id for student_id, mentor_id in had if mentor_id in now.get(student_id, ())}
    seats = dict(zip(market.mentor_ids, market.mentor_upper.tolist(), strict=True))
    requests = standing_of_students(request_standings(roster, on))
    consents = [(rule, rule.original) for rule in result.problem.constraints]
    found = []
    for student_id, mentor_id in sorted(had, key=str):
        if student_id in stays or student_id not in now:
            continue
        after, request = now[student_id], requests.get(str(student_id))
        # Where several rules say how long, all hold.
        days = (own.overlap_days for rule, own in consents if isinstance(own, Consent) and rule.covers(student_id))
        overlap = max(days, default=0)
        granted = request if request is not None and request.granted else None
        effective = _effective(granted, on)
        is_there = seats.get(mentor_id, 0) > 0
        shares = is_there and overlap > 0 and not _is_kept_apart(result, student_id, mentor_id)
        last = None if effective is None or not shares else effective + timedelta(days=overlap - 1)
        listed = any(_is_listed(result, student_id, each) for each in after)
        found.append(
            HandOver(
                student=student_id,
                from_mentor=mentor_id,
                to_mentor=after[0] if after else None,
                effective=effective,
                overlap_until=last if after else None,
                open_items=_open_items(granted, listed=listed, has_mentor=bool(after), is_there=is_there),
                request=None if granted is None else granted.request.request_id,
            )
        )
    return tuple(found)


def _on_record(result: Result) -> list[Ends]:
    market = result.problem.market
    pairs = np.flatnonzero(on_record(market))
    ends = zip(market.student[pairs].tolist(), market.mentor[pairs].tolist(), strict=True)
    return [(market.student_ids[i], market.mentor_ids[j]) for i, j in ends]


def _effective(granted: RequestStanding | None, on: date | None) -> date | None:
    wanted = None if granted is None else granted.request.effective_date
    if wanted is None or on is None:
        return on if wanted is None else wanted
    return max(wanted, on)


def _is_kept_apart(result: Result, student_id: Id, mentor_id: Id) -> bool:
    """Tell whether a rule, a veto or avoidance keeps the two apart: then they share no duty, either."""
    market = result.problem.market
    pair = market.pair_index(student_id, mentor_id) if mentor_id in market.mentor_ids else None
    return pair is not None and any(
        bool(market.pair_flag(name)[pair]) for name in ("student_veto", "mentor_veto", "barred")
    )


def _is_listed(result: Result, student_id: Id, mentor_id: Id) -> bool:
    market = result.problem.market
    pair = market.pair_index(student_id, mentor_id)
    return pair is not None and bool(market.is_choice[pair])


def _open_items(
    granted: RequestStanding | None, *, listed: bool, has_mentor: bool, is_there: bool
) -> tuple[Reason, ...]:
    request = None if granted is None else granted.request
    codes = [] if has_mentor else ["no_mentor"]
    # A granted request has the opinion on record, or the reason why there is none.
    codes += [] if request is not None or listed else ["opinion"]
    codes += [] if request is not None and request.guardian_notified else ["guardian"]
    if request is None or not request.handover_done:
        codes.append("records" if is_there else "records_of_absent")
    return tuple(Reason(code, OPEN_ITEMS[code]) for code in codes)
