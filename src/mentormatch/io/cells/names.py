"""Names of people: kept exactly as written."""

import re

from mentormatch.io.cells.plain_text import text_of
from mentormatch.io.cells.reading import Reading, mended
from mentormatch.io.tables import Cell

_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff]"
# One plain space between Latin words belongs to a name; any other space is a slip.
_STRAY_SPACE = re.compile(rf"^\s|\s$|\s\s|[^\S ]|{_WIDE} | {_WIDE}")


def read_name(cell: Cell) -> Reading[str]:
    """Read a name; stray spaces stay in it and are reported."""
    name = text_of(cell)
    if name.isalpha() or not _STRAY_SPACE.search(name):
        return Reading(name)
    return mended(
        name,
        "name_with_spaces",
        "姓名中有空格,按原样保留",
        "The name has spaces in or round it and was kept as written",
    )
