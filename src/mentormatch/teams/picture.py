"""A picture of groups: cards with lead, externals and every student by its id, to be read in print. No names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mentormatch.base.text import Language, Text
from mentormatch.base.text_width import text_width
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.streams import Target
from mentormatch.report.charts.svg import CHOSEN, INK, KEPT, LACKING, QUIET

_WIDTH, _GAP, _COLUMNS, _LINE = 250, 14, 4, 18
_CHARACTER, _DOT = 6.9, 17
"""Pixels of a character of an id, and of its dot."""
_ROOM = 37


@dataclass(frozen=True, slots=True)
class Card:
    """One group of a picture.

    Parameters
    ----------
    title : str
    lines : sequence of str
        Who is with the students: externals, roles.
    members : sequence of str
        A dot and the id of each.
    lacking : str, optional
        What is missing.
    """

    title: str
    lines: Sequence[str] = ()
    members: Sequence[str] = ()
    lacking: str | None = None


def group_picture(cards: Sequence[Card], title: Text, lang: Language) -> str:
    """Return a whole SVG picture of groups, four cards a row."""
    rows = [cards[at : at + _COLUMNS] for at in range(0, len(cards), _COLUMNS)]
    parts: list[Markup] = [_text(_GAP, 26, title.in_language(lang), INK, 18)]
    y = 44
    for row in rows:
        height = max(_height(card) for card in row)
        parts += [_card(card, _GAP + at * (_WIDTH + _GAP), y, height) for at, card in enumerate(row)]
        y += height + _GAP
    width = _GAP + _COLUMNS * (_WIDTH + _GAP)
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" viewBox="0 0 {w} {h}" width="{w}" '
            "height=\"{h}\" font-family=\"system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif\">"
            '<rect width="100%" height="100%" fill="#fff"/>{body}</svg>\n'
        ).format(label=title.in_language(lang), w=width, h=y, body=Markup("").join(parts))
    )


def write_group_picture(cards: Sequence[Card], path: Target, title: Text, lang: Language) -> None:
    """Write a picture of groups, whole or not at all; `FileError` when the file cannot be written."""
    with atomic_path(path) as temp:
        temp.write_text(group_picture(cards, title, lang), encoding="utf-8")


def _height(card: Card) -> int:
    rows = -(-len(card.members) // _along(card))
    return 36 + _LINE * (len(_lines(card)) + rows)


def _along(card: Card) -> int:
    """Return how many members stand beside each other: as many as their ids leave room for."""
    longest = max((text_width(member) for member in card.members), default=1)
    return max(1, min(6, int((_WIDTH - 20) // (_DOT + _CHARACTER * longest))))


def _lines(card: Card) -> list[tuple[str, str]]:
    """Return the lines of a card as they fit, each with its colour."""
    shown = [(part, INK) for line in card.lines for part in _wrapped(line)]
    return [*shown, *((part, LACKING) for part in _wrapped(card.lacking or ""))]


def _card(card: Card, x: int, y: int, height: int) -> Markup:
    edge = LACKING if card.lacking is not None else QUIET
    parts = [
        Markup(
            '<rect x="{}" y="{}" width="{}" height="{}" rx="8" fill="#f7f9fb" stroke="{}" stroke-width="1.5"/>'
        ).format(x, y, _WIDTH, height, edge),
        _text(x + 12, y + 22, f"{card.title} · {len(card.members)}" if card.members else card.title, KEPT, 14),
    ]
    at = y + 22
    for line, colour in _lines(card):
        at += _LINE
        parts.append(_text(x + 12, at, line, colour, 12))
    along = _along(card)
    for number, member in enumerate(card.members):
        down, right = divmod(number, along)
        left, base = x + 12 + right * (_WIDTH - 20) // along, at + _LINE * (down + 1)
        parts.append(Markup('<circle cx="{}" cy="{}" r="4" fill="{}"/>').format(left + 4, base - 4, CHOSEN))
        parts.append(_text(left + 12, base, member, INK, 11))
    return Markup("").join(parts)


def _wrapped(text: str) -> list[str]:
    """Return a text in lines that fit a card; Chinese characters are twice as wide, and words stay whole."""
    lines, room, shown = [], _ROOM, ""
    for word in re.findall(r"[^\s\u2e80-\uffff]{1,37}\s*|[\u2e80-\uffff]\s*|\s+", text):
        size = text_width(word.rstrip())
        if size > room and shown:
            lines.append(shown.rstrip())
            room, shown = _ROOM, ""
        shown += word
        room -= size + len(word) - len(word.rstrip())
    return [*lines, shown.rstrip()] if shown.strip() else lines


def _text(x: int, y: int, text: str, colour: str, size: int) -> Markup:
    return Markup('<text x="{}" y="{}" fill="{}" font-size="{}">{}</text>').format(x, y, colour, size, text)
