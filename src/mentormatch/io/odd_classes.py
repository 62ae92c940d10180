"""Classes that the sheets of students and of mentors do not both have."""

from collections.abc import Sequence

from mentormatch.base.text import Text
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.student import Student

_MOST_TOLD = 20


def name_odd_classes(reader: SheetReader, mentors: Sequence[Mentor], students: Sequence[Student]) -> None:
    """Name the classes that mentors teach or lead and no student attends, and those that nobody teaches.

    Parameters
    ----------
    reader : SheetReader
        Of the sheet of mentors, which gets the remarks.
    mentors : sequence of Mentor
    students : sequence of Student
    """
    attended = {student.class_name for student in students}
    taught = {name for mentor in mentors for name in mentor.classes_taught}
    led = {name for mentor in mentors for name in (*mentor.head_of, *mentor.chief_of)}
    if (taught or led) and attended:
        empty = sorted((taught | led) - attended)
        if empty:
            reader.remark(
                "class_without_students",
                Text(
                    zh=f"导师表中的班级 {_listed(empty)} 没有学生,与之有关的优先和限制都不起作用",
                    en=f"No student attends {_listed(empty)} of the mentors' sheet: what rests on these has no effect",
                ),
            )
    if taught:
        nobody = sorted(attended - taught)
        if nobody:
            reader.remark(
                "class_without_teacher",
                Text(
                    zh=f"没有导师任教班级 {_listed(nobody)},这些班的学生没有本班导师",
                    en=f"Nobody teaches {_listed(nobody)}: their students have no mentor of the own class",
                ),
            )


def _listed(names: list[str]) -> str:
    shown = "、".join(names[:_MOST_TOLD])
    return shown if len(names) <= _MOST_TOLD else f"{shown}…({len(names)})"
