"""A teacher, an outsider or an older pupil who takes students."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from mentormatch.roster.entity import Entity, PersonName
from mentormatch.roster.normal_form import ClassName, PersonId
from mentormatch.roster.vocabulary import Duty, Gender, MentorKind


class Mentor(Entity):
    """A teacher, an outsider or an older pupil who takes students.

    Parameters
    ----------
    mentor_id : str
    name : str
        As written in the file; never in `repr`.
    capacity_max, capacity_min : int
        How many students the mentor takes at most, and at least.
    care_max : int, optional
        How many students of care level "key" at most; None is no cap of its own.
    gender : {"male", "female"}, optional
    kind : {"in_school", "external", "peer"}
    subject : str, optional
    classes_taught, head_of, chief_of : tuple of str
        Class labels as in `Student.class_name`.
    available_from, available_to : date, optional
        The first and the last day; None is open.
    status : {"active", "leave"}
        "active" is 在岗; anything else is a leave.
    status_text : str, optional
        The status as written, which gives the reason of a leave.
    tags : tuple of str
    availability : str, optional
        As written: when the mentor can work with externals.
    max_groups : int, optional
        How many groups the mentor may lead; None is what the plan says.
    roles : tuple of (str, int or None)
        Roles that the mentor offers beside the primary one, with their own seats; None is what the plan says.
    own : tuple of (str, tuple of str)
        Values of the school's own fields (`SchoolField`), by their names.
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    mentor_id: PersonId
    name: PersonName
    capacity_max: int = Field(ge=0)
    capacity_min: int = Field(default=0, ge=0)
    care_max: int | None = Field(default=None, ge=0)
    gender: Gender | None = None
    kind: MentorKind = "in_school"
    subject: str | None = None
    classes_taught: tuple[ClassName, ...] = ()
    head_of: tuple[ClassName, ...] = ()
    chief_of: tuple[ClassName, ...] = ()
    available_from: date | None = None
    available_to: date | None = None
    status: Duty = "active"
    status_text: str | None = None
    tags: tuple[str, ...] = ()
    availability: str | None = None
    max_groups: int | None = Field(default=None, ge=0)
    roles: tuple[tuple[str, int | None], ...] = ()
    own: tuple[tuple[str, tuple[str, ...]], ...] = Field(default=(), repr=False)

    @model_validator(mode="after")
    def _min_within_max(self) -> Self:
        if self.capacity_min > self.capacity_max:
            raise ValueError(
                f"capacity_min must not exceed capacity_max. Got {self.capacity_min} > {self.capacity_max} instead."
            )
        return self

    def is_available(self, on: date) -> bool:
        """Tell whether the mentor takes students on a day: on duty, and within the dates."""
        if self.status != "active":
            return False
        if self.available_from is not None and on < self.available_from:
            return False
        return self.available_to is None or on <= self.available_to

    def is_on_duty(self, on: date | None) -> bool:
        """Tell whether the mentor takes students; without a day, by the status alone."""
        return self.status == "active" if on is None else self.is_available(on)
