"""Keep text from becoming a formula: what begins with = + - @ stays text in every file we write.

A cell such as ``=HYPERLINK(...)`` in a form that a pupil filled in must not run on a head teacher's computer.
"""

import re
from typing import Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

MAX_CELL_TEXT = 32_767
"""The longest text that a cell of a workbook holds."""

# Excel in East Asian locales takes the full-width signs for the half-width ones.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")


def escape_csv(text: str) -> str:
    """Return a text for a cell of a CSV file, with an apostrophe in front if a spreadsheet program would run it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unescape_csv(text: str) -> str:
    """Return the text that `escape_csv` was given."""
    return text[1:] if _ESCAPED.match(text) else text


def write_text(worksheet: Any, row: int, column: int, text: str, cell_format: Any = None) -> None:
    """Write a text as a text into a cell of an xlsxwriter worksheet, never as a formula, a link or a number.

    Raises
    ------
    InputError
        The text is longer than a cell can hold; xlsxwriter would leave the cell out.
    """
    if len(text) > MAX_CELL_TEXT:
        raise InputError(
            Text(
                zh=f"一个单元格最多容纳 {MAX_CELL_TEXT:,} 个字符,现有 {len(text):,} 个",
                en=f"A cell holds at most {MAX_CELL_TEXT:,} characters, and this text has {len(text):,}",
            )
        )
    if text:
        worksheet.write_string(row, column, text, cell_format)
    else:
        worksheet.write_blank(row, column, None, cell_format)
