"""For drawn schools and drawn dirt, every cell of every sheet is used, named, or refused.

The workbook is read a second time here, by openpyxl and without any code of ours: a cell that holds anything must have
become the value that was meant, or a finding must name its cell, its row, its column or its sheet.
"""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.base.errors import InputError
from mentormatch.io.read import read_roster

Meaning = tuple[str, str, str, object]
"""Which field of whom a cell means: kind, key, field, value."""


@dataclass
class Drawn:
    """One cell as it is written, and what it means."""

    value: object
    meaning: Meaning | None = None
    number_format: str = "General"


@dataclass
class Book:
    sheets: dict[str, list[list[Drawn]]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)


def clean(students: int, mentors: int) -> Book:
    """Return a school without any dirt."""
    book = Book()

    def add(sheet: str, kind: str, headers: dict[str, str], rows: list[tuple[str, dict[str, tuple[object, object]]]]):
        table = [[Drawn(header) for header in headers]]
        for key, cells in rows:
            table.append([Drawn(cells[name][0], (kind, key, name, cells[name][1])) for name in headers.values()])
            if "name" in cells:
                book.names[kind, key] = str(cells["name"][1])
        book.sheets[sheet] = table

    pupils = []
    for n in range(students):
        key, c = f"2024{n + 101:04}", n % 3 + 1
        pupils.append(
            (
                key,
                {
                    "student_id": (key, key),
                    "name": (f"学生{n}", f"学生{n}"),
                    "grade": ("七年级", "七年级"),
                    "class_name": (f"七({c})班", f"七({c})班"),
                    "gender": ("男", "male"),
                    "avoid_mentor_ids": ("T001", ("T001",)),
                },
            )
        )
    columns = ("学号", "姓名", "年级", "班级", "性别", "须回避导师工号")
    add("学生", "students", dict(zip(columns, pupils[0][1], strict=True)), pupils)
    staff = []
    for n in range(mentors):
        key = f"T{n + 1:03}"
        cells = {"mentor_id": (key, key), "name": (f"导师{n}", f"导师{n}"), "capacity_max": (5 + n, 5 + n)}
        staff.append((key, {**cells, "status_text": ("病假", "病假"), "classes_taught": ("七(1)班", ("七(1)班",))}))
    add("导师", "mentors", dict(zip(("工号", "姓名", "带生上限", "状态", "任教班级"), staff[0][1], strict=True)), staff)
    asked = [
        (key, {"student_id": (key, key), "avoid": (f"T{mentors:03}", (f"T{mentors:03}",)), "external": (None, None)})
        for key, _ in pupils
    ]
    add("学生志愿", "forms", {"学号": "student_id", "不希望的导师": "avoid", "校外导师志愿": "external"}, asked)
    book.sheets["学生志愿"][0][2].value = "第一志愿"  # empty everywhere: a school that did not ask yet
    return book


HEADERS = {
    "须回避导师工号": (
        "回避老师",
        "须回避导师工号：",
        "★须回避导师工号",
        "回避",
        "不想要的老师",
        None,
        "回避的(旧)",
        "備註",
    ),
    "状态": ("是否在岗", "狀態", "状态(在岗/请假)", "在职", "", "本学期状态", "备注"),
    "任教班级": ("所教班级", "任课", "1.任教班级(多个用顿号隔开)", "班", None),
    "性别": ("学生性别", "性别：", "男女", None),
    "不希望的导师": ("不愿意的老师", "不选谁", "回避导师", "意见", None, "不希望的导师(姓名)"),
    "年级": ("所在年级", "年級", "年级(必填)"),
}
CELLS: list[Callable[[Drawn], None]] = [
    lambda c: setattr(c, "value", f"{c.value}\u200b"),
    lambda c: setattr(c, "value", f" {c.value}"),
    lambda c: setattr(c, "value", "=1+1"),
    lambda c: setattr(c, "value", None),
    lambda c: setattr(c, "value", "乱写的"),
    lambda c: setattr(c, "value", "服从安排"),
    lambda c: setattr(c, "value", "99999999999999999"),
    lambda c: setattr(c, "value", 45536.5),
    lambda c: setattr(c, "value", "T999、T001"),
    lambda c: setattr(c, "value", str(c.value).lower()),
]


ROWS = {"footer": ["备注:已核对", None, "制表人:王"], "total": ["合计", "3人"]}


def other_headers(draw: st.DrawFn, table: list[list[Drawn]]) -> None:
    for cell in table[0]:
        if cell.value in HEADERS and draw(st.booleans()):
            cell.value = draw(st.sampled_from(HEADERS[str(cell.value)]))


def other_cell(draw: st.DrawFn, table: list[list[Drawn]]) -> None:
    draw(st.sampled_from(CELLS))(draw(st.sampled_from([cell for row in table[1:] for cell in row] or [Drawn(None)])))


