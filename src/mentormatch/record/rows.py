"""Rows of the record: how one is closed, and how one is opened."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from mentormatch.base.text import Text
from mentormatch.roster.cause import Cause
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.record_step import OpenedRow
from mentormatch.roster.vocabulary import PairingState, Role

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A pairing that is to stand after a run.

    Parameters
    ----------
    student_id, mentor_id : str
    role : {"primary", "supporting", "external", "peer"}
    role_name, group : str, optional
    cause : Cause
        Why a new row begins.
    end_cause : Cause, optional
        Why the row that it takes the place of ends; default `cause`.
    reason : Text, optional
    state : {"active", "provisional", "cover"}
    first, last : date, optional
        The first day; None is the day of the run. The last day that is planned.
    ends_for : Cause, optional
        Why it ends on its last day, where that is known before.
    """

    student_id: str
    mentor_id: str
    role: Role = "primary"
    role_name: str | None = None
    group: str | None = None
    cause: Cause
    end_cause: Cause | None = None
    reason: Text | None = None
    state: PairingState = "active"
    first: date | None = None
    last: date | None = None
    ends_for: Cause | None = None

    def within(self, service_end: date | None) -> "Wanted":
        """Return the pairing up to the last day on which its mentor is here: nobody is paired beyond it."""
        if service_end is None or (self.last is not None and self.last <= service_end):
            return self
        return replace(self, last=service_end, ends_for=Cause.MENTOR_AWAY)

    def opened(self, on: date | None, run: str | None, *, locked: bool = False) -> OpenedRow:
        """Return the row that begins it."""
        pairing = Pairing(
            student_id=self.student_id,
            mentor_id=self.mentor_id,
            role=self.role,
            role_name=self.role_name,
            group=self.group,
            state=self.state,
            valid_from=on if self.first is None else self.first,
            valid_to=self.last,
            end_cause=Cause.RETURN if self.state == "cover" and self.ends_for is None else self.ends_for,
            locked=locked,
            run=run,
        )
        return OpenedRow(pairing, self.cause, self.reason)


def closed(row: Pairing, cause: Cause, last: date | None, run: str | None) -> Pairing:
    """Return a row that ends on a day: the same but for its state, its end, the cause and the run.

    A row that has not begun by then never holds: its last day is the one before its first.
    """
    if last is not None and row.valid_from is not None and last < row.valid_from:
        last = row.valid_from - DAY
    return row.model_copy(update={"state": "ended", "valid_to": last, "end_cause": cause, "end_run": run})
