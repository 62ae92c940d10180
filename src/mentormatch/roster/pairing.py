"""A student and a mentor who belong together now, did, or will."""

from datetime import date

from pydantic import Field

from mentormatch.roster.cause import Cause, cause_of_word
from mentormatch.roster.entity import Entity
from mentormatch.roster.normal_form import PersonId
from mentormatch.roster.vocabulary import PairingState, Role


class Pairing(Entity):
    """One row of the record: a student and a mentor who belong together now, did, or will.

    Parameters
    ----------
    student_id : str
    mentor_id : str
        Of a mentor, or of an external mentor.
    pairing_id : str, optional
    role : {"primary", "supporting", "external", "peer"}
    role_name : str, optional
        What the school calls the role, such as 心理.
    group : str, optional
        The group that the pairing belongs to.
    state : {"active", "provisional", "cover", "ended"}
        A cover ends on its last day by itself.
    valid_from, valid_to : date, optional
        The first and the last day; None is open. The last day of a provisional pairing is the planned end of the
        adaptation period: the pairing goes on until a run settles or ends it. A row that was ended before it began
        has its last day before the first.
    origin : str, optional
        Why it began, as written, such as 双选; `opened_by` is the cause that it names.
    reason : str, optional
        Why it began, in words.
    end_cause : Cause, optional
        Why it ended; None where it goes on, or where nobody wrote it down.
    locked : bool
    run, end_run : str, optional
        The runs that opened and closed it.
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    student_id: PersonId
    mentor_id: PersonId
    pairing_id: str | None = None
    role: Role = "primary"
    role_name: str | None = None
    group: str | None = None
    state: PairingState = "active"
    valid_from: date | None = None
    valid_to: date | None = None
    origin: str | None = None
    reason: str | None = Field(default=None, repr=False)
    end_cause: Cause | None = None
    locked: bool = False
    run: str | None = None
    end_run: str | None = None

    @property
    def opened_by(self) -> Cause | None:
        """The cause that `origin` names; None for any other text."""
        return cause_of_word(self.origin)

    @property
    def is_closed(self) -> bool:
        """Whether somebody has ended it; its last day may still be to come."""
        return self.state == "ended"

    def is_open(self, on: date | None) -> bool:
        """Tell whether the pairing holds on a day; without a day, whether it has no end.

        A row that a run has closed holds up to its last day; one that a person marked as ended, without a cause, does
        not hold.
        """
        if self.state == "ended" and (self.end_cause is None or self.valid_to is None):
            return False
        if on is not None and self.valid_from is not None and on < self.valid_from:
            return False
        return self.valid_to is None or (on is not None and on <= self.valid_to)

    def is_live(self, on: date | None) -> bool:
        """Tell whether the pairing goes on or is still to begin: nobody has ended it and its time is not over.

        A provisional pairing is live until somebody settles or ends it.
        """
        if self.state == "ended":
            return False
        if self.state == "provisional" or self.valid_to is None:
            return True
        return on is not None and on <= self.valid_to
