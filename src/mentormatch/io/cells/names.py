"""Names of people: kept exactly as written."""

import re

from mentormatch.base.characters import PRIVATE_USE, UNSEEN
from mentormatch.io.cells.plain_text import folded, text_of
from mentormatch.io.cells.reading import Reading, mended
from mentormatch.io.tables import Cell

_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff]"
# One plain space between Latin words belongs to a name; any other space is a slip.
_STRAY_SPACE = re.compile(rf"^\s|\s$|\s\s|[^\S ]|{_WIDE} | {_WIDE}")


_DOTS = re.compile("[\u2022\u30fb\uff0e\u2027\u22c5\uff65.\u25cf\u2219\u00b7\u0387\u2024\u26ab\u25e6\u2981]")


def name_key(text: str) -> str:
    """Return a name as it is compared: `folded`, and with one dot for all that stand between the parts of a name."""
    return _DOTS.sub("\u00b7", folded(text))


def read_name(cell: Cell) -> Reading[str]:
    """Read a name; stray spaces stay in it and are reported."""
    name = text_of(cell)
    if name.isalpha() and not UNSEEN.search(name):
        return Reading(name)
    if PRIVATE_USE.search(name):
        return mended(
            name,
            "name_private_use",
            "姓名中有本机自造的字,别的电脑上可能显示不出,按原样保留",
            "The name has a character of one computer's own, which others may not show; it was kept as written",
        )
    if not _STRAY_SPACE.search(name) and not UNSEEN.search(name):
        return Reading(name)
    return mended(
        name,
        "name_with_spaces",
        "姓名中有空格或看不见的字符,按原样保留",
        "The name has spaces or invisible characters and was kept as written",
    )
