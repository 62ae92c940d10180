"""Tables of a program: rows of a database, dictionaries, frames. They go through the readers of a workbook."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from functools import partial
from typing import Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.columns.choices import CHOICES
from mentormatch.io.files.paused_collector import paused_collector
from mentormatch.io.headers import find_sheet
from mentormatch.io.normal_form import fold
from mentormatch.io.parse import parse_tables
from mentormatch.io.program_values import cell_of
from mentormatch.io.raw_sheet import RawSheet, keep_filled_rows
from mentormatch.io.read_tables import tables_of
from mentormatch.io.tables import Cell, Several
from mentormatch.roster.roster import Roster

_CHOICES = tuple(spec.name for spec in CHOICES)


def roster_from_tables(tables: Mapping[str, Any]) -> Roster:
    """Read a school from tables of a program, through the same readers as a workbook.

    Parameters
    ----------
    tables : mapping of str to table
        The tables by the name of their sheet, such as ``students`` or ``学生``; the names of the fields of `Roster`
        are understood too. ``students`` and ``mentors`` must be there. A table is one of

        * an iterable of rows: dictionaries, rows of sqlite3 or SQLAlchemy, named tuples, dataclasses, pydantic models;
        * a cursor of a database after ``execute``;
        * a frame of pandas or polars, an Arrow table, or anything else that narwhals knows (the extra ``frames``);
        * a dictionary of columns.

        The names of columns are those of a workbook in either language (``student_id``, ``学号``), without regard to
        case. A cell is a text, a number, a day, a truth value, or a list of these where several values may stand;
        ``None`` and the missing values of frames are empty cells. A form may give ``choices`` as one list.

    Returns
    -------
    Roster
        The accepted rows, and in `Roster.issues` every finding with its table, row and column. Rows are counted as in
        a workbook whose first row is the header: the first row of a table is row 2.

    Raises
    ------
    InputError
        When a table or a column that is needed is missing, two of them mean the same thing, or a value is none that a
        cell can hold.

    Notes
    -----
    The same cells give the same roster, findings and fingerprint as a workbook, a CSV folder or a JSON document.
    O(cells).

    Examples
    --------
    >>> import mentormatch as mm
    >>> roster = mm.roster_from_tables(
    ...     {
    ...         "students": [{"student_id": 20240101, "name": "Ann", "grade": 7, "class": "7(1)"}],
    ...         "mentors": [{"mentor_id": "T1", "name": "Lee", "capacity_max": 2, "classes_taught": ["701", "702"]}],
    ...         "prefs_students": [{"student_id": "20240101", "choices": ["T1"]}],
    ...     }
    ... )
    >>> roster.students[0].class_name, roster.mentors[0].classes_taught
    ('七(1)班', ('七(1)班', '七(2)班'))
    """
    if not isinstance(tables, Mapping) or not all(isinstance(name, str) for name in tables):
        raise InputError(
            Text(
                zh=f"tables 应为从表名到表的字典,给出的是 {type(tables).__name__}。",
                en=f"The tables must be a dictionary from a name to a table; got a {type(tables).__name__}.",
            ),
            maybe=Text(
                zh='写成 {"students": ..., "mentors": ...}。', en='write it as {"students": ..., "mentors": ...}.'
            ),
        )
    with paused_collector():
        return parse_tables(*tables_of(ProgramTables(tables), "roster_from_tables"))


class ProgramTables:
    """Tables of a program as a source of sheets.

    Parameters
    ----------
    tables : mapping of str to table
        As `roster_from_tables` takes them.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        read = {name: _rows(name, table) for name, table in tables.items()}
        # An empty list says that there is none of this; only where something must be there is it a mistake.
        self._tables = {name: found for name, found in read.items() if found[0] or _is_required(name)}
        self.sheet_names = tuple(self._tables)
        self.hidden_sheets: frozenset[str] = frozenset()

    def read(self, name: str) -> RawSheet:
        """Read one table; its header is row 1."""
        headers, rows = self._tables[name]
        spec = find_sheet(name)
        if spec is not None and spec.kind == "prefs_students":
            rows = [_with_numbered_choices(row) for row in rows]
            headers = _headers(rows) or headers
        cells: list[list[Cell]] = [list(headers)]
        for number, row in enumerate(rows, start=2):
            cells.append([cell_of(row.get(header), partial(_place, name, number, header)) for header in headers])
        return RawSheet(name, keep_filled_rows(cells) if headers else [])


def _is_required(name: str) -> bool:
    spec = find_sheet(name)
    return spec is not None and spec.required


