"""Regrouping (重新编班、升级): classes that move up, split or merge, given as a mapping.

Pairings stay as they are: a student's mentor remains the original one, and eligible, wherever the student or the mentor
has moved (跨年级、班级匹配原导师).
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import ClassVar

from pydantic import Field

from mentormatch.base.errors import RulesError
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import class_label, grade_label
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student


class Regrouping(FrozenModel):
    """Which class becomes which, and which students go elsewhere.

    Parameters
    ----------
    classes : mapping of class to class
        For example ``{"七(1)班": "八(1)班"}``; classes that are not named stay.
    students : mapping of student id to class
        Of students that do not go with their class: how a class is split.
    teachers_follow : bool
        Whether the classes that mentors teach, head or lead are renamed too (跟班). Without, their lists are those of
        the new year already.
    """

    is_part_of_rules: ClassVar[bool] = True

    classes: Mapping[str, str] = Field(default_factory=dict, description="The old class and the new one.")
    students: Mapping[str, str] = Field(default_factory=dict, description="Students that do not go with their class.")
    teachers_follow: bool = Field(default=False, description="Whether mentors go with the classes that they teach.")


def regrouped(roster: Roster, regrouping: Regrouping) -> Roster:
    """Return a school with its students in their new classes.

    The grade follows from the new class where its name says one (八(1)班, 初二1班, 8.1); otherwise it stays.

    Raises
    ------
    RulesError
        For a class or a student that the school does not have.
    """
    known = sorted({student.class_name for student in roster.students})
    classes = {_label(old): _label(new) for old, new in regrouping.classes.items()}
    _refuse_strangers(classes, known, Text(zh="班级", en="class"))
    _refuse_strangers(regrouping.students, [s.student_id for s in roster.students], Text(zh="学生", en="student"))
    moved = {student_id: _label(new) for student_id, new in regrouping.students.items()}
    students = tuple(
        _in_class(student, moved.get(student.student_id, classes.get(student.class_name, student.class_name)))
        for student in roster.students
    )
    if not regrouping.teachers_follow:
        return roster.replace(students=students)

    def new(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({classes.get(name, name) for name in names}))

    mentors = tuple(
        mentor.model_copy(
            update={field: new(getattr(mentor, field)) for field in ("classes_taught", "head_of", "chief_of")}
        )
        for mentor in roster.mentors
    )
    return roster.replace(students=students, mentors=mentors)


def _label(name: str) -> str:
    """Return a class as the rest of the school writes it."""
    said = parse_class(name)
    return said.label if said.grade is None or said.number is None else class_label(said.grade, said.number)


def _in_class(student: Student, name: str) -> Student:
    if name == student.class_name:
        return student
    grade = parse_class(name).grade
    update: dict[str, object] = {"class_name": name}
    if grade is not None:
        update |= {"grade": grade_label(grade), "grade_number": grade}
    return student.model_copy(update=update)


def _refuse_strangers(named: Iterable[str], known: Iterable[str], what: Text) -> None:
    there = list(known)
    for name in named:
        if name not in there:
            near = get_close_matches(name, there)
            raise RulesError(
                Text(
                    zh=f"regroup 中的{what.zh} {name} 不在数据中。",
                    en=f"The {what.en} {name} in 'regroup' is not in the data.",
                ),
                maybe=Text(zh="、".join(near) + "?", en=f"you meant {', '.join(near)}.") if near else None,
            )
