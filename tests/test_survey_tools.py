"""What survey tools export: a column for each rank, for each mentor, lists in order, skipped questions, accounts."""

from pathlib import Path

import openpyxl
import pytest

import mentormatch as mm
from mentormatch.io.finding_titles import FINDING_TITLES
from mentormatch.io.survey.read import SurveyForms, read_survey
from mentormatch.io.survey.write import write_forms
from small_school import write_xlsx
from test_cli import run
from test_survey import SCHOOL

# Tool and form: headers, answers, corrections by --map, and per student the choices, whom to avoid, who is acceptable.
EXPORTS: dict[str, tuple[list[str], list[list[object]], list[tuple[str, str]], dict[str, tuple[str, str, str]]]] = {
    "wjx as text": (
        ["序号", "提交答卷时间", "1、您的学号", "2、导师志愿[排序题]", "3、可接受的导师[多选题]", "4、不希望的导师"],
        [
            [1, "2024/11/4 9:05:10", "20240101", "陈静→周红→T001", "T002", "(跳过)"],
            [2, "2024/11/4 9:06:10", "20240102", "(跳过)", "(空)", "周红"],
        ],
        [],
        {"20240101": ("T003 T004 T001", "", "T002"), "20240102": ("", "T004", "")},
    ),
    "wjx with a column for each option": (
        [
            *("1、学号", "2、导师志愿(陈静)", "2、导师志愿(周红)", "3、可接受的导师(T001)", "3、可接受的导师(T002)"),
            "4、不希望的导师",
        ],
        [["20240101", 2, 1, 0, 1, -3], ["20240102", -2, -2, "-3", -2, "周红"]],
        [],
        {"20240101": ("T004 T003", "", "T002"), "20240102": ("", "T004", "")},
    ),
    "wjx matrix": (
        ["1、学号", "2、您的志愿:第一志愿", "2、您的志愿:第二志愿", "2、您的志愿:第三志愿"],
        [["20240101", "陈静", "A.周红", -3], ["20240102", "T001", "(跳过)", "T003"]],
        [],
        {"20240101": ("T003 T004", "", ""), "20240102": ("T001 T003", "", "")},
    ),
    "Tencent": (
        ["编号", "提交时间（自动）", "学号", "第一志愿（必填）", "第二志愿", "不想要的老师（选填）"],
        [[1, "2024-11-04 09:05", "20240101", "陈静", "周红", "T001"]],
        [],
        {"20240101": ("T003 T004", "T001", "")},
    ),
    "jinshuju": (
        ["序号", "学号", "第一志愿", "可接受的导师: 陈静", "可接受的导师: 周红", "提交时间"],
        [[1, "20240101", "T001", None, "周红", "2024-11-04"], [2, "20240102", "T001", "陈静", "周红", None]],
        [],
        {"20240101": ("T001", "", "T004"), "20240102": ("T001", "", "T003 T004")},
    ),
    "Google Forms": (
        ["时间戳记", "学号", "选择导师 [第二志愿]", "选择导师 [第一志愿]", "可接受的导师", "不希望的导师 [周红]"],
        [["2024/11/4 上午 9:05:10", "20240101", "周红", "陈静", "T001, T002", None]],
        [],
        {"20240101": ("T003 T004", "", "T001 T002")},
    ),
    "Microsoft Forms": (
        ["ID", "Start time", "Completion time", "Email", "Name", "姓名", "班级", "请将导师按意愿排序"],
        [[1, None, "2024-11-04", "anonymous", None, "王小明", "七(1)班", "陈静;周红;"]],
        [],
        {"20240101": ("T003 T004", "", "")},
    ),
    "LimeSurvey": (
        [
            *("Response ID", "Date submitted", "学号", "最想要谁 [Rank 1]", "最想要谁 [Rank 2]"),
            *("不希望的导师 [张伟-数学]", "不希望的导师 [周红]"),
        ],
        [[7, "2024-11-04 09:05:10", "20240101", "陈静", "T002", "No", "Yes"]],
        [("最想要谁", "ranking")],
        {"20240101": ("T003 T002", "T004", "")},
    ),
    "Kobo": (
        [
            *("start", "end", "学号", "ranking/_1st_choice", "ranking/_2nd_choice", "acceptable/T001"),
            *("acceptable/T002", "_submission_time"),
        ],
        [
            ["", "", "20240101", "T003", "T004", 1, 0, "2024-11-04T09:05:10"],
            ["", "", "20240102", "T004", "", None, "1", ""],
        ],
        [],
        {"20240101": ("T003 T004", "", "T001"), "20240102": ("T004", "", "T002")},
    ),
}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_xlsx(tmp_path_factory.mktemp("school") / "school.xlsx", SCHOOL)