def more_rows(draw: st.DrawFn, table: list[list[Drawn]]) -> None:
    texts = draw(st.sampled_from([*ROWS.values(), [cell.value for cell in table[0]]]))
    table.append([Drawn(text) for text in texts])


def title(draw: st.DrawFn, table: list[list[Drawn]]) -> None:
    table.insert(0, [Drawn("某校名单"), Drawn(draw(st.sampled_from(["2024年9月", "制表"])))])


def more_cells(draw: st.DrawFn, table: list[list[Drawn]]) -> None:
    has_header, filled = draw(st.booleans()), draw(st.integers(1, len(table)))
    for at, row in enumerate(table[: filled + 1]):
        row.append(Drawn(draw(st.sampled_from(["备注", "电话", "关爱", "x"])) if at or has_header else None))


def number_as_id(draw: st.DrawFn, table: list[list[Drawn]]) -> None:
    cell = table[-1][0]
    if cell.meaning is not None and cell.meaning[0] != "forms":
        cell.value, cell.number_format = 123, draw(st.sampled_from(["00000000", "0.0%", '"S"000']))


@st.composite
def books(draw: st.DrawFn) -> Book:
    book = clean(draw(st.integers(2, 6)), draw(st.integers(1, 3)))
    dirt = st.sampled_from([other_headers, other_cell, more_rows, title, more_cells, number_as_id])
    for _ in range(draw(st.integers(0, 5))):
        draw(dirt)(draw, book.sheets[draw(st.sampled_from(["学生", "导师", "学生志愿"]))])
    for name in draw(st.sets(st.sampled_from(["Sheet1", "学生 (2)", "志愿表", "当前结队", "通讯录"]), max_size=1)):
        book.sheets[name] = [[Drawn(cell.value) for cell in row] for row in book.sheets["学生志愿"]]
    return book


def write(book: Book, path: Path) -> None:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, table in book.sheets.items():
        sheet = made.create_sheet(name)
        for r, row in enumerate(table, start=1):
            for c, drawn in enumerate(row, start=1):
                cell = sheet.cell(r, c, drawn.value)
                cell.number_format = drawn.number_format
    made.save(path)


def squeezed(value: object) -> str:
    return "" if value is None else re.sub(r"[\s\u200b]+", "", str(value))


def ids(person: object) -> set[object]:
    return {getattr(person, "student_id", None), getattr(person, "mentor_id", None)}


def is_named(issues, unread, sheet: str, row: int, column: int) -> bool:
    for issue in issues:
        if issue.sheet != sheet:
            continue
        if sheet in unread or (issue.row == row and (issue.refused == "row" or issue.column_index in {None, column})):
            return True
        if issue.column_index == column and issue.code in {
            "unknown_column",
            "header_near",
            "column_twice",
            "column_without_header",
        }:
            return True
        told = re.findall(r"第 ([\d, -]+) 行", issue.message.zh) if issue.column_index is None else []
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", " ".join(told)):
            if int(first) <= row <= int(last or first):
                return True
    return False


@settings(max_examples=120, deadline=None)
@given(books())
def test_every_cell_is_used_named_or_refused(book: Book) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.xlsx"
        write(book, path)
        try:
            roster = read_roster(path)
        except InputError:
            return  # the whole file is refused, and said why
        raw = openpyxl.load_workbook(path)
    people = {"students": roster.students, "mentors": roster.mentors, "forms": roster.student_preferences}
    for name, table in book.sheets.items():
        header = next((at for at, row in enumerate(table) if any(drawn.meaning for drawn in row)), 0)
        for row in raw[name].iter_rows():
            for cell in row:
                text = squeezed(cell.value)
                if not text or cell.row == header:
                    continue  # a header is read or named together with its column
                drawn = table[cell.row - 1][cell.column - 1]
                used = False
                if drawn.meaning is not None:
                    kind, key, field_name, value = drawn.meaning
                    # Whose ID is dirty is known by the name.
                    by_name = book.names.get((kind, key))
                    whom = [each for each in people[kind] if key in ids(each) or getattr(each, "name", 0) == by_name]
                    whom = whom or list(people[kind])
                    found = [getattr(each, field_name, None) for each in whom]
                    parts = [part for each in found for part in (each if isinstance(each, tuple) else (each,))]
                    used = value in found or text in map(squeezed, parts)
                assert used or is_named(roster.issues, roster.unread_sheets, name, cell.row, cell.column - 1), (
                    name,
                    cell.coordinate,
                    cell.value,
                    [(issue.code, issue.cell or issue.row) for issue in roster.issues],
                )
    for count in roster.counts:
        assert count.read == count.accepted + count.refused
