"""The sheet of students."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.grades import grade_label
from mentormatch.io.cells.plain_text import folded, is_blank, read_text
from mentormatch.io.cells.reading import Finding, Normaliser, Reading, mended
from mentormatch.io.class_book import ClassBook
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.tables import Cell
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.student import Student

_STUDENTS = TypeAdapter(tuple[Student, ...])


def read_students(
    reader: SheetReader, book: ClassBook, everybody: MentorDirectory, externals: Sequence[ExternalMentor] = ()
) -> tuple[tuple[Student, ...], StudentDirectory]:
    """Read the students, and the directory in which the other sheets look them up."""
    readers = {"anybody": everybody.resolve, "themes": _theme_reader(externals)}
    apart = ("grade", "class", *_OTHER_STUDENTS)
    columns: dict[str, Sequence[Any]] = {**reader.values(readers, but=apart, is_label=everybody.is_label)}
    ids, grades = columns["student_id"], _read_grades(reader, book)
    reader.refuse_repeated("student_id", ids)
    columns["class"] = reader.required_beside("class", book.resolve, grades)
    columns["grade"] = [None if grade is None else grade_label(grade) for grade in grades]
    columns["grade_number"] = grades
    columns["extra"] = reader.extras()
    directory = StudentDirectory(
        ids=(student_id for position in reader.accepted() if (student_id := ids[position]) is not None),
        refused=(student_id for student_id in ids if student_id is not None),
    )
    for name, own_id in _OTHER_STUDENTS.items():
        columns[name] = _read_others(reader, name, directory, ids, own_id)
    return reader.entities(_STUDENTS, columns), directory


def _read_grades(reader: SheetReader, book: ClassBook) -> list[int | None]:
    """Return the grade of each row; where it is left out, what the class tells."""
    classes = reader.cells("class")
    if not reader.has("grade"):
        reader.remark(
            "grade_from_class",
            Text(zh="没有“年级”列,年级由班级得出", en="There is no column 'grade': the class tells the grade"),
        )
        return list(map(book.grade_of, classes))  # a class that tells no grade refuses its row by itself
    missing = [position for position, cell in enumerate(reader.cells("grade")) if is_blank(cell)]
    mended = {position: grade for position in missing if (grade := book.grade_of(classes[position])) is not None}
    for position in mended:
        reader.warn(
            position, "grade", "grade_from_class", "年级空缺,由班级得出", "The grade is left out; the class tells"
        )
    return reader.required("grade", book.read_grade, known=mended)


def _read_others(
    reader: SheetReader, name: str, directory: StudentDirectory, ids: Sequence[str | None], own_id: Finding
) -> list[tuple[str, ...]]:
    """Return the other students that a column of each row names."""
    others = reader.lists(name, directory.resolve)
    for position, found in enumerate(others):
        own = ids[position]
        if own is not None and own in found:
            reader.refuse_cell(position, name, own_id)
            others[position] = tuple(other for other in found if other != own)
    return others


_OWN_SIBLING = Finding(
    "self_reference",
    Text(zh="学生不能是自己的兄弟姐妹", en="A student is not a sibling of himself or herself"),
    Text(zh="填写兄弟姐妹的学号", en="write the sibling's ID"),
)

_OWN_GROUP = Finding(
    "self_reference",
    Text(zh="这里应写别的学生的学号", en="The ID of another student belongs here"),
)

_OTHER_STUDENTS = {"sibling_ids": _OWN_SIBLING, "friend_ids": _OWN_GROUP, "apart_ids": _OWN_GROUP}
"""The columns that name other students, and what to say where a student names itself."""


def _theme_reader(externals: Sequence[ExternalMentor]) -> Normaliser[str]:
    """Return the reader of a theme, which says so where no external offers it."""
    offered = {folded(word) for external in externals for word in (*external.themes, external.category or "") if word}

    def read(cell: Cell) -> Reading[str]:
        theme = read_text(cell)
        if not offered or theme.value is None or folded(theme.value) in offered:
            return theme
        return mended(
            theme.value,
            "theme_of_nobody",
            "没有校外导师带这个主题(比对其主题与类别),因此不计入契合",
            "No external has this theme (among their themes and categories), so it does not count for fit",
        )

    return read