@pytest.fixture
def read(tmp_path: Path, school: Path):
    def read_rows(headers: list[str], rows: list[list[object]], columns: list[tuple[str, str]] = []) -> SurveyForms:  # noqa: B006
        path = write_xlsx(tmp_path / "s.xlsx", {"Sheet1": [headers, *rows]})
        return read_survey(path, mm.read_roster(school), columns=columns)

    return read_rows


@pytest.mark.parametrize("tool", EXPORTS)
def test_the_export_of_a_tool_becomes_the_forms_that_were_meant(read, school: Path, tmp_path: Path, tool: str) -> None:
    headers, rows, columns, expected = EXPORTS[tool]
    forms = read(headers, rows, columns)
    assert not [issue for issue in forms.issues if issue.severity == "error"]
    told = {
        row[0]: (" ".join(filter(None, row[2:7])), row[7].replace("┋", " "), row[8].replace("┋", " "))
        for row in forms.rows
    }
    assert told == expected
    write_forms(forms, school, tmp_path / "out.xlsx", "zh")
    roster = mm.read_roster(tmp_path / "out.xlsx")
    assert not roster.errors
    assert {each.student_id: " ".join(each.choices) for each in roster.student_preferences} == {
        student: choices for student, (choices, _, _) in expected.items()
    }


@pytest.mark.parametrize(
    ("cells", "code", "place"),
    [
        ((1, 1, 0), "survey_rank_unclear", "C2"),
        (("甲", 1, 0), "survey_rank_unclear", "B2"),
        ((0, 1, 0), "survey_rank_unclear", "B2"),
        ((1.5, 1, 0), "survey_rank_unclear", "B2"),
        ((1, 2, "也许"), "survey_option_unclear", "D2"),
        ((1, 2, 7), "survey_option_unclear", "D2"),
        ((1, 2, "周红"), "survey_option_unclear", "D2"),
    ],
)
def test_an_option_that_cannot_be_read_is_an_error_at_its_cell(read, cells, code, place) -> None:
    forms = read(
        ["学号", "导师排序-陈静", "导师排序-周红", "不希望的导师-T001", "不希望的导师-T002"], [["20240101", *cells, 0]]
    )
    assert [(issue.code, issue.cell, issue.severity) for issue in forms.issues] == [(code, place, "error")]
    assert code in FINDING_TITLES


@pytest.mark.parametrize(
    "header",
    [
        "有没有不想要的老师,请写明",
        "哪些老师你不愿意跟",
        "要回避哪位导师(家长填写)",
        "Which teacher would you avoid",
        "拒绝的导师和原因",
    ],
)
def test_a_veto_that_is_not_read_is_an_error_until_somebody_says_what_it_is(read, header: str) -> None:
    headers, rows = ["学号", "第一志愿", header], [["20240101", "T001", "T003"], ["20240102", "T001", None]]
    (issue,) = read(headers, rows).issues
    assert (issue.code, issue.cell, issue.severity) == ("survey_question_unread", "C1", "error")
    assert issue.code in FINDING_TITLES
    assert read(headers, rows, [(header, "unused")]).issues == ()
    assert read(headers, rows, [(header, "avoid")]).rows[0][7] == "T003"
    assert not read(headers, [["20240101", "T001", None]]).issues  # nobody answered


def test_an_unused_question_is_taken_out_of_the_guess(read) -> None:
    forms = read(["学号", "第一志愿", "第二志愿"], [["20240101", "T001", "T003"]], [("第二志愿", "unused")])
    assert forms.rows[0][2:4] == ("T001", "")


def test_an_id_is_read_as_the_sheet_shows_it(tmp_path: Path, school: Path) -> None:
    path = write_xlsx(tmp_path / "s.xlsx", {"Sheet1": [["学号", "第一志愿"], [20240101, 3], ["20240102", "T001"]]})
    book = openpyxl.load_workbook(path)
    book["Sheet1"]["B2"].number_format = '"T"000'
    book.save(path)
    assert [row[2] for row in read_survey(path, mm.read_roster(school)).rows] == ["T003", "T001"]


def test_a_clerk_reads_words_and_no_table_of_a_rules_file(tmp_path: Path, school: Path) -> None:
    headers, rows, *_ = EXPORTS["wjx as text"]
    path = write_xlsx(tmp_path / "s.xlsx", {"Sheet1": [headers, *rows]})
    answer = run("survey", path, school, "-o", tmp_path / "o.xlsx", "--lang", "zh")
    assert answer.returncode == 0, answer.stderr
    assert "志愿排序:2、导师志愿[排序题]" in answer.stdout
    assert "[survey]" not in answer.stdout
