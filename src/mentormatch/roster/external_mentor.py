"""A mentor from outside the school, with the check that lets it work with pupils."""

from datetime import date

from pydantic import Field

from mentormatch.roster.entity import Entity
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.normal_form import PersonId
from mentormatch.roster.vocabulary import Gender


class ExternalMentor(Entity):
    """A mentor from outside the school, with the check that lets it work with pupils.

    Parameters
    ----------
    external_id : str
    check_valid_to : date
        The last day on which the check of the person's record holds.
    name : str, optional
        As written in the file; never in `repr`.
    gender : {"male", "female"}, optional
    org, category, availability : str, optional
        As written.
    check_date : date, optional
    lead_mentor_id : str, optional
        The mentor in the school who answers for this one.
    capacity, max_groups : int, optional
        In students and in groups.
    themes : tuple of str
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    external_id: PersonId
    check_valid_to: date
    name: str | None = Field(default=None, repr=False)
    gender: Gender | None = None
    org: str | None = None
    category: str | None = None
    check_date: date | None = None
    lead_mentor_id: PersonId | None = None
    capacity: int | None = Field(default=None, ge=0)
    availability: str | None = None
    max_groups: int | None = Field(default=None, ge=0)
    themes: tuple[str, ...] = ()

    def is_vetted(self, on: date) -> bool:
        """Tell whether the check holds on a day."""
        return (self.check_date is None or self.check_date <= on) and on <= self.check_valid_to

    def as_mentor(self) -> Mentor:
        """Return the person as a mentor of the kind external; one who states no number of students has no seat."""
        return Mentor(
            mentor_id=self.external_id,
            name=self.name or "",
            capacity_max=self.capacity or 0,
            gender=self.gender,
            kind="external",
            tags=tuple(dict.fromkeys((*self.themes, *([self.category] if self.category else [])))),
            availability=self.availability,
            max_groups=self.max_groups,
        )
