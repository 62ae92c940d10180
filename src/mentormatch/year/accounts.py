"""The account of mentors' work (学时与津贴): by month, from the record alone, so that an auditor can count it again."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import Role

COUNTED: tuple[Role, ...] = ("primary", "supporting")
"""Roles of teachers; externals and older pupils have no periods."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a school pays for.

    Parameters
    ----------
    periods : int
        Periods of work for a full month (每月2课时).
    allowance : Fraction, optional
        What a head teacher gets a month; without it no money is counted.
    share : Fraction
        Of it, for a full month (津贴三分之一).
    activities : int
        That a term asks for at least.
    """

    periods: int = 2
    allowance: Fraction | None = None
    share: Fraction = Fraction(1, 3)
    activities: int = 4


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one row of the record that count for a mentor."""

    mentor_id: str
    student_id: str
    role: Role
    first: date
    last: date

    @property
    def num_days(self) -> int:
        """How many days, the first and the last included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class MonthOfMentor:
    """The work of one mentor in one month.

    Parameters
    ----------
    mentor_id : str
    month : date
        Its first day.
    days_of_month : int
    days : int
        On which the mentor had at least one pupil.
    pupils : int
        Different pupils in the month.
    periods, allowance : Decimal or None
        To two places, halves up: the full month's share of the days.
    """

    mentor_id: str
    month: date
    days_of_month: int
    days: int
    pupils: int
    periods: Decimal
    allowance: Decimal | None


@dataclass(frozen=True, slots=True)
class WorkAccount:
    """The work of all mentors, and the rows that it rests on.

    Parameters
    ----------
    months : tuple of MonthOfMentor
        By mentor and month; months without a day are left out.
    spans : tuple of Span
    left_out : int
        Rows that were ended without a last day: nobody knows until when they held.
    """

    months: tuple[MonthOfMentor, ...]
    spans: tuple[Span, ...]
    left_out: int


def account(roster: Roster, first: date, last: date, terms: Terms | None = None) -> WorkAccount:
    """Count the days on which mentors of the school had pupils, by month.

    A day counts once, however many pupils (no overtime); head teachers count like all others. A mentor who is away has
    no open row: the days between the end of the old row and the first day of the next do not count, and those of the
    one who stands in do.

    Parameters
    ----------
    roster : Roster
        With its record.
    first, last : date
        Of the time that is accounted.
    terms : Terms, optional

    Raises
    ------
    InputError
        When the last day lies before the first.

    Notes
    -----
    O(rows + mentors x months).

    Examples
    --------
    >>> from datetime import date
    >>> from mentormatch.roster.mentor import Mentor
    >>> row = Pairing(student_id="s", mentor_id="T", valid_from=date(2024, 9, 16), run="r")
    >>> school = Roster(mentors=(Mentor(mentor_id="T", name="t", capacity_max=1),), pairings=(row,))
    >>> [(each.days, str(each.periods)) for each in account(school, date(2024, 9, 1), date(2024, 9, 30)).months]
    [(15, '1.00')]
    """
    if last < first:
        raise InputError(
            Text(f"结束日 {last} 早于开始日 {first}。", f"The last day {last} lies before the first, {first}.")
        )
    wanted = terms or Terms()
    teachers = {mentor.mentor_id: mentor for mentor in roster.mentors if mentor.kind == "in_school"}
    spans, left_out = [], 0
    for row in roster.pairings:
        if row.role not in COUNTED or row.mentor_id not in teachers:
            continue
        end = last_day_of(row)
        if end is None and row.state == "ended":
            left_out += 1
            continue
        person = teachers[row.mentor_id]
        starts = [day for day in (first, row.valid_from, person.available_from) if day is not None]
        ends = [day for day in (last, end, person.available_to) if day is not None]
        if max(starts) <= min(ends):
            spans.append(Span(row.mentor_id, row.student_id, row.role, max(starts), min(ends)))
    spans.sort(key=lambda span: (span.mentor_id, span.first, span.student_id, span.role))
    return WorkAccount(tuple(_months(spans, wanted)), tuple(spans), left_out)


def last_day_of(row: Pairing) -> date | None:
    """Return the last day of a row; None where it goes on, or where nobody wrote it down.

    The last day of a provisional row is a plan until somebody settles or ends it.
    """
    return None if row.state == "provisional" else row.valid_to


def _months(spans: Sequence[Span], terms: Terms) -> Iterable[MonthOfMentor]:
    days: defaultdict[tuple[str, date], set[int]] = defaultdict(set)
    pupils: defaultdict[tuple[str, date], set[str]] = defaultdict(set)
    for span in spans:
        day = span.first
        while day <= span.last:
            end = min(span.last, day.replace(day=monthrange(day.year, day.month)[1]))
            key = span.mentor_id, day.replace(day=1)
            days[key].update(range(day.day, end.day + 1))
            pupils[key].add(span.student_id)
            day = end + _DAY
    for mentor_id, month in sorted(days):
        whole = monthrange(month.year, month.month)[1]
        part = Fraction(len(days[mentor_id, month]), whole)
        yield MonthOfMentor(
            mentor_id=mentor_id,
            month=month,
            days_of_month=whole,
            days=len(days[mentor_id, month]),
            pupils=len(pupils[mentor_id, month]),
            periods=_cents(part * terms.periods),
            allowance=None if terms.allowance is None else _cents(part * terms.share * terms.allowance),
        )


def _cents(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
