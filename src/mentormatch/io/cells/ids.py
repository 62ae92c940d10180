"""IDs of students, mentors, pairings and requests: kept as text, never repaired by a guess."""

import datetime
import math
import re

from mentormatch.base.characters import PRIVATE_USE
from mentormatch.base.text import Text
from mentormatch.io.cells.number_formats import FormattedNumber, shown_number
from mentormatch.io.cells.plain_text import shown, shown_id, squeezed, text_of
from mentormatch.io.cells.reading import Reading, mended, refused
from mentormatch.io.tables import Cell

EXACT_DIGITS = 15
"""Excel keeps this many digits of a number and makes the others zero."""

_MAX_LENGTH = 64
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?E\+\d+|\d+\.\d+E\d+", re.IGNORECASE)
_WHOLE = re.compile(r"(\d{1,15})\.0+")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_QUOTES = "'`´‘’′＇"
"""What people type in front of a number to keep it a text."""

_AS_TEXT = Text(
    zh="在原系统中重新导出,导入 Excel 前先把该列设为“文本”",
    en="export it again, and set the column to Text before the values come into Excel",
)


def read_id(cell: Cell) -> Reading[str]:
    """Read an ID.

    Full-width characters and spaces are put right with a warning. What Excel has eaten (scientific notation, a tail
    of zeros beyond the 15th digit) and what looks like a name is refused.
    """
    if isinstance(cell, str):
        # Nearly all IDs are plain, and there may be a million of them.
        if cell.isascii() and cell.isalnum() and len(cell) <= EXACT_DIGITS:
            return Reading(cell)
        return _from_text(cell)
    if isinstance(cell, FormattedNumber):
        return _as_shown(cell)
    if isinstance(cell, bool | datetime.date | datetime.time) or cell is None:
        return _unreadable(cell)
    return _from_number(cell)


def _from_number(cell: int | float) -> Reading[str]:
    if not math.isfinite(cell) or cell < 0 or cell != int(cell):
        return _unreadable(cell)
    if cell >= 10**EXACT_DIGITS:
        return refused(
            "id_lost_digits",
            f"编号是超过 {EXACT_DIGITS} 位的数字,Excel 已丢失末尾的数字",
            f"The ID is a number of more than {EXACT_DIGITS} digits, and Excel has lost the last ones",
            _AS_TEXT,
        )
    return Reading(str(int(cell)))


def _as_shown(cell: FormattedNumber) -> Reading[str]:
    """Read a number that the sheet shows with zeros in front or other signs, as it is shown."""
    seen = shown_number(cell.number, cell.number_format)
    reading = None if seen is None or cell.number >= 10**EXACT_DIGITS else _from_text(seen)
    if reading is None or reading.value is None:
        return refused(
            "id_format_unclear",
            "编号是数字,但单元格的数字格式让它显示成别的样子,不能确定是哪一个",
            "The ID is a number whose number format shows something else, and which of the two is meant is not certain",
            Text(zh="把该列设为“文本”,填写实际的编号", en="set the column to Text and write the ID itself"),
        )
    return mended(
        reading.value,
        "id_normalised",
        f"编号是带数字格式的数字,按显示的样子读作 {shown_id(reading.value)}",
        f"The ID is a number with a number format and was read as it is shown: {shown_id(reading.value)}",
    )


def _from_text(cell: str) -> Reading[str]:
    text = squeezed(cell)
    formula = _TEXT_FORMULA.fullmatch(text)
    text = formula[1] if formula else text.lstrip(_QUOTES)
    if _SCIENTIFIC.fullmatch(text):
        return refused(
            "id_scientific",
            f"编号被 Excel 变成了科学计数法({text}),末尾的数字已丢失",
            f"Excel turned the ID into scientific notation ({text}), and its last digits are lost",
            _AS_TEXT,
        )
    if text.isdecimal() and len(text) > EXACT_DIGITS and not text[EXACT_DIGITS:].strip("0"):
        return refused(
            "id_lost_digits",
            f"编号 {text} 第 {EXACT_DIGITS} 位以后全是 0,是 Excel 丢失了末尾的数字",
            f"The ID {text} has only zeros after digit {EXACT_DIGITS}: Excel has lost the last ones",
            _AS_TEXT,
        )
    if not text or len(text) > _MAX_LENGTH or not _is_id(text) or PRIVATE_USE.search(text):
        return _unreadable(cell)
    whole = _WHOLE.fullmatch(text)
    value = whole[1] if whole else text
    if value != cell:
        return mended(
            value,
            "id_normalised",
            f"编号中的全角字符、空格等已规范为 {shown_id(value)}",
            f"Full-width characters, spaces and the like in the ID were put right: {shown_id(value)}",
        )
    return Reading(value)


def _is_id(text: str) -> bool:
    # A word without a digit in another script than Latin is a name, and a name must never become an ID.
    return text.isascii() or any(character.isdigit() for character in text)


def _unreadable(cell: Cell) -> Reading[str]:
    text = shown(cell) if isinstance(cell, str) or cell is None else text_of(cell)
    return refused(
        "id_unreadable",
        f"这不是编号({text})" if text else "这不是编号(内容不显示,以防泄露姓名)",
        f"This is no ID ({text})" if text else "This is no ID (not shown here, it may be a name)",
        Text(zh="填写学号或工号,而不是姓名", en="write the ID of the person, not the name"),
    )
