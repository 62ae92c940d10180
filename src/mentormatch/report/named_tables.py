"""Names beside ids in the tables of a result, for the school: 学号, 姓名, 班级; 工号, 导师姓名."""

from collections.abc import Callable, Mapping, Sequence

from mentormatch.base.text import COMMA, Language, Text
from mentormatch.io.headers import header
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.roster import Roster

_AS_THEY_ARE = ("record", "summary", "issues", "class")
"""The record is next term's input; sheets of classes have their names."""

_MENTOR_NAME = Text("导师姓名", "mentor_name")


def with_names(tables: Sequence[ResultTable], roster: Roster, lang: Language) -> list[ResultTable]:
    """Return tables with the names of people behind each column that holds ids of students, or of mentors, alone.

    Parameters
    ----------
    tables : sequence of ResultTable
    roster : Roster
        Gives the names.
    lang : {"zh", "en"}
    """
    students = {each.student_id: each.name for each in roster.students}
    classes = {each.student_id: each.class_name for each in roster.students}
    mentors = {each.mentor_id: each.name for each in roster.people}
    name, class_name = header("students", "name", lang), header("students", "class", lang)
    of_students = (students, ((name, students), (class_name, classes)))
    of_mentors = (mentors, ((_MENTOR_NAME.in_language(lang), mentors),))
    wanted = (of_students, of_mentors)
    return [each if each.kind in _AS_THEY_ARE else _named(each, wanted) for each in tables]


_Wanted = tuple[tuple[Mapping[str, str], tuple[tuple[str, Mapping[str, str]], ...]], ...]


def _named(table: ResultTable, wanted: _Wanted) -> ResultTable:
    headers: list[str] = []
    cells: list[Callable[[tuple[Value, ...]], Value]] = []
    for at, title in enumerate(table.headers):
        headers.append(title)
        cells.append(lambda row, at=at: row[at])  # type: ignore[misc]
        column = [row[at] for row in table.rows if row[at] is not None]
        for known, added in wanted:
            if column and all(_are_ids(value, known) for value in column):
                for new_title, names in added:
                    if new_title not in table.headers:
                        headers.append(new_title if new_title not in headers else f"{title}{new_title}")
                        cells.append(lambda row, at=at, names=names: _names_of(row[at], names))  # type: ignore[misc]
                break
    rows = [tuple(cell(row) for cell in cells) for row in table.rows]
    return ResultTable(table.kind, table.title, tuple(headers), rows)


def _parts(value: str) -> list[str]:
    return value.replace(COMMA.en, COMMA.zh).split(COMMA.zh)


def _are_ids(value: Value, known: Mapping[str, str]) -> bool:
    return isinstance(value, str) and all(part in known for part in _parts(value))


def _names_of(value: Value, names: Mapping[str, str]) -> Value:
    return COMMA.zh.join(names[part] for part in _parts(value)) if isinstance(value, str) else None
