"""The result workbook: every table a sheet, to read, filter and print; the same bytes on every run."""

import math
from collections.abc import Mapping, Sequence
from datetime import date

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from mentormatch.base.edition import Edition, EditionName
from mentormatch.base.errors import InputError
from mentormatch.base.text import Language, Text
from mentormatch.base.text_width import text_width
from mentormatch.explain.public_view import in_edition
from mentormatch.io.files.escape import write_text
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.io.files.streams import Target
from mentormatch.problem.result import Result
from mentormatch.report.class_sheets import class_sheets
from mentormatch.report.named_tables import with_names
from mentormatch.report.tables import ResultTable, result_tables
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.roster import Roster

_WIDEST, _WIDEST_ALONE = 48, 72
_LINE_HEIGHT = 15
# A line breaks before it is full, and programs do not agree on the width of letters.
_FILLED = 0.85
_A4 = 9


def write_result(
    result: Result,
    path: Target,
    lang: Language,
    *,
    issues: Sequence[DataIssue] = (),
    on: date | None = None,
    with_classes: bool = False,
    names: bool = False,
    roster: Roster | None = None,
    made_from: Mapping[str, str] | None = None,
    edition: EditionName | Edition = "public",
) -> None:
    """Write a result as a workbook, whole or not at all.

    Header rows stay in view and are repeated on every printed page, columns are as wide as what they hold, and every
    sheet prints one page wide. What came from a file is text, never a formula.

    Parameters
    ----------
    result : Result
    path : path-like or file object
    lang : {"zh", "en"}
    issues : sequence of DataIssue
        What the reading found, for its own sheet.
    on : date, optional
        The first day of new pairs.
    with_classes : bool
        Add one sheet for each class, to be put up.
    names : bool
        Give names beside ids; the whole record, which is next term's input, holds ids alone.
    roster : Roster, optional
        The school: needed for names, and for what a next term keeps of its record, such as locks and first days.
    made_from : mapping of str to str, optional
        What the result was made from, for the summary.
    edition : {"public", "school", "staff"}
        What the sheets may tell; names are given as `names` says.

    Raises
    ------
    InputError
        When names are wanted and there is no roster.
    FileError
        When the file cannot be written.
    """
    if names and roster is None:
        raise InputError(
            Text(zh="要显示姓名,需要 roster。", en="Names were asked for, but there is no roster to take them from.")
        )
    tables = result_tables(result, lang, issues=issues, on=on, made_from=made_from, roster=roster, edition=edition)
    if names and roster is not None:
        tables = with_names(tables, roster, lang)
    if with_classes:
        taken = tuple(table.title for table in tables)
        tables += class_sheets(in_edition(result, edition), lang, taken=taken, roster=roster if names else None)
    with new_workbook(path) as book:
        write_tables(book, tables)


def write_tables(book: Workbook, tables: Sequence[ResultTable]) -> None:
    """Write tables into an open workbook, each a sheet, all in one style."""
    styles = _Styles(book)
    for table in tables:
        _write_sheet(book, table, styles)


class _Styles:
    """The formats of a result."""

    def __init__(self, book: Workbook) -> None:
        edge = {"border": 1, "border_color": "#D0D5DC", "valign": "top"}
        self.header: Format = book.add_format(
            {**edge, "bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "num_format": "@"}
        )
        self.text: Format = book.add_format({**edge, "num_format": "@"})
        self.long: Format = book.add_format({**edge, "num_format": "@", "text_wrap": True})
        self.decimal: Format = book.add_format({**edge, "num_format": "0.00", "align": "left"})
        self.number: Format = book.add_format({**edge, "num_format": "0", "align": "left"})

    def plain(self, value: float | None, kind: str) -> Format | None:
        """Return the format of a number or an empty cell; the record is long and half empty, and leaves those out."""
        if value is None:
            return None if kind == "record" else self.text
        return self.decimal if isinstance(value, float) else self.number


def _write_sheet(book: Workbook, table: ResultTable, styles: _Styles) -> None:
    sheet = book.add_worksheet(table.title)
    widest = _WIDEST if len(table.headers) > 1 else _WIDEST_ALONE
    all_widths = [[0 if value is None else text_width(str(value)) for value in row] for row in table.rows]
    for column, title in enumerate(table.headers):
        write_text(sheet, 0, column, title, styles.header)
        longest = max((widths[column] for widths in all_widths), default=0)
        sheet.set_column(column, column, min(max(longest, text_width(title)) + 2, widest))
    for number, (row, widths) in enumerate(zip(table.rows, all_widths, strict=True), start=1):
        # Not every program makes room for a second line by itself.
        longest = max(widths, default=0)
        lines = math.ceil(longest / (widest * _FILLED)) if longest > widest - 2 else 1
        if lines > 1:
            sheet.set_row(number, _LINE_HEIGHT * lines)
        for column, value in enumerate(row):
            if isinstance(value, str):
                write_text(sheet, number, column, value, styles.long if widths[column] > widest - 2 else styles.text)
            else:
                sheet.write(number, column, value, styles.plain(value, table.kind))
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.headers) - 1)
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
    if table.kind == "class":  # to be put up: one page
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 1)
    else:
        if len(table.headers) > 6:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f'&L&14&"-,Bold"{table.title.replace("&", "&&")}')
    sheet.set_footer("&R&P / &N")
