"""How students flow from last term over round one to the result."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mentormatch.base.text import Text
from mentormatch.report.charts.svg import picture, rect, words

_WIDTH, _HEIGHT, _NODE, _GAP, _SIDE = 760, 300, 16, 16, 120


@dataclass(frozen=True, slots=True)
class Station:
    """One place where students can stand at one time: its words and its colour."""

    text: Text
    colour: str


def round_flow(
    times: Sequence[Text], stations: Sequence[Mapping[str, Station]], ways: Counter[tuple[str, ...]]
) -> Markup:
    """Return a flow diagram (Sankey): columns are times, bars are stations, bands are students on the same way.

    Parameters
    ----------
    times : sequence of Text
        The headings of the columns.
    stations : sequence of mapping of key to Station
        What each column may show, from top to bottom.
    ways : Counter of tuple of keys
        How many students took each way, one key for each column.
    """
    total = max(1, sum(ways.values()))
    scale = (_HEIGHT - _GAP * (max(len(column) for column in stations) - 1)) / total
    step = (_WIDTH - 2 * _SIDE - _NODE) / max(1, len(times) - 1)
    top = [_tops(column, at, ways, scale) for at, column in enumerate(stations)]
    parts: list[Markup] = []
    for at in range(len(times) - 1):
        parts += _bands(at, stations, ways, scale, (top[at], top[at + 1]), _SIDE + step * at)
    for at, column in enumerate(stations):
        x = _SIDE + step * at
        anchor, shift = ("end", -8.0) if at == 0 else ("start", _NODE + 8.0)
        parts.append(words(x + _NODE / 2, 18, times[at], anchor="middle", bold=True))
        for key, station in column.items():
            number = sum(count for way, count in ways.items() if way[at] == key)
            if not number:
                continue
            y = top[at][key]
            tip = Text(zh=f"{station.text.zh}:{number} 人", en=f"{station.text.en}: {number}")
            parts.append(rect(x, y, _NODE, max(number * scale, 1.5), station.colour, tip=tip))
            label = Text(zh=f"{station.text.zh} {number}", en=f"{station.text.en} {number}")
            parts.append(words(x + shift, y + max(number * scale / 2, 6) + 4, label, anchor=anchor, size=12))
    spoken = Text(
        zh="流向:" + ";".join(" → ".join(_names(stations, way, "zh")) + f" {n} 人" for way, n in sorted(ways.items())),
        en="Flow: " + "; ".join(" to ".join(_names(stations, way, "en")) + f": {n}" for way, n in sorted(ways.items())),
    )
    return picture(_WIDTH, _HEIGHT + 46, spoken, parts)


def _names(stations: Sequence[Mapping[str, Station]], way: tuple[str, ...], lang: str) -> list[str]:
    return [getattr(column[key].text, lang) for column, key in zip(stations, way, strict=True)]


def _tops(column: Mapping[str, Station], at: int, ways: Counter[tuple[str, ...]], scale: float) -> dict[str, float]:
    """Return where each station of a column begins."""
    y, found = 34.0, {}
    for key in column:
        found[key] = y
        number = sum(count for way, count in ways.items() if way[at] == key)
        if number:
            y += max(number * scale, 12) + _GAP
    return found


def _bands(
    at: int,
    stations: Sequence[Mapping[str, Station]],
    ways: Counter[tuple[str, ...]],
    scale: float,
    tops: tuple[Mapping[str, float], Mapping[str, float]],
    x: float,
) -> list[Markup]:
    """Return the bands between two neighbouring columns, in the order of their stations."""
    step = (_WIDTH - 2 * _SIDE - _NODE) / max(1, len(stations) - 1)
    used_left, used_right = dict(tops[0]), dict(tops[1])
    parts = []
    links: Counter[tuple[str, str]] = Counter()
    for way, number in ways.items():
        links[way[at], way[at + 1]] += number
    for left in stations[at]:
        for right in stations[at + 1]:
            number = links[left, right]
            if not number:
                continue
            height = number * scale
            y1, y2 = used_left[left] + height / 2, used_right[right] + height / 2
            used_left[left] += height
            used_right[right] += height
            x1, x2 = x + _NODE, x + step
            middle = (x1 + x2) / 2
            parts.append(
                Markup(
                    '<path d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}" fill="none" stroke="{}" '
                    'stroke-opacity=".32" stroke-width="{:.1f}"><title>{} → {}: {}</title></path>'
                ).format(
                    *(x1, y1, middle, y1, middle, y2, x2, y2),
                    stations[at + 1][right].colour,
                    max(height, 1),
                    f"{stations[at][left].text.zh} / {stations[at][left].text.en}",
                    f"{stations[at + 1][right].text.zh} / {stations[at + 1][right].text.en}",
                    number,
                )
            )
    return parts
