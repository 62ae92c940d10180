"""A student and a mentor who belong together now, or did."""

from datetime import date

from mentormatch.roster.entity import Entity
from mentormatch.roster.normal_form import PersonId
from mentormatch.roster.vocabulary import PairingState, Role


class Pairing(Entity):
    """A student and a mentor who belong together now, or did.

    Parameters
    ----------
    student_id : str
    mentor_id : str
        Of a mentor, or of an external mentor.
    pairing_id : str, optional
    role : {"primary", "supporting", "external", "peer"}
    role_name : str, optional
        What the school calls the role, such as 心理.
    state : {"active", "provisional", "ended"}
    valid_from, valid_to : date, optional
        The first and the last day; None is open.
    origin : str, optional
        As written, such as 双选.
    locked : bool
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    student_id: PersonId
    mentor_id: PersonId
    pairing_id: str | None = None
    role: Role = "primary"
    role_name: str | None = None
    state: PairingState = "active"
    valid_from: date | None = None
    valid_to: date | None = None
    origin: str | None = None
    locked: bool = False

    def is_open(self, on: date | None) -> bool:
        """Tell whether the pairing holds on a day; without a day, whether it has no end."""
        if self.state == "ended" or (on is not None and self.valid_from is not None and on < self.valid_from):
            return False
        return self.valid_to is None or (on is not None and on <= self.valid_to)

    def is_current_primary(self, on: date | None) -> bool:
        """Tell whether this is the student's main pairing, settled and open; without a day, one that has no end."""
        return self.role == "primary" and self.state == "active" and self.is_open(on)

    def is_provisional_primary(self, on: date | None) -> bool:
        """Tell whether this is a main pairing of an adaptation period, running or over but not yet settled."""
        if self.role != "primary" or self.state != "provisional":
            return False
        return on is None or self.valid_from is None or self.valid_from <= on
