"""One cheap pass over a sheet's XML for what calamine does not tell, before calamine sees the sheet.

That is hidden rows, formulas without a value, number formats, how far the cells reach and how much they hold.

A regular expression over the plain form that spreadsheet programs write is faster than an XML parser. A sheet in
any other form (prefixed tags, cells without addresses) goes through the parser.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mentormatch.io.files.workbook_parts import MAX_SHEETS_BYTES, local_name, new_parser, unpack

_ROW = re.compile(rb'<row r="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row r="(\d+)"[^>]*\shidden="(?:1|true)"')
_WIDE_CELL = re.compile(rb'<c r="([A-Z]{2,4})\d')
# A cell whose tag does not close itself. Possessive, because millions of cells do, and going back helps with none.
_FILLED_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>/]*+(?:/(?!>)[^>/]*+)*+>')
_ODD_TAG = re.compile(rb"<(?:c|row)[>/\n\t\r]")
_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,4})(\d+)"[^>]*\st="e"')
_CELL_ROW = re.compile(rb'<c r="[A-Z]+(\d+)"')
_EMPTY_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,4})(\d+)"(?![^>]*\st="str")[^>]*><f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
_STRING_CELL = re.compile(rb't="s"[^>]*><v>(\d+)</v>')
_MOST_DIGITS = 12
_FAR = 10**_MOST_DIGITS
"""What a number of a row is taken for that is longer than any row's can be."""
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
    error_cells, empty_formulas : tuple of (row, column)
        The cells whose formula gave an error, or has no value; row 1-based, column 0-based.
    formats : dict of (row, column) to str
        The number formats that were asked for, where a cell has one of them.
    num_cells : int
        Cells that are written, the empty ones included.
    long_bytes : int
        What the cells hold in long shared strings, all copies counted.
    """

    last_row: int = 0
    last_column: int = 0
    hidden_rows: tuple[int, ...] = ()
    error_cells: tuple[tuple[int, int], ...] = ()
    empty_formulas: tuple[tuple[int, int], ...] = ()
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    num_cells: int = 0
    long_bytes: int = 0


@dataclass(frozen=True, slots=True)
class WantedSheet:
    """What a scan looks for.

    Parameters
    ----------
    max_cells : int
        The largest rectangle round the cells of a sheet. A larger one is looked at again and told exactly: rows that
        carry only a format do not count.
    free_cells, max_sparsity : int
        A rectangle of more than `free_cells` may be so many times larger than the number of cells in it.
    styles : mapping of int to str
        The number formats to be told, by the number of the style.
    long_strings : mapping of int to int
        The sizes of long shared strings by their numbers.
    """

    max_cells: int
    free_cells: int = 0
    max_sparsity: int = 1
    styles: Mapping[int, str] = field(default_factory=dict)
    long_strings: Mapping[int, int] = field(default_factory=dict)

    def is_too_large(self, scan: SheetScan) -> bool:
        """Tell whether the cells of a sheet lie too far apart, or are too many."""
        most = min(self.max_cells, max(self.free_cells, self.max_sparsity * scan.num_cells))
        return scan.last_row * scan.last_column > most


def scan_sheet(archive: zipfile.ZipFile, member: str, wanted: WantedSheet) -> SheetScan:
    """Scan one sheet's part of the archive.

    Parameters
    ----------
    archive : ZipFile
        The workbook.
    member : str
        The part that holds the sheet.
    wanted : WantedSheet
    """
    scan = _scan_plain(archive, member, wanted)
    if scan is None:
        return _scan_any(archive, member, wanted)
    if not wanted.is_too_large(scan):
        return scan
    last_row, last_column = _filled_extent(archive, member)
    return replace(scan, last_row=last_row, last_column=last_column)


def column_number(letters: str) -> int:
    """Return the 1-based number of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _scan_plain(archive: zipfile.ZipFile, member: str, wanted: WantedSheet) -> SheetScan | None:
    """Scan a sheet of the plain form, None for any other. Its width is told as 26 columns if it has no more."""
    last_row = num_cells = long_bytes = 0
    wide: set[bytes] = {b"Z"}
    hidden: list[int] = []
    errors: list[tuple[int, int]] = []
    empty: list[tuple[int, int]] = []
    formats: dict[tuple[int, int], str] = {}
    styled = _styled_cell(wanted.styles)
    for piece in _pieces(archive, member):
        rows = _ROW.findall(piece)
        if not _is_plain(piece, len(rows)):
            return None
        cell_rows = _CELL_ROW.findall(piece)
        num_cells += len(cell_rows)
        last_row = max(last_row, _largest(rows), _largest(cell_rows))
        wide.update(_WIDE_CELL.findall(piece))
        if b'hidden="' in piece:
            hidden += [int(match[1]) for match in _HIDDEN_ROW.finditer(piece)]
        if b't="e"' in piece:
            errors += map(_place, _ERROR_CELL.findall(piece))
        if b"<f" in piece:
            empty += map(_place, _EMPTY_FORMULA.findall(piece))
        if styled is not None:
            formats |= {_place(m): wanted.styles[int(m[2])] for m in styled.findall(piece)}
        if wanted.long_strings:
            long_bytes += sum(wanted.long_strings.get(int(each), 0) for each in _STRING_CELL.findall(piece))
    last_column = max(column_number(letters.decode()) for letters in wide)
    return SheetScan(last_row, last_column, tuple(hidden), tuple(errors), tuple(empty), formats, num_cells, long_bytes)


