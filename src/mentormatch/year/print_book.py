"""Sheets that are printed as blocks: a roster, a slip, a letter each, so many on a page of A4, nothing cut off."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from mentormatch.base.text_width import text_width
from mentormatch.io.files.escape import write_text
from mentormatch.report.tables import Value

_A4 = 9
_LINE = 18
_WIDTH = 64
"""Characters across a page of A4 with our margins."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is cut out, signed or put up as one.

    Parameters
    ----------
    title : str
    lines : sequence of str
        Across the page, above the table.
    headers : tuple of str
    rows : sequence of tuples
    foot : sequence of str
        Across the page, below the table.
    """

    title: str
    lines: Sequence[str] = ()
    headers: tuple[str, ...] = ()
    rows: Sequence[tuple[Value, ...]] = field(default=())
    foot: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """A sheet of blocks.

    Parameters
    ----------
    title : str
        Of the sheet.
    shares : tuple of int
        How wide the columns are beside each other.
    blocks : sequence of Block
    per_page : int
        Blocks on a page; a longer one goes on overleaf.
    """

    title: str
    shares: tuple[int, ...]
    blocks: Sequence[Block]
    per_page: int = 1


def write_print_sheet(book: Workbook, wanted: PrintSheet, formats: "Formats") -> None:
    """Add a sheet of blocks to an open workbook."""
    sheet = book.add_worksheet(wanted.title)
    widths = [round(_WIDTH * share / sum(wanted.shares)) for share in wanted.shares]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    last = len(widths) - 1
    row, breaks = 0, []

    def across(text: str, style: Format) -> None:
        nonlocal row
        sheet.merge_range(row, 0, row, last, "", style)
        write_text(sheet, row, 0, text, style)
        lines = max(1, math.ceil(text_width(text) / (_WIDTH * 0.92)))
        sheet.set_row(row, _LINE * lines * (1.5 if style is formats.title else 1))
        row += 1

    for at, block in enumerate(wanted.blocks):
        if at and at % wanted.per_page == 0:
            breaks.append(row)
        across(block.title, formats.title)
        for line in block.lines:
            across(line, formats.line)
        for number, cells in enumerate([block.headers, *block.rows] if block.headers else []):
            lines = 1
            for column, value in enumerate(cells):
                style = formats.header if number == 0 else formats.cell
                write_text(sheet, row, column, "" if value is None else str(value), style)
                lines = max(lines, math.ceil(text_width(str(value or "")) / max(1, widths[column] * 0.85)))
            sheet.set_row(row, _LINE * lines)
            row += 1
        for line in block.foot:
            across(line, formats.line)
        across("", formats.cut)
    sheet.set_h_pagebreaks(breaks)
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.6)
    sheet.print_area(0, 0, max(row - 1, 0), last)
    sheet.set_footer("&R&P / &N")


class Formats:
    """The formats of printed blocks, made once for a workbook."""

    def __init__(self, book: Workbook) -> None:
        edge = {"border": 1, "border_color": "#8A8F98", "valign": "vcenter", "text_wrap": True, "num_format": "@"}
        self.title: Format = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
        self.line: Format = book.add_format({"text_wrap": True, "valign": "vcenter", "num_format": "@"})
        self.header: Format = book.add_format({**edge, "bold": True, "bg_color": "#EEF2F7"})
        self.cell: Format = book.add_format(edge)
        self.cut: Format = book.add_format({"bottom": 3})
