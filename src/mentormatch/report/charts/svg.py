"""Small pieces of SVG. Everything that goes through `Markup.format` is escaped."""

from collections.abc import Iterable

from markupsafe import Markup

from mentormatch.base.text import Text

KEPT, CHOSEN, PLACED, LACKING, QUIET, INK = "#3b6fb6", "#1b8a5a", "#c77700", "#c0392b", "#d8dde4", "#1c2430"
"""Colours of what was kept, chosen, placed by the school, lacking; of frames, and of text. They differ in lightness."""

ORIGIN_COLOURS = {
    "kept": KEPT,
    "fixed": "#7a52a1",
    "chosen": CHOSEN,
    "requested": "#0f766e",
    "coordinated": PLACED,
    "unplaced": LACKING,
}


def picture(width: int, height: int, label: Text, parts: Iterable[Markup], *, fits: bool = False) -> Markup:
    """Return a whole picture that a screen reader reads as its label, in the language of the page.

    One that `fits` shrinks to a phone; others are scrolled sideways there.
    """
    return Markup(
        '<svg class="chart{fits}" role="img" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-label="{zh}" '
        'data-zh="{zh}" data-en="{en}">{body}</svg>'
    ).format(w=width, h=height, zh=label.zh, en=label.en, fits=" fits" if fits else "", body=Markup("").join(parts))


def rect(x: float, y: float, width: float, height: float, fill: str, *, tip: Text | None = None) -> Markup:
    """Return a rectangle, with a tip where the pointer rests."""
    shape = Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"').format(
        x, y, max(width, 0), max(height, 0), fill
    )
    return shape + (Markup("/>") if tip is None else Markup("><title>{} / {}</title></rect>").format(tip.zh, tip.en))


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> Markup:
    """Return a straight line."""
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{:.1f}"/>').format(
        x1, y1, x2, y2, colour, width
    )


def words(x: float, y: float, text: Text | str, *, anchor: str = "start", bold: bool = False, size: int = 13) -> Markup:
    """Return a text, once for each language where the two differ."""
    weight = Markup(' font-weight="600"') if bold else Markup("")
    form = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="{}"{}{}>{}</text>')
    if isinstance(text, str) or text.zh == text.en:
        return form.format(x, y, anchor, size, weight, "", text if isinstance(text, str) else text.zh)
    return form.format(x, y, anchor, size, weight, Markup(' class="zh"'), text.zh) + form.format(
        x, y, anchor, size, weight, Markup(' class="en"'), text.en
    )
