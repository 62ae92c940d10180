"""The sheet of rules as it is written: rule, parameter, value, note."""

from collections.abc import Sequence

import xlsxwriter

from mentormatch.base.text import Language, Text
from mentormatch.io.files.escape import write_text
from mentormatch.io.headers import RULES_SHEET

_TITLES = (Text("规则", "rule"), Text("参数", "parameter"), Text("值", "value"), Text("说明", "note"))
_WIDTHS = (26, 26, 36, 90)


def write_rule_rows(book: xlsxwriter.Workbook, rows: Sequence[tuple[str, str, str, str]], lang: Language) -> None:
    """Add the sheet of rules to a workbook, every cell as text.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    rows : sequence of (rule, parameter, value, note)
    lang : {"zh", "en"}
    """
    sheet = book.add_worksheet(RULES_SHEET.in_language(lang))
    head = book.add_format({"bold": True, "border": 1, "num_format": "@", "bg_color": "#DDEBF7"})
    text = book.add_format({"num_format": "@"})
    for column, (title, width) in enumerate(zip(_TITLES, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, text)
        write_text(sheet, 0, column, title.in_language(lang), head)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell:
                write_text(sheet, number, column, cell, text)
    sheet.freeze_panes(1, 0)
