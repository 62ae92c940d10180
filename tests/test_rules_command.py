"""The command ``rules``: words, presets and the schema of rules files, and what they promise."""

import json
import tomllib
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner

import mentormatch as mm
from mentormatch.cli import group
from mentormatch.io.sample_school import write_sample_school
from mentormatch.matchmaking import find_mechanism
from mentormatch.record.regrouping import Regrouping, regrouped
from mentormatch.roster.roster import Roster
from mentormatch.rules.presets import NAMES, PRESETS, preset_text
from mentormatch.rules.rules_explained import explain_rules
from mentormatch.rules.rules_file import Rules, read_rules
from mentormatch.rules.rules_schema import rules_schema
from small_rosters import NOVEMBER, form, mentor, pairing, student

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: object) -> str:
    answer = CliRunner().invoke(group, ["rules", *(str(each) for each in arguments)], standalone_mode=False)
    if answer.exception is not None:
        raise answer.exception
    assert answer.return_value == 0
    return answer.output


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    return path


# -- words ------------------------------------------------------------------------------------------------------


def test_without_a_file_the_defaults_are_told():
    said = run("--lang", "en")
    assert "Every student has a mentor. [default]" in said
    assert "Mechanism: two_round" in said
    assert "overlap_days" not in said
    assert "overlap_days = 14" in run("--explain", "--lang", "en")


def test_a_file_is_told_with_its_own_rules_and_the_defaults(tmp_path):
    path = written(tmp_path, '[[constraint]]\nkind = "consent"\noverlap_days = 7\n[[stage]]\nkind = "rank_total"\n')
    said = run(path, "--explain")
    assert '[规则文件] kind = "consent"' in said
    assert "overlap_days = 7  新旧导师共同负责的天数\n" in said
    assert '[默认] kind = "adaptation"' in said
    assert "八周" in said
    assert '[规则文件] kind = "rank_total"' in said
    assert "load_balance" not in said


def test_reasons_of_pairs_are_not_told(tmp_path):
    path = written(tmp_path, '[[constraint]]\nkind = "separated_pairs"\npairs = [["s1", "T1", "SECRET"]]\n')
    said = run(path, "--explain", "--lang", "en")
    assert "SECRET" not in said
    assert "[1 entries]" in said


def test_the_frame_is_told():
    rules = Rules(choice_rounds=(2, 3), mentor_kinds=("in_school", "peer"), regroup=Regrouping(classes={"a": "b"}))
    text = "\n".join(line.en for line in explain_rules(rules, find_mechanism("two_round")))
    assert "Rounds of choice: 2+3" in text
    assert "1 classes and 0 students" in text
    assert "in_school, peer" in text


def test_a_broken_file_is_refused(tmp_path):
    with pytest.raises(mm.RulesError, match="you meant adaptation"):
        run(written(tmp_path, '[[constraint]]\nkind = "adaption"\n'))
    with pytest.raises(click.UsageError):
        run("--schema", "--preset", "初中")


# -- presets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PRESETS, *NAMES])
def test_presets_are_rules_files(name, tmp_path):
    rules = read_rules(written(tmp_path, run("--preset", name)))
    assert rules.constraints
    assert rules.stages
    adaptation = next(rule for rule in rules.constraints if rule.kind == "adaptation")
    assert adaptation.grades == ({"小学": (1,), "primary": (1,), "初中": (7,), "junior": (7,)}.get(name, (10,)))


def test_unknown_presets_are_refused():
    with pytest.raises(mm.InputError, match="there are: 小学, 初中, 高中, primary"):
        preset_text("幼儿园")


@pytest.mark.parametrize("name", PRESETS)
def test_presets_match_a_school(name, tmp_path):
    write_sample_school(tmp_path / "school.xlsx", "en")
    rules = read_rules(written(tmp_path, preset_text(name)))
    result = mm.match(mm.read_roster(tmp_path / "school.xlsx"), on=NOVEMBER, rules=rules)
    assert result.status is mm.Status.OPTIMAL
    assert result.matching.num_placed == 240


# -- schema -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    text = rules_schema()
    jsonschema.Draft202012Validator.check_schema(text)
    return jsonschema.Draft202012Validator(text)


def as_json(toml: str) -> object:
    return json.loads(json.dumps(tomllib.loads(toml), default=lambda day: day.isoformat()))


