"""The example rows of the template, and how they are known again where somebody has left them in."""

from collections.abc import Mapping

from mentormatch.base.text import LANGUAGES, Language
from mentormatch.io.cells.plain_text import text_of
from mentormatch.io.headers import column, sheet_spec
from mentormatch.io.tables import Cell, Table

# One story: a pupil, its mentor, and every further sheet about these two.
_STUDENT, _MENTOR = (
    column(kind, name).example for kind, name in (("students", "student_id"), ("mentors", "mentor_id"))
)

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
    expected = [_example(table, lang) for lang in LANGUAGES]
    at = table.columns[0].index
    first = {text for each in expected for index, text in each if index == at}
    # Almost every row differs in its first cell.
    return [row for row in table.rows if _text(row[1][at]) in first and any(_says(row[1], each) for each in expected)]


def _example(table: Table, lang: Language) -> list[tuple[int, str]]:
    """Return the places of the known columns with what the example row says there."""
    spec = sheet_spec(table.kind)
    return [(column.index, str(spec.column(column.name).example_in(lang))) for column in table.columns]


def _ids(table: Table, name: str, without: list[tuple[int, list[Cell]]]) -> set[str]:
    """Return the ids of a table's rows, less those of the given rows."""
    at = next((column.index for column in table.columns if column.name == name), None)
    numbers = {number for number, _ in without}
    return set() if at is None else {_text(cells[at]) for number, cells in table.rows if number not in numbers}


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else "" if cell is None else text_of(cell).strip()


def _says(cells: list[Cell], expected: list[tuple[int, str]]) -> bool:
    """Whether a row is an example."""
    return all(_text(cells[index]) == text for index, text in expected)
