"""Read the two files of a promotion: the classes of the new year, and the new pupils."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.text import SPACE, Text
from mentormatch.documents.school_document import SchoolDocument
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import class_label
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import is_blank, text_of
from mentormatch.io.columns.students import STUDENTS
from mentormatch.io.files.file_kind import unreadable
from mentormatch.io.header_row import find_header
from mentormatch.io.headers import find_sheet, match_header
from mentormatch.io.normal_form import fold
from mentormatch.io.parse import parse_tables
from mentormatch.io.program_tables import ProgramTables
from mentormatch.io.raw_sheet import RawSheet, SheetSource
from mentormatch.io.read_tables import open_source, table_of, tables_of
from mentormatch.io.tables import Cell, Table
from mentormatch.roster.data_issue import DataIssue, column_letters
from mentormatch.roster.roster import Roster
from mentormatch.year.class_map import GRADUATES, LEAVES, ClassMap, TeacherClasses
from mentormatch.year.entrants import NEW_CLASS

_OLD_CLASS = {fold(word) for word in ("原班级", "升级前班级", "旧班级", "old_class", "old class")}
_NEW_CLASS = {fold(word) for word in (NEW_CLASS.zh, NEW_CLASS.en, "升级后班级", "new class")}
_GONE = {fold(word): text.zh for text in (LEAVES, GRADUATES) for word in (text.zh, text.en)}
_GONE |= {fold(word): LEAVES.zh for word in ("转学", "转出", "退学", "leaves")} | {fold("graduates"): GRADUATES.zh}
_LISTS = ("classes_taught", "head_of", "chief_of")
_SHOWN = 10


def read_class_map(path: Path) -> ClassMap:
    """Read the classes of the new year.

    A workbook (or a folder of CSV files) with any of three sheets, whatever they are called: 原班级 and 新班级; 学号
    and 新班级 (a class, 离校 or 毕业); 工号 with 任教班级, 班主任班级, 首席班级.

    Raises
    ------
    FileError
        The file cannot be read.
    InputError
        No sheet has such columns, or cells cannot be read; the first ten are named.
    """
    source = open_source(path)
    classes: dict[str, str] = {}
    students: dict[str, str] = {}
    teachers: dict[str, TeacherClasses] = {}
    problems: list[Text] = []
    used = False
    for name in source.sheet_names:
        sheet = source.read(name)
        at = _columns(sheet)
        if at is None:
            continue
        used = True
        columns, rows = at
        if "mentor_id" in columns:
            _teachers(sheet.name, columns, rows, teachers, problems)
        elif "student_id" in columns:
            _moves(sheet.name, columns["student_id"], columns["new"], rows, students, problems, _student)
        else:
            _moves(sheet.name, columns["old"], columns["new"], rows, classes, problems, _class)
    if not used:
        problems.append(
            Text(
                zh="没有找到“原班级、新班级”,或“学号、新班级”,或“工号、任教班级”这样的表头",
                en="no sheet has the headers old_class and new_class, student_id and new_class, or mentor_id and "
                "classes_taught",
            )
        )
    if problems:
        raise InputError(_refusal(Text("编班表", "The class map"), path, problems))
    return ClassMap(classes, students, teachers)


def read_entrants(path: Path) -> Roster:
    """Read the new pupils: a package of another school (workbook or JSON), or a list with the columns of 学生.

    Returns
    -------
    Roster
        Pupils and the record that they bring; the findings are in `Roster.issues`.

    Raises
    ------
    FileError
        The file cannot be read.
    InputError
        There is no list of pupils in it.
    """
    source = _document(path) if path.suffix.lower() == ".json" else open_source(path)
    kinds = {spec.kind for name in source.sheet_names if (spec := find_sheet(name)) is not None}
    if {"students", "mentors"} <= kinds:
        return parse_tables(*tables_of(source, path.name))
    sheet = _list_of_pupils(source)
    issues: list[DataIssue] = []
    problems: list[Text] = []
    table = None if sheet is None else table_of(STUDENTS, sheet, issues, problems)
    if table is None or problems:
        needed = Text("没有学生名单:需要表头 学号、姓名、班级", "there is no list of pupils: student_id, name, class")
        raise InputError(_refusal(Text("新生表", "The list of entrants"), path, problems or [needed]))
    return parse_tables({"students": table, "mentors": Table("导师", "mentors", (), (), [])}, issues)


def _document(path: Path) -> SheetSource:
    """Return the tables of a document that hold anything: pupils without a history bring no mentor."""
    try:
        document = SchoolDocument.from_json(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise unreadable(path, error) from error
    tables = {name: rows for name, rows in document.model_dump().items() if isinstance(rows, list) and rows}
    return ProgramTables(tables)


def _list_of_pupils(source: SheetSource) -> RawSheet | None:
    for name in source.sheet_names:
        spec = find_sheet(name)
        if spec is not None and spec.kind == "students":
            return source.read(name)
    for name in source.sheet_names:
        sheet = source.read(name)
        header = find_header(STUDENTS, sheet)
        if header is not None and not header.problems:
            return sheet
    return None


def _refusal(what: Text, path: Path, problems: list[Text]) -> Text:
    shown = [*problems[:_SHOWN], *([Text("……", "...")] if len(problems) > _SHOWN else [])]
    return SPACE.join([what, Text("无法使用:", "cannot be used: ")]) + Text("\n", "\n").join([path.name, *shown])


_Rows = list[tuple[int, list[Cell]]]


def _columns(sheet: RawSheet) -> tuple[dict[str, int], _Rows] | None:
    """Return where the columns that we read stand, and the rows below the header."""
    for place, (_, cells) in enumerate(sheet.rows[:10]):
        found: dict[str, int] = {}
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and (name := _header(cell)) is not None:
                found.setdefault(name, at)
        lists = found.keys() & set(_LISTS)
        if ("new" in found and ("old" in found or "student_id" in found)) or ("mentor_id" in found and lists):
            return found, sheet.rows[place + 1 :]
    return None


def _header(text: str) -> str | None:
    folded = fold(text)
    if folded in _OLD_CLASS:
        return "old"
    if folded in _NEW_CLASS:
        return "new"
    for kind, wanted in (
        ("mentors", ("mentor_id", "classes_taught", "head_of", "chief_of")),
        ("students", ("student_id",)),
    ):
        match = match_header(kind, text)
        if match.certainty in ("exact", "understood") and match.columns[0].name in wanted:
            return match.columns[0].name
    return None


def _moves(
    sheet: str,
    key: int,
    new: int,
    rows: _Rows,
    found: dict[str, str],
    problems: list[Text],
    read: Callable[[Cell], str | None],
) -> None:
    for number, cells in rows:
        left, right = _cell(cells, key), _cell(cells, new)
        if is_blank(left) and is_blank(right):
            continue
        old = None if is_blank(left) else read(left)
        label = _GONE.get(fold(text_of(right))) if not is_blank(right) else None
        label = label or (None if is_blank(right) else _class(right))
        if old is None or label is None:
            problems.append(_unreadable(sheet, number, key if old is None else new))
        elif found.setdefault(old, label) != label:
            problems.append(
                Text(
                    zh=f"“{sheet}”第 {number} 行:{old} 写了两个去向",
                    en=f"sheet {sheet!r}, row {number}: {old} goes to two places",
                )
            )


def _teachers(
    sheet: str, columns: Mapping[str, int], rows: _Rows, found: dict[str, TeacherClasses], problems: list[Text]
) -> None:
    for number, cells in rows:
        key = _cell(cells, columns["mentor_id"])
        if is_blank(key):
            continue
        mentor = read_id(key).value
        lists = {name: tuple(_labels(_cell(cells, at))) for name, at in columns.items() if name in _LISTS}
        bad = [name for name, labels in lists.items() if None in labels]
        if mentor is None or bad:
            problems.append(_unreadable(sheet, number, columns[bad[0]] if bad else columns["mentor_id"]))
            continue
        known = {name: tuple(label for label in labels if label is not None) for name, labels in lists.items()}
        found[mentor] = TeacherClasses(
            taught=known.get("classes_taught"), head_of=known.get("head_of"), chief_of=known.get("chief_of")
        )


def _labels(cell: Cell) -> Iterator[str | None]:
    for item in split(cell):
        yield _class(item)


def _cell(cells: list[Cell], at: int) -> Cell:
    return cells[at] if at < len(cells) else None


def _class(cell: Cell) -> str | None:
    """Return the label of a class; None where the cell is meant to be one and nobody can tell which."""
    said = parse_class(cell)
    if said.is_unclear or said.cohort is not None or (said.number is not None and said.grade is None):
        return None
    return said.label if said.grade is None or said.number is None else class_label(said.grade, said.number)


def _student(cell: Cell) -> str | None:
    return read_id(cell).value


def _unreadable(sheet: str, row: int, column: int) -> Text:
    cell = f"{column_letters(column)}{row}"
    return Text(zh=f"“{sheet}”{cell} 无法识别", en=f"sheet {sheet!r}, {cell} cannot be read")
