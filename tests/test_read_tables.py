"""Reading workbooks: where the header is, which columns and rows count, and what is said about the others."""

import datetime
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import PatternFill

from mentormatch.base.errors import InputError
from mentormatch.io.headers import SHEETS
from mentormatch.io.read_tables import read_tables
from samples import SAMPLES
from small_school import MENTORS, STUDENTS, small_school, write_xlsx

KINDS = [spec.kind for spec in SHEETS]


def codes(issues):
    return [(issue.sheet, issue.row, issue.code) for issue in issues]


def refusal(path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_tables(path)
    error = caught.value
    assert str(path) in error.text.zh
    assert str(path) in error.text.en
    return error


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("school", [1080, 88, 1026, 617, 723, 8, 18]),
        ("school_english", [271, 22, 249, 144, 179, 3, 4]),
        ("school_short_of_seats", [816, 51, 770, 433, 456, 5, 11]),
    ],
)
def test_clean_samples(name, counts):
    tables, issues = read_tables(SAMPLES / f"{name}.xlsx")
    assert list(tables) == KINDS
    assert [len(table.rows) for table in tables.values()] == counts
    assert not issues
    assert not any(table.extra for table in tables.values())


def test_the_dirty_sample():
    tables, issues = read_tables(SAMPLES / "school_dirty.xlsx")
    assert codes(issues) == [
        ("学生", 1, "title_row"),
        ("学生", 820, "total_row"),
        ("学生志愿", 791, "formula_without_value"),
    ]
    students = tables["students"]
    assert (students.sheet, students.kind, len(students.rows)) == ("学生", "students", 817)
    assert [row for row, _ in students.rows] == list(range(3, 820))
    assert [c.name for c in students.columns][:6] == ["student_id", "name", "gender", "stage", "grade", "class"]
    # The row without an ID stays: refusing it is the roster's work.
    assert dict(students.rows)[43][0] is None


def test_column_order_is_free_and_extra_columns_are_kept_aside(tmp_path):
    rows = [["备注", "班级", "年级", "姓名", "学号"], ["x", "七(1)班", "七年级", "甲", "20240101"]]
    tables, issues = read_tables(write_xlsx(tmp_path / "a.xlsx", {"学生": rows, "导师": MENTORS}))
    table = tables["students"]
    assert [(c.name, c.header, c.index) for c in table.columns] == [
        ("class", "班级", 1),
        ("grade", "年级", 2),
        ("name", "姓名", 3),
        ("student_id", "学号", 4),
    ]
    assert [(c.name, c.header, c.index) for c in table.extra] == [("", "备注", 0)]
    assert table.rows == [(2, ["x", "七(1)班", "七年级", "甲", "20240101"])]
    assert [(issue.code, issue.cell, issue.severity) for issue in issues] == [("unknown_column", "A1", "warning")]


