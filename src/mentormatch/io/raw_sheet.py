"""A sheet before its header is known, and what sheets are read from: a workbook or a folder of CSV files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mentormatch.base.characters import is_seen
from mentormatch.io.tables import Cell


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The cells of one sheet as the file holds them.

    Parameters
    ----------
    name : str
        The sheet's name as the file writes it.
    rows : list of (int, list of Cell)
        The 1-based row numbers and the cells of the rows that hold anything.
    merged : tuple of (first row, first column, last row, last column)
        The merged ranges; rows 1-based, columns 0-based.
    hidden_rows : tuple of int
        The 1-based numbers of the rows that the file hides.
    error_cells : tuple of (row, column)
        Where a formula gave an error such as ``#N/A`` and the cell reads as empty; row 1-based, column 0-based.
    empty_formulas : tuple of (row, column)
        Where a formula stands that was never worked out; the cell reads as empty.
    formats : mapping of (row, column) to str
        The number formats of cells that show something else than the plain number, such as ``00000000``.
    """

    name: str
    rows: list[tuple[int, list[Cell]]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    error_cells: tuple[tuple[int, int], ...] = ()
    empty_formulas: tuple[tuple[int, int], ...] = ()
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)


class SheetSource(Protocol):
    """Where sheets come from."""

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """The names of the sheets, in the order of the file."""
        ...

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """The sheets that the file hides."""
        ...

    def read(self, name: str) -> RawSheet:
        """Read one sheet."""
        ...


def keep_filled_rows(rows: Iterable[list[Cell]]) -> list[tuple[int, list[Cell]]]:
    """Return the rows that are not wholly blank with their 1-based numbers."""
    return [(number, cells) for number, cells in enumerate(rows, start=1) if not is_blank(cells)]


def is_blank(cells: Iterable[Cell]) -> bool:
    """Tell whether no cell holds anything but spaces and invisible characters."""
    for cell in cells:  # noqa: SIM110 (a generator takes twice as long, and every cell comes by here)
        if cell is not None and (not isinstance(cell, str) or is_seen(cell)):
            return False
    return True
