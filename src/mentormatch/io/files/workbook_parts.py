"""The parts of an .xlsx archive: which one holds which sheet, and that none of them is out of all proportion.

calamine holds every cell of the smallest rectangle round a sheet's filled cells, and fails badly when that does not
fit in memory. So the sizes are looked at first, from the archive's directory.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text
from mentormatch.io.files.file_kind import damaged, refuse_other_archives, unreadable

MAX_SHEETS_BYTES = 256 << 20
"""All sheets together, unpacked. 100,000 rows x 12 columns take about 65 MiB."""
MAX_OTHER_BYTES = 192 << 20
"""Any other part, unpacked; the shared strings are the largest."""

_CHUNK = 1 << 20
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError, RuntimeError, OverflowError)


_ENCODINGS = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"})
"""Those of the parser itself. For any other it asks Python, whose codecs decode much that is no text."""


class _ForbiddenError(Exception):
    """The XML declares a document type or an encoding that no spreadsheet program writes."""


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an .xlsx as the archive it is; every way in which it can be broken becomes one `FileError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_other_archives(path, set(archive.namelist()))
            _refuse_giants(path, archive)
            yield archive
    except OSError as error:
        raise unreadable(path, error) from error
    except (*_ZIP_ERRORS, expat.ExpatError, _ForbiddenError) as error:
        raise damaged(path) from error


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the archive's part for each sheet by the sheet's name."""
    members = {name.lower(): name for name in archive.namelist()}
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if local_name(tag) == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
            targets[attributes.get("Id", "")] = target

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if local_name(tag) == "sheet":
            ids = [value for name, value in attributes.items() if name.endswith(":id")]
            sheets.append((attributes.get("name", ""), ids[0] if ids else ""))

    _parse(archive, members["xl/_rels/workbook.xml.rels"], relation)
    _parse(archive, members["xl/workbook.xml"], sheet)
    found = ((name, members.get(targets.get(key, "").lower())) for name, key in sheets)
    return {name: member for name, member in found if member is not None}


def unpack(archive: zipfile.ZipFile, member: str, limit: int) -> Iterator[bytes]:
    """Unpack a part piece by piece; a part that turns out larger than it declares counts as broken."""
    done = 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            done += len(chunk)
            if done > limit:
                raise zipfile.BadZipFile(f"{member} unpacks to more than {limit} bytes")
            yield chunk


def long_strings(archive: zipfile.ZipFile, length: int) -> dict[int, int]:
    """Return the sizes in bytes of the shared strings that are longer than `length`, by their numbers.

    A cell holds only the number of a shared string, and a reader a copy for each cell.
    """
    member = next((name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if member is None or archive.getinfo(member).file_size <= length:
        return {}
    found: dict[int, int] = {}
    number, size = 0, 0
    for chunk in unpack(archive, member, MAX_OTHER_BYTES):
        *ends, rest = chunk.split(b"/si>")
        for end in ends:
            size += len(end)
            if size > length:
                found[number] = size
            number, size = number + 1, 0
        size += len(rest)
    return found


def _refuse_giants(path: Path, archive: zipfile.ZipFile) -> None:
    sheets = 0
    for part in archive.infolist():
        name = part.filename.lower()
        if name.startswith("xl/worksheets/"):
            sheets += part.file_size
        elif name.endswith((".xml", ".rels")) and part.file_size > MAX_OTHER_BYTES:
            raise _giant(path, part.filename, part.file_size, MAX_OTHER_BYTES)
    if sheets > MAX_SHEETS_BYTES:
        raise _giant(path, "xl/worksheets", sheets, MAX_SHEETS_BYTES)


def _giant(path: Path, part: str, size: int, limit: int) -> FileError:
    mib, most = size >> 20, limit >> 20
    return FileError(
        Text(
            zh=f"工作簿过大:{path} 的 {part} 解压后有 {mib:,} MiB,上限 {most} MiB",
            en=f"The workbook is too large: {part} of {path} unpacks to {mib:,} MiB, the limit is {most} MiB",
        ),
        maybe=Text(
            zh="表格里多半有大量只有格式的空行:选中数据下方的所有行并删除,保存后再试",
            en="blank rows with nothing but a format fill it: delete all rows below the data, save, and try again",
        ),
    )


def local_name(tag: str) -> str:
    """Return a tag's name without its prefix."""
    return tag.rpartition(":")[2]


def _parse(archive: zipfile.ZipFile, member: str, start: Callable[[str, dict[str, str]], Any]) -> None:
    parser = new_parser()
    parser.StartElementHandler = start
    for chunk in unpack(archive, member, MAX_OTHER_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def new_parser() -> expat.XMLParserType:
    """Return an XML parser that refuses document types, with them entities that grow, and odd encodings."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise _ForbiddenError

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise _ForbiddenError

    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = declared
    return parser
