"""Several values in one cell."""

import re

from mentormatch.io.cells.plain_text import is_blank
from mentormatch.io.tables import Cell, Several

_SEPARATORS = re.compile(r"[┋、，,;；\n]")


def split(cell: Cell) -> list[Cell]:
    """Return the filled values of a cell; anything but a text is one value."""
    if isinstance(cell, Several):
        return [value for value in cell.values if not is_blank(value)]
    if not isinstance(cell, str):
        return [] if is_blank(cell) else [cell]
    return [part for part in _SEPARATORS.split(cell) if not is_blank(part)]
