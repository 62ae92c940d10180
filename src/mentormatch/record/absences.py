"""Rows of any role that cannot go on, whatever a run decides: somebody is gone, away, or may not work with pupils."""

from collections.abc import Collection
from datetime import date

from mentormatch.record.rows import DAY
from mentormatch.roster.cause import Cause
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster

Ends = tuple[str, str]


def cause_of_absence(
    roster: Roster, row: Pairing, on: date | None, *, graduated: Collection[str] = ()
) -> tuple[Cause, date | None] | None:
    """Return why a row cannot go on and its last day; None where both are there.

    Parameters
    ----------
    roster : Roster
        As things are now.
    row : Pairing
    on : date, optional
        The day of the run, the first on which the row does not hold.
    graduated : collection of str
        Students who have left by graduating.
    """
    yesterday = None if on is None else on - DAY
    if row.student_id not in roster.students_by_id:
        return (Cause.GRADUATION if row.student_id in graduated else Cause.LEFT), yesterday
    external = roster.external_mentors_by_id.get(row.mentor_id)
    mentor = roster.mentors_by_id.get(row.mentor_id)
    # Who stands on both sheets is one person: on duty by the one, and checked by the other.
    on_duty = external is not None if mentor is None else mentor.is_on_duty(on)
    checked = external is None or on is None or external.is_vetted(on)
    if on_duty and checked:
        return None
    return Cause.MENTOR_AWAY, _service_ended(mentor, external, on) or yesterday


def _service_ended(mentor: Mentor | None, external: ExternalMentor | None, on: date | None) -> date | None:
    """Return the day, before a day, on which a mentor's service or an external's check has ended; None for others."""
    ends = [] if external is None else [external.check_valid_to]
    if mentor is not None and mentor.status == "active" and mentor.available_to is not None:
        ends.append(mentor.available_to)
    return min((end for end in ends if on is not None and end < on), default=None)
