"""Change and add cells of one sheet's XML; every other byte stays as it was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from mentormatch.io.marked.xml_edits import XmlPart, prefix_of
from mentormatch.io.sheet_scan import column_number
from mentormatch.roster.data_issue import column_letters

Value = str | int | None
Place = tuple[int, int]
"""A row, counted from 1, and a column, counted from 0."""

_ADDRESS = re.compile(r"([A-Z]{1,4})(\d+)")
_DIMENSION = re.compile(rb'(<(?:\w+:)?dimension\b[^>]*\bref=")([^"]*)(")')
# Control characters that XML cannot hold.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


@dataclass(slots=True)
class SheetRow:
    """A row of the XML: its number, where its tags stand, and its cells as (column, start, end, style)."""

    number: int
    start: int
    end: int = -1
    cells: list[tuple[int, int, int, str]] = field(default_factory=list)


def edited_sheet(data: bytes, edits: Mapping[Place, Value], styles: Mapping[int, str] | None = None) -> bytes:
    """Return a sheet with some cells written, in rows that are there or below them.

    Parameters
    ----------
    data : bytes
        The sheet's part.
    edits : mapping of (row, column) to value
        Text, a whole number, or None for an empty cell. A cell that is there keeps its format.
    styles : mapping of int to str, optional
        The formats of new cells by column, as indices of the workbook's formats.
    """
    if not edits:
        return data
    part, rows, place = scanned(data)
    by_row: dict[int, dict[int, Value]] = {}
    for (number, column), value in edits.items():
        by_row.setdefault(number, {})[column] = value
    there = {row.number: row for row in rows}
    looks = styles or {}
    for number in sorted(by_row.keys() & there.keys()):
        _edit_row(part, there[number], by_row[number], looks)
    prefix = prefix_of(part.tag(place[0]))
    added = b"".join(_new_row(number, by_row[number], looks, prefix) for number in sorted(by_row.keys() - there.keys()))
    if added:
        part.insert_inside(place[0], place[1], added)
    return _with_dimension(part.result(), edits)


def formats_of_columns(data: bytes, rows: "range | set[int]") -> tuple[dict[int, str], set[int]]:
    """Return the format of the last cell of each column within some rows, and the columns that hold numbers there."""
    part, found, _ = scanned(data)
    looks: dict[int, str] = {}
    numbers: set[int] = set()
    for row in found:
        if row.number in rows:
            for column, start, end, style in row.cells:
                looks[column] = style
                tag = part.tag(start)
                if b" t=" not in tag and end > start + len(tag) and b"v>" in part.data[start:end]:
                    numbers.add(column)
    return looks, numbers


def scanned(data: bytes) -> tuple[XmlPart, list[SheetRow], tuple[int, int]]:
    """Return a part, its rows, and where the tags of its data stand."""
    part = XmlPart(data)
    rows: list[SheetRow] = []
    place = [0, 0]
    column = -1

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        nonlocal column
        if name == "sheetData":
            place[0] = at
        elif name == "row":
            number = attributes.get("r", "")
            last = rows[-1].number if rows else 0
            rows.append(SheetRow(int(number) if number.isascii() and number.isdigit() else last + 1, at))
            column = -1
        elif name == "c":
            address = _ADDRESS.fullmatch(attributes.get("r", ""))
            column = column + 1 if address is None else column_number(address[1]) - 1
            rows[-1].cells.append((column, at, at, attributes.get("s", "0")))

    def end(name: str, _: dict[str, str], at: int) -> None:
        if name == "sheetData":
            place[1] = at
        elif name == "row":
            rows[-1].end = at
        elif name == "c":
            where, begun, _end, style = rows[-1].cells[-1]
            tag = part.tag(begun)
            # Of a cell without content the parser reports the end past its only tag.
            stop = begun + len(tag) if tag.endswith(b"/>") else at + len(part.tag(at))
            rows[-1].cells[-1] = (where, begun, stop, style)

    part.walk(start, end)
    return part, rows, (place[0], place[1])


def _edit_row(part: XmlPart, row: SheetRow, values: Mapping[int, Value], looks: Mapping[int, str]) -> None:
    there = {column: (start, end, style) for column, start, end, style in row.cells}
    prefix = prefix_of(part.tag(row.start))
    late = b""
    for column in sorted(values):
        if column in there:
            start, end, style = there[column]
            part.replace(start, part.data[start:end], _cell(row.number, column, values[column], style, prefix))
            continue
        new = _cell(row.number, column, values[column], looks.get(column, "0"), prefix)
        after = [start for other, (start, _, _) in there.items() if other > column]
        if after:
            part.replace(min(after), b"", new)
        else:
            late += new
    if late:
        part.insert_inside(row.start, row.end, late)


def _new_row(number: int, values: Mapping[int, Value], looks: Mapping[int, str], prefix: bytes) -> bytes:
    cells = b"".join(_cell(number, column, values[column], looks.get(column, "0"), prefix) for column in sorted(values))
    return b'<%brow r="%d">%b</%brow>' % (prefix, number, cells, prefix)


def _cell(row: int, column: int, value: Value, style: str, prefix: bytes) -> bytes:
    place = f"{column_letters(column)}{row}".encode()
    look = b' s="%b"' % style.encode() if style != "0" else b""
    if value is None:
        return b'<%bc r="%b"%b/>' % (prefix, place, look)
    if isinstance(value, int):
        return b'<%bc r="%b"%b><%bv>%d</%bv></%bc>' % (prefix, place, look, prefix, value, prefix, prefix)
    text = escape(value.translate(_FORBIDDEN)).encode()
    return b'<%bc r="%b"%b t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis></%bc>' % (
        *(prefix, place, look, prefix, prefix, text),
        *(prefix, prefix, prefix),
    )


def _with_dimension(data: bytes, edits: Mapping[Place, Value]) -> bytes:
    """Return a sheet that says how far it reaches, where it said so before."""

    def wider(found: re.Match[bytes]) -> bytes:
        first, _, last = found[2].decode().partition(":")
        top, bottom = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last or first)
        if top is None or bottom is None:
            return found[0]
        right = max(column_number(bottom[1]) - 1, *(column for _, column in edits))
        lowest = max(int(bottom[2]), *(row for row, _ in edits))
        return found[1] + f"{first}:{column_letters(right)}{lowest}".encode() + found[3]

    return _DIMENSION.sub(wider, data, count=1)
