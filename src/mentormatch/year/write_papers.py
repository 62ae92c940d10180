"""Write papers and tables into one workbook."""

from collections.abc import Sequence
from pathlib import Path

from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.report.tables import ResultTable
from mentormatch.report.workbook import write_tables
from mentormatch.year.print_book import Formats, PrintSheet, write_print_sheet


def write_papers(papers: Sequence[PrintSheet | ResultTable], path: Path) -> None:
    """Write papers as the sheets of a workbook, in their order, whole or not at all; `FileError` where it cannot be."""
    with new_workbook(path) as book:
        formats = Formats(book)
        for paper in papers:
            if isinstance(paper, PrintSheet):
                write_print_sheet(book, paper, formats)
            else:
                write_tables(book, [paper])
