"""How many students got which choice, as bars."""

from collections.abc import Mapping

from markupsafe import Markup

from mentormatch.base.text import Text
from mentormatch.report.charts.svg import CHOSEN, LACKING, PLACED, picture, rect, words

_WIDTH, _LEFT, _STEP = 480, 116, 30


def rank_bars(profile: Mapping[str, int], unplaced: int) -> Markup:
    """Return a bar for each rank, for the pairs without a choice, and for the students without a mentor.

    Parameters
    ----------
    profile : mapping
        As `Matching.rank_profile` returns it.
    unplaced : int
    """
    bars = [
        (Text(zh=f"第{rank}志愿", en=f"choice {rank}"), number, CHOSEN)
        for rank, number in profile.items()
        if rank != "placed"
    ]
    bars.append((Text(zh="志愿外安排", en="without a choice"), profile.get("placed", 0), PLACED))
    if unplaced:
        bars.append((Text(zh="未安置", en="not placed"), unplaced, LACKING))
    most, total = max(1, *(number for _, number, _ in bars)), max(1, sum(number for _, number, _ in bars))
    parts: list[Markup] = []
    for place, (label, number, colour) in enumerate(bars):
        y, width = place * _STEP + 4, (_WIDTH - _LEFT - 110) * number / most
        parts.append(words(_LEFT - 8, y + 15, label, anchor="end"))
        parts.append(rect(_LEFT, y, max(width, 1), _STEP - 9, colour))
        parts.append(words(_LEFT + width + 6, y + 15, f"{number} ({number / total:.0%})"))
    spoken = Text(
        zh="志愿满足情况:" + "、".join(f"{label.zh} {number} 人" for label, number, _ in bars),
        en="Rank profile: " + ", ".join(f"{label.en} {number}" for label, number, _ in bars),
    )
    return picture(_WIDTH, len(bars) * _STEP + 4, spoken, parts, fits=True)
