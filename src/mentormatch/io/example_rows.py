"""The example rows of the template, and how they are known again where somebody has left them in."""

from collections.abc import Mapping

from mentormatch.base.text import LANGUAGES, Language, Text
from mentormatch.io.cells.plain_text import text_of
from mentormatch.io.tables import Cell, Table

# One story: a pupil, its mentor, and every further sheet about these two.
_STUDENT, _MENTOR = "20240101", "T001"

EXAMPLES: Mapping[str, Mapping[str, Text | str | int]] = {
    "students": {
        "student_id": _STUDENT,
        "name": Text("示例学生", "Example Student"),
        "gender": Text("女", "female"),
        "stage": Text("初中", "junior"),
        "grade": Text("七年级", "7"),
        "class": Text("七(1)班", "7(1)"),
        "entry_date": "2024-09-01",
        "boarding": Text("否", "no"),
        "care_tags": Text("留守", "left-behind"),
        "care_level": Text("一般", "general"),
        "guardian_notice": Text("是", "yes"),
        "themes": Text("法治、手工", "law, crafts"),
        "role_requests": Text("心理", "psychology"),
    },
    "mentors": {
        "mentor_id": _MENTOR,
        "name": Text("示例导师", "Example Mentor"),
        "gender": Text("男", "male"),
        "kind": Text("校内", "in_school"),
        "subject": Text("数学", "mathematics"),
        "classes_taught": Text("七(1)班、七(2)班", "7(1), 7(2)"),
        "head_of": Text("七(1)班", "7(1)"),
        "chief_of": Text("七(1)班", "7(1)"),
        "capacity_max": 15,
        "capacity_min": 0,
        "care_max": 3,
        "available_from": "2024-09-01",
        "status": Text("在岗", "active"),
        "tags": Text("篮球、书法", "basketball, calligraphy"),
        "availability": Text("周五下午", "Friday afternoon"),
        "max_groups": 1,
        "roles": Text("心理:5", "psychology:5"),
    },
    "prefs_students": {
        "student_id": _STUDENT,
        "submitted_at": "2024-11-04 11:36:51",
        "choice_1": _MENTOR,
        "external_choices": "E01",
    },
    "prefs_mentors": {
        "mentor_id": _MENTOR,
        "student_id": _STUDENT,
        "order": "1",
    },
    "pairings": {
        "pairing_id": "P0001",
        "student_id": _STUDENT,
        "mentor_id": _MENTOR,
        "role": Text("主", "primary"),
        "state": Text("在结", "active"),
        "valid_from": "2024-09-15",
        "origin": Text("双选", "mutual choice"),
        "locked": Text("否", "no"),
    },
    "externals": {
        "external_id": "E01",
        "name": Text("示例校外导师", "Example External"),
        "org": Text("某医院", "a hospital"),
        "category": Text("家长职业导师", "parent"),
        "check_date": "2024-08-20",
        "check_valid_to": "2025-08-20",
        "lead_mentor_id": _MENTOR,
        "capacity": 15,
        "availability": Text("周五下午", "Friday afternoon"),
        "max_groups": 1,
        "themes": Text("法治、手工", "law, crafts"),
    },
    "changes": {
        "request_id": "C001",
        "student_id": _STUDENT,
        "from_mentor": _MENTOR,
        "initiator": Text("学生", "student"),
        "reason_code": Text("兴趣变化", "interests changed"),
        "student_opinion": Text("同意", "agree"),
        "opinion_date": "2024-11-05",
        "guardian_notified": Text("是", "yes"),
        "decision": Text("待批", "pending"),
        "effective_date": "2024-11-18",
        "handover_done": Text("否", "no"),
    },
}

_UNLIKELY = {
    "prefs_students": "submitted_at",
    "pairings": "valid_from",
    "externals": "name",
    "changes": "effective_date",
}
"""Columns whose value in the example no row of a school has by chance together with all others."""


def without_examples(tables: Mapping[str, Table]) -> dict[str, list[int]]:
    """Take the template's example rows out of the tables of a school; return the numbers of the rows by table.

    Only rows that say what the example says, cell for cell, are taken; where a row of a school could say the same, only
    if it speaks of a pupil or a mentor whom the school does not have. Nothing is guessed. A template that nobody has
    filled in keeps its examples, so that it can be read as it is.
    """
    people = {kind: _examples(tables[kind]) for kind in ("students", "mentors")}
    if len(people["students"]) == len(tables["students"].rows):
        return {}
    unknown = any(
        person not in _ids(tables[kind], f"{kind[:-1]}_id", people[kind])
        for kind, person in (("students", _STUDENT), ("mentors", _MENTOR))
    )
    found = {**people}
    for kind, table in tables.items():
        is_unlike = any(column.name == _UNLIKELY.get(kind) for column in table.columns)
        if kind not in people and (unknown or is_unlike):
            found[kind] = _examples(table)
    for kind, rows in found.items():
        for row in rows:
            tables[kind].rows.remove(row)
    return {kind: [number for number, _ in rows] for kind, rows in found.items() if rows}


def _examples(table: Table) -> list[tuple[int, list[Cell]]]:
    return [row for row in table.rows if _is_example(table, row[1])]


def _ids(table: Table, name: str, without: list[tuple[int, list[Cell]]]) -> set[str]:
    """Return the ids of a table's rows, less those of the given rows."""
    at = next((column.index for column in table.columns if column.name == name), None)
    numbers = {number for number, _ in without}
    return set() if at is None else {_text(cells[at]) for number, cells in table.rows if number not in numbers}


def _text(cell: Cell) -> str:
    return "" if cell is None else text_of(cell).strip()


def _is_example(table: Table, cells: list[Cell]) -> bool:
    return any(_says(table, cells, lang) for lang in LANGUAGES)


def _says(table: Table, cells: list[Cell], lang: Language) -> bool:
    """Whether a row is the example in one language; almost every row differs in its first cell."""
    example = EXAMPLES[table.kind]
    for column in table.columns:
        value = example.get(column.name, "")
        if _text(cells[column.index]) != (value.in_language(lang) if isinstance(value, Text) else str(value)):
            return False
    return True
