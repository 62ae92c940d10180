"""What offices send, row by row of the dirt table, each with the exact place of what is found."""

import datetime

import openpyxl
import pytest

from mentormatch.io.read import read_roster
from samples import SAMPLES
from small_school import write_csvs, write_xlsx

STUDENTS = ["学号", "姓名", "年级", "班级", "入学日期", "关爱类别", "同校兄弟姐妹学号", "须回避导师工号"]
MENTORS = ["工号", "姓名", "任教学科", "任教班级", "带生上限", "带生下限", "重点关爱上限", "状态"]
FORMS = ["学号", "提交时间", "第一志愿", "第二志愿", "第三志愿", "不希望的导师", "可接受导师"]


def student(student_id="20240101", name="甲一", grade="七年级", class_name="七(1)班", *more):
    return [student_id, name, grade, class_name, *more]


def mentor(mentor_id="T001", name="张伟", subject="数学", classes=None, most=15, least=0, care=3, status="在岗"):
    return [mentor_id, name, subject, classes, most, least, care, status]


def school(students=None, mentors=None, **more):
    return {
        "学生": [STUDENTS, *(students or [student()])],
        "导师": [MENTORS, *(mentors or [mentor()])],
        **more,
    }


@pytest.fixture
def read(tmp_path):
    def read_sheets(sheets):
        roster = read_roster(write_xlsx(tmp_path / "school.xlsx", sheets))
        for count in roster.counts:
            assert count.read == len([row for row in sheets[count.sheet][1:] if any(row)])
        return roster

    return read_sheets


def found(roster):
    return [(issue.cell or issue.row, issue.code, issue.severity, issue.refused) for issue in roster.issues]


def error(place, code, refused):
    return (place, code, "error", refused)


def warning(place, code, refused=None):
    return (place, code, "warning", refused)


# IDs and names


@pytest.mark.parametrize("written", ["２０２４０１０１", " 20240101", "2024 0101", "20240101\u3000", "'20240101"])
def test_an_id_is_normalised(read, written):
    roster = read(school([student(written)]))
    assert found(roster) == [warning("A2", "id_normalised")]
    assert roster.students[0].student_id == "20240101"


def test_a_numeric_id_is_an_id(read):
    roster = read(school([student(20240101), student(123456789012345)]))
    assert not roster.issues
    assert [s.student_id for s in roster.students] == ["20240101", "123456789012345"]


@pytest.mark.parametrize("written", ["王\u3000浩明", "王 浩明", " 王浩明", "王浩明 "])
def test_a_name_with_spaces_is_kept_as_written(read, written):
    roster = read(school([student(name=written)]))
    assert found(roster) == [warning("B2", "name_with_spaces")]
    assert roster.students[0].name == written


def test_one_space_between_latin_names_is_no_slip(read):
    assert not read(school([student(name="Anna Lee")])).issues


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2.02401E+07", "id_scientific"),
        ("2.02401e+15", "id_scientific"),
        ("2.02E7", "id_scientific"),
        (2.02401e15, "id_lost_digits"),
        (310115201001010000, "id_lost_digits"),
        ("310115201001010000", "id_lost_digits"),
        (20240101.5, "id_unreadable"),
        (-1, "id_unreadable"),
        (datetime.date(2024, 1, 1), "id_unreadable"),
        ("李明", "id_unreadable"),
        (None, "missing_id"),
        ("无", "missing_id"),
    ],
)
def test_a_damaged_or_missing_id_refuses_the_row(read, written, code):
    roster = read(school([student(written), student("20240102")]))
    assert found(roster) == [error("A2", code, "row")]
    assert [s.student_id for s in roster.students] == ["20240102"]


def test_a_long_id_that_kept_its_tail_is_an_id(read):
    assert not read(school([student("310115201001010017"), student("2E05")])).issues


