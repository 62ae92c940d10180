"""IDs that may be meant by one that does not exist: offered to the user, never put in its place."""

import difflib
from collections.abc import Collection, Iterator

_MAX_NEAR = 3
_MAX_LENGTH = 24
_LOOK_ALIKE = str.maketrans("OILSZ", "01152")


def near_ids(wrong: str, known: Collection[str]) -> list[str]:
    """Return the known IDs that are one slip away, the most alike first, at most three.

    An ID that looks the same, such as T001 for T0O1 or t001, is offered alone.

    Parameters
    ----------
    wrong : str
    known : collection of str
        With a fast ``in``, such as a dict.

    Notes
    -----
    The slips are tried out rather than the known IDs compared, so that the time does not grow with the school.
    """
    if not wrong or len(wrong) > _MAX_LENGTH or not wrong.isascii():
        return []
    near = {slip for slip in _slips(wrong.upper()) if slip in known}
    near |= {slip for slip in _slips(wrong) if slip in known}
    alike = {text for text in near if text.upper().translate(_LOOK_ALIKE) == wrong.upper().translate(_LOOK_ALIKE)}
    return sorted(alike or near, key=lambda text: (-difflib.SequenceMatcher(None, wrong, text).ratio(), text))[
        :_MAX_NEAR
    ]


def _slips(text: str) -> Iterator[str]:
    """Yield the text itself and all texts that differ by one missing, added, changed or swapped character."""
    yield text
    characters = sorted({*text, *"0123456789TESILO"})
    for i in range(len(text) + 1):
        head, tail = text[:i], text[i:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for character in characters:
            yield head + character + tail
            yield head + character + tail[1:]
