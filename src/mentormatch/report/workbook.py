"""The result workbook: every table a sheet, ids only, the same bytes on every run."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from xlsxwriter import Workbook

from mentormatch.io.escape import write_text
from mentormatch.io.new_workbook import new_workbook
from mentormatch.report.tables import ResultTable, result_tables
from mentormatch.result import Result
from mentormatch.roster.data_issue import DataIssue
from mentormatch.text import Language

_WIDEST = 60


def write_result(
    result: Result, path: Path, lang: Language, *, issues: Sequence[DataIssue] = (), on: date | None = None
) -> None:
    """Write a result as a workbook, whole or not at all.

    Parameters
    ----------
    result : Result
    path : Path
    lang : {"zh", "en"}
    issues : sequence of DataIssue
        What the reading found, for its own sheet.
    on : date, optional
        The first day of new pairs.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    with new_workbook(path) as book:
        for table in result_tables(result, lang, issues=issues, on=on):
            _write_sheet(book, table)


def _write_sheet(book: Workbook, table: ResultTable) -> None:
    sheet = book.add_worksheet(table.title)
    bold = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    for column, title in enumerate(table.headers):
        write_text(sheet, 0, column, title, bold)
    for number, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                write_text(sheet, number, column, value, text)
            elif value is not None:
                sheet.write_number(number, column, value)
    for column, title in enumerate(table.headers):
        longest = max((_width(str(row[column])) for row in table.rows if row[column] is not None), default=0)
        sheet.set_column(column, column, min(max(longest, _width(title)) + 2, _WIDEST))
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.headers) - 1)


def _width(value: str) -> int:
    """Return the columns that a text takes: CJK characters are twice as wide."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in value)
