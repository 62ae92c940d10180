"""Names of people stay in the data: they are in no repr, no exception and no message."""

import datetime
import json

import pytest

import mentormatch as mm
from mentormatch.base.errors import InputError
from mentormatch.io.read import read_roster
from mentormatch.market.attribute import Attribute
from mentormatch.problem.form import compile_form
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.preference import MentorPreference, StudentPreference
from mentormatch.roster.student import Student
from mentormatch.solvers.engine import Outcome
from small_school import small_school, write_xlsx

NAME = "欧阳秘密"
PEOPLE = [
    Student(student_id="1", name=NAME, grade="七年级", grade_number=7, class_name="七(1)班", extra=(("监护人", NAME),)),
    Mentor(mentor_id="T1", name=NAME, capacity_max=1),
    ExternalMentor(external_id="E1", name=NAME, check_valid_to=datetime.date(2025, 1, 1)),
]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: type(person).__name__)
def test_a_person_is_shown_without_the_name(person):
    assert NAME not in f"{person!r} {person!s} {[person]}"
    assert person.name == NAME
    assert person == person.model_copy()
    assert hash(person) == hash(person.model_copy())


def test_a_validation_error_is_silent_about_its_input():
    with pytest.raises(InputError) as caught:
        Student(student_id="1", name=NAME, grade=NAME, grade_number=NAME, class_name="", nickname=NAME)
    assert NAME not in f"{caught.value!s} {caught.value!r}"


def test_a_mentor_refuses_a_minimum_above_the_maximum():
    with pytest.raises(InputError, match="Got 3 > 2 instead") as caught:
        Mentor(mentor_id="T1", name=NAME, capacity_min=3, capacity_max=2)
    assert NAME not in str(caught.value)


FORM = ["学号", "提交时间", "第一志愿", "不希望的导师", "可接受导师"]


@pytest.mark.parametrize("name", [NAME, "Ouyang", "Ouyang Secret", "欧阳 秘密"])
def test_no_message_shows_a_name_typed_into_any_cell(tmp_path, name):
    columns = [
        "学号",
        "姓名",
        "性别",
        "学段",
        "年级",
        "班级",
        "入学日期",
        "是否寄宿",
        "关爱类别",
        "关爱等级",
        "同校兄弟姐妹学号",
        "须回避导师工号",
    ]
    good = ["20240101", "甲", "男", "初中", "七年级", "七(1)班", "2024-09-01", "否", "", "", "", ""]
    rows = [[name if i == j else cell for j, cell in enumerate(good)] for i in range(len(good))]
    for number, row in enumerate(rows[1:], start=1):
        row[0] = f"2024010{number}" if number < 10 else f"202401{number}"
    rows.append([name, *good[1:]])
    sheets = small_school(
        学生志愿=[FORM, [name, None, "T001"], ["20240101", name, name, name, f"{name}、{name}"]],
        导师意向=[["工号", "学号", "意向"], [name, "20240101", "1"], ["T001", name, "1"], ["T001", "20240101", name]],
        当前结对=[["结对号", "学号", "工号", "开始"], [name, name, "T001", None], ["P2", "20240101", name, name]],
        调换申请=[["申请号", "学号", "原导师", "学生意见"], [name, "20240101", name, name]],
    )
    sheets["学生"] = [columns, *rows]
    roster = read_roster(write_xlsx(tmp_path / "a.xlsx", sheets))
    assert len(roster.issues) > 15
    told = json.dumps([issue.model_dump(mode="json") for issue in roster.issues], ensure_ascii=False)
    for part in (NAME, "Ouyang", "Secret", "秘密"):
        assert part not in told
        assert part not in repr(roster)


def test_an_issue_is_json_with_its_place(tmp_path):
    sheets = small_school()
    sheets["学生"][2][0] = None
    (issue,) = read_roster(write_xlsx(tmp_path / "a.xlsx", sheets)).issues
    assert issue.model_dump(mode="json") == {
        "sheet": "学生",
        "code": "missing_id",
        "severity": "error",
        "message": {"zh": "缺少“学号”", "en": "No student_id is given"},
        "row": 3,
        "column": "学号",
        "column_index": 0,
        "refused": "row",
        "suggestion": {"zh": "填写“学号”", "en": "fill in student_id"},
        "cell": "A3",
    }


def test_what_concerns_care_is_shown_in_no_representation():
    hidden = "secret 关爱"
    student = Student(
        student_id="1",
        name=NAME,
        grade="七年级",
        grade_number=7,
        class_name="七(1)班",
        care_level="key",
        care_tags=(hidden,),
        avoid_mentor_ids=("T-secret",),
        apart_ids=("S-secret",),
        themes=(hidden,),
    )
    veto = MentorPreference(mentor_id="T1", student_id="1", stance="unsuitable", reason_code=hidden)
    form = StudentPreference(student_id="1", avoid=("T-secret",))
    shown = f"{student!r} {veto!r} {form!r}"
    assert not any(word in shown for word in (hidden, "secret", "unsuitable", "'key'"))


def test_representations_of_what_engines_read_and_say_hold_no_array():
    market = mm.Market.from_preferences({f"s{i}": ["a", "b"] for i in range(4)}, quotas=3)
    market = market.replace(student_attributes={"gender": Attribute.from_values(["male", "female"] * 2)})
    result = mm.match(market)
    outcome = Outcome(status=result.status, pairs=result.matched.pairs)
    for thing in (compile_form(result.problem), result.certificate, outcome, *market.student_attributes.values()):
        assert "array(" not in repr(thing)
        assert type(thing).__name__ in repr(thing)
