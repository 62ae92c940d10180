"""Write the marked copy of a workbook."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import quoteattr

from mentormatch.errors import FileError
from mentormatch.io.atomic import atomic_path
from mentormatch.io.file_kind import damaged, file_kind
from mentormatch.io.marked.findings import findings_sheet, free_sheet_name
from mentormatch.io.marked.sheet import coloured_sheet
from mentormatch.io.marked.styles import EMPTY, Styles
from mentormatch.io.marked.xml_edits import XmlPart, prefix_of
from mentormatch.io.workbook_parts import open_archive, sheet_parts
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.vocabulary import Severity
from mentormatch.text import Language, Text

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_marked_copy(source: Path, path: Path, issues: Sequence[DataIssue], lang: Language) -> None:
    """Write a copy of a workbook with the cells of its findings coloured, and a sheet that lists them.

    Cells with errors are red, cells with warnings yellow; a finding about a whole row colours the row. Nothing else
    changes: formulas, formats, comments, pictures, validations and everything that we do not know stay as they are.

    Parameters
    ----------
    source : Path
        The .xlsx workbook that was read.
    path : Path
        The .xlsx file to write.
    issues : sequence of DataIssue
        What reading the workbook found.
    lang : {"zh", "en"}
        Of the sheet with the list.

    Raises
    ------
    FileError
        The source is a folder of CSV files, which has no colours, or is damaged; or the copy cannot be written.
    """
    if file_kind(source) == "csv_folder":
        raise FileError(
            Text(
                zh=f"CSV 文件没有颜色,无法标记:{source}",
                en=f"CSV files have no colours, so they cannot be marked: {source}",
            ),
            maybe=Text(zh="把各表放进一个 .xlsx 工作簿", en="put the sheets into one .xlsx workbook."),
        )
    with open_archive(source) as archive:
        try:
            changed, added = _marked_parts(archive, issues, lang)
        except (ValueError, ExpatError) as error:
            raise damaged(source) from error
        with atomic_path(path) as temp, zipfile.ZipFile(temp, "w", zipfile.ZIP_DEFLATED) as copy:
            for item in archive.infolist():
                copy.writestr(item, changed.get(item.filename, archive.read(item)))
            for name, data in added.items():
                copy.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def _marked_parts(
    archive: zipfile.ZipFile, issues: Sequence[DataIssue], lang: Language
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the parts that change and the parts that are new, by their names."""
    members = {name.lower(): name for name in archive.namelist()}
    sheets = sheet_parts(archive)
    style_name = members.get("xl/styles.xml")
    styles = Styles(EMPTY if style_name is None else archive.read(style_name))
    changed: dict[str, bytes] = {}
    for name, member in sheets.items():
        cells, rows = _places([issue for issue in issues if issue.sheet == name])
        if cells or rows:
            changed[member] = coloured_sheet(archive.read(member), cells, rows, styles)
    number = next(n for n in range(1, len(members) + 2) if f"xl/worksheets/sheet{n}.xml" not in members)
    new_sheet = f"xl/worksheets/sheet{number}.xml"
    added = {new_sheet: findings_sheet(issues, lang, styles)}
    if style_name is None:
        added["xl/styles.xml"] = styles.result()
    else:
        changed[style_name] = styles.result()
    types, relations = members["[content_types].xml"], members["xl/_rels/workbook.xml.rels"]
    workbook = members["xl/workbook.xml"]
    overrides = [(f"/{new_sheet}", f"{_CONTENT}.worksheet+xml")]
    targets = [(f"/{new_sheet}", f"{_RELATIONS}/worksheet")]
    if style_name is None:
        overrides.append(("/xl/styles.xml", f"{_CONTENT}.styles+xml"))
        targets.append(("/xl/styles.xml", f"{_RELATIONS}/styles"))
    changed[types] = _with_overrides(archive.read(types), overrides)
    changed[relations], ids = _with_relations(archive.read(relations), targets)
    name = free_sheet_name(list(sheets), lang)
    changed[workbook] = _with_sheet(archive.read(workbook), name, ids[0])
    return changed, added


def _places(issues: Sequence[DataIssue]) -> tuple[dict[tuple[int, int], Severity], dict[int, Severity]]:
    """Return the severity of each cell and of each row; an error goes before a warning."""
    cells: dict[tuple[int, int], Severity] = {}
    rows: dict[int, Severity] = {}
    for issue in sorted(issues, key=lambda issue: issue.severity != "error"):
        if issue.row is None:
            continue
        if issue.column_index is None:
            rows.setdefault(issue.row, issue.severity)
        else:
            cells.setdefault((issue.row, issue.column_index), issue.severity)
    return cells, rows


def _with_overrides(data: bytes, overrides: Sequence[tuple[str, str]]) -> bytes:
    part, root = _root(data)
    prefix = prefix_of(part.tag(root[0]))
    content = b"".join(
        b'<%bOverride PartName="%b" ContentType="%b"/>' % (prefix, name.encode(), kind.encode())
        for name, kind in overrides
    )
    part.insert_inside(*root, content)
    return part.result()


def _with_relations(data: bytes, targets: Sequence[tuple[str, str]]) -> tuple[bytes, list[str]]:
    part = XmlPart(data)
    taken: set[str] = set()
    part.walk(lambda _, attributes, __: taken.add(attributes.get("Id", "")))
    part, root = _root(data)
    prefix = prefix_of(part.tag(root[0]))
    free = (f"rIdCheck{number}" for number in range(1, len(taken) + len(targets) + 2))
    ids = [name for name in free if name not in taken][: len(targets)]
    content = b"".join(
        b'<%bRelationship Id="%b" Type="%b" Target="%b"/>' % (prefix, key.encode(), kind.encode(), target.encode())
        for key, (target, kind) in zip(ids, targets, strict=True)
    )
    part.insert_inside(*root, content)
    return part.result(), ids


def _root(data: bytes) -> tuple[XmlPart, tuple[int, int]]:
    """Return a part with the places of its outermost start and end tags."""
    part = XmlPart(data)
    starts: list[int] = []
    ends: list[int] = []
    part.walk(lambda _, __, at: starts.append(at), lambda _, __, at: ends.append(at))
    return part, (starts[0], ends[-1])


def _with_sheet(data: bytes, name: str, relation: str) -> bytes:
    """Return the workbook's part with one more sheet at the end."""
    part = XmlPart(data)
    numbers = [0]
    place = [0, 0]

    def start(tag: str, attributes: dict[str, str], at: int) -> None:
        if tag == "sheets":
            place[0] = at
        elif tag == "sheet" and attributes.get("sheetId", "").isdigit():
            numbers.append(int(attributes["sheetId"]))

    def end(tag: str, _: dict[str, str], at: int) -> None:
        if tag == "sheets":
            place[1] = at

    part.walk(start, end)
    prefix = prefix_of(part.tag(place[0])).decode()
    sheet = (
        f'<{prefix}sheet xmlns:r="{_RELATIONS}" name={quoteattr(name)} sheetId="{max(numbers) + 1}" r:id="{relation}"/>'
    )
    part.insert_inside(place[0], place[1], sheet.encode())
    return part.result()
