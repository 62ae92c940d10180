"""No column and no sheet is lost: each is read, read with a notice, named, or refused."""

import pytest

from mentormatch.base.errors import InputError
from mentormatch.io.headers import SHEETS, match_header
from mentormatch.io.normal_form import plain_form
from mentormatch.io.read import read_roster
from samples import SAMPLES
from small_school import small_school, write_xlsx

FORM = ["20240101", "T001"]


@pytest.fixture
def read(tmp_path):
    return lambda sheets: read_roster(write_xlsx(tmp_path / "school.xlsx", sheets))


def school_with(sheet: str, header: str, cells: list[object]):
    """Return a school with one more column on a sheet."""
    forms = [["学号", "第二志愿"], *([row, "T001"] for row in ("20240101", "20240102"))]
    sheets = small_school(**({"学生志愿": forms} if sheet == "学生志愿" else {}))
    rows = sheets[sheet]
    rows[0].append(header)
    for row, cell in zip(rows[1:], cells, strict=False):
        row.append(cell)
    return sheets


def found(roster, header: str):
    return [(issue.code, issue.severity) for issue in roster.issues if issue.column == header]


UNDERSTOOD = [
    *(
        ("学生志愿", header, "choice_1")
        for header in (
            *(
                "第一志愿：",
                "★第一志愿",
                "1.第一志愿",
                "第一志愿(填工号)",
                "First choice",
                "①第一志愿",
                "请填写第一志愿",
            ),
            *(
                "第一志愿【必填】*",
                "【1】第一志愿",
                "第一志願",
                "第一志愿导师",
                "1st choice",
                "Q1：第一志愿（单选）",
                "您的第一志愿?",
            ),
        )
    ),
    *(
        ("学生志愿", header, "avoid")
        for header in (
            "回避导师",
            "回避老师",
            "不愿意的老师",
            "不希望的导师(工号)",
            "不希望的導師：",
            "Mentors to avoid",
        )
    ),
    *(
        ("学生", header, "avoid_mentor_ids")
        for header in ("回避导师", "回避老师", "须回避导师工号（如有）", "须回避老师")
    ),
    *(("导师", header, "status") for header in ("是否在岗", "在岗情况", "状态(在岗/请假)", "狀態:", "导师状态")),
    *(
        ("学生", header, "care_level")
        for header in ("关爱等级(一般/重点)", "关爱级别", "關愛等級", "关爱等级：", "★关爱等级")
    ),
    *(("学生", header, "sibling_ids") for header in ("兄弟姐妹学号", "同校兄弟姐妹", "兄弟姐妹学号(没有不填)")),
    *(("学生", header, "mentor_gender_req") for header in ("导师性别需求", "导师性别", "导师性别要求(男/女)")),
    *(
        ("导师", header, "classes_taught")
        for header in ("所教班级", "任课班级", "任教班级(多个用顿号隔开)", "教学班级")
    ),
    *(
        ("导师", header, "capacity_min")
        for header in ("最低人数", "人数下限", "带生下限(人)", "最少人数", "最少带生人数")
    ),
]


@pytest.mark.parametrize(("sheet", "header", "name"), UNDERSTOOD)
def test_a_header_whose_meaning_is_certain_is_read_or_read_with_a_notice(read, sheet, header, name):
    kind = next(spec.kind for spec in SHEETS if spec.zh == sheet)
    match = match_header(kind, header)
    assert [column.name for column in match.columns] == [name]
    values = {"status": "病假", "sibling_ids": "20240102", "mentor_gender_req": "男", "care_level": "重点"}
    values |= {"classes_taught": "七(1)班", "capacity_min": 1, "sibling_ids": "20240102、20240101"}
    roster = read(school_with(sheet, header, [values.get(name, "T001")] * 2))
    assert not [issue for issue in roster.errors if issue.code != "self_reference"]
    codes = found(roster, header)
    assert (("header_understood", "warning") in codes) == (match.certainty == "understood")
    person = {"学生": roster.students, "导师": roster.mentors, "学生志愿": roster.student_preferences}[sheet][0]
    field = {"choice_1": "choices"}.get(name, name)
    assert getattr(person, field) not in (None, (), 0, "active")


NEAR = [
    *(
        ("学生志愿", header)
        for header in ("志愿", "导师志愿", "第一批志愿", "其他志愿", "回避", "不想选谁", "提交", "choice")
    ),
    *(("学生", header) for header in ("关爱", "关爱情况", "回避", "兄弟", "双胞胎兄弟", "导师性别要求(旧)", "分组")),
    *(("导师", header) for header in ("截止(去年)", "下限", "最低", "任课", "在职", "班主任年限", "状态(上学期)")),
]


@pytest.mark.parametrize(("sheet", "header"), NEAR)
def test_a_header_that_only_looks_like_ours_is_an_error(read, sheet, header):
    roster = read(school_with(sheet, header, ["x"]))
    assert found(roster, header) == [("header_near", "error")]
    issue = next(issue for issue in roster.issues if issue.column == header)
    assert (issue.row, issue.refused) == (1, "column")
    assert "1 格" in issue.message.zh


@pytest.mark.parametrize("header", ["备注", "政治面貌", "家长电话", "学籍号", "班主任", "校区", "住址"])
def test_other_columns_are_named_with_their_cells(read, header):
    roster = read(school_with("学生", header, ["x", "y"]))
    assert found(roster, header) == [("unknown_column", "warning")]
    issue = next(issue for issue in roster.issues if issue.column == header)
    assert issue.cell == "E1"
    assert "2 格" in issue.message.zh
    assert dict(roster.students[0].extra) == {header: "x"}
    assert not read(school_with("学生", header, [])).issues


