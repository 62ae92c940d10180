"""The load of every mentor against its quotas."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mentormatch.base.text import Text
from mentormatch.report.charts.svg import INK, KEPT, LACKING, QUIET, line, picture, rect, words

_WIDTH, _LEFT, _STEP, _COLUMNS = 980, 120, 17, 2


@dataclass(frozen=True, slots=True)
class Load:
    """One mentor: what it is called, how many students it has, and its quotas."""

    name: str
    students: int
    lower: int
    upper: int


def load_bars(loads: Sequence[Load]) -> Markup:
    """Return a bar for each mentor: frame = upper quota, tick = lower quota, filled = students.

    A mentor below its lower or above its upper quota is red.
    """
    most = max([1, *(load.upper for load in loads), *(load.students for load in loads)])
    rows = -(-len(loads) // _COLUMNS)
    column_width = _WIDTH / _COLUMNS
    scale = (column_width - _LEFT - 52) / most
    parts: list[Markup] = []
    for place, load in enumerate(loads):
        x, y = _LEFT + column_width * (place // max(rows, 1)), _STEP * (place % max(rows, 1)) + 4
        fits = load.lower <= load.students <= load.upper
        tip = Text(
            zh=f"{load.name}:{load.students} 人,名额 {load.lower}-{load.upper}",
            en=f"{load.students} students, quota {load.lower}-{load.upper}",
        )
        parts.append(words(x - 6, y + 10, load.name, anchor="end", size=11))
        parts.append(rect(x, y, load.upper * scale, _STEP - 5, QUIET, tip=tip))
        parts.append(rect(x, y + 2, load.students * scale, _STEP - 9, KEPT if fits else LACKING, tip=tip))
        if load.lower:
            parts.append(line(x + load.lower * scale, y, x + load.lower * scale, y + _STEP - 5, INK, 1.5))
        parts.append(
            words(x + max(load.upper, load.students) * scale + 5, y + 10, f"{load.students}/{load.upper}", size=11)
        )
    full = sum(1 for load in loads if load.upper and load.students >= load.upper)
    spoken = Text(
        zh=f"导师负荷:{len(loads)} 名导师,其中 {full} 名已满额",
        en=f"Loads of {len(loads)} mentors; {full} of them are full",
    )
    return picture(_WIDTH, rows * _STEP + 8, spoken, parts)
