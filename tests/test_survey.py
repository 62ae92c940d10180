"""Forms out of a survey tool's export: what questions mean, who answered, whom they chose."""

import tomllib
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.base.errors import FileError, InputError
from mentormatch.io.finding_titles import FINDING_TITLES
from mentormatch.io.headers import find_column
from mentormatch.io.survey.answers import options
from mentormatch.io.survey.mapping import SurveyMapping, column_of, guessed_mapping, question
from mentormatch.io.survey.read import read_survey
from mentormatch.io.survey.write import write_forms
from mentormatch.io.template import write_template
from small_school import write_csvs, write_xlsx
from test_cli import run

SCHOOL = {
    "学生": [
        ["学号", "姓名", "年级", "班级"],
        ["20240101", "王小明", "七年级", "七(1)班"],
        ["20240102", "李四", "七年级", "七(1)班"],
        ["20240103", "李四", "七年级", "七(1)班"],
        ["20240201", "王小明", "七年级", "七(2)班"],
    ],
    "导师": [
        ["工号", "姓名", "任教学科", "带生上限"],
        ["T001", "张伟", "数学", 3],
        ["T002", "张伟", "语文", 3],
        ["T003", "陈静", "英语", 3],
        ["T004", "周红", "体育", 3],
    ],
}
HEADERS = [
    *(
        "序号",
        "提交答卷时间",
        "所用时间",
        "1、您的姓名",
        "2、请选择你的班级[单选题]",
        "3、第一志愿",
        "4、第二志愿(单选)",
    ),
    *("5、可接受的导师(可多选)", "6、不希望的导师", "7、你的学号"),
]
ANSWERS = [
    [1, "2024/11/4 9:05:10", "60秒", "王小明", "初一1班", "张伟(数学)", "(跳过)", "陈静┋周红", "(跳过)", "(空)"],
    [2, "2024/11/4 9:06:10", "61秒", "王小明", "702", "T003 陈静", "A.周红", "其他〖张伟(语文)〗", "(跳过)", None],
    [
        3,
        "2024/11/4 9:07:10",
        "62秒",
        "李四",
        "七(1)班",
        "陈静〖我喜欢英语,也喜欢她〗",
        "T001",
        None,
        "周红",
        "20240103",
    ],
]


@pytest.fixture
def school(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "school.xlsx", SCHOOL)


def survey(path: Path, answers: list[list[object]], headers: list[str] = HEADERS) -> Path:
    return write_xlsx(path, {"Sheet1": [headers, *answers]})


def test_an_export_becomes_forms(tmp_path: Path, school: Path) -> None:
    forms = read_survey(survey(tmp_path / "s.xlsx", ANSWERS), mm.read_roster(school))
    assert [row[0] for row in forms.rows] == ["20240101", "20240201", "20240103"]
    assert [row[2:] for row in forms.rows] == [
        ("T001", "", "", "", "", "", "T003┋T004"),
        ("T003", "T004", "", "", "", "", "T002"),
        ("T003", "T001", "", "", "", "T004", ""),
    ]
    assert [(issue.code, issue.cell, issue.severity) for issue in forms.issues] == [
        ("respondent_by_name", "J2", "warning"),
        ("respondent_by_name", "J3", "warning"),
    ]
    assert forms.ignored == ("序号", "所用时间")


def test_the_school_with_forms_is_read_and_keeps_its_bytes(tmp_path: Path, school: Path) -> None:
    forms = read_survey(survey(tmp_path / "s.xlsx", ANSWERS), mm.read_roster(school))
    write_forms(forms, school, tmp_path / "out.xlsx", "zh")
    roster = mm.read_roster(tmp_path / "out.xlsx")
    assert not roster.issues
    assert {form.student_id: (form.choices, form.acceptable, form.avoid) for form in roster.student_preferences} == {
        "20240101": (("T001",), ("T003", "T004"), ()),
        "20240201": (("T003", "T004"), ("T002",), ()),
        "20240103": (("T003", "T001"), (), ("T004",)),
    }
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == ["学生", "导师", "学生志愿"]
    with pytest.raises(InputError, match="already has"):
        write_forms(forms, tmp_path / "out.xlsx", tmp_path / "twice.xlsx", "zh")
    with pytest.raises(FileError):
        write_forms(forms, write_csvs(tmp_path / "csv", SCHOOL), tmp_path / "x.xlsx", "zh")