def test_every_row_of_a_repeated_id_is_refused(read):
    rows = [student("20240101"), student("20240102"), student("２０２４０１０１"), student("20240101")]
    roster = read(school(rows))
    assert [entry for entry in found(roster) if entry[1] == "duplicate_id"] == [
        error("A2", "duplicate_id", "row"),
        error("A4", "duplicate_id", "row"),
        error("A5", "duplicate_id", "row"),
    ]
    assert [s.student_id for s in roster.students] == ["20240102"]
    assert (roster.counts[0].accepted, roster.counts[0].refused) == (1, 3)


def test_a_lost_id_that_another_sheet_has_is_offered_and_never_filled_in(read):
    students = [
        student("20240101"),
        student(None),
        student("20240103"),
        student("20240101", "甲二"),
        student("20240105"),
    ]
    forms = [FORMS, ["20240102", None, "T001"], ["20240104", None, "T001"], ["20240199", None, "T001"]]
    roster = read(school(students, 学生志愿=forms))
    advice = {issue.cell: issue.suggestion.zh for issue in roster.issues if issue.sheet == "学生"}
    assert set(advice) == {"A2", "A3", "A5"}
    assert "20240102" not in advice["A3"]  # the row above is in doubt itself
    assert "第 5 行是否应为 20240104" in advice["A2"] == advice["A5"]
    assert [s.student_id for s in roster.students] == ["20240103", "20240105"]
    forms = {issue.cell: issue.suggestion.zh for issue in roster.issues if issue.sheet == "学生志愿"}
    assert "第 5 行" in forms["A3"]
    assert "删去" in forms["A2"]
    assert "删去" in forms["A4"]


def test_the_same_pupil_twice_is_told_from_two_pupils_with_one_id(read):
    roster = read(school([student("20240101"), student("20240101")]))
    assert "只保留一行" in roster.issues[0].suggestion.zh
    roster = read(school([student("20240101"), student("20240101", name="甲二")]))
    assert "不要删行" in roster.issues[0].suggestion.zh
    assert not any("甲" in issue.suggestion.zh + issue.suggestion.en for issue in roster.issues)


# Mentors by name


TWINS = [mentor("T001", "张伟", "数学"), mentor("T002", "张伟", "语文"), mentor("T003", "李 敏", "英语")]


@pytest.mark.parametrize(
    ("written", "mentor_id"),
    [("李敏", "T003"), ("李　敏", "T003"), ("李敏老师", "T003"), ("张伟(数学)", "T001"), ("张伟（语文）", "T002")],
)
def test_a_mentor_by_a_name_that_only_one_has(read, written, mentor_id):
    roster = read(school(mentors=TWINS, 学生志愿=[FORMS, ["20240101", None, written]]))
    assert found(roster)[1:] == [warning("C2", "mentor_by_name")]
    assert roster.student_preferences[0].choices == (mentor_id,)


def test_a_name_that_several_mentors_have_is_refused_with_their_ids(read):
    roster = read(school(mentors=TWINS, 学生志愿=[FORMS, ["20240101", None, "张伟", "T003"]]))
    assert found(roster)[1:] == [error("C2", "ambiguous_mentor", "cell")]
    assert "T001 (数学), T002 (语文)" in roster.issues[1].message.zh
    assert "T001 (数学), T002 (语文)" in roster.issues[1].message.en
    assert roster.student_preferences[0].choices == ("T003",)


def test_a_namesake_whose_row_was_refused_still_makes_a_name_ambiguous(read):
    mentors = [mentor("T001"), mentor("T002", most=-1)]
    roster = read(school(mentors=mentors, 学生志愿=[FORMS, ["20240101", None, "张伟"]]))
    assert found(roster) == [error("E3", "number_negative", "row"), error("C2", "ambiguous_mentor", "cell")]


# Classes


@pytest.mark.parametrize(
    "written",
    [
        "七(3)班",
        "七（3）班",
        "初一3班",
        "7.3班",
        "703",
        "2024级3班",
        "初一(3)班",
        "七年级3班",
        "七年级(三)班",
        "初一三班",
        "7-3",
        "7/3班",
        "7(3)",
        "703班",
        "24级(3)班",
        "3班",
        "(3)班",
        "G7C3",
        "Grade 7 Class 3",
        "七 ( 3 ) 班",
        "Class 3, Grade 7",
        7.3,
        703,
        3,
    ],
)
def test_one_class_in_many_forms(read, written):
    roster = read(school([student(class_name=written, grade="7"), student("20240102", class_name="七(3)班")]))
    assert not roster.issues
    assert {s.class_name for s in roster.students} == {"七(3)班"}