@pytest.mark.parametrize("header", [None, "", " ", "\u200b", "\u3000"])
def test_a_column_without_a_header_is_an_error(read, header):
    roster = read(school_with("学生", header, ["x", "y"]))
    assert [(issue.code, issue.severity, issue.cell) for issue in roster.issues] == [
        ("column_without_header", "error", "E1")
    ]


def test_a_scribble_beside_the_table_is_a_notice(read):
    sheets = school_with("学生", None, ["x"])
    sheets["学生"] += [[f"202402{n:02}", "丁", "七年级", "七(1)班"] for n in range(1, 20)]
    assert [(issue.code, issue.severity) for issue in read(sheets).issues] == [("column_without_header", "warning")]


def test_two_columns_of_one_meaning_are_never_mixed(read):
    roster = read(school_with("导师", "人数上限", [3]))
    assert found(roster, "人数上限") == [("column_twice", "error")]
    assert roster.mentors[0].capacity_max == 15


@pytest.mark.parametrize("header", ["姓名", "班级", "备注", "提交时间", "性别"])
def test_a_sheet_of_forms_without_any_choice_is_an_error(read, header):
    roster = read(small_school(学生志愿=[["学号", header], ["20240101", None], ["20240102", None]]))
    assert [(issue.code, issue.severity) for issue in roster.issues] == [("no_needed_column", "error")]


@pytest.mark.parametrize("header", ["第六志愿", "志愿6", "第6志愿", "第十二志愿", "Choice 7"])
def test_a_sixth_choice_counts(read, header):
    sheets = small_school(学生志愿=[["学号", "第一志愿", header], ["20240101", None, "T001"]])
    roster = read(sheets)
    assert roster.student_preferences[0].choices == ("T001",)
    assert {issue.code for issue in roster.issues} == {"choice_gap"}


@pytest.mark.parametrize(
    "name",
    ["当前结队", "志愿表", "学生志愿 (2)", "学生志愿(1)", "学生志愿 副本", "当前结对2", "导师意向表2", "调换申請表格"],
)
def test_a_sheet_that_only_looks_like_ours_is_an_error(read, name):
    roster = read(small_school(**{name: [["学号", "工号"], FORM]}))
    assert [(issue.sheet, issue.code, issue.severity, issue.refused) for issue in roster.issues] == [
        (name, "sheet_near", "error", "sheet")
    ]
    assert roster.unread_sheets == (name,)


@pytest.mark.parametrize("name", ["Sheet1", "2024", "表1", "高一", "下学期"])
def test_a_sheet_is_known_by_its_headers_where_its_name_says_nothing(read, name):
    roster = read(small_school(**{name: [["学号", "第一志愿"], FORM]}))
    assert [(issue.sheet, issue.code) for issue in roster.issues] == [(name, "sheet_near")]
    assert "学生志愿" in roster.issues[0].message.zh


@pytest.mark.parametrize("name", ["通讯录", "课程表", "Sheet3", "说明", "成绩"])
def test_other_sheets_are_named_with_their_cells(read, name):
    roster = read(small_school(**{name: [["科室", "电话"], ["x", 1]]}))
    assert [(issue.sheet, issue.code, issue.severity) for issue in roster.issues] == [
        (name, "unknown_sheet", "warning")
    ]
    assert "4 格" in roster.issues[0].message.zh
    assert roster.unread_sheets == (name,)


@pytest.mark.parametrize("name", ["结果", "assignments", "摘要", "导师负荷", "变动与交接"])
def test_a_result_given_for_a_school_is_recognised(tmp_path, name):
    with pytest.raises(InputError, match="no school"):
        read_roster(write_xlsx(tmp_path / "a.xlsx", {name: [["学号", "工号"], FORM]}))


def test_a_survey_given_for_a_school_is_recognised(tmp_path):
    with pytest.raises(InputError, match="mentormatch survey"):
        read_roster(write_xlsx(tmp_path / "a.xlsx", {"Sheet1": [["序号", "1、您的学号", "2、第一志愿"], [1, *FORM]]}))


def test_a_marked_copy_is_recognised_and_read(read):
    roster = read(small_school(检查结果=[["x"]]))
    assert [(issue.code, issue.severity) for issue in roster.issues] == [("marked_copy", "warning")]
    assert len(roster.students) == 2


@pytest.mark.parametrize("name", ["school", "school_english", "school_short_of_seats"])
def test_no_false_finding_in_the_samples(name):
    codes = {issue.code for issue in read_roster(SAMPLES / f"{name}.xlsx").issues}
    assert codes <= {"mentor_on_leave", "choice_gap", "superseded_form", "lead_on_leave"}


def test_no_header_of_ours_looks_like_another_one() -> None:
    for spec in SHEETS:
        columns = (*spec.columns, *spec.further)
        for column in columns:
            for text in (column.name, column.zh, *column.aliases, *column.synonyms):
                assert match_header(spec.kind, text).columns == (column,), (spec.kind, text)


@pytest.mark.parametrize("text", ["学号(旧)", "第一志愿(已作废)", "班级(上学期)"])
def test_a_bracket_that_says_something_else_stays(text):
    assert plain_form(text) == text
