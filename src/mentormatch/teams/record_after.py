"""The record after a command on teams: what it decides changes least, and every other role stays as it is."""

from collections.abc import Callable, Iterable
from datetime import date

from mentormatch.base.text import Language
from mentormatch.record.least_change import Decision, least_change
from mentormatch.record.rows import Wanted
from mentormatch.roster.cause import Cause
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.record_step import RecordStep
from mentormatch.roster.roster import Roster


def rows_after(
    roster: Roster,
    pairings: Iterable[Pairing],
    *,
    decides: Callable[[Pairing], bool],
    on: date | None,
    lang: Language,
) -> tuple[Pairing, ...]:
    """Return the rows of a school's record that go on after a command.

    Parameters
    ----------
    roster : Roster
        With the record before.
    pairings : iterable of Pairing
        What the command wants to stand.
    decides : callable
        Takes a row of the record; whether the command decides it. All other rows stay.
    on : date, optional
        The day of the command.
    lang : {"zh", "en"}
        Of the words in new rows.

    Notes
    -----
    A row that stands already keeps its first day, its lock, its group and its origin (invariants R3 and R5).
    """
    wanted = tuple(
        Wanted(
            student_id=row.student_id,
            mentor_id=row.mentor_id,
            role=row.role,
            role_name=row.role_name,
            group=row.group,
            cause=Cause.COORDINATION,
            state=row.state,
            last=row.valid_to,
        )
        for row in pairings
    )
    diff = least_change(roster, Decision(wanted=wanted, decides=decides), on=on, run=None)
    step = RecordStep(before=roster, closed=diff.closed, opened=diff.opened)
    return tuple(row for row in step.after(lang).pairings if row.is_live(on))
