"""Read the sheets of an .xlsx workbook with calamine."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text
from mentormatch.io.files.file_kind import damaged, unreadable
from mentormatch.io.files.number_formats import styles_with_formats
from mentormatch.io.files.workbook_parts import long_strings, open_archive, sheet_parts
from mentormatch.io.raw_sheet import RawSheet, keep_filled_rows
from mentormatch.io.sheet_scan import SheetScan, WantedSheet, scan_sheet
from mentormatch.io.tables import Cell
from mentormatch.roster.data_issue import column_letters

MAX_CELLS = 8_000_000
"""The largest rectangle round the filled cells of one sheet; calamine takes 32 bytes for each cell of it."""

_FREE_CELLS = 260_000
_MAX_SPARSITY = 8
"""The rectangle round the cells of a sheet may be so many times larger than their number."""

_LONG_STRING = 256
_MAX_LONG_BYTES = 16 << 20
_MAX_GROWTH = 4
"""Long texts may take so many times what the whole workbook takes unpacked, and 16 MiB besides."""

_DAY = datetime.timedelta(days=1)


class Workbook:
    """An .xlsx workbook whose sheets can be read one by one.

    Parameters
    ----------
    path : Path
        A file that `file_kind` took for a workbook.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with open_archive(path) as archive:
            self._parts = sheet_parts(archive)
            self._wanted = WantedSheet(
                MAX_CELLS,
                _FREE_CELLS,
                _MAX_SPARSITY,
                styles_with_formats(archive),
                long_strings(archive, _LONG_STRING),
            )
            self._unpacked = sum(part.file_size for part in archive.infolist())
        with _calamine(path):
            self._book = CalamineWorkbook.from_path(path)
            sheets = [s for s in self._book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        self.sheet_names = tuple(sheet.name for sheet in sheets)
        self.hidden_sheets = frozenset(s.name for s in sheets if s.visible != SheetVisibleEnum.Visible)

    def read(self, name: str) -> RawSheet:
        """Read one sheet."""
        if name not in self._parts:
            raise damaged(self._path, name)
        with open_archive(self._path) as archive:
            scan = scan_sheet(archive, self._parts[name], self._wanted)
        self._refuse_far_cells(name, scan)
        if scan.long_bytes > _MAX_LONG_BYTES + _MAX_GROWTH * self._unpacked:
            raise self._of_long_strings(name, scan.long_bytes)
        with _calamine(self._path, name):
            sheet = self._book.get_sheet_by_name(name)
            rows = keep_filled_rows(_cells(sheet))
            merged = tuple(
                (top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            )
        return RawSheet(name, rows, merged, scan.hidden_rows, scan.error_cells, scan.empty_formulas, scan.formats)

    def _refuse_far_cells(self, name: str, scan: SheetScan) -> None:
        if not self._wanted.is_too_large(scan):
            return
        corner = f"{column_letters(scan.last_column - 1)}{scan.last_row}"
        raise FileError(
            Text(
                zh=f"工作表“{name}”的内容一直延伸到 {corner},而有内容的格远没有这么多:{self._path}",
                en=f"Sheet {name!r} reaches as far as {corner}, far beyond what its cells fill: {self._path}",
            ),
            maybe=Text(
                zh="远处多半有误填的单元格:删除数据下方和右侧的所有行、列,保存后再试",
                en="a stray cell lies far out: delete all rows below and all columns right of the data, and save",
            ),
        )

    def _of_long_strings(self, name: str, size: int) -> FileError:
        return FileError(
            Text(
                zh=f"工作表“{name}”的文字展开后有 {size >> 20:,} MiB(同一段长文字出现多次):{self._path}",
                en=f"The texts of sheet {name!r} take {size >> 20:,} MiB, a long one in many cells: {self._path}",
            ),
            maybe=Text(zh="删去这些重复的长文字", en="delete the long text that is repeated."),
        )


@contextmanager
def _calamine(path: Path, where: str = "") -> Iterator[None]:
    """Turn what calamine raises, its panics included, into one `FileError`."""
    try:
        yield
    except PasswordError as error:
        raise FileError(
            Text(zh=f"工作簿设有打开密码:{path}", en=f"The workbook is protected by a password: {path}"),
            maybe=Text(zh="去掉打开密码后另存为 .xlsx", en="remove the password and save it as .xlsx"),
        ) from error
    except (CalamineError, ValueError, OverflowError) as error:
        raise damaged(path, where) from error
    except OSError as error:
        raise unreadable(path, error) from error
    except BaseException as error:
        # A panic in Rust derives from BaseException and pyo3 exports no class for it: only its name tells.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path, where) from error


def _cells(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """Yield a sheet's rows from row 1 and column A on; calamine's rows begin at the first filled column."""
    if sheet.start is None:
        return
    left: list[Cell] = [None] * sheet.start[1]
    for values in sheet.iter_rows():
        if datetime.timedelta in set(map(type, values)):
            # A span of time becomes what Excel stores for it, a number of days.
            values = [value / _DAY if isinstance(value, datetime.timedelta) else value for value in values]
        cells: list[Cell] = [None if value == "" else value for value in values]  # type: ignore[misc]
        yield left + cells
