"""Move rows of a sheet to an archive: a sheet of its own that holds them as they were, in the same formats."""

import posixpath
import re
import zipfile
from collections.abc import Collection

from mentormatch.io.book.sheet_edits import scanned
from mentormatch.io.files.workbook_parts import local_name, new_parser
from mentormatch.io.marked.xml_edits import XmlPart, with_attribute

_KEPT = {"sheetFormatPr", "cols", "sheetData"}
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?/>|<(?:\w+:)?f\b[^>]*>.*?</(?:\w+:)?f>", re.DOTALL)
_ADDRESS = re.compile(rb'(\br=)"([A-Z]+)\d+"')
_COMMENTED = re.compile(rb'\bref="[A-Z]{1,3}(\d+)"')


def archive_of(data: bytes, keep: Collection[int]) -> bytes:
    """Return a sheet with some rows of another one, closed up: values, formats and widths; no formula, no drawing.

    Parameters
    ----------
    data : bytes
        The other sheet's part.
    keep : collection of int
        The numbers of its rows that are wanted.
    """
    part, rows, _ = scanned(data)
    unwanted = [row.number for row in rows if row.number not in keep]
    return _FORMULA.sub(b"", without_rows(_bare(part), unwanted, close_up=True))


def without_rows(data: bytes, numbers: Collection[int], *, close_up: bool) -> bytes:
    """Return a sheet without some rows; those below take their place, or a gap stays."""
    part, rows, _ = scanned(data)
    gone = set(numbers)
    shift = 0
    for row in rows:
        if row.number in gone:
            part.replace(row.start, part.data[row.start : _end_of(part, row.start, row.end)], b"")
            shift += close_up
        elif shift:
            _renumber(part, row.start, row.number - shift, [start for _, start, _, _ in row.cells])
    return part.result()


def can_close_up(archive: zipfile.ZipFile, member: str, rows: Collection[int]) -> bool:
    """Tell whether rows may move up: nothing in the sheet points at a row by its number.

    Formulas, merged cells, tables and comments below the header do; so do links.
    """
    part, found, _ = scanned(archive.read(member))
    last = max((row.number for row in found), default=0)
    first = min(rows, default=last + 1)
    told: list[bool] = []

    def start(name: str, attributes: dict[str, str], _: int) -> None:
        if name in ("f", "tablePart"):
            told.append(True)
        elif name in ("mergeCell", "hyperlink"):
            ends = re.findall(r"\d+", attributes.get("ref", ""))
            told.append(any(int(end) >= first for end in ends))

    part.walk(start)
    comments = (number for data in _comments(archive, member) for number in map(int, _COMMENTED.findall(data)))
    return not any(told) and all(number < first for number in comments)


def _comments(archive: zipfile.ZipFile, member: str) -> list[bytes]:
    folder, _, name = member.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return []
    found: list[bytes] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        target = posixpath.normpath(posixpath.join(f"/{folder}", attributes.get("Target", ""))).lstrip("/")
        if (
            local_name(tag) == "Relationship"
            and "omment" in attributes.get("Type", "")
            and target in archive.namelist()
        ):
            found.append(archive.read(target))

    parser = new_parser()
    parser.StartElementHandler = start
    parser.Parse(archive.read(relations), True)
    return found


def _bare(part: XmlPart) -> bytes:
    """Return a sheet with its columns and rows alone: whatever else it has belongs to the other sheet."""
    spans: list[tuple[str, int, int]] = []
    depth = [0]
    opened: list[tuple[str, int]] = []

    def start(name: str, _: dict[str, str], at: int) -> None:
        depth[0] += 1
        if depth[0] == 2:
            opened.append((name, at))

    def end(_: str, __: dict[str, str], at: int) -> None:
        if depth[0] == 2:
            name, begun = opened.pop()
            spans.append((name, begun, _end_of(part, begun, at)))
        depth[0] -= 1

    part.walk(start, end)
    bare = XmlPart(part.data)
    for name, begun, stop in spans:
        if name not in _KEPT:
            bare.replace(begun, part.data[begun:stop], b"")
    return bare.result()


def _end_of(part: XmlPart, start: int, end: int) -> int:
    """Return where an element stops, by the places of its start and its end tag."""
    tag = part.tag(start)
    return start + len(tag) if tag.endswith(b"/>") else end + len(part.tag(end))


def _renumber(part: XmlPart, start: int, number: int, cells: list[int]) -> None:
    tag = part.tag(start)
    part.replace(start, tag, with_attribute(tag, b"r", str(number).encode()))
    for at in cells:
        tag = part.tag(at)
        part.replace(at, tag, _ADDRESS.sub(lambda found: b'%b"%b%d"' % (found[1], found[2], number), tag, count=1))