REFUSED = {
    "two of one name in a class": (["李四", "七(1)班", "T001", None], "respondent_ambiguous"),
    "nobody of that name": (["赵六", "七(1)班", "T001", None], "respondent_unknown"),
    "a name without a class": (["王小明", None, "T001", None], "respondent_unknown"),
    "an unknown id is never replaced": (["王小明", "七(1)班", "T001", "20249999"], "unknown_student"),
    "an id and another one's name": (["王小明", "七(1)班", "T001", "20240102"], "respondent_mismatch"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_nobody_is_guessed(tmp_path: Path, school: Path, case: str) -> None:
    answer, code = REFUSED[case]
    path = survey(tmp_path / "s.xlsx", [answer], ["姓名", "班级", "第一志愿", "学号"])
    forms = read_survey(path, mm.read_roster(school))
    assert (len(forms.rows), forms.read) == (0, 1)
    (issue,) = forms.issues
    assert (issue.code, issue.severity, issue.refused) == (code, "error", "row")
    assert code in FINDING_TITLES
    for text in (issue.message, issue.suggestion):
        assert text is None or not any(name in text.zh + text.en for name in ("王小明", "李四", "赵六"))


@pytest.mark.parametrize("answer", ["张伟", "T009", "T001 陈静", "张伟 陈静", "某人"])
def test_no_mentor_is_guessed(tmp_path: Path, school: Path, answer: str) -> None:
    path = survey(tmp_path / "s.xlsx", [["20240101", answer]], ["学号", "第一志愿"])
    forms = read_survey(path, mm.read_roster(school))
    assert forms.rows[0][2] == answer  # left for a clerk to mend
    assert [(issue.cell, issue.severity, issue.refused) for issue in forms.issues] == [("B2", "error", "cell")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张伟┋陈静", ["张伟", "陈静"]),
        ("A.张伟┋B、陈静", ["张伟", "陈静"]),
        ("张伟┋其他〖周红, 不知道〗", ["张伟", "周红", "不知道"]),
        ("其它〖周红〗", ["周红"]),
        ("陈静〖因为,所以〗┋周红", ["陈静", "周红"]),
        ("(跳过)", []),
        (None, []),
        (7.0, [7.0]),
    ],
)
def test_options_of_an_answer(cell: object, expected: list[object]) -> None:
    assert [part.strip() if isinstance(part, str) else part for part in options(cell)] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("3、第一志愿", "choice_1"),
        ("Q4. 第二志愿[单选题]", "choice_2"),
        ("12.请选择你的第三志愿（必答）", "choice_3"),
        ("1、您的姓名：", "name"),
        ("2、孩子的班级", "class"),
        ("7、你的学号", "student_id"),
        ("提交答卷时间", "submitted_at"),
        ("5、可接受的导师(可多选)", "acceptable"),
        ("3、第一志愿导师", "choice_1"),
        ("4、你的第2选择的老师是？", "choice_2"),
        ("5、其他可以接受的老师(可多选)", "acceptable"),
        ("6、绝对不想要的老师", "avoid"),
        ("需要回避的导师", "avoid"),
        ("想对老师说的话", None),
        ("最喜欢的老师", None),
        ("来源", None),
        ("性别", None),
    ],
)
def test_what_a_question_means(header: str, column: str | None) -> None:
    assert column_of(header) == column


