"""Which classes go to which mentors, as a map."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from mentormatch.base.text import Text
from mentormatch.report.charts.svg import INK, QUIET, line, picture, rect, words

_CELL, _LEFT, _TOP = 13, 84, 66


def class_map(
    classes: Sequence[str], mentors: Sequence[str], counts: Mapping[tuple[str, str], int], taught: set[tuple[str, str]]
) -> Markup:
    """Return a grid of classes (down) and mentors (across): the darker, the more students.

    Parameters
    ----------
    classes, mentors : sequence of str
        In the order of the rows and columns.
    counts : mapping of (class, mentor) to int
        Only what is not zero.
    taught : set of (class, mentor)
        The mentor teaches the class: a framed cell.
    """
    most = max([1, *counts.values()])
    parts: list[Markup] = []
    width, height = _LEFT + len(mentors) * _CELL + 8, _TOP + len(classes) * _CELL + 6
    for row, name in enumerate(classes):
        y = _TOP + row * _CELL
        parts.append(words(_LEFT - 6, y + 10, name, anchor="end", size=11))
        parts.append(line(_LEFT, y, width - 8, y, QUIET, 0.5))
    for column, mentor in enumerate(mentors):
        x = _LEFT + column * _CELL + 9
        parts.append(
            Markup('<text font-size="9.5" transform="translate({:.1f} {}) rotate(-90)">{}</text>').format(
                x, _TOP - 5, mentor
            )
        )
    for row, name in enumerate(classes):
        for column, mentor in enumerate(mentors):
            number, teaches = counts.get((name, mentor), 0), (name, mentor) in taught
            if not number and not teaches:
                continue
            x, y = _LEFT + column * _CELL, _TOP + row * _CELL
            tip = Text(
                zh=f"{name} → {mentor}:{number} 人" + ("(任课)" if teaches else ""),
                en=f"{number} students" + (", teaches the class" if teaches else ""),
            )
            parts.append(rect(x + 1, y + 1, _CELL - 2, _CELL - 2, _shade(number / most) if number else "#fff", tip=tip))
            if teaches:
                parts.append(
                    Markup(
                        '<rect x="{:.1f}" y="{:.1f}" width="{}" height="{}" fill="none" stroke="{}" stroke-width=".8"/>'
                    ).format(x + 1, y + 1, _CELL - 2, _CELL - 2, INK)
                )
    at_home = sum(number for pair, number in counts.items() if pair in taught)
    total = sum(counts.values())
    spoken = Text(
        zh=f"{len(classes)} 个班与 {len(mentors)} 名导师:{total} 对中有 {at_home} 对在任课班内",
        en=f"{len(classes)} classes and {len(mentors)} mentors: {at_home} of {total} pairs are within a class taught",
    )
    return picture(width, height, spoken, parts)


def _shade(part: float) -> str:
    """Return a blue, from light for few to dark for many."""
    light, dark = (0xC9, 0xDD, 0xF2), (0x10, 0x3D, 0x73)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(light, dark, strict=True))
