"""Read a folder of CSV files, one a sheet, named as the sheets are: 学生.csv or students.csv."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text
from mentormatch.io.columns.spec import SheetSpec
from mentormatch.io.files.escape import unescape_csv
from mentormatch.io.files.file_kind import unreadable
from mentormatch.io.headers import find_column, find_sheet
from mentormatch.io.raw_sheet import RawSheet, keep_filled_rows
from mentormatch.io.tables import Cell

MAX_BYTES = 256 << 20
"""The largest CSV file."""

_DELIMITERS = (",", "\t", ";")
_HEADER_LINES = 30
_HEADER_CHARACTERS = 100_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class CsvFolder:
    """A folder of CSV files whose sheets can be read one by one.

    Parameters
    ----------
    path : Path
        A folder.
    """

    def __init__(self, path: Path) -> None:
        try:
            files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv" and file.is_file())
        except OSError as error:
            raise unreadable(path, error) from error
        # Excel and macOS leave files such as ~$学生.csv and ._学生.csv beside the real ones.
        self._files = {file.stem: file for file in files if not file.name.startswith(("~$", "."))}
        if len(self._files) < sum(not file.name.startswith(("~$", ".")) for file in files):
            raise FileError(
                Text(
                    zh=f"文件夹中有只差扩展名大小写的同名文件:{path}",
                    en=f"Two files of the folder differ only in the case of their ending: {path}",
                )
            )
        if not self._files:
            raise FileError(
                Text(zh=f"文件夹里没有 CSV 文件:{path}", en=f"The folder holds no CSV files: {path}"),
                maybe=Text(
                    zh="放入“学生.csv”和“导师.csv”,或直接给出 .xlsx 工作簿的路径",
                    en="put students.csv and mentors.csv there, or give an .xlsx workbook instead",
                ),
            )
        self.sheet_names = tuple(self._files)
        self.hidden_sheets: frozenset[str] = frozenset()

    def read(self, name: str) -> RawSheet:
        """Read one file; every cell is a text."""
        path = self._files[name]
        try:
            if path.stat().st_size > MAX_BYTES:
                raise FileError(
                    Text(
                        zh=f"CSV 文件超过 {MAX_BYTES >> 20} MiB:{path}",
                        en=f"The CSV file is larger than {MAX_BYTES >> 20} MiB: {path}",
                    )
                )
            data = path.read_bytes()
        except OSError as error:
            raise unreadable(path, error) from error
        text = _decoded(path, data)
        delimiter = _delimiter(find_sheet(name), text)
        return RawSheet(name, keep_filled_rows(_padded(_parsed(path, text, delimiter))))


def _decoded(path: Path, data: bytes) -> str:
    if data.startswith(_UTF16):  # what Excel writes as "Unicode text"
        return _decode(path, data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # GB18030 decodes nearly anything, so a UTF-8 file with one bad byte would turn into other characters
        # without a word. It is UTF-8 when more characters of three bytes and more decode than fail.
        text = data.decode("utf-8", errors="replace")
        failed = text.count("�")
        wide = sum(character > "߿" for character in text) - failed
        return _decode(path, data, "utf-8" if wide > failed else "gb18030")


def _decode(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            Text(
                zh=f"第 {line} 行有无法识别的字符(既不是 UTF-8 也不是 GB18030):{path}",
                en=f"Line {line} holds bytes that are neither UTF-8 nor GB18030: {path}",
            ),
            maybe=Text(
                zh="在 Excel 中打开,另存为“CSV UTF-8(逗号分隔)”,或直接使用 .xlsx",
                en='save it from Excel as "CSV UTF-8 (comma delimited)", or use an .xlsx workbook',
            ),
        ) from error


def _delimiter(spec: SheetSpec | None, text: str) -> str:
    """Return the delimiter under which the header names the most columns; the comma if that tells nothing."""
    if spec is None:
        return ","
    lines = text[:_HEADER_CHARACTERS].splitlines()[:_HEADER_LINES]

    def known(delimiter: str) -> int:
        rows = ([cell.strip('"') for cell in line.split(delimiter)] for line in lines)
        return max((sum(find_column(spec.kind, cell) is not None for cell in row) for row in rows), default=0)

    return max(_DELIMITERS, key=known)


def _parsed(path: Path, text: str, delimiter: str) -> list[list[str]]:
    """Return the rows of a CSV text; every line of the file is in one of them."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for row in reader:
            rows.append(row)
            if reader.line_num > before + 1 and _has_swallowed_lines(
                row, delimiter, max(map(len, rows[:-1][:_HEADER_LINES]), default=len(row))
            ):
                raise _not_csv(path, before + 1, Text(zh="引号没有配对,后面的行被并入一格", en="lines run into a cell"))
            before = reader.line_num
    except csv.Error as error:
        raise _not_csv(path, before + 1, Text(zh=str(error), en=str(error))) from error
    return rows


def _has_swallowed_lines(row: list[str], delimiter: str, width: int) -> bool:
    """Tell whether a cell holds what looks like whole rows: a line of about as many cells as the table is wide."""
    least = max(1, width - 2)
    return any(
        line.count(delimiter) >= least for cell in row if "\n" in cell or "\r" in cell for line in cell.splitlines()[1:]
    )


def _not_csv(path: Path, line: int, why: Text) -> FileError:
    return FileError(
        Text(
            zh=f"第 {line} 行附近不是有效的 CSV({why.zh}):{path}",
            en=f"Not a valid CSV near line {line} ({why.en}): {path}",
        ),
        maybe=Text(zh="检查该行是否有未配对的双引号", en="look for a quotation mark without its partner on that line"),
    )


def _padded(rows: list[list[str]]) -> Iterator[list[Cell]]:
    """Make all rows as long as the longest: programs leave out empty cells at the end of a line."""
    width = max(map(len, rows), default=0)
    for row in rows:
        yield [*(unescape_csv(cell) or None for cell in row), *[None] * (width - len(row))]