def test_a_mapping_is_remembered(tmp_path: Path, school: Path) -> None:
    headers = ["编号", "最想跟哪位老师", "其次", "第三", "四", "五", "六"]
    path = survey(tmp_path / "s.xlsx", [["20240101", "陈静", "周红", None, None, "T001", "T002"]], headers)
    rules = tmp_path / "rules.toml"
    rules.write_text('mechanism = "two_round"\n\n[[stage]]\nkind = "rank_total"\n', "utf-8")
    unclear = run("survey", path, school, "-o", tmp_path / "o.xlsx", "--lang", "en")
    assert unclear.returncode == 2
    assert "--map" in unclear.stderr
    maps = ["--map", "编号=student_id"]
    for number, header in enumerate(headers[1:], start=1):
        maps += ["--map", f"{header}=choice_{number}"]
    first = run("survey", path, school, "-o", tmp_path / "o.xlsx", "--rules", rules, "--remember", *maps)
    assert first.returncode == 0, first.stderr
    written = tomllib.loads(rules.read_text("utf-8"))
    assert written["survey"] == {"student_id": "编号", "choices": headers[1:]}
    assert (written["mechanism"], written["stage"]) == ("two_round", [{"kind": "rank_total"}])
    again = run("survey", path, school, "-o", tmp_path / "o2.xlsx", "--rules", rules)
    assert again.returncode == 0, again.stderr
    # A sixth choice goes in after the fifth.
    (form,) = mm.read_roster(tmp_path / "o2.xlsx").student_preferences
    assert form.choices == ("T003", "T004", "T001", "T002")
    solved = run("solve", tmp_path / "o2.xlsx", "-o", tmp_path / "r.xlsx", "--rules", rules)
    assert solved.returncode == 0, solved.stderr


def test_the_command_writes_nothing_over_errors(tmp_path: Path, school: Path) -> None:
    path = survey(tmp_path / "s.xlsx", [*ANSWERS, [4, None, None, "赵六", "七(1)班", "张伟", None, None, None, None]])
    out, marked = tmp_path / "out.xlsx", tmp_path / "marked.xlsx"
    refused = run("survey", path, school, "-o", out, "--marked", marked)
    assert refused.returncode == 2
    assert not out.exists()
    assert "J5" in refused.stdout
    assert "赵六" not in refused.stdout + refused.stderr
    assert openpyxl.load_workbook(marked)["Sheet1"]["J5"].fill.fgColor.rgb == "FFFFC7CE"
    accepted = run("survey", path, school, "-o", out, "--accept-issues")
    assert accepted.returncode == 0
    assert len(mm.read_roster(out).student_preferences) == 3


@pytest.mark.parametrize("text", ["", "x", "=choice_1", "x=", "x=choice_", "x=choice_a", "x=gender"])
def test_bad_maps(tmp_path: Path, school: Path, text: str) -> None:
    path = survey(tmp_path / "s.xlsx", ANSWERS)
    answer = run("survey", path, school, "-o", tmp_path / "o.xlsx", "--map", text)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_a_sheet_or_header_that_is_not_there(tmp_path: Path, school: Path) -> None:
    roster, path = mm.read_roster(school), survey(tmp_path / "s.xlsx", ANSWERS)
    with pytest.raises(InputError, match="Answers"):
        read_survey(path, roster, SurveyMapping(sheet="Answers", student_id="学号", choices=("第一志愿",)))
    with pytest.raises(InputError, match="no such thing"):
        read_survey(path, roster, SurveyMapping(student_id="学号", choices=("no such thing",)))


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True))
def test_a_mapping_survives_the_rules_file(headers: list[str]) -> None:
    mapping = SurveyMapping(student_id=headers[0], choices=tuple(headers[1:]), sheet=headers[-1])
    assert SurveyMapping.model_validate(tomllib.loads(mapping.toml())["survey"]) == mapping.model_copy()


@given(st.text(max_size=30))
def test_any_header_is_a_question(header: str) -> None:
    assert isinstance(question(header), str)
    assert guessed_mapping([header]).headers in ((), (header,))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_empty_sheet_of_the_template_is_filled_in(tmp_path: Path, school: Path, lang: str) -> None:
    forms = read_survey(survey(tmp_path / "s.xlsx", ANSWERS), mm.read_roster(school))
    write_template(tmp_path / "t.xlsx", lang)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for name, rows in zip(book.sheetnames[1:3], SCHOOL.values(), strict=True):
        heads = [cell.value for cell in book[name][1]]
        for number, row in enumerate(rows[1:], start=3):
            for title, value in zip(rows[0], row, strict=True):
                spec = find_column("students" if rows is SCHOOL["学生"] else "mentors", title)
                assert spec is not None
                book[name].cell(number, heads.index(spec.in_language(lang)) + 1, value)
    book.save(tmp_path / "school2.xlsx")
    write_forms(forms, tmp_path / "school2.xlsx", tmp_path / "out.xlsx", lang)
    roster = mm.read_roster(tmp_path / "out.xlsx")
    assert [form.student_id for form in roster.student_preferences] == ["20240101", "20240201", "20240103"]
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == book.sheetnames
