"""Somebody asks for another mentor."""

from datetime import date

from pydantic import Field

from mentormatch.roster.entity import Entity
from mentormatch.roster.normal_form import PersonId
from mentormatch.roster.vocabulary import Decision, Opinion


class ChangeRequest(Entity):
    """Somebody asks that a student gets another mentor.

    Parameters
    ----------
    request_id, student_id : str
    from_mentor, to_mentor : str, optional
        Mentor ids.
    initiator, reason_code : str, optional
        As written.
    to_unreadable : bool
        The file names a mentor to go to, but not one that could be read.
    student_opinion : {"agree", "disagree", "not_askable"}, optional
        None means that the student was not asked; "not_askable" needs a reason.
    opinion_date, effective_date : date, optional
    guardian_notified, handover_done : bool, optional
        None where the file does not say.
    decision : {"approved", "pending", "rejected"}, optional
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    request_id: str = Field(min_length=1)
    student_id: PersonId
    from_mentor: PersonId | None = None
    to_mentor: PersonId | None = None
    to_unreadable: bool = False
    initiator: str | None = None
    reason_code: str | None = Field(default=None, repr=False)
    student_opinion: Opinion | None = None
    opinion_date: date | None = None
    guardian_notified: bool | None = None
    decision: Decision | None = None
    effective_date: date | None = None
    handover_done: bool | None = None