def _headers(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the columns in the order in which they first appear, whatever a single row leaves out."""
    return list(dict.fromkeys(header for row in rows for header in row))


def _place(table: str, row: int, column: str) -> str:
    return f"{table}, row {row}, {column}"


_Rows = list[Mapping[str, Any]]


def _rows(name: str, table: Any) -> tuple[list[str], _Rows]:
    """Return the columns and the rows of a table; a frame without rows has columns all the same."""
    if isinstance(table, Mapping):
        return _of_columns(name, table)
    if getattr(table, "description", None) is not None and hasattr(table, "fetchall"):  # a cursor (PEP 249)
        headers = [column[0] for column in table.description]
        return headers, [_mapping(name, dict(zip(headers, tuple(row), strict=True))) for row in table.fetchall()]
    frame = None if isinstance(table, Sequence) else _of_frame(table)
    if frame is not None:
        return _of_columns(name, frame)
    if isinstance(table, Iterable) and not isinstance(table, str | bytes):
        rows = [_mapping(name, row) for row in table]
        return _headers(rows), rows
    raise InputError(
        Text(
            zh=f"表 {name}:不能把 {type(table).__name__} 当作表。",
            en=f"Table {name!r}: a {type(table).__name__} is no table.",
        ),
        maybe=Text(
            zh="给出若干行(字典)、游标、数据框,或各列组成的字典。",
            en="give rows (dictionaries), a cursor, a frame, or a dictionary of columns.",
        ),
    )


def _mapping(name: str, row: Any) -> Mapping[str, Any]:
    """Return a row as a mapping, whatever a database library calls it."""
    found: Any = row
    if not isinstance(row, Mapping):
        if hasattr(row, "_mapping"):  # SQLAlchemy
            found = dict(row._mapping)  # noqa: SLF001  # its documented name
        elif hasattr(row, "_asdict"):
            found = row._asdict()
        elif hasattr(row, "model_dump"):
            found = row.model_dump()
        elif is_dataclass(found) and not isinstance(found, type):
            found = asdict(found)
        elif hasattr(row, "keys"):  # sqlite3.Row
            found = {key: row[key] for key in row.keys()}  # noqa: SIM118  # no mapping: only keys() tells its names
        else:
            found = None
    if found is None or not all(isinstance(key, str) for key in found):
        raise InputError(
            Text(
                zh=f"表 {name}:一行应为从列名到值的字典,给出的是 {type(row).__name__}。",
                en=f"Table {name!r}: a row must be a dictionary from column to value; got a {type(row).__name__}.",
            ),
            maybe=Text(
                zh="sqlite3 请设 connection.row_factory = sqlite3.Row,或直接给出游标。",
                en="set connection.row_factory = sqlite3.Row, or give the cursor itself.",
            ),
        )
    return found  # type: ignore[no-any-return]


def _of_columns(name: str, columns: Mapping[str, Any]) -> tuple[list[str], _Rows]:
    given = {header: list(column) for header, column in columns.items()}
    if len({len(column) for column in given.values()}) > 1:
        sizes = ", ".join(f"{header} {len(column)}" for header, column in given.items())
        raise InputError(
            Text(zh=f"表 {name}:各列长度不同:{sizes}。", en=f"Table {name!r}: its columns differ in length: {sizes}.")
        )
    rows = [_mapping(name, dict(zip(given, values, strict=True))) for values in zip(*given.values(), strict=True)]
    return list(given), rows


def _of_frame(table: Any) -> Mapping[str, Any] | None:
    """Return the columns of a frame; None for what is no frame."""
    try:
        import narwhals
    except ImportError:
        return _without_narwhals(table)
    try:
        frame = narwhals.from_native(table)
    except TypeError:
        return None
    eager = frame.collect() if isinstance(frame, narwhals.LazyFrame) else frame
    return {column: eager.get_column(column).to_list() for column in eager.columns}


def _without_narwhals(table: Any) -> Mapping[str, Any] | None:
    if not hasattr(table, "columns"):
        return None
    raise InputError(
        Text(zh="读取数据框需要 narwhals。", en="To read frames takes narwhals."),
        maybe=Text(zh="pip install 'mentormatch-engine[frames]'", en="pip install 'mentormatch-engine[frames]'."),
    )


def _with_numbered_choices(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a form whose list of choices stands in the columns that a workbook has for them."""
    key = next((key for key in row if fold(key) == "choices"), None)
    if key is None or row[key] is None or isinstance(row[key], str):
        return row
    listed = cell_of(row[key], partial(str, key))
    values = list(listed.values) if isinstance(listed, Several) else [] if listed is None else [listed]
    last = len(_CHOICES) - 1
    # What has no column of its own follows the last choice in one cell, where lists keep their order.
    numbered = [*values[:last], *([Several(values[last:])] if len(values) > len(_CHOICES) else values[last:])]
    return {name: value for name, value in row.items() if name != key} | dict(
        zip(_CHOICES, numbered or [None], strict=False)
    )
