"""Add one sheet to a workbook's archive and leave everything else as it was."""

import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from mentormatch.io.marked.xml_edits import XmlPart, prefix_of

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def with_added_sheet(
    archive: zipfile.ZipFile, name: str, *, styles_are_new: bool = False
) -> tuple[str, dict[str, bytes]]:
    """Return the part that the new sheet is to be written to, and the parts that must change so that it is found.

    Parameters
    ----------
    archive : ZipFile
        The workbook.
    name : str
        Of the new sheet, which comes last.
    styles_are_new : bool
        The workbook has no styles and gets ``xl/styles.xml``, too.
    """
    (new_sheet,), changed = with_added_sheets(archive, [name], styles_are_new=styles_are_new)
    return new_sheet, changed


def with_added_sheets(
    archive: zipfile.ZipFile, names: Sequence[str], *, styles_are_new: bool = False
) -> tuple[tuple[str, ...], dict[str, bytes]]:
    """Return the parts that new sheets are to be written to, and the parts that must change so that they are found.

    Parameters
    ----------
    archive : ZipFile
        The workbook.
    names : sequence of str
        Of the new sheets, which come last, in this order.
    styles_are_new : bool
        The workbook has no styles and gets ``xl/styles.xml``, too.
    """
    if not names and not styles_are_new:
        return (), {}
    members = {member.lower(): member for member in archive.namelist()}
    free = (n for n in range(1, len(members) + len(names) + 2) if f"xl/worksheets/sheet{n}.xml" not in members)
    new_sheets = tuple(f"xl/worksheets/sheet{next(free)}.xml" for _ in names)
    overrides = [(f"/{part}", f"{CONTENT}.worksheet+xml") for part in new_sheets]
    targets = [(f"/{part}", f"{RELATIONS}/worksheet") for part in new_sheets]
    if styles_are_new:
        overrides.append(("/xl/styles.xml", f"{CONTENT}.styles+xml"))
        targets.append(("/xl/styles.xml", f"{RELATIONS}/styles"))
    types, relations = members["[content_types].xml"], members["xl/_rels/workbook.xml.rels"]
    workbook = members["xl/workbook.xml"]
    changed = {types: _with_overrides(archive.read(types), overrides)}
    changed[relations], ids = _with_relations(archive.read(relations), targets)
    changed[workbook] = archive.read(workbook)
    for name, relation in zip(names, ids, strict=False):
        changed[workbook] = _with_sheet(changed[workbook], name, relation)
    return new_sheets, changed


def write_copy(source: zipfile.ZipFile, target: zipfile.ZipFile, parts: dict[str, bytes]) -> None:
    """Copy an archive with some parts in place of its own, and others added at the end."""
    for item in source.infolist():
        target.writestr(item, parts.get(item.filename, source.read(item)))
    there = set(source.namelist())
    for name, data in parts.items():
        if name not in there:
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


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
        f'<{prefix}sheet xmlns:r="{RELATIONS}" name={quoteattr(name)} sheetId="{max(numbers) + 1}" r:id="{relation}"/>'
    )
    part.insert_inside(place[0], place[1], sheet.encode())
    return part.result()
