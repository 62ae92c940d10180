"""A school as a document: tables of rows by the names of the columns of a workbook, and nothing to lose on the way."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from mentormatch.base.text import Text
from mentormatch.documents.json_text import JsonDocument
from mentormatch.documents.version import VERSION
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec
from mentormatch.io.headers import sheet_spec
from mentormatch.io.program_tables import roster_from_tables
from mentormatch.roster.roster import Roster

FORMAT: Literal["mentormatch-school"] = "mentormatch-school"

Row = dict[str, Any]
"""One row: values by the names of columns; a list where a cell may hold several."""

_FIELDS = {
    "students": "students",
    "mentors": "mentors",
    "prefs_students": "student_preferences",
    "prefs_mentors": "mentor_preferences",
    "pairings": "pairings",
    "externals": "external_mentors",
    "changes": "change_requests",
    "hand_overs": "hand_overs",
    "runs": "runs",
    "groups": "groups",
}
"""The field of `Roster` that each sheet fills."""


def _rows_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a table's rows, from what is known of its columns."""
    spec = sheet_spec(kind)
    columns = {column.name: _column_schema(column) for column in spec.columns}
    if kind == "prefs_students":
        columns["choices"] = {
            "description": "所填志愿,最想要的在前;也可分写在 choice_1、choice_2……"
            " · the mentors wished for, best first; or one a column, choice_1, choice_2, ...",
            "type": "array",
            "items": {"type": ["string", "integer"]},
        }
    return {
        "description": _said(spec.note),
        "type": "array",
        "items": {
            "type": "object",
            "properties": columns,
            "required": [column.name for column in spec.columns if column.required and not column.told_by],
            "additionalProperties": True,
        },
    }


def _column_schema(column: ColumnSpec) -> dict[str, Any]:
    kinds = ["integer"] if column.kind.is_number else ["string", "integer", "number", "boolean"]
    one: dict[str, Any] = {"type": [*kinds, "string", "null"] if column.kind.is_number else [*kinds, "null"]}
    words = [text.en for text in column.words()]
    schema: dict[str, Any] = {"description": f"{column.zh}:{_said(column.note)}"}
    if words:
        schema["examples"] = words
    return schema | ({"anyOf": [one, {"type": "array", "items": one}]} if column.several else one)


def _said(text: Text) -> str:
    return f"{text.zh} · {text.en}"


def _describe_rows(schema: dict[str, Any]) -> None:
    for kind in _FIELDS:
        schema["properties"][kind] = _rows_schema(kind)


class SchoolDocument(JsonDocument):
    """A school as typed JSON.

    Its tables hold what the sheets of a workbook hold, under the names of its columns in either language, and go
    through the same readers. Properties that this version does not know are kept, and named by `unknown`.

    Parameters
    ----------
    students, mentors : list of dict
        A row each, with the columns of the sheet; a list where a cell may hold several values.
    prefs_students, prefs_mentors, pairings, externals, changes, hand_overs, runs, groups : list of dict
        As the sheets of these names; empty where the school has none.

    Examples
    --------
    >>> document = SchoolDocument(
    ...     students=[{"student_id": "1", "name": "Ann", "grade": 7, "class": "701"}],
    ...     mentors=[{"mentor_id": "T1", "name": "Lee", "capacity_max": 2}],
    ... )
    >>> document.to_roster().students[0].class_name
    '七(1)班'
    >>> SchoolDocument.from_json(document.to_json()) == document
    True
    """

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True, json_schema_extra=_describe_rows)

    format: Literal["mentormatch-school"] = Field(default=FORMAT, description="Always mentormatch-school.")
    version: str = Field(default=VERSION, description="Of the format, MAJOR.MINOR; a newer MAJOR is refused.")
    students: list[Row] = Field(description="One row a student.", repr=False)
    mentors: list[Row] = Field(description="One row a mentor.", repr=False)
    prefs_students: list[Row] = Field(default_factory=list, description="The forms of the students.", repr=False)
    prefs_mentors: list[Row] = Field(default_factory=list, description="What mentors say of students.", repr=False)
    pairings: list[Row] = Field(default_factory=list, description="Who is with whom, and was.", repr=False)
    externals: list[Row] = Field(default_factory=list, description="Mentors from outside.", repr=False)
    changes: list[Row] = Field(default_factory=list, description="Requests for another mentor.", repr=False)
    hand_overs: list[Row] = Field(default_factory=list, description="What is to be handed over.", repr=False)
    runs: list[Row] = Field(default_factory=list, description="The runs that wrote the record.", repr=False)
    groups: list[Row] = Field(default_factory=list, description="Groups, and who is in them.", repr=False)

    @classmethod
    def from_roster(cls, roster: Roster) -> Self:
        """Return the document of a school; read again it gives the same school, without the findings of its file."""
        tables = {
            kind: [_row(entity, sheet_spec(kind)) for entity in getattr(roster, field)]
            for kind, field in _FIELDS.items()
        }
        return cls.model_validate(tables)

    def to_roster(self) -> Roster:
        """Return the school, read as a workbook is read: findings are in `Roster.issues`.

        Raises
        ------
        InputError
            When a table or a column that is needed is missing.
        """
        return roster_from_tables({kind: getattr(self, kind) for kind in _FIELDS} | self._further_tables())

    def _further_tables(self) -> dict[str, Any]:
        return {name: rows for name, rows in (self.model_extra or {}).items() if isinstance(rows, list)}


def _row(entity: BaseModel, spec: SheetSpec) -> Row:
    """Return the row that is read as an entity again; what is empty is left out."""
    cells = {column.name: _cell(entity, column) for column in spec.columns if not column.name.startswith("choice_")}
    cells |= {"choices": list(choices)} if (choices := getattr(entity, "choices", ())) else {}
    return {**{name: cell for name, cell in cells.items() if cell not in (None, [])}, **dict(_extra(entity))}


def _extra(entity: Any) -> Iterator[tuple[str, str]]:
    yield from entity.extra


def _cell(entity: Any, column: ColumnSpec) -> Any:
    if column.name == "order":
        return column.kind.write((entity.stance, entity.order), "en")
    if column.name == "status" and hasattr(entity, "status_text"):
        return entity.status_text or (None if entity.status == "active" else entity.status)
    if column.name == "to_mentor" and getattr(entity, "to_unreadable", False):
        return "?"
    value = getattr(entity, column.field or column.name)
    return [_plain(each, column) for each in value] if column.several else _plain(value, column)


def _plain(value: Any, column: ColumnSpec) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else column.kind.write(value, "en")
