"""Rows of totals, which offices put below (and sometimes between) the rows of people."""

import re
import unicodedata

from mentormatch.io.tables import Cell

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|总数|汇总|合計|總計|小計|(?:grand|sub)?total|sum)(?:人数|人數)?[:\-]?(?:\d+(?:\.\d+)?[人名]?)?"
)


_HINT = re.compile("[合总總小共汇oOuUｏＯｕＵ]")  # one of these is in every such word; most cells stop here


def is_total(cells: list[Cell], id_columns: tuple[int, ...]) -> bool:
    """Tell whether a row is one of totals.

    The word must stand in the first filled cell or where an ID belongs: a pupil whose name is 小计 keeps the row.
    """
    first = next((cell for cell in cells if cell is not None and str(cell).strip()), None)
    return any(_says_total(cell) for cell in (first, *(cells[i] for i in id_columns)))


def _says_total(cell: Cell) -> bool:
    if not isinstance(cell, str) or len(cell) > 40 or not _HINT.search(cell):
        return False
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).casefold()
    return _TOTAL.fullmatch(plain) is not None
