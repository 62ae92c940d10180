"""The days that a school's data speaks of, and a day that lies years away from all of them."""

from datetime import date, timedelta

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.roster.roster import Roster

FAR = timedelta(days=2 * 366)
"""A day further away than this from everything in the data is a slip."""


def refuse_far_day(roster: Roster, on: date) -> None:
    """Raise `InputError` for a day that lies years before or after all that the data speaks of.

    Parameters
    ----------
    roster : Roster
    on : date
        The day that somebody typed.

    Notes
    -----
    What counts are forms, pairings, requests and mentors' dates, or the students' entry where there is nothing else.
    """
    days = _days(roster) or [student.entry_date for student in roster.students if student.entry_date is not None]
    if not days or min(days) - FAR <= on <= max(days) + FAR:
        return
    raise InputError(
        Text(
            zh=f"日期 {on} 与数据相差多年:数据中的日期从 {min(days)} 到 {max(days)}",
            en=f"The day {on} lies years away from the data, which runs from {min(days)} to {max(days)}",
        ),
        maybe=Text(zh="核对 --date 的年份。", en="check the year of --date."),
    )


def _days(roster: Roster) -> list[date]:
    found: list[date | None] = [
        None if form.submitted_at is None else form.submitted_at.date() for form in roster.student_preferences
    ]
    for pairing in roster.pairings:
        found += [pairing.valid_from, pairing.valid_to]
    for request in roster.change_requests:
        found += [request.opinion_date, request.effective_date]
    for mentor in roster.mentors:
        found += [mentor.available_from, mentor.available_to]
    return [day for day in found if day is not None]