@pytest.mark.parametrize("written", ["7月3日", datetime.date(2024, 7, 3), "2024-07-03", "3-Jul", "Jul-03"])
def test_a_class_that_became_a_date_is_restored(read, written):
    roster = read(school([student(class_name=written)]))
    assert found(roster) == [warning("D2", "class_was_date")]
    assert roster.students[0].class_name == "七(3)班"


@pytest.mark.parametrize("written", [7.1, "7.1"])
def test_71_is_ambiguous_where_there_is_a_class_10(read, written):
    assert read(school([student(class_name=written)])).students[0].class_name == "七(1)班"
    roster = read(school([student(class_name=written), student("20240102", class_name="七(10)班")]))
    assert found(roster) == [error("D2", "class_ambiguous", "row")]
    roster = read(school([student(class_name=written), student("20240102", "乙", "八年级", "八(10)班")]))
    assert not roster.issues


def test_710_as_text_is_class_10(read):
    roster = read(school([student(class_name="7.10"), student("20240102", class_name=7.2)]))
    assert [s.class_name for s in roster.students] == ["七(10)班", "七(2)班"]


def test_cohorts_of_the_mentors_are_resolved_by_the_students(read):
    rows = [student(), student("20230101", "乙", "八年级", "八(1)班", "2023-09-01")]
    rows[0].append("2024-09-01")
    roster = read(school(rows, [mentor(classes="2024级3班、2023级(1)班、2021级1班")]))
    assert [each for each in found(roster) if not each[1].startswith("class_without")] == [
        error("D2", "cohort_unknown", "cell")
    ]
    assert roster.mentors[0].classes_taught == ("七(3)班", "八(1)班")


def test_a_class_of_another_grade_is_refused(read):
    roster = read(school([student(grade="八年级", class_name="七(3)班")]))
    assert found(roster) == [error("D2", "class_grade_mismatch", "row")]


@pytest.mark.parametrize("written", ["45476", "99", "2024届3班", "初中3班"])
def test_a_class_that_nobody_can_tell_is_refused(read, written):
    assert found(read(school([student(class_name=written)]))) == [error("D2", "class_unreadable", "row")]


@pytest.mark.parametrize(("written", "label"), [("7A", "7A"), ("国际 班", "国际班"), ("IB  Group A", "IB Group A")])
def test_a_class_of_no_known_pattern_is_kept(read, written, label):
    roster = read(school([student(class_name=written)]))
    assert not roster.issues
    assert roster.students[0].class_name == label


@pytest.mark.parametrize("written", ["七年级", 7, "7", "初一", "七", "7年级", "Grade 7", "7th grade", "初中一年级"])
def test_one_grade_in_many_forms(read, written):
    read_student = read(school([student(grade=written)])).students[0]
    assert (read_student.grade, read_student.grade_number) == ("七年级", 7)


def test_grades_of_a_senior_school(read):
    read_student = read(school([student(grade="高一", class_name="高一3班")])).students[0]
    assert (read_student.grade, read_student.grade_number, read_student.class_name) == ("高一年级", 10, "高一(3)班")


def test_an_unknown_grade_is_refused(read):
    assert found(read(school([student(grade="13", class_name="国际班")]))) == [error("C2", "grade_unreadable", "row")]


# Empty cells and lists


@pytest.mark.parametrize("written", ["无", "/", "(空)", "（空）", "(跳过)", "（跳过）", "-", " ", " 无 ", "(跳过)  "])
def test_what_people_write_for_nothing(read, written):
    roster = read(
        school([[*student(), None, written, written, written]], 学生志愿=[FORMS, ["20240101", None, "T001", written]])
    )
    assert not roster.issues
    assert roster.students[0].care_tags == ()
    assert roster.student_preferences[0].choices == ("T001",)