def _styled_cell(styles: Mapping[int, str]) -> re.Pattern[bytes] | None:
    numbers = "|".join(map(str, styles)).encode()
    return re.compile(rb'<c r="([A-Z]{1,4})(\d+)" s="(%b)"' % numbers) if styles else None


def _largest(numbers: list[bytes]) -> int:
    """Return the largest of some numbers; those of too many digits are not looked at."""
    if not numbers:
        return 0
    return max(map(int, numbers)) if len(max(numbers, key=len)) < _MOST_DIGITS else _FAR


def _place(found: Sequence[bytes]) -> tuple[int, int]:
    """Return row and column of a cell's letters and digits."""
    return int(found[1]), column_number(found[0].decode()) - 1


def _filled_extent(archive: zipfile.ZipFile, member: str) -> tuple[int, int]:
    last_row = 0
    columns: set[bytes] = set()
    for piece in _pieces(archive, member):
        filled = _FILLED_CELL.findall(piece)
        columns.update(letters for letters, _ in filled)
        last_row = max(last_row, _largest([row for _, row in filled]))
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


def _scan_any(archive: zipfile.ZipFile, member: str, wanted: WantedSheet) -> SheetScan:
    found = _AnyScan(wanted)
    parser = new_parser()
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    for chunk in unpack(archive, member, MAX_SHEETS_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return found.result()


class _AnyScan:
    """The handlers of the parser, and what they have seen."""

    def __init__(self, wanted: WantedSheet) -> None:
        self._wanted = wanted
        self._last_row = self._last_column = self._row = self._column = self._num_cells = self._long_bytes = 0
        self._hidden: list[int] = []
        self._errors: list[tuple[int, int]] = []
        self._empty: list[tuple[int, int]] = []
        self._formats: dict[tuple[int, int], str] = {}
        self._kind = self._value = ""
        self._has_formula = self._in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "row":
            self._row, self._column = _number(attributes.get("r", ""), self._row + 1), 0
            if attributes.get("hidden") in {"1", "true"}:
                self._hidden.append(self._row)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "f":
            self._has_formula = True
        elif name in {"v", "is"}:
            self._in_value = name == "v"
            self._last_row = max(self._last_row, self._row)
            self._last_column = max(self._last_column, self._column)
            self._value += "" if name == "v" else " "

    def text(self, data: str) -> None:
        if self._in_value:
            self._value += data

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "v":
            self._in_value = False
        elif name == "c":
            place = self._row, self._column - 1
            if self._has_formula and not self._value and self._kind != "str":
                self._empty.append(place)
            if self._kind == "s" and self._value.isdecimal():
                self._long_bytes += self._wanted.long_strings.get(int(self._value[:10]), 0)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._num_cells += 1
        address = _ADDRESS.fullmatch(attributes.get("r", ""))
        if address is None:
            self._column += 1
        else:
            self._column, self._row = column_number(address[1]), _number(address[2], self._row)
        self._kind, self._value, self._has_formula = attributes.get("t", ""), "", False
        if self._kind == "e":
            self._errors.append((self._row, self._column - 1))
        style = _number(attributes.get("s", ""), 0)
        if style in self._wanted.styles:
            self._formats[self._row, self._column - 1] = self._wanted.styles[style]

    def result(self) -> SheetScan:
        return SheetScan(
            self._last_row,
            self._last_column,
            tuple(self._hidden),
            tuple(self._errors),
            tuple(self._empty),
            self._formats,
            self._num_cells,
            self._long_bytes,
        )


def _number(text: str, default: int) -> int:
    if not (text.isascii() and text.isdigit()):
        return default
    return int(text) if len(text) < _MOST_DIGITS else _FAR
