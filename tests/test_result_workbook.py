"""The result workbook as an office uses it: to read, to filter, to print, in LibreOffice, and as next term's input."""

import io
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.base.errors import InputError
from mentormatch.io.sample_school import write_sample_school
from mentormatch.report.class_sheets import sheet_title
from mentormatch.report.workbook import write_result
from programs import program
from samples import SAMPLES
from small_school import small_school, write_xlsx

DAY = date(2024, 11, 11)


@pytest.fixture(scope="module")
def school() -> tuple[mm.Roster, mm.Result]:
    roster = mm.read_roster(SAMPLES / "school.xlsx")
    return roster, mm.match(roster, on=DAY)


@pytest.fixture(scope="module")
def workbook(school: tuple[mm.Roster, mm.Result], tmp_path_factory: pytest.TempPathFactory) -> Path:
    roster, result = school
    path = tmp_path_factory.mktemp("workbook") / "result.xlsx"
    write_result(result, path, "zh", issues=roster.issues, on=DAY, with_classes=True, names=True, roster=roster)
    return path


def test_every_sheet_is_made_for_reading_and_printing(workbook: Path) -> None:
    for sheet in openpyxl.load_workbook(workbook):
        assert sheet.freeze_panes == "A2"
        fits = (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight)
        assert fits == (1, None if sheet.title.endswith("班") else 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        most = 60 if sheet.max_column > 1 else 75
        assert all(4 <= dimension.width <= most for dimension in sheet.column_dimensions.values())
        if sheet.max_row > 1:
            assert sheet.auto_filter.ref.endswith(str(sheet.max_row))


def test_there_is_a_sheet_for_each_class_with_names(school: tuple[mm.Roster, mm.Result], workbook: Path) -> None:
    roster, result = school
    book = openpyxl.load_workbook(workbook)
    classes = {student.class_name for student in roster.students}
    assert classes <= set(book.sheetnames)
    assert book.sheetnames[-3:] == ["九(6)班", "九(7)班", "九(8)班"]
    told = {}
    for name in classes:
        rows = list(book[name].iter_rows(values_only=True))
        assert rows[0] == ("学号", "学生姓名", "工号", "导师姓名", "志愿序号", "来源", "与上学期")
        for row in rows[1:]:
            assert roster.students_by_id[row[0]].class_name == name
            assert roster.students_by_id[row[0]].name == row[1]
            assert roster.mentors_by_id[row[2]].name == row[3]
            told[row[0]] = (row[2],)
    assert told == result.matching.as_dict()


def test_without_being_asked_there_are_neither_classes_nor_names(
    school: tuple[mm.Roster, mm.Result], tmp_path: Path
) -> None:
    roster, result = school
    write_result(result, tmp_path / "r.xlsx", "zh", roster=roster)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert "七(1)班" not in book.sheetnames
    write_result(result, tmp_path / "r.xlsx", "zh", roster=roster, with_classes=True)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    names = {student.name for student in roster.students if len(student.name) > 2}
    assert not names & {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    with pytest.raises(InputError):
        write_result(result, tmp_path / "never.xlsx", "zh", names=True)


HOSTILE = ['=HYPERLINK("http://evil")', "+1+1", "-2", "@SUM(A1)", "＝1+1", "\t=1"]


def test_nothing_from_the_input_is_a_formula(tmp_path: Path) -> None:
    sheets = small_school()
    sheets["学生"] = [
        ["学号", "姓名", "年级", "班级"],
        *([f"S{n}", text, "七年级", text] for n, text in enumerate(HOSTILE)),
    ]
    sheets["导师"] = [["工号", "姓名", "带生上限"], *([f"T{n}", text, 3] for n, text in enumerate(HOSTILE))]
    roster = mm.read_roster(write_xlsx(tmp_path / "hostile.xlsx", sheets))
    write_result(
        mm.match(roster, on=DAY),
        tmp_path / "r.xlsx",
        "zh",
        issues=roster.issues,
        with_classes=True,
        names=True,
        roster=roster,
    )
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink is not None]
    assert [cell.value for cell in cells if cell.value == "+1+1"]


def test_names_of_classes_that_no_sheet_may_have(tmp_path: Path) -> None:
    classes = ["a/b", "a:b", "A_B", "结果", "x" * 40, "x" * 40 + "y", "'"]
    sheets = small_school()
    sheets["学生"] = [["学号", "姓名", "年级", "班级"], *([f"S{n}", "甲", "七年级", c] for n, c in enumerate(classes))]
    roster = mm.read_roster(write_xlsx(tmp_path / "s.xlsx", sheets))
    write_result(mm.match(roster, on=DAY), tmp_path / "r.xlsx", "zh", with_classes=True)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert len(book.sheetnames) == 8 + len({student.class_name for student in roster.students})


ODD_LETTERS = st.text(st.sampled_from("a'🎉🇨👩\u200d[]:*?/\\\x00\x7f\ud800\uffff 班Hh"), max_size=40)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(ODD_LETTERS, min_size=2, max_size=6))
def test_a_class_of_any_name_has_a_sheet(names: list[str]) -> None:
    used: set[str] = set()
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    for name in [*names, names[0], "x'" * 16, "History", "🎉" * 20]:
        title = sheet_title(name, used)
        used.add(title.casefold())
        book.add_worksheet(title)
        assert title.casefold() != "history"
    book.fileclosed = True  # nothing is to be written


