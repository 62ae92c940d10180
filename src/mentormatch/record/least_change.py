"""Least change: the record after a run keeps every row but those that a cause applies to.

A run decides some rows, for example all primary ones, and says which pairings are to stand. A row that stands already
stays as it is. One that a run decides and that is not to stand is closed, and what is to stand and is not there is
opened. Rows that the run does not decide are closed only where somebody is gone or away.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mentormatch.record.absences import cause_of_absence
from mentormatch.record.rows import DAY, Wanted, closed
from mentormatch.roster.cause import Cause
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.record_step import OpenedRow
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import has_begun

Seat = tuple[str, str, str | None]
"""Student, role and role name: what a mentor is for a student."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Rows that a run closes, by their position in the record, and rows that it opens."""

    closed: Mapping[int, Pairing]
    opened: tuple[OpenedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a run decides about the record.

    Parameters
    ----------
    wanted : tuple of Wanted
        The pairings that are to stand, among those that the run decides.
    decides : callable
        Takes a row; whether the run decides it.
    ends : mapping of (student id, mentor id) to Cause
        Why rows end that nothing takes the place of, or for another cause than what takes their place says.
    settles : callable
        Takes a provisional row that is to stand; whether it becomes a settled one.
    graduated : collection of str
        Students who have left by graduating.
    barred : collection of (student id, mentor id)
        Pairs that must not be together in any role.
    """

    wanted: tuple[Wanted, ...]
    decides: Callable[[Pairing], bool]
    ends: Mapping[tuple[str, str], Cause] = field(default_factory=dict)
    settles: Callable[[Pairing], bool] = lambda _: False
    graduated: Collection[str] = ()
    barred: Collection[tuple[str, str]] = ()


def least_change(roster: Roster, decision: Decision, *, on: date | None, run: str | None) -> Diff:
    """Return the rows that a run closes and opens; every other row stays as it is.

    Parameters
    ----------
    roster : Roster
        With the record before the run.
    decision : Decision
    on : date, optional
        The day of the run.
    run : str, optional
        Its id.
    """
    by_seat: defaultdict[Seat, list[Wanted]] = defaultdict(list)
    for each in decision.wanted:
        by_seat[each.student_id, each.role, each.role_name if each.role != "primary" else None].append(each)
    work = _Work(roster, decision, on, run, by_seat)
    later = []
    for position, row in enumerate(roster.pairings):
        if not row.is_live(on):
            continue
        if not decision.decides(row):
            work.carry(position, row)
        elif not has_begun(row, on):
            later.append((position, row))
        else:
            work.decide(position, row)
    for position, row in later:
        work.decide_later(position, row)
    return Diff(work.closing, work.all_opened())


class _Work:
    """The rows of one run while they are gone through."""

    def __init__(
        self,
        roster: Roster,
        decision: Decision,
        on: date | None,
        run: str | None,
        by_seat: Mapping[Seat, list[Wanted]],
    ) -> None:
        self.roster, self.decision, self.on, self.run, self.by_seat = roster, decision, on, run, by_seat
        self.yesterday = None if on is None else on - DAY
        self.closing: dict[int, Pairing] = {}
        self.settled: list[OpenedRow] = []
        self.standing: set[tuple[Seat, str]] = set()
        self.back = {_seat(row): row for row in roster.pairings if row.is_live(on) and not has_begun(row, on)}

    def carry(self, position: int, row: Pairing) -> None:
        """Keep a row that the run does not decide, unless somebody is gone or away, or the two must not be together."""
        cause = cause_of_absence(self.roster, row, self.on, graduated=self.decision.graduated)
        if cause is not None and cause[0] is Cause.MENTOR_AWAY:
            if not has_begun(row, self.on):  # a mentor who is away now may be back by then
                cause = None
            elif self._comes_back(row):
                cause = Cause.COVER, self.yesterday
        if cause is None and (row.student_id, row.mentor_id) in self.decision.barred:
            cause = Cause.RULE, self.yesterday
        if cause is not None:
            self.closing[position] = closed(row, *cause, self.run)

    def decide(self, position: int, row: Pairing) -> None:
        """Keep a row that is wanted, settle it where its time has come, and close it where it is not wanted."""
        seat = _seat(row)
        if not any(each.mentor_id == row.mentor_id for each in self.by_seat.get(seat, ())):
            self.closing[position] = self._closed(row)
            return
        self.standing.add((seat, row.mentor_id))
        if row.state == "provisional" and self.decision.settles(row):
            self.closing[position], new = _settled(row, self.on, self.run)
            self.settled.append(new)

    def decide_later(self, position: int, row: Pairing) -> None:
        """Keep a row that has not begun where it is wanted, or where it follows one that goes on for now."""
        seat = _seat(row)
        wanted = self.by_seat.get(seat, [])
        if row.role != "primary":
            self.carry(position, row)
            return
        if any(each.mentor_id == row.mentor_id for each in wanted):
            self.standing.add((seat, row.mentor_id))
            return
        follows = any((seat, each.mentor_id) in self.standing or each.last is not None for each in wanted)
        if not follows or row.student_id not in self.roster.students_by_id:
            self.closing[position] = closed(row, self._cause(row, wanted), self.yesterday, self.run)

    def all_opened(self) -> tuple[OpenedRow, ...]:
        """Return the rows that begin, in the order of students, roles and mentors."""
        busy = self._busy()
        found = list(self.settled)
        for seat, pairings in self.by_seat.items():
            for each in pairings:
                if (seat, each.mentor_id) not in self.standing:
                    each = self._standing_in(seat, each)
                    first = max(
                        (day for day in (each.first or self.on, busy.get(seat)) if day is not None), default=None
                    )
                    found.append(replace(each, first=first).opened(self.on, self.run))
        found.sort(key=lambda row: (row.pairing.student_id, row.pairing.role, row.pairing.mentor_id))
        return tuple(found)

    def _standing_in(self, seat: Seat, wanted: Wanted) -> Wanted:
        """Return a pairing as a cover, where somebody else has the seat again from a day on."""
        back = self.back.get(seat)
        if wanted.role == "primary" or back is None or back.valid_from is None or back.mentor_id == wanted.mentor_id:
            return wanted
        return replace(wanted, cause=Cause.COVER, state="cover", last=back.valid_from - DAY)

    def _comes_back(self, row: Pairing) -> bool:
        back = self.back.get(_seat(row))
        return back is not None and back is not row and back.mentor_id == row.mentor_id

    def _busy(self) -> dict[Seat, date]:
        """Return the day after which a seat is free whose row has been ended before, as of a day to come."""
        found: dict[Seat, date] = {}
        for row in self.roster.pairings:
            if row.role == "primary" and row.is_closed and row.valid_to is not None and row.is_open(self.on):
                found[_seat(row)] = row.valid_to + DAY
        return found

    def _closed(self, row: Pairing) -> Pairing:
        """Return a row that is not to stand, closed the day before what takes its place begins."""
        wanted = self.by_seat.get(_seat(row), [])
        first = wanted[0].first if wanted and wanted[0].first is not None else self.on
        last = None if first is None else first - DAY
        absent = cause_of_absence(self.roster, row, self.on, graduated=self.decision.graduated)
        if row.role != "primary" and absent is not None:
            last = absent[1]
        return closed(row, self._cause(row, wanted), last, self.run)

    def _cause(self, row: Pairing, wanted: Sequence[Wanted]) -> Cause:
        """Return why a row ends: nobody is there any more, the cause that the run found, or that of its successor."""
        absent = cause_of_absence(self.roster, row, self.on, graduated=self.decision.graduated)
        if absent is not None and row.student_id not in self.roster.students_by_id:
            return absent[0]
        found = self.decision.ends.get((row.student_id, row.mentor_id))
        if Cause.MENTOR_AWAY in (found, absent and absent[0]) and self._comes_back(row):
            return Cause.COVER
        if found is not None:
            return found
        if absent is not None:
            return absent[0]
        return (wanted[0].end_cause or wanted[0].cause) if wanted else Cause.COORDINATION


def _seat(row: Pairing) -> Seat:
    return row.student_id, row.role, row.role_name if row.role != "primary" else None


def _settled(row: Pairing, on: date | None, run: str | None) -> tuple[Pairing, OpenedRow]:
    """Return a provisional row closed on its last day, and the settled one that follows it."""
    yesterday = None if on is None else on - DAY
    last = yesterday if row.valid_to is None or (yesterday is not None and row.valid_to > yesterday) else row.valid_to
    update = {"state": "active", "valid_from": on if last is None else last + DAY, "valid_to": None, "run": run}
    new = row.model_copy(update={**update, "pairing_id": None, "extra": ()})
    return closed(row, Cause.SETTLED, last, run), OpenedRow(new, Cause.SETTLED, Cause.SETTLED.meaning)
