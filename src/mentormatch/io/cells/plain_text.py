"""The text of a cell: folded for comparing, and shown in messages only when it can be no name."""

import datetime
import re
import unicodedata

from mentormatch.base.characters import SPACES, simplified
from mentormatch.io.cells.reading import Reading
from mentormatch.io.tables import Cell

_BLANKS = frozenset(("", "无", "/", "空", "(空)", "跳过", "(跳过)", "-", "--", "—", "——", "–", "n/a", "none"))
_LONGEST_BLANK = max(map(len, _BLANKS))
_HARMLESS = re.compile(r"[\x21-\x7e年月日级届班人名个位初中高小学一二三四五六七八九十()]{1,40}")


def squeezed(text: str) -> str:
    """Return a text in half-width characters and without any spaces."""
    return SPACES.sub("", unicodedata.normalize("NFKC", text))


def folded(text: str) -> str:
    """Return a text as it is compared: `squeezed`, and without regard to case."""
    return squeezed(text).casefold()


def word_key(text: str) -> str:
    """Return a word as it is compared with words that we know: `folded`, and in simplified characters."""
    return simplified(folded(text))


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell is empty or holds what people write for "nothing", such as 无 or (跳过)."""
    if cell is None:
        return True
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return len(text) <= _LONGEST_BLANK and folded(text) in _BLANKS


def text_of(cell: Cell) -> str:
    """Return a cell as a text: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def read_text(cell: Cell) -> Reading[str]:
    """Read a text as it is written, without the spaces round it."""
    return Reading(text_of(cell).strip())


def shown(cell: Cell) -> str | None:
    """Return a cell's text for a message, or None when it might be a name.

    Only what has a digit and otherwise signs, Latin letters and the characters of dates, classes and numbers is shown.
    """
    text = squeezed(text_of(cell))
    if _HARMLESS.fullmatch(text) and any(character.isdigit() for character in text):
        return text
    return None


def shown_id(value: str) -> str:
    """Return an ID for a message; somebody may use names as IDs, and those are hidden."""
    return shown(value) or "***"
