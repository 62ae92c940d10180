"""What a file holds before anyone judges it: tables of cells whose sheets and columns have canonical names."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from mentormatch.io.cells.number_formats import FormattedNumber

Cell = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | FormattedNumber | None
"""One cell. An empty text is ``None``; any other text is kept as it is written.

A number is a `FormattedNumber` where an ID belongs and the sheet shows more than the number.
"""


class Several(str):
    """A cell of a program that holds a list: its values need no separator, so none can be torn apart.

    As a text it reads as the values one after another, which is what the school's own columns keep of it.

    Parameters
    ----------
    values : iterable of cell
    """

    __slots__ = ("values",)
    values: "tuple[Cell, ...]"

    def __new__(cls, values: "Iterable[Cell]") -> Self:
        """Return the cell of some values."""
        parts = tuple(values)
        cell = super().__new__(cls, "、".join(map(str, parts)))
        cell.values = parts
        return cell

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Several) and self.values == other.values

    def __hash__(self) -> int:
        return hash(self.values)

    def __reduce__(self) -> "tuple[type[Several], tuple[tuple[Cell, ...]]]":
        return (type(self), (self.values,))


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
