"""Change requests (调换申请) after a matching: carried out, waiting for a seat, or standing with what is missing."""

from datetime import date

from mentormatch.base.text import Text, clauses
from mentormatch.problem.result import Reason, RequestOutcome, Result
from mentormatch.roster.request_standing import MISSING, RequestStanding, request_standings
from mentormatch.roster.roster import Roster


def request_outcomes(result: Result, roster: Roster, *, on: date | None) -> tuple[RequestOutcome, ...]:
    """Return what became of every change request that still matters, in the order of request ids.

    A request is carried out when it is granted and its student goes to another mentor than the present one. A request
    that is not granted lists everything that it lacks.
    """
    return tuple(_outcome(result, standing) for standing in request_standings(roster, on))


def _outcome(result: Result, standing: RequestStanding) -> RequestOutcome:
    request, matching = standing.request, result.matching
    after = () if matching is None else matching.mentors_of(request.student_id)
    carried_out = standing.granted and bool(after) and standing.present not in after
    return RequestOutcome(
        request=request.request_id,
        student=request.student_id,
        from_mentor=standing.present,
        to_mentor=request.to_mentor,
        granted=standing.granted,
        carried_out=carried_out,
        missing=tuple(Reason(code, MISSING[code]) for code in standing.missing),
        text=_text(standing, after, carried_out=carried_out),
    )


def _text(standing: RequestStanding, after: tuple[object, ...], *, carried_out: bool) -> Text:
    to = "、".join(str(mentor) for mentor in after), ", ".join(str(mentor) for mentor in after)
    if carried_out:
        return Text(
            zh=f"已落实:由 {standing.present} 调至 {to[0]}。",
            en=f"Carried out: from {standing.present} to {to[1]}.",
        )
    if standing.granted:
        return Text(
            zh="已批准;暂无可用名额,原结对保持。" if after else "已批准;尚未安排新导师。",
            en="Granted; no seat is free for it, so the pair stands." if after else "Granted; no new mentor yet.",
        )
    return Text("未生效:", "Not granted: ") + clauses(MISSING[code] for code in standing.missing)
