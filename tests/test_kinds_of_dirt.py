"""The kinds of dirt that stand in single cells and rows, each with several variations."""

import unicodedata
from datetime import date, datetime

import openpyxl
import pytest

from mentormatch.base.characters import UNSEEN
from mentormatch.base.errors import FileError, InputError
from mentormatch.io.cells.number_formats import shown_number
from mentormatch.io.read import read_roster
from mentormatch.io.read_assignments import read_assignments
from mentormatch.roster.days import refuse_far_day
from small_school import MENTORS, STUDENTS, small_school, write_csvs, write_xlsx


@pytest.fixture
def read(tmp_path):
    return lambda sheets: read_roster(write_xlsx(tmp_path / "school.xlsx", sheets))


def codes(roster):
    return [(issue.code, issue.severity) for issue in roster.issues]


# IDs as the sheet shows them


def formatted(tmp_path, number, number_format, sheet="学生", header=None):
    sheets = small_school(学生志愿=[["学号", "第一志愿"], ["20240101", "T001"]])
    sheets["学生"][1][0] = "00000123"
    path = write_xlsx(tmp_path / "a.xlsx", sheets)
    book = openpyxl.load_workbook(path)
    cell = book[sheet]["A2"]
    cell.value, cell.number_format = number, number_format
    book.save(path)
    return read_roster(path)


@pytest.mark.parametrize(
    ("number", "number_format", "value"),
    [
        (123, "00000000", "00000123"),
        (123, '"S"0000', "S0123"),
        (12345, "000-000", "012-345"),
        (7, r"\N000", "N007"),
        (20240101, '0000"-"0000', "2024-0101"),
        (5, "[Red]000", "005"),
        (123, "00000000;-0", "00000123"),
    ],
)
def test_an_id_is_read_as_it_is_shown(tmp_path, number, number_format, value):
    roster = formatted(tmp_path, number, number_format)
    assert roster.students[0].student_id == value
    assert ("id_normalised", "warning") in codes(roster)


@pytest.mark.parametrize("number_format", ["0.0%", "[<100]000;0000", "# ?/?", "#-#", "0.00E+00"])
def test_an_id_whose_form_is_not_certain_is_refused(tmp_path, number_format):
    roster = formatted(tmp_path, 123, number_format)
    assert ("id_format_unclear", "error") in codes(roster)
    assert [student.student_id for student in roster.students] == ["20240102"]


@pytest.mark.parametrize("number_format", ["General", "0", "#,##0", "0.00", "0_ ", "@"])
def test_a_plain_number_is_its_digits(tmp_path, number_format):
    assert formatted(tmp_path, 123, number_format).students[0].student_id == "123"


def test_a_reference_is_read_as_it_is_shown_too(tmp_path):
    roster = formatted(tmp_path, 123, "00000000", sheet="学生志愿")
    assert roster.student_preferences[0].student_id == "00000123"


def test_a_result_that_was_edited_is_read_as_it_is_shown(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", {"结果": [["学号", "导师工号"], [123, 7]]})
    book = openpyxl.load_workbook(path)
    book["结果"]["A2"].number_format, book["结果"]["B2"].number_format = "00000000", '"T"000'
    book.save(path)
    assert read_assignments(path) == (("00000123", "T007"),)


@pytest.mark.parametrize(("places", "number"), [(places, 10**at) for places in (1, 3, 8, 12) for at in (0, 2, 5)])
def test_zeros_in_front_as_python_writes_them(places, number):
    assert shown_number(number, "0" * places) == f"{number:0{places}d}"


@pytest.mark.parametrize("written", ['="20240103"', "`20240103", "’20240103", "‘20240103", "＇20240103"])
def test_what_keeps_a_number_a_text_is_no_part_of_it(read, written):
    sheets = small_school()
    sheets["学生"][1][0] = "x" if written.startswith("=") else written
    path_sheets = sheets
    if written.startswith("="):
        sheets["学生"][1][0] = " " + written
    roster = read(path_sheets)
    assert roster.students[0].student_id == "20240103"
    assert codes(roster) == [("id_normalised", "warning")]


@pytest.mark.parametrize("written", ["t001", "Ｔ００１", "t 001", "T001\u200d", "\ufeffT001"])
def test_the_case_and_the_unseen_of_a_reference_do_not_matter(read, written):
    roster = read(small_school(学生志愿=[["学号", "第一志愿"], ["20240101", written]]))
    assert roster.student_preferences[0].choices == ("T001",)
    assert codes(roster) == [("id_normalised", "warning")]


@pytest.mark.parametrize("pair", [("S001", "s001"), ("a1", "A1"), ("T0x", "T0X"), ("ab", "AB"), ("S001", "S\u200b001")])
def test_one_pupil_never_becomes_two(read, pair):
    sheets = small_school()
    sheets["学生"][1][0], sheets["学生"][2][0] = pair
    roster = read(sheets)
    assert not roster.students
    assert {code for code, severity in codes(roster) if severity == "error"} == {"duplicate_id"}


INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufe0f", "\u00ad", "\u202e", "\x07", "\U000e0101", "\u3164", "\u180b"]


@pytest.mark.parametrize("sign", INVISIBLE)
def test_what_nobody_sees_tells_nothing_apart(read, sign):
    sheets = small_school(学生志愿=[["学号", f"第一{sign}志愿"], [f"2024{sign}0101", f"丙{sign}"]])
    sheets["学生"][1][3] = f"七{sign}(1)班"
    if sign == "\x07":  # openpyxl writes none of these
        sheets = {
            name: [[str(cell).replace(sign, "") for cell in row] for row in rows] for name, rows in sheets.items()
        }
    roster = read(sheets)
    assert roster.student_preferences[0].choices == ("T001",)
    assert {student.class_name for student in roster.students} == {"七(1)班"}
    assert not roster.errors


def test_every_control_and_format_character_is_unseen():
    spaces = set("\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85")
    missed = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in {"Cc", "Cf"} and chr(code) not in spaces and not UNSEEN.match(chr(code))
    ]
    assert not missed


