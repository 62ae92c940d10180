"""How wide a text is: in a table, on a card, in a terminal."""

import re

_WIDE = re.compile(r"[^\x00-\u2e7f]+")


def text_width(text: str) -> int:
    """Return the columns that a text takes; a Chinese character takes two.

    Examples
    --------
    >>> text_width("T003 王老师")
    11
    """
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE.findall(text)))
