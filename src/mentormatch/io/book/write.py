"""Write the school's own workbook with what a run has changed: the record extended, all else byte for byte."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.parsers.expat import ExpatError

from mentormatch.base.errors import FileError
from mentormatch.base.text import Language, Text
from mentormatch.io.book.changed_cells import SetAside, SheetChange, changes_of
from mentormatch.io.book.set_aside import archive_of, can_close_up, without_rows
from mentormatch.io.book.sheet_edits import Value, edited_sheet, formats_of_columns
from mentormatch.io.cells.class_style import in_style
from mentormatch.io.cells.grades import LAST_JUNIOR_GRADE, says_fourth_junior_year
from mentormatch.io.cells.ids import read_id
from mentormatch.io.columns.spec import SheetSpec
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.file_kind import damaged, file_kind
from mentormatch.io.files.mark import mark_as_written
from mentormatch.io.files.workbook_parts import open_archive, sheet_parts
from mentormatch.io.header_row import HeaderRow, find_header
from mentormatch.io.headers import archive_name, find_sheet, sheet_spec
from mentormatch.io.marked.added_sheet import with_added_sheets, write_copy
from mentormatch.io.parse import accepted_rows, parse_tables
from mentormatch.io.raw_sheet import RawSheet
from mentormatch.io.read_tables import read_tables
from mentormatch.io.read_workbook import Workbook
from mentormatch.io.tables import Table
from mentormatch.roster.roster import Roster

_DATES = {"valid_from", "valid_to", "effective", "overlap_until", "day", "first_day", "last_day"}
_EPOCH = date(1899, 12, 30)
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    b'<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    b"</sheetView></sheetViews><sheetData></sheetData></worksheet>"
)


def write_book(
    source: Path, path: Path, after: Callable[[Language], Roster], *, set_aside: SetAside | None = None
) -> None:
    """Write a school's workbook with its record after a run: the input of the next one.

    Sheets, columns, notes, formats and everything that we do not know stay as they are. Rows that a run has ended get
    their end, its cause and the run; new rows stand below the others. Columns of the record that the sheet does not
    have come after its last one, and sheets that the workbook does not have come last. Grades and classes are written
    the way the cell before was (703 becomes 803). Rows that are set aside move to sheets of their own, which readers
    pass over; those below them move up unless something in the sheet points at rows by their numbers.

    Parameters
    ----------
    source : Path
        The .xlsx workbook that was read.
    path : Path
        The .xlsx file to write.
    after : callable
        Takes the language of the workbook; returns the school after the run, whose record begins with that in the file.
    set_aside : SetAside, optional
        Rows that do not belong to the new year.

    Raises
    ------
    FileError
        The source is no workbook, or is damaged; or the file cannot be written.
    """
    if file_kind(source) == "csv_folder":
        raise FileError(
            Text(
                zh=f"--book 需要 .xlsx 工作簿,这是 CSV 文件夹:{source}",
                en=f"--book takes a workbook, and this is a folder of CSV files: {source}",
            ),
            maybe=Text(zh="把各表放进一个 .xlsx 工作簿", en="put the sheets into one .xlsx workbook."),
        )
    tables, issues = read_tables(source)
    book = Workbook(source)
    lang: Language = "zh" if any(_is_chinese(name) for name in book.sheet_names) else "en"
    school = after(lang)
    changes = list(changes_of(parse_tables(tables, issues), school, lang, set_aside))
    job = _Job(
        book, tables, lang, _has_fourth_junior_year(tables, school), None if set_aside is None else set_aside.day
    )
    with open_archive(source) as archive:
        try:
            parts = _parts(archive, job, changes)
        except (ValueError, ExpatError) as error:
            raise damaged(source) from error
        with atomic_path(path) as temp:
            with zipfile.ZipFile(temp, "w", zipfile.ZIP_DEFLATED) as copy:
                write_copy(archive, copy, parts)
            mark_as_written(temp)


def _is_chinese(name: str) -> bool:
    spec = find_sheet(name)
    return spec is not None and name.strip() != spec.kind and any(ord(character) > 0x2E7F for character in name)


@dataclass(frozen=True, slots=True)
class _Job:
    """What is known of a workbook while its sheets are changed."""

    book: Workbook
    tables: Mapping[str, Table]
    lang: Language
    five_four: bool
    day: date | None


def _has_fourth_junior_year(tables: Mapping[str, Table], school: Roster) -> bool:
    """Tell whether the workbook names 初四 before the run, and has pupils of that year after it."""
    named = any(
        isinstance(cell, str) and says_fourth_junior_year(cell)
        for column in tables["students"].columns
        if column.name in ("grade", "class")
        for cell in {row[column.index] for _, row in tables["students"].rows}
    )
    return named and any(student.grade_number == LAST_JUNIOR_GRADE for student in school.students)


def _parts(archive: zipfile.ZipFile, job: _Job, changes: Sequence[SheetChange]) -> dict[str, bytes]:
    """Return the parts of the archive that change, and those that are new."""
    members = sheet_parts(archive)
    numbers = accepted_rows(job.tables)
    changed: dict[str, bytes] = {}
    archived: dict[str, bytes] = {}
    new = [change for change in changes if change.kind not in job.tables and change.added]
    for change in changes:
        if change.kind not in job.tables:
            continue
        table = job.tables[change.kind]
        member = members[table.sheet]
        data = _changed_sheet(archive.read(member), table, change, numbers[change.kind], job)
        aside = _rows_aside(table, change)
        if aside and job.day is not None:
            header = find_header(sheet_spec(change.kind), job.book.read(table.sheet))
            head = range(1, 1 + (0 if header is None else header.last))
            name = archive_name(sheet_spec(change.kind), job.day, job.lang)
            archived[name] = archive_of(archive.read(member), {*head, *aside})
            data = without_rows(data, aside, close_up=can_close_up(archive, member, aside))
        changed[member] = data
    names = _free_names([sheet_spec(change.kind) for change in new], list(members), job.lang)
    parts, found = with_added_sheets(archive, [*names, *archived])
    for change, member in zip(new, parts, strict=False):
        found[member] = _new_sheet(sheet_spec(change.kind), change, job.lang)
    found |= dict(zip(parts[len(new) :], archived.values(), strict=True))
    return {**changed, **found}


def _rows_aside(table: Table, change: SheetChange) -> set[int]:
    """Return the numbers of the rows that move to an archive."""
    if change.set_aside is None:
        return {number for number, _ in table.rows}
    if not change.set_aside:
        return set()
    who = next(column.index for column in table.columns if column.name in ("student_id", "mentor_id"))
    return {number for number, row in table.rows if read_id(row[who]).value in change.set_aside}


def _free_names(specs: Sequence[SheetSpec], taken: Sequence[str], lang: Language) -> list[str]:
    """Return the names of new sheets, by the other language where a sheet of the school's own has the name."""
    other: Language = "en" if lang == "zh" else "zh"
    folded = {name.casefold() for name in taken}
    return [next(n for n in (s.in_language(lang), s.in_language(other)) if n.casefold() not in folded) for s in specs]


