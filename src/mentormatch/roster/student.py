"""A pupil who needs a mentor."""

from datetime import date

from pydantic import Field

from mentormatch.roster.entity import Entity, PersonName
from mentormatch.roster.normal_form import ClassName, PersonId
from mentormatch.roster.vocabulary import CareLevel, Gender


class Student(Entity):
    """A pupil who needs a mentor.

    Parameters
    ----------
    student_id : str
    name : str
        As written in the file; never in `repr`.
    grade : str
        Such as 七年级.
    grade_number : int
        1 to 12.
    class_name : str
        Such as 七(3)班; a label that fits no known pattern is kept as written.
    gender : {"male", "female"}, optional
    stage : str, optional
        As written, such as 初中.
    entry_date : date, optional
    boarding, guardian_notice : bool, optional
        None where the file does not say.
    care_tags : tuple of str
    care_level : {"general", "key"}, optional
    sibling_ids, avoid_mentor_ids : tuple of str
    mentor_gender_req : {"male", "female"}, optional
    themes : tuple of str
        What interests the student; groups suit externals by them.
    role_requests : tuple of str
        Roles that the student needs a mentor for, beside the primary one.
    friend_ids, apart_ids : tuple of str
        Students with whom it wishes to share a growth group, and with whom it must not.
    own : tuple of (str, tuple of str)
        Values of the school's own fields (`SchoolField`), by their names.
    extra : tuple of (str, str)
        Cells of unknown columns.
    """

    student_id: PersonId
    name: PersonName
    grade: str
    grade_number: int = Field(ge=1, le=12)
    class_name: ClassName
    gender: Gender | None = None
    stage: str | None = None
    entry_date: date | None = None
    boarding: bool | None = None
    # What concerns care stands in no representation, so in no log.
    care_tags: tuple[str, ...] = Field(default=(), repr=False)
    care_level: CareLevel | None = Field(default=None, repr=False)
    sibling_ids: tuple[PersonId, ...] = ()
    avoid_mentor_ids: tuple[PersonId, ...] = Field(default=(), repr=False)
    mentor_gender_req: Gender | None = Field(default=None, repr=False)
    guardian_notice: bool | None = None
    themes: tuple[str, ...] = Field(default=(), repr=False)
    role_requests: tuple[str, ...] = ()
    friend_ids: tuple[PersonId, ...] = ()
    apart_ids: tuple[PersonId, ...] = Field(default=(), repr=False)
    own: tuple[tuple[str, tuple[str, ...]], ...] = Field(default=(), repr=False)