def test_the_schema_takes_what_we_take(schema):
    for text in [*(preset_text(name) for name in PRESETS), (ROOT / "benchmarks" / "all_rules.toml").read_text("utf-8")]:
        schema.validate(as_json(text))
    schema.validate(as_json('[regroup]\nclasses = { "七(1)班" = "八(1)班" }\nteachers_follow = true'))
    schema.validate(
        as_json(
            """
            [[constraint]]
            kind = "type_quotas"
            attribute = "care_level"
            values = "key"
            upper = { T001 = 2 }
            [[constraint]]
            kind = "fixed_pairs"
            pairs = [["s1", "T1", "why"], { student = 7, mentor = "T2", expires = 2025-01-31 }]
            """
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        '[[constraint]]\nkind = "quota"',
        '[[constraint]]\nkind = "consent"\noverlap_days = "7"',
        '[[constraint]]\nkind = "consent"\noverlap = 7',
        '[[constraint]]\nkind = "fixed_pairs"\npairs = [["s1"]]',
        '[[stage]]\nkind = "quotas"',
        "choice_rounds = 2",
        "unknown = 1",
    ],
)
def test_the_schema_refuses_what_we_refuse(schema, text, tmp_path):
    with pytest.raises(jsonschema.ValidationError):
        schema.validate(as_json(text))
    with pytest.raises(mm.RulesError):
        read_rules(written(tmp_path, text))


def test_the_command_prints_the_schema():
    assert json.loads(run("--schema")) == rules_schema()


# -- regrouping -------------------------------------------------------------------------------------------------


SCHOOL = Roster(
    students=(student("s1", grade=7), student("s2", grade=7), student("s3", grade=8)),
    mentors=(
        mentor("a", 3, classes_taught=("七(1)班",), head_of=("七(1)班",)),
        mentor("b", 3, classes_taught=("八(1)班",)),
    ),
    pairings=(pairing("s1", "a"), pairing("s2", "a"), pairing("s3", "b")),
    student_preferences=(form("s3", "b"),),
)


def test_classes_move_up_and_split():
    moved = regrouped(
        SCHOOL, Regrouping(classes={"七(1)班": "八1班", "八(1)班": "初三(1)班"}, students={"s2": "八(2)班"})
    )
    found = {s.student_id: (s.class_name, s.grade, s.grade_number) for s in moved.students}
    assert found == {
        "s1": ("八(1)班", "八年级", 8),
        "s2": ("八(2)班", "八年级", 8),
        "s3": ("九(1)班", "九年级", 9),
    }
    assert moved.mentors == SCHOOL.mentors
    assert moved.students_by_id["s1"].class_name == "八(1)班"
    assert SCHOOL.students_by_id["s1"].class_name == "七(1)班"


def test_teachers_may_follow_their_classes():
    moved = regrouped(SCHOOL, Regrouping(classes={"七(1)班": "八(1)班", "八(1)班": "九(1)班"}, teachers_follow=True))
    assert moved.mentors_by_id["a"].classes_taught == ("八(1)班",)
    assert moved.mentors_by_id["a"].head_of == ("八(1)班",)
    assert moved.mentors_by_id["b"].classes_taught == ("九(1)班",)


def test_a_name_without_a_grade_keeps_the_grade():
    moved = regrouped(SCHOOL, Regrouping(students={"s1": "Robotics"}))
    assert (moved.students[0].class_name, moved.students[0].grade_number) == ("Robotics", 7)


def test_the_original_mentor_stays_eligible_after_a_move(tmp_path):
    """s1 and s2 move up; a teaches only the class they leave, and remains theirs under the strictest eligibility."""
    text = """
    [regroup]
    classes = { "七(1)班" = "八(1)班", "八(1)班" = "九(1)班" }
    [[constraint]]
    kind = "eligibility"
    reach = "own_class"
    """
    rules = read_rules(written(tmp_path, text))
    result = mm.match(SCHOOL, on=NOVEMBER, rules=rules)
    assert result.matching.as_dict() == {"s1": ("a",), "s2": ("a",), "s3": ("b",)}
    without = rules.model_copy(update={"regroup": None})
    assert mm.match(SCHOOL, on=NOVEMBER, rules=without).matching.as_dict() == result.matching.as_dict()


def test_unknown_classes_and_students_are_refused():
    with pytest.raises(mm.RulesError, match=r"class 七.9.班 in 'regroup'") as caught:
        regrouped(SCHOOL, Regrouping(classes={"七(9)班": "八(9)班"}))
    assert "Maybe you meant 七(1)班" in str(caught.value)
    with pytest.raises(mm.RulesError, match="student s9"):
        regrouped(SCHOOL, Regrouping(students={"s9": "八(1)班"}))
