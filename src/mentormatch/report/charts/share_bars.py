"""What became of each group of students, as bars of shares that can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mentormatch.base.text import Text
from mentormatch.report.charts.svg import CHOSEN, KEPT, LACKING, PLACED, picture, rect, words

_WIDTH, _LEFT, _BAR, _STEP, _LEGEND = 540, 140, 280, 21, 66

_PARTS = (
    (Text(zh="第一志愿", en="choice 1"), CHOSEN),
    (Text(zh="第二志愿", en="choice 2"), "#62b58c"),
    (Text(zh="其他志愿", en="later choices"), "#b5dcc7"),
    (Text(zh="延续", en="kept"), KEPT),
    (Text(zh="统筹", en="placed by school"), PLACED),
    (Text(zh="未安置", en="not placed"), LACKING),
)


@dataclass(frozen=True, slots=True)
class Share:
    """One bar: whom it is about, and how many of them had each fate, in the order of the legend.

    A share without numbers is a title over the bars that follow.
    """

    name: Text
    numbers: tuple[int, int, int, int, int, int] | None = None


def share_bars(shares: Sequence[Share]) -> Markup:
    """Return a bar for each group; all are equally long, so that shares can be compared down the page."""
    parts: list[Markup] = []
    seen = [
        part
        for at, part in enumerate(_PARTS)
        if any(share.numbers is not None and share.numbers[at] for share in shares)
    ]
    for place, (label, colour) in enumerate(seen):
        x, y = place % 3 * 140, place // 3 * 20 + 4
        parts += [rect(x, y, 11, 11, colour), words(x + 15, y + 10, label, size=12)]
    parts.append(words(_LEFT + _BAR + 10, 58, Text(zh="第一志愿 / 统筹", en="choice 1 / placed"), size=12))
    for place, share in enumerate(shares):
        y = _LEGEND + place * _STEP
        if share.numbers is None:
            parts.append(words(0, y + 14, share.name, bold=True))
            continue
        total = max(1, sum(share.numbers))
        name = Text(zh=f"{share.name.zh} ({total})", en=f"{share.name.en} ({total})")
        parts.append(words(_LEFT - 8, y + 13, name, anchor="end", size=12))
        at = float(_LEFT)
        for (label, colour), number in zip(_PARTS, share.numbers, strict=True):
            if number:
                tip = Text(
                    zh=f"{share.name.zh} {label.zh}:{number} 人 ({number / total:.0%})",
                    en=f"{share.name.en}, {label.en}: {number} ({number / total:.0%})",
                )
                parts.append(rect(at, y, _BAR * number / total, _STEP - 5, colour, tip=tip))
                at += _BAR * number / total
        shown = f"{share.numbers[0] / total:.0%} / {share.numbers[4] / total:.0%}"
        parts.append(words(_LEFT + _BAR + 10, y + 13, shown, size=12))
    spoken = Text(
        zh=f"各群体的志愿满足、延续与统筹比例;数字见下表,共 {sum(share.numbers is not None for share in shares)} 组",
        en="Shares of choices met, pairs kept and students placed in each of "
        f"{sum(share.numbers is not None for share in shares)} groups; the table below has the numbers",
    )
    return picture(_WIDTH, _LEGEND + len(shares) * _STEP, spoken, parts, fits=True)
