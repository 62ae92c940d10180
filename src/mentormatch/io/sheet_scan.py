"""One cheap pass over a sheet's XML for what calamine does not tell: hidden rows, formula errors, the extent.

A regular expression over the plain form that spreadsheet programs write is faster than an XML parser. A sheet in
any other form (prefixed tags, cells without addresses) goes through the parser.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mentormatch.io.files.workbook_parts import MAX_SHEETS_BYTES, new_parser, unpack

_ROW = re.compile(rb'<row r="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row r="(\d+)"[^>]*\shidden="(?:1|true)"')
_WIDE_CELL = re.compile(rb'<c r="([A-Z]{2,4})\d')
# A cell whose tag does not close itself. Possessive, because millions of cells do, and going back helps with none.
_FILLED_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>/]*+(?:/(?!>)[^>/]*+)*+>')
_ODD_TAG = re.compile(rb"<(?:c|row)[>/\n\t\r]")
_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,4})(\d+)"[^>]*\st="e"')
_ADDRESS = re.compile(r"([A-Z]{1,4})(\d+)")


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What a sheet's XML tells.

    Parameters
    ----------
    last_row, last_column : int
        The 1-based end of a rectangle that holds every filled cell; exact if it is larger than was asked for.
    hidden_rows : tuple of int
        The 1-based numbers of hidden rows.
    error_cells : tuple of (row, column)
        The cells whose formula gave an error; row 1-based, column 0-based.
    """

    last_row: int = 0
    last_column: int = 0
    hidden_rows: tuple[int, ...] = ()
    error_cells: tuple[tuple[int, int], ...] = ()


def scan_sheet(archive: zipfile.ZipFile, member: str, max_cells: int) -> SheetScan:
    """Scan one sheet's part of the archive.

    Parameters
    ----------
    archive : ZipFile
        The workbook.
    member : str
        The part that holds the sheet.
    max_cells : int
        A rectangle of more cells is looked at again and told exactly: rows that carry only a format do not count.
    """
    scan = _scan_plain(archive, member)
    if scan is None:
        return _scan_any(archive, member)
    if scan.last_row * scan.last_column <= max_cells:
        return scan
    last_row, last_column = _filled_extent(archive, member)
    return replace(scan, last_row=last_row, last_column=last_column)


def column_number(letters: str) -> int:
    """Return the 1-based number of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _scan_plain(archive: zipfile.ZipFile, member: str) -> SheetScan | None:
    """Scan a sheet of the plain form, None for any other. Its width is told as 26 columns if it has no more."""
    last_row = 0
    wide: set[bytes] = {b"Z"}
    hidden: list[int] = []
    errors: list[tuple[int, int]] = []
    for piece in _pieces(archive, member):
        rows = _ROW.findall(piece)
        if not _is_plain(piece, len(rows)):
            return None
        last_row = max(last_row, *map(int, rows), 0)
        wide.update(_WIDE_CELL.findall(piece))
        if b'hidden="' in piece:
            hidden += [int(match[1]) for match in _HIDDEN_ROW.finditer(piece)]
        if b't="e"' in piece:
            errors += [(int(m[2]), column_number(m[1].decode()) - 1) for m in _ERROR_CELL.finditer(piece)]
    last_column = max(column_number(letters.decode()) for letters in wide)
    return SheetScan(last_row, last_column, tuple(hidden), tuple(errors))


def _filled_extent(archive: zipfile.ZipFile, member: str) -> tuple[int, int]:
    last_row = 0
    columns: set[bytes] = set()
    for piece in _pieces(archive, member):
        filled = _FILLED_CELL.findall(piece)
        columns.update(letters for letters, _ in filled)
        last_row = max(last_row, *(int(row) for _, row in filled), 0)
    return last_row, max((column_number(letters.decode()) for letters in columns), default=0)


def _pieces(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Yield a part in pieces that cut no tag in two."""
    rest = b""
    for chunk in unpack(archive, member, MAX_SHEETS_BYTES):
        piece = rest + chunk
        cut = piece.rfind(b"<")
        cut = len(piece) if cut < 0 else cut
        rest = piece[cut:]
        yield piece[:cut]
    yield rest


def _is_plain(piece: bytes, num_rows: int) -> bool:
    if b":row" in piece or _ODD_TAG.search(piece):
        return False
    return piece.count(b"<row ") == num_rows and piece.count(b"<c ") == piece.count(b'<c r="')


def _scan_any(archive: zipfile.ZipFile, member: str) -> SheetScan:
    last_row = last_column = row = column = 0
    hidden: list[int] = []
    errors: list[tuple[int, int]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal last_row, last_column, row, column
        name = tag.rpartition(":")[2]
        if name == "row":
            number = attributes.get("r", "")
            row, column = int(number) if number.isascii() and number.isdigit() else row + 1, 0
            if attributes.get("hidden") in {"1", "true"}:
                hidden.append(row)
        elif name == "c":
            address = _ADDRESS.fullmatch(attributes.get("r", ""))
            if address is None:
                column += 1
            else:
                column, row = column_number(address[1]), int(address[2])
            if attributes.get("t") == "e":
                errors.append((row, column - 1))
        elif name in {"v", "is"}:
            last_row, last_column = max(last_row, row), max(last_column, column)

    parser = new_parser()
    parser.StartElementHandler = start
    for chunk in unpack(archive, member, MAX_SHEETS_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return SheetScan(last_row, last_column, tuple(hidden), tuple(errors))
