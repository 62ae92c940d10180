"""Places that are needed against places that there are, with what is missing."""

from collections.abc import Sequence

from markupsafe import Markup

from mentormatch.base.text import Text
from mentormatch.report.charts.svg import INK, KEPT, LACKING, QUIET, line, picture, rect, words

_WIDTH, _LEFT, _BAR = 560, 84, 30


def seat_bars(needed: int, available: int, groups: Sequence[tuple[str, int]] = ()) -> Markup:
    """Return a bar of what is needed, split into groups, over a bar of what is available; the gap is red.

    Parameters
    ----------
    needed, available : int
        Places.
    groups : sequence of (label, int)
        What the needed places are for, such as grades; may be empty.
    """
    scale = (_WIDTH - _LEFT - 20) / max(needed, available, 1)
    parts = [words(_LEFT - 8, 24, Text(zh="需要名额", en="needed"), anchor="end")]
    x = float(_LEFT)
    for place, (label, number) in enumerate(groups or [("", needed)]):
        width = number * scale
        parts.append(
            rect(x, 4, width, _BAR, KEPT if place % 2 == 0 else "#6f97cb", tip=Text(f"{label}:{number}", label))
        )
        if width > 14 * len(label) + 30:
            parts.append(
                Markup(
                    '<text x="{:.1f}" y="24" text-anchor="middle" font-size="12" fill="{}" font-weight="600">{}</text>'
                ).format(x + width / 2, "#fff" if place % 2 == 0 else INK, f"{label} {number}".strip())
            )
        x += width
    y = _BAR + 14
    parts.append(words(_LEFT - 8, y + 20, Text(zh="可用名额", en="available"), anchor="end"))
    parts.append(rect(_LEFT, y, available * scale, _BAR, QUIET))
    parts.append(words(_LEFT + 8, y + 20, str(available), bold=True))
    short = needed - available
    if short > 0:
        parts.append(rect(_LEFT + available * scale, y, short * scale, _BAR, LACKING))
        parts.append(line(_LEFT + available * scale, 0, _LEFT + available * scale, y + _BAR + 4, INK, 1.5))
        parts.append(
            words(
                _LEFT + needed * scale,
                y + _BAR + 18,
                Text(zh=f"缺 {short} 个", en=f"{short} short"),
                anchor="end",
                bold=True,
            )
        )
    elif short < 0:
        parts.append(
            words(
                _LEFT + available * scale,
                y + _BAR + 18,
                Text(zh=f"富余 {-short} 个", en=f"{-short} to spare"),
                anchor="end",
            )
        )
    spoken = Text(
        zh=f"需要 {needed} 个名额,可用 {available} 个" + (f",缺 {short} 个" if short > 0 else ""),
        en=f"{needed} places are needed and {available} are available" + (f": {short} short" if short > 0 else ""),
    )
    return picture(_WIDTH, 2 * _BAR + 40, spoken, parts, fits=True)
