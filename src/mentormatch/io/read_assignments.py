"""Read the pairs of a result workbook (结果 / assignments), also after somebody has edited them by hand."""

import os
from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.cells import words
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.reading import Normaliser
from mentormatch.io.data_rows import show_formats
from mentormatch.io.files.file_kind import file_kind
from mentormatch.io.header_row import find_header
from mentormatch.io.headers import RESULT_SHEETS, find_result_sheet, sheet_spec
from mentormatch.io.raw_sheet import RawSheet, SheetSource, is_blank
from mentormatch.io.read_csv_folder import CsvFolder
from mentormatch.io.read_workbook import Workbook
from mentormatch.io.tables import Cell
from mentormatch.io.totals import is_total
from mentormatch.roster.data_issue import column_letters

_SHOWN = 10


def read_assignments(path: str | os.PathLike[str]) -> tuple[tuple[str, str], ...]:
    """Read who is with whom from the assignments of a result, main pairs only.

    Parameters
    ----------
    path : path-like
        A result workbook, or a folder of CSV files with an assignments file.

    Returns
    -------
    tuple of (student id, mentor id)
        In the order of the file.

    Raises
    ------
    FileError
        When the file is missing, unreadable or of the wrong kind.
    InputError
        When there is no sheet of assignments, a cell cannot be read, or a pair stands twice: every place at once.
    """
    path = Path(path)
    source: SheetSource = CsvFolder(path) if file_kind(path) == "csv_folder" else Workbook(path)
    name = next((name for name in source.sheet_names if find_result_sheet(name) == "assignments"), None)
    title = RESULT_SHEETS["assignments"]
    if name is None:
        raise InputError(
            Text(
                zh=f"文件中没有“{title.zh}”工作表:{path}",
                en=f"The file has no sheet {title.en!r}: {path}",
            ),
            maybe=Text(
                zh="这里需要 mentormatch 写出的结果文件。", en="this needs a result that mentormatch has written."
            ),
        )
    return _pairs(path, source.read(name))


def _pairs(path: Path, sheet: RawSheet) -> tuple[tuple[str, str], ...]:
    header = find_header(sheet_spec("pairings"), sheet)
    problems = [Text(zh="找不到表头", en="there is no header")] if header is None else list(header.problems)
    if header is None or problems:
        raise _unusable(path, sheet, problems)
    at = {column.name: column.index for column in header.columns}
    ids = at["student_id"], at["mentor_id"]
    show_formats(sheet, sheet.rows, ids)
    seen: dict[tuple[str, str], int] = {}
    for number, cells in sheet.rows:
        if number <= header.last or is_total(cells, ids) or is_blank(cells[column.index] for column in header.columns):
            continue
        row = _Row(sheet.name, number, cells, at, problems)
        if row.value("role", words.read_role, "primary") != "primary":
            continue
        student_id, mentor_id = row.value("student_id", read_id, None), row.value("mentor_id", read_id, None)
        if student_id is None or mentor_id is None:
            continue
        ends = student_id, mentor_id
        if ends in seen:
            problems.append(
                Text(zh=f"第 {number} 行与第 {seen[ends]} 行相同", en=f"row {number} repeats row {seen[ends]}")
            )
        seen[ends] = number
    if problems:
        raise _unusable(path, sheet, problems)
    return tuple(seen)


class _Row:
    """One row, which notes the cells that it cannot read."""

    def __init__(self, sheet: str, number: int, cells: list[Cell], at: dict[str, int], problems: list[Text]) -> None:
        self._place = sheet, number
        self._cells, self._at, self._problems = cells, at, problems

    def value(self, name: str, read: Normaliser[str], default: str | None) -> str | None:
        """Return the value of a column; the default where it is empty, and a problem where there is none."""
        index = self._at.get(name)
        cell = None if index is None else self._cells[index]
        where = f"{column_letters(index or 0)}{self._place[1]}"
        if index is None or is_blank([cell]):
            if default is None:
                self._problems.append(Text(zh=f"{where} 为空", en=f"{where} is empty"))
            return default
        reading = read(cell)
        if reading.value is None and reading.finding is not None:
            said = reading.finding.message
            self._problems.append(Text(zh=f"{where}:{said.zh}", en=f"{where}: {said.en}"))
        return reading.value


def _unusable(path: Path, sheet: RawSheet, problems: list[Text]) -> InputError:
    shown = problems[:_SHOWN]
    more = len(problems) - len(shown)
    zh = [each.zh for each in shown] + ([f"另有 {more} 处"] if more else [])
    en = [each.en for each in shown] + ([f"and {more} more"] if more else [])
    return InputError(
        Text(
            zh=f"结果文件 {path} 的工作表“{sheet.name}”无法使用:\n" + "\n".join(zh),
            en=f"Sheet {sheet.name!r} of the result {path} cannot be used:\n" + "\n".join(en),
        )
    )
