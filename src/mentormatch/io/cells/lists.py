"""Several values in one cell."""

import re
from collections.abc import Callable

from mentormatch.io.cells.plain_text import is_blank
from mentormatch.io.tables import Cell, Several

# A separator within brackets belongs to what stands there: 张伟(数学、物理).
_SEPARATORS = re.compile(r"[┋、，,;；\n](?![^(（)）]*[)）])")
_MAX_JOINED = 12


def split(cell: Cell, is_label: Callable[[str], bool] | None = None) -> list[Cell]:
    """Return the filled values of a cell; anything but a text is one value.

    Parameters
    ----------
    cell : Cell
    is_label : callable, optional
        Tells whether a text with separators in it is one value, such as the name ``Smith, John``; the longest such
        text is taken first.
    """
    if isinstance(cell, Several):
        return [value for value in cell.values if not is_blank(value)]
    if not isinstance(cell, str):
        return [] if is_blank(cell) else [cell]
    separators = list(_SEPARATORS.finditer(cell))
    if not separators:
        return [] if is_blank(cell) else [cell]
    starts = [0, *(found.end() for found in separators)]
    ends = [*(found.start() for found in separators), len(cell)]
    if is_label is None or len(starts) > _MAX_JOINED:
        return [cell[start:end] for start, end in zip(starts, ends, strict=True) if not is_blank(cell[start:end])]
    parts: list[Cell] = []
    at = 0
    while at < len(starts):
        last = next((to for to in range(len(ends) - 1, at, -1) if is_label(cell[starts[at] : ends[to]])), at)
        part = cell[starts[at] : ends[last]]
        parts += [] if is_blank(part) else [part]
        at = last + 1
    return parts