def test_cells_stand_where_the_file_has_them(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学生"
    for offset, row in zip((5, 6, 9), STUDENTS, strict=True):
        for column, value in enumerate(row, start=3):
            sheet.cell(offset, column, value)
    mentors = book.create_sheet("导师")
    for row in MENTORS:
        mentors.append(row)
    book.save(tmp_path / "a.xlsx")
    table = read_tables(tmp_path / "a.xlsx")[0]["students"]
    assert [c.index for c in table.columns] == [2, 3, 4, 5]
    assert [row for row, _ in table.rows] == [6, 9]
    assert table.rows[1][1] == [None, None, "20240102", "乙", "七年级", "七(1)班"]


def test_kinds_of_cells(tmp_path):
    values = [
        "  007 ",
        8,
        2.5,
        True,
        datetime.date(2024, 7, 3),
        datetime.datetime(2024, 7, 3, 4, 5),
        datetime.time(1, 2, 3),
        datetime.timedelta(days=2, hours=6),
        "",
        "=1+1",
        "a\nb",
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学生"
    sheet.append([*STUDENTS[0], *(f"x{i}" for i in range(len(values)))])
    sheet.append([*STUDENTS[1], *values])
    sheet.cell(2, 5 + values.index("=1+1")).data_type = "s"
    mentors = book.create_sheet("导师")
    for row in MENTORS:
        mentors.append(row)
    book.save(tmp_path / "a.xlsx")
    cells = read_tables(tmp_path / "a.xlsx")[0]["students"].rows[0][1][4:]
    assert cells == [*values[:7], 2.25, None, *values[9:]]
    assert type(cells[3]) is bool
    assert type(cells[4]) is datetime.date


def test_titles_totals_and_blank_rows(tmp_path):
    students = [
        ["某某中学学生名册"],
        ["2024年9月", None, "制表"],
        [],
        *STUDENTS,
        [None, " ", "　"],
        ["小计:2人"],
        ["20240103", "小计", "七年级", "七(2)班"],
        [None, "合  计", None, "3"],
        ["Total", 3],
    ]
    path = write_xlsx(tmp_path / "a.xlsx", {"学生": students, "导师": MENTORS})
    tables, issues = read_tables(path)
    assert [row for row, _ in tables["students"].rows] == [5, 6, 9]
    assert codes(issues) == [
        ("学生", 1, "title_row"),
        ("学生", 2, "title_row"),
        ("学生", 8, "total_row"),
        ("学生", 10, "total_row"),
        ("学生", 11, "total_row"),
    ]
    assert all(issue.severity == "warning" and issue.refused is None for issue in issues)


def test_a_total_after_a_serial_number(tmp_path):
    students = [["序号", *STUDENTS[0]], [1, *STUDENTS[1]], [2, "合计", "1"], [3], [4]]
    tables, issues = read_tables(write_xlsx(tmp_path / "a.xlsx", {"学生": students, "导师": MENTORS}))
    assert [row for row, _ in tables["students"].rows] == [2]
    assert codes(issues) == [("学生", 3, "total_row"), ("学生", 4, "row_without_data"), ("学生", 1, "unknown_column")]
    assert "4-5" in issues[1].message.en


def test_a_header_of_two_rows(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    for name, rows in small_school().items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    sheet = book.add_worksheet("学生志愿")
    sheet.merge_range("A1:F1", "学生志愿汇总表")
    sheet.merge_range("A2:A3", "学号")
    sheet.merge_range("B2:D2", "志愿")
    sheet.write_row("B3", ["第一志愿", "第二志愿", "第三志愿"])
    sheet.write_row("A4", ["20240101", "T001"])
    book.close()
    tables, issues = read_tables(tmp_path / "a.xlsx")
    table = tables["prefs_students"]
    assert [(c.name, c.index) for c in table.columns] == [
        ("student_id", 0),
        ("choice_1", 1),
        ("choice_2", 2),
        ("choice_3", 3),
    ]
    assert [row for row, _ in table.rows] == [4]
    assert codes(issues) == [("学生志愿", 1, "title_row")]


@pytest.mark.parametrize(
    ("place", "values", "code"),
    [
        ("D2:D3", ["七(1)班", "七(1)班"], "merged_cells"),
        ("C2:C3", ["七年级", "七年级"], "merged_cells"),
        ("B2:B3", ["甲", None], "merged_values"),
        ("A2:A3", ["20240101", None], "merged_values"),
        ("C2:D2", ["七年级", "七年级"], "merged_cells"),
    ],
)
def test_a_merged_cell_means_each_of_its_rows_only_where_that_is_certain(tmp_path, place, values, code):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学生"
    for row in STUDENTS:
        sheet.append(row)
    sheet.merge_cells(place)
    mentors = book.create_sheet("导师")
    for row in MENTORS:
        mentors.append(row)
    book.save(tmp_path / "a.xlsx")
    tables, issues = read_tables(tmp_path / "a.xlsx")
    assert [cells["ABCD".index(place[0])] for _, cells in tables["students"].rows] == values
    assert codes(issues) == [("学生", 2, code)]
    assert place in issues[0].message.zh
    assert (issues[0].severity == "error") == (code == "merged_values")


def test_hidden_rows_and_sheets_are_read_with_a_warning(tmp_path):
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", small_school()))
    book["学生"].row_dimensions[3].hidden = True
    book["学生"].row_dimensions[9].hidden = True
    book["导师"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    tables, issues = read_tables(tmp_path / "a.xlsx")
    assert len(tables["students"].rows) == 2
    assert codes(issues) == [("学生", 3, "hidden_row"), ("导师", None, "hidden_sheet")]
    assert "1 rows" in issues[0].message.en


def test_formula_errors_are_told_and_not_lost(tmp_path):
    sheets = small_school(学生志愿=[["学号", "第一志愿", "备注"], ["20240101", "#N/A", "#N/A"]])
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", sheets))
    for column in (2, 3):
        book["学生志愿"].cell(2, column).data_type = "e"
    book.save(tmp_path / "a.xlsx")
    tables, issues = read_tables(tmp_path / "a.xlsx")
    assert tables["prefs_students"].rows[0][1][1] is None
    issue = issues[0]
    assert (issue.code, issue.row, issue.column, issue.column_index) == ("formula_error", 2, "第一志愿", 1)
    assert (issue.severity, issue.refused) == ("error", "cell")


def test_unknown_sheets_and_those_of_a_result_are_ignored(tmp_path):
    more = {"Sheet1": [["x"]], "结果": [["学号", "工号"]], "变动与交接": [["学号"]]}
    tables, issues = read_tables(write_xlsx(tmp_path / "a.xlsx", small_school(**more)))
    assert list(tables) == ["students", "mentors"]
    assert codes(issues) == [
        ("Sheet1", None, "unknown_sheet"),
        ("结果", None, "result_sheet"),
        ("变动与交接", None, "result_sheet"),
    ]
    assert "当前结对" in issues[1].suggestion.zh


def test_a_renamed_result_serves_as_pairings(tmp_path):
    more = {"当前结对": [["学号", "工号", "角色", "状态", "来源", "志愿序", "理由"], ["20240101", "T001", "主"]]}
    tables, issues = read_tables(write_xlsx(tmp_path / "a.xlsx", small_school(**more)))
    assert [c.header for c in tables["pairings"].extra] == ["志愿序", "理由"]
    assert not issues


def test_sheet_names_match_loosely(tmp_path):
    sheets = {" STUDENTS ": STUDENTS, "导 师": MENTORS, "Prefs Students": [["学号"]]}
    assert list(read_tables(write_xlsx(tmp_path / "a.xlsx", sheets))[0]) == [
        "students",
        "mentors",
        "prefs_students",
    ]


def test_optional_sheets_may_be_empty(tmp_path):
    more = {"当前结对": [["学号", "工号"]], "调换申请": []}
    tables, issues = read_tables(write_xlsx(tmp_path / "a.xlsx", small_school(**more)))
    assert tables["pairings"].rows == []
    assert "changes" not in tables
    assert codes(issues) == [("调换申请", None, "empty_sheet")]


@pytest.mark.parametrize(
    ("sheets", "zh", "en"),
    [
        ({"导师": MENTORS}, "缺少必需的工作表“学生”", "required sheet 'students'"),
        ({"学生": STUDENTS}, "缺少必需的工作表“导师”", "required sheet 'mentors'"),
        ({"七年级学生": STUDENTS, "导师": MENTORS}, "“七年级学生”是否就是它", "is it '七年级学生'?"),
        ({"学生": STUDENTS[:1], "导师": MENTORS}, "没有一名学生", "no student"),
        ({"学生": STUDENTS, "导师": MENTORS[:1]}, "没有一名导师", "no mentor"),
        ({"学生": [], "导师": MENTORS}, "是空的", "is empty"),
        ({"学生": [["a", "b"], ["c", "d"]], "导师": MENTORS}, "没有找到表头", "has no header"),
        (
            {"学生": STUDENTS, "学生名单": STUDENTS, "导师": MENTORS},
            "多个工作表都表示“学生”",
            "Several sheets mean",
        ),
        (
            {"学生": [[*STUDENTS[0], "Student ID"], *STUDENTS[1:]], "导师": MENTORS},
            "A 列“学号”、E 列“Student ID”",
            "A '学号', E 'Student ID'",
        ),
        (
            {"学生": [["学籍号", "姓名", "年级", "班级"]], "导师": MENTORS},
            "缺少必需的列“学号”(表头在第 1 行);“学籍号”是否就是它",
            "lacks the required column 'student_id' (its header is row 1); is it '学籍号'?",
        ),
        (
            {"students": [["student", "name", "grade", "class"]], "导师": MENTORS},
            "“student”是否就是它",
            "is it 'student'?",
        ),
    ],
)
def test_what_is_missing_or_doubled_is_named(tmp_path, sheets, zh, en):
    error = refusal(write_xlsx(tmp_path / "a.xlsx", sheets))
    assert zh in error.full_text.zh
    assert en in error.full_text.en


def test_all_that_is_wrong_with_the_headers_is_told_at_once(tmp_path):
    sheets = {"学生": [["学号", "性别"]], "导师": [["工号", "姓名", "班主任班级"]]}
    text = refusal(write_xlsx(tmp_path / "a.xlsx", sheets)).text.zh
    assert all(word in text for word in ("“姓名”", "“年级”", "“带生上限”"))


def test_no_message_holds_a_name(tmp_path):
    path = SAMPLES / "school_dirty.xlsx"
    tables, issues = read_tables(path)
    names = {str(cells[1]) for _, cells in tables["students"].rows}
    assert not [name for name in names for issue in issues if name in f"{issue.message.zh}{issue.suggestion}"]


def test_xml_of_another_style_gives_the_same(tmp_path):
    """Some programs write prefixed tags and cells without addresses: these go through the XML parser."""
    source = write_xlsx(tmp_path / "a.xlsx", small_school())
    book = openpyxl.load_workbook(source)
    book["学生"].row_dimensions[3].hidden = True
    book.save(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            if name.startswith("xl/worksheets/"):
                for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
                    text = text.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
                    text = text.replace(f"</{tag}>", f"</x:{tag}>")
                text = text.replace("<x:worksheet xmlns=", "<x:worksheet xmlns:x=", 1)
            new.writestr(name, text)
    expected, expected_issues = read_tables(source)
    tables, issues = read_tables(tmp_path / "b.xlsx")
    assert tables == expected
    assert codes(issues) == codes(expected_issues) == [("学生", 3, "hidden_row")]


def test_many_formatted_blank_rows_are_no_students(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学生"
    for row in STUDENTS:
        sheet.append(row)
    fill = PatternFill("solid", fgColor="FFFF00")
    for row in range(4, 5000):
        sheet.cell(row, 1).fill = fill
    mentors = book.create_sheet("导师")
    for row in MENTORS:
        mentors.append(row)
    book.save(tmp_path / "a.xlsx")
    tables, issues = read_tables(tmp_path / "a.xlsx")
    assert len(tables["students"].rows) == 2
    assert not issues
