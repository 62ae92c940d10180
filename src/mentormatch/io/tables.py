"""What a file holds before anyone judges it: tables of cells whose sheets and columns have canonical names."""

import datetime
from dataclasses import dataclass

Cell = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | None
"""One cell. An empty text is ``None``; any other text is kept as it is written."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Parameters
    ----------
    name : str
        The canonical English header, such as ``student_id``; empty for a column we do not know.
    header : str
        The header as the file writes it.
    index : int
        The 0-based position in the sheet.
    """

    name: str
    header: str
    index: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its columns and its rows.

    Parameters
    ----------
    sheet : str
        The sheet's name as the file writes it.
    kind : str
        The sheet's canonical English name, such as ``students``.
    columns : tuple of Column
        The columns we know, in the order of the file.
    extra : tuple of Column
        The columns we do not know, kept aside.
    rows : list of (int, list of Cell)
        The 1-based row number in the file, and its cells by `Column.index`. Wholly blank rows and rows of totals
        are left out already; every list is as long as the sheet is wide.
    """

    sheet: str
    kind: str
    columns: tuple[Column, ...]
    extra: tuple[Column, ...]
    rows: list[tuple[int, list[Cell]]]