def test_characters_of_one_computer_are_told(read):
    sheets = small_school()
    sheets["学生"][1][1] = "王\ue123"
    sheets["学生"][2][0] = "2024\ue1230102"
    assert codes(read(sheets)) == [("name_private_use", "warning"), ("id_unreadable", "error")]


# Names


@pytest.mark.parametrize("dot", "•・．‧⋅･.●∙·")
def test_all_dots_of_a_name_are_one(read, dot):
    sheets = small_school(学生志愿=[["学号", "第一志愿"], ["20240101", f"阿依古丽{dot}买买提"]])
    sheets["导师"][1][1] = "阿依古丽·买买提"
    assert read(sheets).student_preferences[0].choices == ("T001",)


LABELS = [
    *(
        "张伟(数学、物理)",
        "张伟（数学,物理）",
        "张伟-数学",
        "张伟 数学",
        "张伟/物理",
        "张伟老师",
        "T001 张伟",
        "张伟(T001)",
        "T001张伟",
    ),
    *("Smith, John", "Smith,John", "smith, john"),
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("alone", [True, False])
def test_a_label_is_tried_whole_first(read, label, alone):
    cell = label if alone else f"{label}、T003"
    sheets = small_school(学生志愿=[["学号", "第一志愿"], ["20240101", cell]])
    sheets["导师"] = [
        ["工号", "姓名", "任教学科", "带生上限"],
        *(["T001", "张伟", "数学、物理", 3], ["T002", "张伟", "语文", 3], ["T003", "Smith, John", "Art", 3]),
        ["T004", "李四", "数学", 3],
    ]
    if label == "张伟老师":
        sheets["导师"][2][1] = "张卫"
    wanted = "T003" if "ohn" in label else "T001"
    choices = read(sheets).student_preferences[0].choices
    assert choices == (("T001", "T003")[wanted == "T003" :] if not alone else (wanted,))


# Forms


def forms(*rows):
    return small_school(学生志愿=[["学号", "提交时间", "第一志愿", "不希望的导师"], *rows])


TIMES = {
    "2024-11-04 下午3:05": datetime(2024, 11, 4, 15, 5),
    "2024/11/4 3:05:10 PM": datetime(2024, 11, 4, 15, 5, 10),
    "2024年11月4日 上午 9:05": datetime(2024, 11, 4, 9, 5),
    "2024-11-04 12:05 AM": datetime(2024, 11, 4, 0, 5),
    "2024-11-0411:36:51": datetime(2024, 11, 4, 11, 36, 51),
    "2024-11-04 24:00": datetime(2024, 11, 5),
    "2024-11-04T11:36:51+08:00": datetime(2024, 11, 4, 11, 36, 51),
    "2024-11-04T03:36:51Z": datetime(2024, 11, 4, 11, 36, 51),
    "2024-11-04 11:36:51 GMT+0800 (中国标准时间)": datetime(2024, 11, 4, 11, 36, 51),
    "2024年11月4日11时36分51秒": datetime(2024, 11, 4, 11, 36, 51),
}


@pytest.mark.parametrize("written", TIMES)
def test_times_as_people_and_programs_write_them(read, written):
    roster = read(forms(["20240101", written, "T001"]))
    assert roster.student_preferences[0].submitted_at == TIMES[written]
    assert not roster.issues


@pytest.mark.parametrize("written", ["昨天", "11/4", "2024-11-04 25:00", "24/11/4", "2024-13-04", "上午"])
def test_a_time_that_decides_nothing_is_no_error(read, written):
    roster = read(forms(["20240101", written, "T001"]))
    assert roster.student_preferences[0].choices == ("T001",)
    assert [issue.severity for issue in roster.issues] == ["warning"]


@pytest.mark.parametrize(
    "times", [("x", "y"), ("2024-11-04", "2024-11-04"), (None, None), (None, "2024-11-04"), ("", "x")]
)
def test_equal_forms_are_one_form(read, times):
    roster = read(forms(*(["20240101", time, "T001"] for time in times)))
    assert len(roster.student_preferences) == 1
    assert not roster.errors
    assert "repeated_form" in {issue.code for issue in roster.issues}


def test_a_time_that_decides_is_an_error_where_it_cannot_be_read(read):
    roster = read(forms(["20240101", "x", "T001"], ["20240101", "2024-11-04", None]))
    assert {"date_unreadable", "latest_form_unknown"} <= {issue.code for issue in roster.errors}


@pytest.mark.parametrize("word", ["服从安排", "随便", "都可以", "无所谓", "服从調劑", "any", "不限。", "No preference"])
@pytest.mark.parametrize("column", ["第一志愿", "不希望的导师", "可接受导师"])
def test_words_for_no_wish(read, word, column):
    roster = read(small_school(学生志愿=[["学号", "第二志愿", column], ["20240101", "T001", word]]))
    assert roster.student_preferences[0].choices == ("T001",)
    assert {issue.code for issue in roster.issues} - {"choice_gap"} == {"no_wish"}


# Tables as offices make them


@pytest.mark.parametrize(
    "row",
    [
        ["备注:以上名单已核对"],
        [None, "制表人:王"],
        ["填表说明：请用文本格式"],
        [None, None, "审核人:李", "日期:2024年9月1日"],
        ["注:转学两人"],
        ["校长签字:"],
    ],
)
def test_footers_and_repeated_headers_are_no_pupils(read, row):
    sheets = small_school()
    sheets["学生"] += [list(STUDENTS[0]), ["20240103", "丁", "七年级", "七(1)班"], row, row]
    roster = read(sheets)
    assert len(roster.students) == 3
    assert codes(roster) == [("header_again", "warning"), ("footer_row", "warning")]
    assert "6-7" in roster.issues[1].message.zh


@pytest.mark.parametrize("name", ["备注", "说明", "日期", "小计", "制表人"])
def test_a_pupil_of_an_odd_name_stays(read, name):
    sheets = small_school()
    sheets["学生"][1][1] = name
    assert len(read(sheets).students) == 2


@pytest.mark.parametrize("label", ["七(1)班", "701", "初一1班", "Grade 7 Class 1", "七年级-1班", "(七)1班"])
def test_a_grade_is_told_by_the_class(read, label):
    rows = [[row[0], row[1], row[3]] for row in STUDENTS]
    rows[1][2] = label
    roster = read({"学生": rows, "导师": MENTORS})
    assert [student.grade_number for student in roster.students] == [7, 7]
    assert codes(roster) == [("grade_from_class", "warning")]


CLASSES = {
    "(六)2班": "六(2)班",
    "6、2班": "六(2)班",
    "六年级-2班": "六(2)班",
    "预初2班": "六(2)班",
    "预备(2)班": "六(2)班",
    "六年級2班": "六(2)班",
    "2班": "六(2)班",
    "(2)": "六(2)班",
}


@pytest.mark.parametrize("label", CLASSES)
def test_classes_as_offices_write_them(read, label):
    sheets = small_school()
    sheets["学生"][1][2:] = ["六年级", label]
    assert read(sheets).students[0].class_name == CLASSES[label]


@pytest.mark.parametrize(("label", "grade"), [("初一", 6), ("初二", 7), ("初三", 8), ("初四", 9)])
def test_where_there_is_a_fourth_junior_year_the_first_is_grade_six(read, label, grade):
    sheets = small_school()
    sheets["学生"][1][2:] = ["初四", "初四1班"]
    sheets["学生"][2][2:] = [label, f"{label}(2)班"]
    assert [student.grade_number for student in read(sheets).students] == [9, grade]


@pytest.mark.parametrize("number", [1, 5, 12])
def test_what_follows_from_a_blank_capacity_is_no_further_error(read, number):
    sheets = small_school(
        学生志愿=[["学号", "第一志愿"], ["20240101", "T001"], ["20240102", "M0"]],
        当前结对=[["学号", "工号"], ["20240101", "M0"]],
    )
    sheets["导师"] += [[f"M{n}", "丁", None, None] for n in range(number)]
    roster = read(sheets)
    assert [issue.code for issue in roster.errors] == ["missing_value"] * number
    assert ("unknown_mentor", "warning") in codes(roster)
    count = next(count for count in roster.counts if count.kind == "pairings")
    assert (count.accepted, count.refused) == (0, 1)


@pytest.mark.parametrize("cell", ["七(9)班", "八(1)班", "903", "七(1)班、七(8)班", "高一(1)班"])
def test_classes_of_one_sheet_only_are_named(read, cell):
    sheets = small_school()
    sheets["导师"] = [["工号", "姓名", "带生上限", "任教班级"], ["T001", "丙", 15, cell]]
    roster = read(sheets)
    assert "class_without_students" in {issue.code for issue in roster.issues}
    assert ("class_without_teacher" in {issue.code for issue in roster.issues}) == ("七(1)班" not in cell)


@pytest.mark.parametrize(
    "how", [["已结束", None], ["在结", "2024-07-01"], [None, "2024-07-01"], ["解除", None], ["在结", None]]
)
def test_graduates_in_the_record_are_ended_pairings(read, how):
    roster = read(small_school(当前结对=[["学号", "工号", "状态", "结束"], ["20210101", "T001", *how]]))
    assert not roster.errors
    assert [(pairing.student_id, pairing.state) for pairing in roster.pairings] == [("20210101", "ended")]
    assert ("pairing_of_graduate" in {issue.code for issue in roster.issues}) == (how == ["在结", None])


def test_an_open_pairing_of_somebody_unknown_is_still_an_error(read):
    roster = read(small_school(当前结对=[["学号", "工号"], ["20240199", "T001"]]))
    assert codes(roster) == [("unknown_student", "error")]


@pytest.mark.parametrize(
    "on", [date(2204, 11, 11), date(2004, 11, 11), date(2021, 1, 1), date(2027, 1, 1), date(1924, 11, 11)]
)
def test_a_day_years_away_from_the_data_is_refused(read, on):
    roster = read(forms(["20240101", "2024-11-04", "T001"]))
    with pytest.raises(InputError, match="years away"):
        refuse_far_day(roster, on)
    refuse_far_day(roster, date(2025, 9, 1))


# CSV: every line is accounted for


@pytest.mark.parametrize(
    "line", ['20240101,"甲,七年级,七(1)班', '"20240101,甲,七年级,七(1)班', '20240101,甲"",七年级,"七(1)班']
)
@pytest.mark.parametrize("closed", [True, False])
def test_an_unclosed_quotation_mark_is_refused_with_its_line(tmp_path, line, closed):
    folder = write_csvs(tmp_path / "school", small_school())
    rows = ["学号,姓名,年级,班级", line, *(f"2024{n:04},乙,七年级,七(1)班" for n in range(2, 40))]
    if closed:
        rows[30] = '20240130,乙",七年级,七(1)班'
    (folder / "学生.csv").write_text("\n".join(rows), "utf-8")
    with pytest.raises(FileError, match="line 2"):
        read_roster(folder)


def test_a_line_break_within_a_cell_is_none_of_that(tmp_path):
    folder = write_csvs(tmp_path / "school", small_school())
    (folder / "学生.csv").write_text('学号,姓名,年级,班级,备注\n20240101,甲,七年级,七(1)班,"a\nb, c"\n', "utf-8")
    assert dict(read_roster(folder).students[0].extra) == {"备注": "a\nb, c"}


# A process of its own


def test_an_isolated_reader_gives_the_same(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", small_school(备忘=[["x"]]))
    assert read_roster(path, isolated=True) == read_roster(path)
    with pytest.raises(FileError, match="no such file"):
        read_roster(tmp_path / "b.xlsx", isolated=True)


def test_a_reader_that_dies_is_an_error_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("mentormatch.io.isolated._CODE", "import os; os.abort()")
    with pytest.raises(FileError, match="damaged"):
        read_roster(write_xlsx(tmp_path / "a.xlsx", small_school()), isolated=True)
