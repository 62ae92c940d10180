"""One answer of a survey about mentors: its options, without letters, and what was typed into 其他〖...〗."""

import re
from collections.abc import Iterator

from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import folded, is_blank, squeezed
from mentormatch.io.cells.reading import Finding
from mentormatch.io.people import MentorDirectory
from mentormatch.io.tables import Cell

_TYPED = re.compile(r"(?P<option>[^〖〗]*)〖(?P<typed>[^〖〗]*)〗\s*")
_LETTER = re.compile(r"(?:^|(?<=┋))\s*[A-Za-z]\s*[.．、:：]\s*")
_PARTS = re.compile(r"[\s\u3000/|_·-]+")
_OTHER = frozenset(("", "其他", "其它", "其他导师", "其它导师", "其他老师", "other", "others"))


def options(cell: Cell) -> list[Cell]:
    """Return the options that an answer holds; ``其他〖张伟〗`` is 张伟, and ``李华〖我喜欢数学〗`` is 李华."""
    if not isinstance(cell, str):
        return split(cell)
    # What was typed may hold a separator of its own, so it is settled before the cell is split.
    plain = _TYPED.sub(lambda found: _chosen(found["option"], found["typed"]), _LETTER.sub("", cell))
    return [part.strip() if isinstance(part, str) else part for part in split(plain)]


def _chosen(before: str, typed: str) -> str:
    """Return what stays of ``before〖typed〗``: earlier options, and the last one or what was typed in its place."""
    earlier, separator, last = before.rpartition("┋")
    is_other = folded(last) in _OTHER
    return f"{earlier}{separator}{typed if is_other else last}"


def mentors_in(cell: Cell, mentors: MentorDirectory) -> Iterator[tuple[Cell, Finding | None]]:
    """Yield for each option the mentor's id, or the option as it stands with what there is to say about it."""
    for option in options(cell):
        if is_blank(option):
            continue
        reading = mentors.resolve(option)
        if reading.value is None and isinstance(option, str):
            by_id = _by_id_beside_name(option, mentors)
            if by_id is not None:
                yield by_id, None
                continue
        # A mentor by its unique name is no slip here: survey tools show names.
        refuses = reading.finding is not None and reading.finding.refuses
        yield (option if reading.value is None else reading.value), (reading.finding if refuses else None)


def _by_id_beside_name(option: str, mentors: MentorDirectory) -> str | None:
    """Return the id of an option such as ``T001 张伟``; None unless all that can be read in it is that mentor."""
    readings = [mentors.resolve(part) for part in _PARTS.split(option) if squeezed(part)]
    ids = {reading.value for reading in readings if reading.value is not None}
    ambiguous = any(reading.finding is not None and reading.finding.code == "ambiguous_mentor" for reading in readings)
    first = readings[0].finding if readings else None
    if len(ids) != 1 or (ambiguous and first is not None and first.refuses):
        return None
    return ids.pop()
