"""Which class becomes which in the new school year, who goes elsewhere, and which classes teachers have then."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mentormatch.base.text import Text

LEAVES, GRADUATES = Text(zh="离校", en="left"), Text(zh="毕业", en="graduated")
"""What stands in place of a new class for those who do not come back."""


@dataclass(frozen=True, slots=True)
class TeacherClasses:
    """The classes of a teacher in the new year; None leaves them as they would follow.

    Parameters
    ----------
    taught, head_of, chief_of : tuple of str, optional
    """

    taught: tuple[str, ...] | None = None
    head_of: tuple[str, ...] | None = None
    chief_of: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClassMap:
    """What an office says of the classes of the new year; everything that it does not say follows from the grades.

    Parameters
    ----------
    classes : mapping of str to str
        The old class and the new one.
    students : mapping of student id to str
        Students who do not go with their class: the new class, 离校 or 毕业. Entrants without a class get theirs here.
    teachers : mapping of mentor id to TeacherClasses
    """

    classes: Mapping[str, str] = field(default_factory=dict)
    students: Mapping[str, str] = field(default_factory=dict)
    teachers: Mapping[str, TeacherClasses] = field(default_factory=dict)