def _changed_sheet(data: bytes, table: Table, change: SheetChange, rows: Sequence[int], job: _Job) -> bytes:
    spec, sheet = sheet_spec(change.kind), job.book.read(table.sheet)
    header = find_header(spec, sheet)
    if header is None:
        raise ValueError("the header was there when the sheet was read")
    at = {column.header: column.index for column in table.extra} | {c.name: c.index for c in table.columns}
    edits: dict[tuple[int, int], Value] = {}
    wanted = [*change.edits.values(), *change.added]
    missing = [c for c in spec.columns if c.name not in at and any(cells.get(c.name) is not None for cells in wanted)]
    first_free = _first_free_column(sheet, header)
    for offset, column in enumerate(missing):
        at[column.name] = first_free + offset
        edits[header.first, first_free + offset] = column.in_language(job.lang)
    looks, numeric = formats_of_columns(data, {number for number, _ in table.rows})
    serial = next((at[name] for name in sorted(_DATES & at.keys()) if at[name] in numeric), None)
    there = dict(table.rows)
    for number, cells in _placed(change, sheet, table, rows):
        old = there.get(number) or (table.rows[0][1] if table.rows else None)
        for name, value in cells.items():
            if name in at:
                like = None if old is None or at[name] >= len(old) else old[at[name]]
                written = in_style(name, value, like, five_four=job.five_four)
                edits[number, at[name]] = _as_there(name, written, serial is not None)
    if serial is not None:
        looks = {**looks, **{at[name]: looks[serial] for name in _DATES & at.keys()}}
    looks |= {at[column.name]: "0" for column in missing if column.name not in _DATES}
    return edited_sheet(data, edits, looks)


def _placed(
    change: SheetChange, sheet: RawSheet, table: Table, rows: Sequence[int]
) -> list[tuple[int, Mapping[str, Value]]]:
    """Return the row number of each edit and of each new row."""
    found: list[tuple[int, Mapping[str, Value]]] = []
    people = {key for key in change.edits if isinstance(key, str)}
    found += [(rows[key], cells) for key, cells in change.edits.items() if isinstance(key, int)]
    if people:
        who = next(column.index for column in table.columns if column.name in ("student_id", "mentor_id"))
        for number, row in table.rows:
            key = read_id(row[who]).value
            if key in people:
                found.append((number, change.edits[key]))
    last = max(number for number, _ in sheet.rows)
    found += [(last + offset, cells) for offset, cells in enumerate(change.added, start=1)]
    return found


def _first_free_column(sheet: RawSheet, header: HeaderRow) -> int:
    """Return the first column to the right of everything that the sheet holds."""
    widths = [index for _, cells in sheet.rows for index, cell in enumerate(cells) if cell is not None]
    known = [column.index for column in (*header.columns, *header.extra)]
    return max((*widths, *known), default=-1) + 1


def _as_there(name: str, value: Value, has_serials: bool) -> Value:
    """Return a day as the sheet writes days: as a number where it does so."""
    if has_serials and name in _DATES and isinstance(value, str):
        return (date.fromisoformat(value) - _EPOCH).days
    return value


def _new_sheet(spec: SheetSpec, change: SheetChange, lang: Language) -> bytes:
    edits: dict[tuple[int, int], Value] = {(1, at): c.in_language(lang) for at, c in enumerate(spec.columns)}
    for number, cells in enumerate(change.added, start=2):
        for at, column in enumerate(spec.columns):
            value = cells.get(column.name)
            if value is not None:
                edits[number, at] = value
    return edited_sheet(_EMPTY, edits)
