"""One cheap pass over a sheet's XML for what calamine does not tell: hidden rows, formula errors, the extent.

A regular expression over the plain form that spreadsheet programs write is faster than an XML parser. A sheet in any other form (prefixed tags, cells without addresses) goes through the parser.
"""

import re
import zipfile
from dataclasses import dataclass

from mentormatch.io.workbook_parts import MAX_SHEETS_BYTES, new_parser, unpack

_ROW = re.compile(rb'<row r="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row r="(\d+)"[^>]*\shidden="(?:1|true)"')
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,4})(\d+)"[^>]*(?<!/)>')
_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,4})(\d+)"[^>]*\st="e"')
_ADDRESS = re.compile(r"([A-Z]{1,4})(\d+)")


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What a sheet's XML tells.

    Parameters
    ----------
    last_row, last_column : int
        The 1-based end of the rectangle round the filled cells; 0 when nothing is filled.
    hidden_rows : tuple of int
        The 1-based numbers of hidden rows.
    error_cells : tuple of (row, column)
        The cells whose formula gave an error; row 1-based, column 0-based.
    """

    last_row: int = 0
    last_column: int = 0
    hidden_rows: tuple[int, ...] = ()
    error_cells: tuple[tuple[int, int], ...] = ()


def scan_sheet(archive: zipfile.ZipFile, member: str) -> SheetScan:
    """Scan one sheet's part of the archive."""
    plain = _scan_plain(archive, member)
    return plain if plain is not None else _scan_any(archive, member)


def column_number(letters: str) -> int:
    """Return the 1-based number of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(index: int) -> str:
    """Return the letters of a 0-based column."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _scan_plain(archive: zipfile.ZipFile, member: str) -> SheetScan | None:
    last_row = 0
    columns: set[bytes] = set()
    hidden: list[int] = []
    errors: list[tuple[int, int]] = []
    rest = b""
    for chunk in unpack(archive, member, MAX_SHEETS_BYTES):
        piece = rest + chunk
        cut = piece.rfind(b"<")  # a tag may be cut in two: leave the last one for the next piece
        cut = len(piece) if cut < 0 else cut
        piece, rest = piece[:cut], piece[cut:]
        if not _is_plain(piece):
            return None
        filled = _FILLED_CELL.findall(piece)
        columns.update(letters for letters, _ in filled)
        if filled:
            last_row = max(last_row, *(int(row) for _, row in filled))
        if b'hidden="' in piece:
            hidden += [int(match[1]) for match in _HIDDEN_ROW.finditer(piece)]
        if b't="e"' in piece:
            errors += [(int(m[2]), column_number(m[1].decode()) - 1) for m in _ERROR_CELL.finditer(piece)]
    last_column = max((column_number(letters.decode()) for letters in columns), default=0)
    return SheetScan(last_row, last_column, tuple(hidden), tuple(errors))


def _is_plain(piece: bytes) -> bool:
    if b":c " in piece or b":c>" in piece or b":row" in piece:
        return False
    rows = sum(piece.count(b"<row" + after) for after in (b" ", b">", b"\n", b"\t", b"\r", b"/"))
    cells = sum(piece.count(b"<c" + after) for after in (b" ", b">", b"\n", b"\t", b"\r", b"/"))
    return rows == len(_ROW.findall(piece)) and cells == piece.count(b'<c r="')


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
