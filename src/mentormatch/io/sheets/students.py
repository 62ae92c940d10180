"""The sheet of students."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells import words
from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.grades import grade_label, read_grade
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.names import read_name
from mentormatch.io.cells.plain_text import folded, read_text, text_of
from mentormatch.io.cells.reading import Finding, Normaliser, Reading, mended
from mentormatch.io.class_book import ClassBook
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.tables import Cell
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.student import Student
from mentormatch.roster.vocabulary import Gender

_STUDENTS = TypeAdapter(tuple[Student, ...])
_ANY_GENDER = frozenset(("不限", "均可", "any"))


def read_students(
    reader: SheetReader, book: ClassBook, mentors: MentorDirectory, externals: Sequence[ExternalMentor] = ()
) -> tuple[tuple[Student, ...], StudentDirectory]:
    """Read the students, and the directory in which the other sheets look them up."""
    ids = reader.required("student_id", read_id)
    reader.refuse_repeated("student_id", ids)
    names = reader.required("name", read_name)
    grades = reader.required("grade", read_grade)
    classes = reader.required_beside("class", book.resolve, grades)
    columns: dict[str, Sequence[object]] = {
        "student_id": ids,
        "name": names,
        "grade": [None if grade is None else grade_label(grade) for grade in grades],
        "grade_number": grades,
        "class_name": classes,
        "gender": reader.column("gender", words.read_gender),
        "stage": reader.column("stage", read_text),
        "entry_date": reader.column("entry_date", read_date),
        "boarding": reader.column("boarding", words.read_bool),
        "care_tags": reader.lists("care_tags", read_text),
        "care_level": reader.column("care_level", words.read_care_level),
        "mentor_gender_req": reader.column("mentor_gender_req", _read_gender_wish),
        "guardian_notice": reader.column("guardian_notice", words.read_bool),
        "avoid_mentor_ids": reader.lists("avoid_mentor_ids", mentors.resolve),
        "themes": reader.lists("themes", _theme_reader(externals)),
        "role_requests": reader.lists("role_requests", read_text),
        "extra": reader.extras(),
    }
    directory = StudentDirectory(
        ids=(student_id for position in reader.accepted() if (student_id := ids[position]) is not None),
        refused=(student_id for student_id in ids if student_id is not None),
    )
    columns["sibling_ids"] = _read_others(reader, "sibling_ids", directory, ids, _OWN_SIBLING)
    for name in ("friend_ids", "apart_ids"):
        columns[name] = _read_others(reader, name, directory, ids, _OWN_GROUP)
    return reader.entities(_STUDENTS, columns), directory


def _read_others(
    reader: SheetReader, name: str, directory: StudentDirectory, ids: list[str | None], own_id: Finding
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


def _read_gender_wish(cell: Cell) -> Reading[Gender]:
    return Reading() if folded(text_of(cell)) in _ANY_GENDER else words.read_gender(cell)