@pytest.mark.parametrize("separator", "┋、，,;；")
def test_lists_are_split(read, separator):
    rows = [[*student(), None, separator.join(["留守", "单亲"]), separator.join(["20240102", "20240103"])]]
    rows += [student("20240102"), student("20240103")]
    roster = read(school(rows))
    assert not roster.issues
    assert roster.students[0].care_tags == ("留守", "单亲")
    assert roster.students[0].sibling_ids == ("20240102", "20240103")


# Choices


THREE = [mentor("T001", "张伟"), mentor("T002", "李敏"), mentor("T003", "王芳"), mentor("T004", "赵云", status="产假")]


def form(*cells):
    return school(mentors=THREE, 学生志愿=[FORMS, ["20240101", "2024-11-04 11:36:51", *cells]])


def test_the_same_choice_twice(read):
    roster = read(form("T001", "T002", "T001", None, "T002、T003"))
    assert found(roster) == [warning("E2", "duplicate_choice"), warning("G2", "duplicate_choice")]
    assert roster.student_preferences[0].choices == ("T001", "T002")
    assert roster.student_preferences[0].acceptable == ("T003",)


def test_a_gap_between_choices(read):
    roster = read(form("T001", "(空)", "T002"))
    assert found(roster) == [warning("D2", "choice_gap")]
    assert roster.student_preferences[0].choices == ("T001", "T002")


def test_an_unknown_mentor_is_refused_with_near_ids(read):
    roster = read(form("T0O1", "T002", "T999", "T998"))
    assert found(roster) == [error(cell, "unknown_mentor", "cell") for cell in ("C2", "E2", "F2")]
    assert "T001" in roster.issues[0].suggestion.zh
    assert "T0" not in roster.issues[1].suggestion.zh
    assert roster.student_preferences[0].choices == ("T002",)


def test_a_mentor_on_leave_is_refused_with_a_warning(read):
    roster = read(form("T004", "T002", None, "T004", "T004"))
    assert found(roster) == [warning("C2", "mentor_on_leave", "cell"), warning("G2", "mentor_on_leave", "cell")]
    assert roster.student_preferences[0].choices == ("T002",)
    assert roster.student_preferences[0].avoid == ("T004",)


def test_several_choices_in_one_cell(read):
    roster = read(form("T002┋T001"))
    assert found(roster) == [warning("C2", "several_choices")]
    assert roster.student_preferences[0].choices == ("T002", "T001")


def test_nobody_chooses_himself(read):
    mentors = [*THREE, mentor("20240101", "学长")]
    roster = read(school(mentors=mentors, 学生志愿=[FORMS, ["20240101", None, "20240101", "T001"]]))
    assert found(roster) == [error("C2", "self_reference", "cell")]


def test_of_two_forms_the_latest_counts(read):
    rows = [["20240101", "2024-11-09 08:00:00", "T001"], ["20240101", "2024-11-04 08:00:00", "T002"]]
    roster = read(school(mentors=THREE, 学生志愿=[FORMS, *rows]))
    assert found(roster) == [warning(3, "superseded_form")]
    assert roster.student_preferences[0].choices == ("T001",)
    count = roster.counts[2]
    assert (count.read, count.accepted, count.refused, count.superseded) == (2, 2, 0, 1)


@pytest.mark.parametrize("second", [None, "2024-11-09 08:00:00"])
def test_forms_whose_order_nobody_knows_are_refused(read, second):
    rows = [["20240101", "2024-11-09 08:00:00", "T001"], ["20240101", second, "T002"]]
    roster = read(school(mentors=THREE, 学生志愿=[FORMS, *rows]))
    assert found(roster) == [error(f"B{row}", "latest_form_unknown", "row") for row in (2, 3)]
    assert not roster.student_preferences


# Dates


