"""The days that a school's data speaks of, and a day that lies years away from all of them."""

from datetime import date, timedelta

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.roster.roster import Roster

FAR = timedelta(days=2 * 366)
"""A day further away than this from everything in the data is a slip."""


FIRST_YEAR, LAST_YEAR = 1950, 2100
"""A day outside these is a slip, whatever the data says."""


def refuse_impossible_day(on: date | None) -> None:
    """Raise `InputError` for a day on which no school of ours can be matched; None is no day."""
    if on is not None and not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise InputError(
            Text(
                zh=f"日期 {on} 不合理:年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。",
                en=f"The day {on} is out of all reason: its year must be between {FIRST_YEAR} and {LAST_YEAR}.",
            )
        )


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
