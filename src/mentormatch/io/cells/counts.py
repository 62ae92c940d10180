"""Numbers of people: capacities and orders."""

import math
import re
from decimal import Decimal

from mentormatch.base.text import Text
from mentormatch.io.cells.numerals import read_numeral
from mentormatch.io.cells.plain_text import shown, squeezed
from mentormatch.io.cells.reading import Reading, mended, refused
from mentormatch.io.tables import Cell

MAX_COUNT = 10_000

_SHOWN_WHOLE = 10**15

_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?(?:E\+?\d{1,3})?)(?:人|名|个|位|students?)?", re.IGNORECASE)
_NUMERAL = re.compile(r"([零〇一二两三四五六七八九十]+)(?:人|名|个|位)?")
_PLAIN = re.compile(r"\s*\+?[0-9]+(?:\.0+)?\s*")


def read_count(cell: Cell) -> Reading[int]:
    """Read a whole number from 0 to 10,000, written 15, 15.0, 十五 or 12人."""
    if isinstance(cell, bool):
        return _unreadable(cell)
    if isinstance(cell, int | float):
        return _in_range(Decimal(repr(cell))) if math.isfinite(cell) else _unreadable(cell)
    if not isinstance(cell, str):
        return _unreadable(cell)
    text = squeezed(cell)
    if (number := _NUMBER.fullmatch(text)) is not None:
        reading = _in_range(Decimal(number[1]))
    elif (numeral := _NUMERAL.fullmatch(text)) is not None and (value := read_numeral(numeral[1])) is not None:
        reading = Reading(value)
    else:
        return _unreadable(cell)
    if reading.value is None or (_PLAIN.fullmatch(cell) and cell.isascii()):
        return reading
    return mended(
        reading.value,
        "number_normalised",
        f"已读作数字 {reading.value}",
        f"Read as the number {reading.value}",
    )


def _in_range(number: Decimal) -> Reading[int]:
    # A sheet gives every number as a float; a clerk wrote -1, not -1.0.
    given = f"{number.normalize():f}" if abs(number) < _SHOWN_WHOLE else str(number)
    if number < 0:
        return refused("number_negative", f"人数不能为负({given})", f"A number of people is not negative ({given})")
    if number > MAX_COUNT:
        return refused(
            "number_too_large",
            f"人数过大({given}),最多 {MAX_COUNT}",
            f"The number is too large ({given}); at most {MAX_COUNT}",
        )
    if number != number.to_integral_value():
        return refused("number_fractional", f"人数不是整数({given})", f"The number is not whole ({given})")
    return Reading(int(number))


def _unreadable(cell: Cell) -> Reading[int]:
    text = shown(cell)
    return refused(
        "number_unreadable",
        f"这不是数字{f'({text})' if text else ''}",
        f"This is no number{f' ({text})' if text else ''}",
        Text(zh="填写整数,如 15", en="write a whole number, such as 15"),
    )