@pytest.mark.parametrize(
    "written",
    [
        "2024-09-01",
        "2024.9.1",
        "2024年9月1日",
        "2024/9/1",
        45536,
        "45536",
        "20240901",
        datetime.date(2024, 9, 1),
        datetime.datetime(2024, 9, 1, 8, 0),
        "2024-09-01 08:00:00",
        "２０２４-９-１",
    ],
)
def test_one_day_in_many_forms(read, written):
    roster = read(school([[*student(), written]]))
    assert not roster.issues
    assert roster.students[0].entry_date == datetime.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("24/9/1", "two_digit_year"),
        ("24年9月1日", "two_digit_year"),
        ("2024-02-30", "impossible_date"),
        ("2024.13.1", "impossible_date"),
        ("0024-09-01", "impossible_date"),
        ("9/1/2024", "date_ambiguous"),
        ("去年", "date_unreadable"),
        (3, "impossible_date"),
        (-5, "date_unreadable"),
    ],
)
def test_a_bad_date_refuses_the_cell(read, written, code):
    roster = read(school([[*student(), written]]))
    assert found(roster) == [error("E2", code, "cell")]
    assert roster.students[0].entry_date is None


def test_a_form_keeps_its_time(read):
    roster = read(school(学生志愿=[FORMS, ["20240101", datetime.datetime(2024, 11, 4, 11, 36, 51), "T001"]]))
    assert roster.student_preferences[0].submitted_at == datetime.datetime(2024, 11, 4, 11, 36, 51)


# Capacities


@pytest.mark.parametrize("written", [15, 15.0, "15", "15.0", 0, "0"])
def test_plain_capacities(read, written):
    roster = read(school(mentors=[mentor(most=written)]))
    assert not roster.issues
    assert roster.mentors[0].capacity_max == int(float(written))


@pytest.mark.parametrize(("written", "value"), [("十五", 15), ("12人", 12), ("１２", 12), ("二十名", 20), ("两人", 2)])
def test_written_capacities(read, written, value):
    roster = read(school(mentors=[mentor(most=written)]))
    assert found(roster) == [warning("E2", "number_normalised")]
    assert roster.mentors[0].capacity_max == value


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (-1, "number_negative"),
        ("-1", "number_negative"),
        (1.5, "number_fractional"),
        (10**12, "number_too_large"),
        ("1e12", "number_too_large"),
        (10_001, "number_too_large"),
        ("很多", "number_unreadable"),
        (True, "number_unreadable"),
        (None, "missing_value"),
    ],
)
def test_a_bad_capacity_refuses_the_row(read, written, code):
    roster = read(school(mentors=[mentor(), mentor("T002", most=written)]))
    assert found(roster) == [error("E3", code, "row")]


def test_a_bad_minimum_refuses_the_cell_and_one_above_the_maximum_the_row(read):
    roster = read(school(mentors=[mentor(least=-1), mentor("T002", most=3, least=4)]))
    assert found(roster) == [error("F2", "number_negative", "cell"), error("F3", "min_above_max", "row")]


# Layout


