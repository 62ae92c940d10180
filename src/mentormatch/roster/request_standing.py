"""What a change request is worth on the day of the matching: granted, or the pair stands and this is missing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from mentormatch.base.text import Text
from mentormatch.roster.change_request import ChangeRequest
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import standing_pairings

Missing = Literal[
    "opinion",
    "objection",
    "reason",
    "decision",
    "rejected",
    "not_current",
    "same_mentor",
    "unreadable_mentor",
    "mentor_absent",
    "several",
]
MISSING: Mapping[Missing, Text] = {
    "opinion": Text(zh="尚未征求学生意见", en="the student has not been asked"),
    "objection": Text(zh="学生不同意", en="the student objects"),
    "reason": Text(zh="注明无法征求意见,但没有写明原因", en="'not askable' is recorded without a reason"),
    "decision": Text(zh="学校尚未审批", en="the school has not decided yet"),
    "rejected": Text(zh="学校未批准", en="the school rejected it"),
    "not_current": Text(zh="原导师不是该生现任导师", en="the mentor to leave is not the student's present one"),
    "same_mentor": Text(zh="拟任导师就是现任导师", en="the wanted mentor is the present one"),
    "unreadable_mentor": Text(zh="拟任导师一格无法识别", en="the wanted mentor could not be read"),
    "mentor_absent": Text(zh="拟任导师不在岗", en="the wanted mentor is not on duty"),
    "several": Text(zh="该生有多份已批准的申请", en="the student has several approved requests"),
}
"""What a request lacks, by a stable code."""


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """A request and what it is worth.

    Parameters
    ----------
    request : ChangeRequest
    present : str or None
        The student's present mentor.
    missing : tuple of str
        Codes of `MISSING`; empty where the request is granted.
    """

    request: ChangeRequest
    present: str | None
    missing: tuple[Missing, ...] = ()

    @property
    def granted(self) -> bool:
        """Whether the student may leave: it agreed (or could not be asked, for a stated reason), and it is approved."""
        return not self.missing


def request_standings(roster: Roster, on: date | None = None) -> tuple[RequestStanding, ...]:
    """Return the standing of every request that still matters, in the order of request ids.

    A request is granted when the student's opinion is "agree", or "not_askable" with a reason, the decision is
    "approved", and it names the student's present mentor, or none. Requests that were carried out before (the hand-over
    is done and the student is with another mentor) do not matter any more, and those whose opinion was recorded after
    the day of the matching do not matter yet. Nor does a request matter that the record tells to have been carried out.
    Two granted requests of one student grant nothing: which one counts is not for us to guess.

    Parameters
    ----------
    roster : Roster
    on : date, optional
        The day of the matching: who is on duty, which pairings are open.
    """
    present = {p.student_id: p.mentor_id for p in standing_pairings(roster.pairings, on)}
    done = {row.request for row in roster.hand_overs}
    standings = []
    for request in sorted(roster.change_requests, key=lambda request: request.request_id):
        has = present.get(request.student_id)
        if on is not None and request.opinion_date is not None and request.opinion_date > on:
            continue
        if request.request_id not in done and not (request.handover_done and has != request.from_mentor):
            standings.append(RequestStanding(request, has, _missing(request, has, roster, on)))
    granted: defaultdict[str, int] = defaultdict(int)
    for standing in standings:
        granted[standing.request.student_id] += standing.granted
    return tuple(
        replace(standing, missing=("several",))
        if standing.granted and granted[standing.request.student_id] > 1
        else standing
        for standing in standings
    )


def standing_of_students(standings: Iterable[RequestStanding]) -> Mapping[str, RequestStanding]:
    """Return the request that governs each student: the granted one, else the first whose mentor is the present one."""
    governing: dict[str, RequestStanding] = {}
    for standing in standings:
        student_id = standing.request.student_id
        if "not_current" in standing.missing:
            continue
        if student_id not in governing or standing.granted:
            governing[student_id] = standing
    return governing


def _missing(request: ChangeRequest, present: str | None, roster: Roster, on: date | None) -> tuple[Missing, ...]:
    found: list[Missing] = []
    if present is None or request.from_mentor not in (None, present):
        return ("not_current",)
    if request.student_opinion is None:
        found.append("opinion")
    elif request.student_opinion == "disagree":
        found.append("objection")
    elif request.student_opinion == "not_askable" and not request.reason_code:
        found.append("reason")
    if request.decision == "rejected":
        found.append("rejected")
    elif request.decision != "approved":
        found.append("decision")
    if request.to_unreadable:
        found.append("unreadable_mentor")
    elif request.to_mentor == present:
        found.append("same_mentor")
    elif request.to_mentor is not None:
        mentor = roster.mentors_by_id.get(request.to_mentor)
        if mentor is None or not mentor.is_on_duty(on):
            found.append("mentor_absent")
    return tuple(found)
