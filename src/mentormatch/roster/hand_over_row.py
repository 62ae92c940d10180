"""A hand-over on record (工作交接), with what is still to do and what somebody has ticked off."""

from datetime import date

from pydantic import Field

from mentormatch.roster.entity import Entity
from mentormatch.roster.vocabulary import Role


class HandOverRow(Entity):
    """A hand-over on record: who passes which student to whom, and what is done.

    Parameters
    ----------
    student_id, from_mentor : str
    to_mentor : str, optional
        None where there is no new mentor yet.
    role : {"primary", "supporting", "external", "peer"}
    effective : date, optional
        The day on which the new mentor takes over.
    overlap_until : date, optional
        The last day on which both answer for the student; None where they do not.
    request : str, optional
        The change request behind it.
    opinion_asked, guardian_told, records_passed : bool, optional
        Ticks of the school: None is not needed, False is open, True is done.
    run : str, optional
        The run that wrote it.
    """

    student_id: str = Field(min_length=1)
    from_mentor: str = Field(min_length=1)
    to_mentor: str | None = None
    role: Role = "primary"
    effective: date | None = None
    overlap_until: date | None = None
    request: str | None = None
    opinion_asked: bool | None = None
    guardian_told: bool | None = None
    records_passed: bool | None = None
    run: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is open."""
        return False not in (self.opinion_asked, self.guardian_told, self.records_passed)