def test_the_same_result_gives_the_same_bytes(
    school: tuple[mm.Roster, mm.Result], tmp_path: Path, workbook: Path
) -> None:
    roster, result = school
    write_result(
        result, tmp_path / "r.xlsx", "zh", issues=roster.issues, on=DAY, with_classes=True, names=True, roster=roster
    )
    assert (tmp_path / "r.xlsx").read_bytes() == workbook.read_bytes()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_prints_all_of_it(tmp_path: Path, lang: str) -> None:
    office, reader = program("soffice", "libreoffice"), program("pdftotext")
    write_sample_school(tmp_path / "school.xlsx", "zh")
    roster = mm.read_roster(tmp_path / "school.xlsx")
    result = mm.match(roster, on=DAY)
    path = tmp_path / "result.xlsx"
    write_result(result, path, lang, issues=roster.issues, on=DAY, with_classes=True, names=True, roster=roster)  # type: ignore[arg-type]
    subprocess.run(  # noqa: S603
        [
            office,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    text = subprocess.run(  # noqa: S603
        [reader, "-layout", str(tmp_path / "result.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    printed = "".join(text.split())
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if value is not None and len(str(value)) < 20:  # longer ones are wrapped between other columns
                    assert "".join(str(value).split()) in printed, (sheet.title, value)
    assert "###" not in printed  # what a spreadsheet shows for a number in a column that is too narrow
    assert "#NAME" not in printed


def test_long_texts_have_room_for_all_their_lines(tmp_path: Path) -> None:
    market = mm.Market.from_preferences({"a": ["x"], "b": ["x"]}, quotas=2)
    result = mm.match(market)
    write_result(result, tmp_path / "r.xlsx", "zh", made_from={"note": "长" * 200})
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["摘要"]
    row = next(row for row in range(2, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith("note"))
    lines = 2 * 200 / sheet.column_dimensions["A"].width
    assert sheet.row_dimensions[row].height >= 15 * lines
    assert sheet.cell(row, 1).alignment.wrap_text


def test_locks_first_days_and_other_roles_live_on_in_the_next_term(tmp_path: Path) -> None:
    sheets = small_school(
        当前结对=[
            ["学号", "工号", "角色", "角色名称", "状态", "开始", "结束", "锁定"],
            ["20240101", "T001", "主", None, "在结", "2023-09-15", None, "是"],
            ["20240101", "T002", "协", "心理", "在结", "2023-10-01", None, None],
            ["20240102", "T002", "协", None, "在结", "2023-09-01", "2024-01-15", None],
        ]
    )
    sheets["导师"].append(["T002", "丁", 15, 3])
    before = mm.read_roster(write_xlsx(tmp_path / "s.xlsx", sheets))
    assert not before.errors
    for lang in ("zh", "en"):
        path = tmp_path / f"{lang}.xlsx"
        write_result(mm.match(before, on=DAY), path, lang, on=DAY, roster=before)
        book = openpyxl.load_workbook(path)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        later = mm.read_roster(write_xlsx(tmp_path / "next.xlsx", {**sheets, "当前结对": [list(row) for row in rows]}))
        assert not later.errors
        told = {(p.student_id, p.mentor_id): (p.role, p.role_name, p.valid_from, p.locked) for p in later.pairings}
        assert told.pop(("20240101", "T001")) == ("primary", None, date(2023, 9, 15), True)
        assert told.pop(("20240101", "T002")) == ("supporting", "心理", date(2023, 10, 1), False)
        ((student, _), new) = told.popitem()
        assert (student, new, told) == ("20240102", ("primary", None, DAY, False), {})
