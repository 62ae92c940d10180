"""What students and mentors want."""

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from mentormatch.roster.entity import Entity
from mentormatch.roster.normal_form import PersonId
from mentormatch.roster.vocabulary import Stance


class StudentPreference(Entity):
    """The choice form of one student.

    Parameters
    ----------
    student_id : str
    submitted_at : datetime, optional
    choices : tuple of str
        Mentor ids, best first, without gaps or repetitions.
    acceptable : tuple of str
        Mentor ids that are a tie below the numbered choices.
    avoid : tuple of str
        Mentor ids that the student does not want.
    external_choices : tuple of str
        Ids of external mentors, best first.
    role_choices : tuple of (str, str)
        Role and mentor id, best first within a role.
    used_by : str, optional
        The run that counted the form; a form counts once.
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    student_id: PersonId
    submitted_at: datetime | None = None
    choices: tuple[PersonId, ...] = ()
    acceptable: tuple[PersonId, ...] = ()
    avoid: tuple[PersonId, ...] = Field(default=(), repr=False)
    external_choices: tuple[PersonId, ...] = ()
    role_choices: tuple[tuple[str, PersonId], ...] = ()
    used_by: str | None = None


class MentorPreference(Entity):
    """What one mentor says about one student.

    Parameters
    ----------
    mentor_id, student_id : str
    stance : {"ranked", "acceptable", "unsuitable"}
        "unsuitable" is a veto.
    order : int, optional
        1 is best; given exactly when the stance is "ranked".
    reason_code : str, optional
        As written.
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    mentor_id: PersonId
    student_id: PersonId
    stance: Stance = Field(repr=False)
    order: int | None = Field(default=None, ge=1)
    reason_code: str | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _order_belongs_to_ranked(self) -> Self:
        if (self.order is None) == (self.stance == "ranked"):
            raise ValueError(
                f"order must be given exactly with the stance 'ranked'. Got {self.order}, '{self.stance}' instead."
            )
        return self