def test_titles_totals_and_hidden_rows(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学生"
    sheet.append(["某某中学学生名册"])
    sheet.merge_cells("A1:D1")
    sheet.append(STUDENTS)
    for row in (student(), student("20240102"), ["合计", "2人"]):
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    mentors = book.create_sheet("导师")
    mentors.append(MENTORS)
    mentors.append(mentor())
    book.save(tmp_path / "a.xlsx")
    roster = read_roster(tmp_path / "a.xlsx")
    assert found(roster) == [warning(1, "title_row"), warning(4, "hidden_row"), warning(5, "total_row")]
    assert [s.student_id for s in roster.students] == ["20240101", "20240102"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_any_encoding(tmp_path, encoding):
    roster = read_roster(write_csvs(tmp_path / "csv", school(), encoding=encoding))
    assert not roster.issues
    assert roster.students[0].class_name == "七(1)班"


@pytest.mark.parametrize("sign", "=+-@")
def test_what_looks_like_a_formula_is_text(tmp_path, sign):
    book = openpyxl.Workbook()
    for name, rows in school([student(name=f"{sign}1+1")]).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    roster = read_roster(tmp_path / "a.xlsx")
    assert not roster.issues
    assert roster.students[0].name == f"{sign}1+1"


# References between sheets


PAIRS = ["结对号", "学号", "工号", "角色", "状态", "开始", "结束", "锁定"]


def test_references_to_nobody(read):
    roster = read(
        school(
            [[*student(), None, None, "20249999、20240101", "T999"]],
            导师意向=[
                ["工号", "学号", "意向"],
                ["T999", "20240101", "1"],
                ["T001", "2024", "1"],
                ["T001", "20240101", 2],
            ],
            当前结对=[PAIRS, ["P1", "20240101", "T999"], ["P2", "2024", "T001"], ["P3", "20240101", "E01", "校外"]],
            校外导师=[["编号", "查询有效期至", "责任校内导师工号"], ["E01", "2025-08-20", "T999"]],
            调换申请=[
                ["申请号", "学号", "原导师", "拟任导师"],
                ["C1", "2024", None, None],
                ["C2", "20240101", "T999", "T001"],
            ],
        )
    )
    assert [(i.sheet, *entry) for i, entry in zip(roster.issues, found(roster), strict=True)] == [
        ("学生", *error("G2", "unknown_student", "cell")),
        ("学生", *error("G2", "self_reference", "cell")),
        ("学生", *error("H2", "unknown_mentor", "cell")),
        ("导师意向", *error("A2", "unknown_mentor", "row")),
        ("导师意向", *error("B3", "unknown_student", "row")),
        ("当前结对", *error("C2", "unknown_mentor", "row")),
        ("当前结对", *error("B3", "unknown_student", "row")),
        ("校外导师", *error("C2", "unknown_mentor", "cell")),
        ("调换申请", *error("B2", "unknown_student", "row")),
        ("调换申请", *error("C3", "unknown_mentor", "cell")),
    ]
    assert roster.pairings[0].role == "external"
    assert roster.mentor_preferences[0].order == 2


def test_two_open_primary_pairings_are_both_refused(read):
    rows = [["P1", "20240101", "T001", "主"], ["P2", "20240101", "T002", "主"], ["P3", "20240101", "T003", "协"]]
    roster = read(school(mentors=THREE, 当前结对=[PAIRS, *rows]))
    assert found(roster) == [error("C2", "second_primary", "row"), error("C3", "second_primary", "row")]
    rows[0] += [None, "2023-09-01", "2024-07-01"]
    assert not read(school(mentors=THREE, 当前结对=[PAIRS, *rows])).issues


def test_a_pairing_with_a_mentor_on_leave_is_valid(read):
    assert not read(school(mentors=THREE, 当前结对=[PAIRS, ["P1", "20240101", "T004", "主", "在结"]])).issues


def test_a_pairing_that_ends_before_it_begins(read):
    rows = [["P1", "20240101", "T001", "主", "在结", "2024-09-01", "2024-08-01"]]
    assert found(read(school(当前结对=[PAIRS, *rows]))) == [error("G2", "dates_reversed", "row")]


def test_mentors_who_contradict_or_repeat_themselves(read):
    rows = [["T001", "20240101", 1], ["T001", "20240101", "不适合"], ["T002", "20240101", 1], ["T002", "20240101", 1]]
    rows += [["T003", "20240101", "也许"], ["T003", "20240101", 0]]
    roster = read(school(mentors=THREE, 导师意向=[["工号", "学号", "意向"], *rows]))
    assert found(roster) == [
        error("C2", "contradictory_rows", "row"),
        error("C3", "contradictory_rows", "row"),
        warning(5, "repeated_row"),
        error("C6", "stance_unreadable", "row"),
        error("C7", "stance_unreadable", "row"),
    ]
    assert len(roster.mentor_preferences) == 1


def test_a_word_that_is_not_known_refuses_the_cell(read):
    roster = read(school(当前结对=[PAIRS, ["P1", "20240101", "T001", "某种", "在结", None, None, "也许"]]))
    assert found(roster) == [error("D2", "value_not_known", "cell"), error("H2", "value_not_known", "cell")]


def test_unknown_columns_are_kept_aside(read):
    sheets = school()
    for name, value in (("备注", "x"), ("电话", 123)):
        sheets["学生"][0] = [*sheets["学生"][0], name]
        sheets["学生"][1] = [*sheets["学生"][1], *[None] * (len(sheets["学生"][0]) - 1 - len(sheets["学生"][1])), value]
    roster = read(sheets)
    assert dict(roster.students[0].extra) == {"备注": "x", "电话": "123"}


# The samples


@pytest.mark.parametrize(
    ("name", "sheet", "mentors"), [("school", "学生志愿", "导师"), ("school_english", "prefs_students", "mentors")]
)
def test_the_clean_samples_have_nothing_but_true_absences(name, sheet, mentors):
    path = SAMPLES / f"{name}.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)
    status = {row[0]: row[13] for row in book[mentors].iter_rows(min_row=2, values_only=True)}
    expected = [
        (f"{'ABCDEFGHI'[index]}{number}", mentor_id)
        for number, row in enumerate(book[sheet].iter_rows(min_row=2, values_only=True), start=2)
        for index in (2, 3, 4, 5, 6, 8)
        for mentor_id in (row[index] or "").split("┋")
        if mentor_id and status[mentor_id] != "在岗"
    ]
    issues = read_roster(path).issues
    assert {(i.sheet, i.code, i.severity, i.refused) for i in issues} == {(sheet, "mentor_on_leave", "warning", "cell")}
    assert [i.cell for i in issues] == [cell for cell, _ in expected]
    assert all(mentor_id in i.message.zh for i, (_, mentor_id) in zip(issues, expected, strict=True))


DIRTY = {
    "学生": {
        "title_row": [1],
        "missing_id": ["A43", "A416"],
        "id_normalised": [
            "A49",
            "A122",
            "A147",
            "A209",
            "A288",
            "A349",
            "A383",
            "A440",
            "A462",
            "A601",
            "A637",
            "A773",
        ],
        "name_with_spaces": ["B97", "B214", "B309", "B366", "B415", "B461", "B649", "B757"],
        "duplicate_id": ["A377", "A635"],
        "class_was_date": ["F595"],
        "two_digit_year": ["G731"],
        "total_row": [820],
    },
    "导师": {"number_normalised": ["I24"]},
    "学生志愿": {
        "mentor_by_name": [
            "C26",
            "C31",
            "C71",
            "C119",
            "C124",
            "C219",
            "C231",
            "C233",
            "C338",
            "C340",
            "C346",
            "C485",
            "C539",
            "C625",
            "C633",
            "C695",
            "C715",
            "C761",
            "C782",
        ],
        "ambiguous_mentor": ["C122", "C330", "C377", "C406", "C510", "C673"],
        "unknown_mentor": ["D156", "D735", "D780"],
        "choice_gap": ["E55", "E213", "E263", "E329", "E403", "E524", "E551", "E680", "E768"],
        "duplicate_choice": ["D312", "D376", "D388", "D559", "D585", "F783"],
        "superseded_form": [30, 145, 332, 398, 460, 694, 742, 773],
        "unknown_student": ["A41", "A355", "A393", "A603", "A791"],
        "formula_without_value": ["C791"],
    },
    "导师意向": {"unknown_student": ["B25", "B194", "B217", "B354"]},
    "当前结对": {"unknown_student": ["B105", "B144", "B363"]},
}


def test_the_dirty_sample():
    roster = read_roster(SAMPLES / "school_dirty.xlsx")
    places = {}
    for issue in roster.issues:
        if issue.code != "mentor_on_leave":
            places.setdefault(issue.sheet, {}).setdefault(issue.code, []).append(issue.cell or issue.row)
    assert places == DIRTY
    assert {c.kind: (c.read, c.accepted, c.refused) for c in roster.counts} == {
        "students": (817, 813, 4),
        "mentors": (66, 66, 0),
        "prefs_students": (790, 785, 5),
        "prefs_mentors": (467, 463, 4),
        "pairings": (546, 543, 3),
        "externals": (6, 6, 0),
        "changes": (13, 13, 0),
    }
    classes = {s.student_id: s.class_name for s in roster.students}
    assert set(classes.values()) == {f"{grade}({number})班" for grade in "七八九" for number in range(1, 7)}
    assert roster.students_by_id["20240337"].entry_date == datetime.date(2024, 9, 1)
