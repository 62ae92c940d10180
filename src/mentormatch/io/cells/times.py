"""When somebody can: the half-days of a week that a cell names (周五下午、周一晚; Friday afternoon)."""

import re
import unicodedata
from itertools import product

from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import folded, text_of
from mentormatch.io.cells.reading import Finding, Reading
from mentormatch.io.tables import Cell

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTS = {
    "morning": "上午|早上|早晨|morning|am",
    "noon": "中午|午间|noon",
    "afternoon": "下午|午后|afternoon|pm",
    "evening": "晚上|晚间|晚|傍晚|evening|night",
}
_NUMBERS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ANY = frozenset(("随时", "任意", "任意时间", "任何时间", "均可", "都可以", "不限", "any", "anytime", "always"))
_NEVER = frozenset(("没空", "没时间", "没有时间", "无时间", "不可", "不可用", "never", "notime", "unavailable"))

_PART = "|".join(f"(?P<{name}>{words})" for name, words in _PARTS.items())
_WEEK = r"(?:周|星期|礼拜)"
_ENGLISH = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?"
_ITEM = re.compile(
    rf"(?:(?P<everyday>每天|每日|everyday|daily)|(?P<workdays>工作日|weekdays?)|(?P<weekend>周末|weekends?)"
    rf"|{_WEEK}(?P<first>[一二三四五六日天])(?:至|到|-|~){_WEEK}?(?P<last>[一二三四五六日天])"
    rf"|{_WEEK}(?P<days>[一二三四五六日天]+)"
    rf"|(?P<start>{_ENGLISH})(?:(?:-|~|to)(?P<stop>{_ENGLISH}))?)?"
    rf"(?:全天|整天|allday|的?(?:{_PART}))?"
)
_SEPARATORS = re.compile(r"[,;、┋/|\n]")


def times(cell: Cell) -> frozenset[str] | None:
    """Return the half-days of a week that a cell names.

    Words that are not understood are a time of their own: they meet the same words only. None where nothing is
    written, or any time will do; an empty set where there is none at all.
    """
    found: set[str] = set()
    items = _items(cell)
    for item in items:
        if folded(item) in _ANY:
            return None
        if folded(item) not in _NEVER:
            slots = _slots(item)
            found |= {folded(item)} if slots is None else slots
    return frozenset(found) if items else None


def read_availability(cell: Cell) -> Reading[str]:
    """Read when somebody can, as it is written, and say so where the words are not understood."""
    text = text_of(cell).strip()
    if all(folded(item) in _ANY | _NEVER or _slots(item) is not None for item in _items(cell)):
        return Reading(text)
    finding = Finding(
        "time_not_understood",
        Text(
            zh="看不懂其中的时间,只与写法完全相同的时间相合",
            en="A time here is not understood; it agrees with times written in the same words only",
        ),
        Text(zh="写成 周五下午,多个用顿号分开", en="write it as Friday afternoon, several with commas between"),
        refuses=False,
    )
    return Reading(text, finding)


def _items(cell: Cell) -> list[str]:
    text = "" if cell is None else unicodedata.normalize("NFKC", text_of(cell)).casefold()
    return [item.strip() for item in _SEPARATORS.split(text) if item.strip()]


def _slots(item: str) -> set[str] | None:
    """Return the half-days of an item, or of all its words where each says one by itself; None if it says none."""
    whole = _of_words(folded(item))
    if whole is not None:
        return whole
    # 下午 alone is every afternoon, but after another word it may belong to that.
    words = [_of_words(word) for word in item.split() if not _is_part(word)]
    if len(words) < len(item.split()) or any(word is None for word in words):
        return None
    return set().union(*(word for word in words if word is not None))


def _is_part(word: str) -> bool:
    return re.fullmatch(f"的?(?:{_PART})|全天|整天", word) is not None


def _of_words(text: str) -> set[str] | None:
    found = _ITEM.fullmatch(text)
    if not text or found is None:
        return None
    part = [name for name in _PARTS if found[name] is not None] or list(_PARTS)
    return {f"{day} {half}" for day, half in product(_days(found), part)}


def _days(found: re.Match[str]) -> list[str]:
    if found["workdays"]:
        return list(_DAYS[:5])
    if found["weekend"]:
        return list(_DAYS[5:])
    if found["days"]:
        return [_DAYS[_NUMBERS[day]] for day in found["days"]]
    if found["first"]:
        return _span(_NUMBERS[found["first"]], _NUMBERS[found["last"]])
    if found["start"]:
        first = _DAYS.index(found["start"][:3])
        return _span(first, first if found["stop"] is None else _DAYS.index(found["stop"][:3]))
    return list(_DAYS)


def _span(first: int, last: int) -> list[str]:
    """Return the days from one to another, over the end of the week if need be."""
    return [_DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)]
