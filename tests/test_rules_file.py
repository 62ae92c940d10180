from datetime import date
from pathlib import Path

import pytest

from mentormatch.base.errors import FileError, RulesError
from mentormatch.constraints import (
    Continuity,
    Coverage,
    Eligibility,
    FixedPairs,
    ForbiddenPairs,
    Quotas,
    TypeQuotas,
    Vetoes,
    WeakStability,
)
from mentormatch.matchmaking import find_mechanism
from mentormatch.objectives import FewestChanges, FewestMoves, LoadBalance, Locality, SoftRules
from mentormatch.roster.roster import Roster
from mentormatch.rules.defaults import school_constraints
from mentormatch.rules.rules_file import Rules, read_rules

EVERYTHING = """
mechanism = "two-round"
priorities = ["named", "continuing", "own_class"]

[[constraint]]
kind = "quotas"
lower_penalty = 2
stage = "wishes"

[[constraint]]
kind = "type_quotas"
attribute = "care_level"
values = "key"
upper = { T02 = 1, T01 = 3 }

[[constraint]]
kind = "coverage"
students = ["20240101", "20240102"]

[[constraint]]
kind = "eligibility"
reach = "own_class"
choices_exempt = true

[[constraint]]
kind = "vetoes"
mentors = false

[[constraint]]
kind = "fixed_pairs"
pairs = [["20240101", "T01"], { student = "20240102", mentor = "T02", reason = "姐妹同班", expires = 2025-01-31 }]

[[constraint]]
kind = "forbidden_pairs"
on = 2024-11-11
pairs = [{ student = 7, mentor = 8 }]

[[constraint]]
kind = "continuity"
mode = "at_most"
max_changes = 20

[[constraint]]
kind = "weak_stability"

[[stage]]
kind = "fewest_changes"

[[stage]]
kind = "locality"
choices = true

[[stage]]
kind = "load_balance"
attribute = "care_level"
only = ["key"]

[[stage]]
kind = "fewest_moves"
base = [["20240101", "T01"]]

[[stage]]
kind = "soft_rules"
name = "wishes"
"""


def read(tmp_path, content: str | bytes) -> Rules:
    path = tmp_path / "rules.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_rules(path)


def refused(tmp_path, content: str | bytes) -> str:
    """Return the English message; the Chinese one must be there and say the same number of things."""
    with pytest.raises(RulesError) as caught:
        read(tmp_path, content)
    text = caught.value.full_text
    assert len(text.zh.splitlines()) == len(text.en.splitlines())
    assert "规则文件" in text.zh
    assert "rules.toml" in text.zh
    assert "rules.toml" in text.en
    return text.en


def test_everything_that_a_file_may_say(tmp_path):
    rules = read(tmp_path, EVERYTHING)
    assert rules.mechanism == "two-round"
    assert rules.priorities == ("named", "continuing", "own_class")
    assert rules.constraints == (
        Quotas(lower_penalty=2, stage="wishes"),
        TypeQuotas(attribute="care_level", values=("key",), upper={"T01": 3, "T02": 1}),
        Coverage(students=("20240101", "20240102")),
        Eligibility(reach="own_class", choices_exempt=True),
        Vetoes(mentors=False),
        FixedPairs(
            pairs=(
                ("20240101", "T01"),
                {"student": "20240102", "mentor": "T02", "reason": "姐妹同班", "expires": date(2025, 1, 31)},
            )
        ),
        ForbiddenPairs(pairs=((7, 8),), on=date(2024, 11, 11)),
        Continuity(mode="at_most", max_changes=20),
        WeakStability(),
    )
    assert rules.stages == (
        FewestChanges(),
        Locality(choices=True),
        LoadBalance(attribute="care_level", only=("key",)),
        FewestMoves(base=(("20240101", "T01"),)),
        SoftRules(name="wishes"),
    )


def test_what_a_file_does_not_say_is_left_to_the_defaults(tmp_path):
    assert read(tmp_path, "") == Rules()
    assert read(tmp_path, "# only a comment\n").stages is None
    assert read(tmp_path, "stage = []").stages == ()


def test_a_byte_order_mark_is_no_problem(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbfmechanism = 'optimal'\r\n").mechanism == "optimal"


def test_rules_are_frozen_and_go_through_json(tmp_path):
    rules = read(tmp_path, EVERYTHING)
    assert Rules.model_validate_json(rules.model_dump_json()) == rules
    with pytest.raises(ValueError, match="frozen"):
        rules.mechanism = "optimal"


def test_rules_in_python():
    assert Rules(constraints=(Quotas(),), stages=(Locality(),)).constraints == (Quotas(),)


def test_the_day_goes_to_rules_without_a_day_of_their_own(tmp_path):
    rules = read(tmp_path, EVERYTHING)
    assert rules.dated(None) is rules
    dated = rules.dated(date(2025, 2, 1))
    days = {rule.kind: rule.on for rule in dated.constraints if hasattr(rule, "on")}
    assert days == {"fixed_pairs": date(2025, 2, 1), "forbidden_pairs": date(2024, 11, 11)}
    assert dated.stages == rules.stages


# -- files that cannot be read ---------------------------------------------------------------------------------


def test_no_such_file(tmp_path):
    with pytest.raises(FileError, match="Cannot read the rules file") as caught:
        read_rules(tmp_path / "none.toml")
    assert "无法读取规则文件" in caught.value.text.zh


def test_a_folder(tmp_path):
    with pytest.raises(FileError):
        read_rules(tmp_path)


def test_not_utf_8(tmp_path):
    assert "Maybe save it with the encoding UTF-8" in refused(tmp_path, "# 规则".encode("gb18030"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("mechanism = two_round", "line 1, column 13"),
        ("[[constraint]\nkind = 'quotas'", "line 1"),
        ("a = ", "at end of document"),
        ("mechanism = “optimal”", "straight quotes"),
        ("a = " + "[" * 100_000, "is not TOML"),
        ("a = " + "9" * 5_000, "is not TOML"),
    ],
)
def test_not_toml(tmp_path, content, said):
    assert said in refused(tmp_path, content)


def test_the_place_is_told_in_chinese(tmp_path):
    with pytest.raises(RulesError) as caught:
        read(tmp_path, "\n\nmechanism = two_round")
    assert "第 3 行第 13 列" in caught.value.text.zh


# -- files that make no sense ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[constraints]]\nkind = 'quotas'", "constraints: there is no such key. Maybe you meant constraint"),
        (
            "colour = 1",
            "colour: there is no such key; there are: mechanism, priorities, mentor_kinds, choice_rounds, selection",
        ),
        ("mechanism = 3", "mechanism: must be a name in quotes; got 3"),
        ("mechanism = ''", 'got ""'),
        ("priorities = 'named'", 'priorities: must be a list [...]; got "named"'),
        ("priorities = ['named', 'nmaed']", 'priorities[2]: there is no "nmaed". Maybe you meant named'),
        ("priorities = [7]", "priorities[1]: there is no 7; there are: continuing, transfer, named, own_class"),
        ("priorities = ['named', 'named']", 'priorities[2]: "named" stands twice'),
        ("[constraint]\nkind = 'quotas'", "must start with double brackets, [[constraint]]"),
        ("constraint = 3", "must start with double brackets, [[constraint]]"),
        ("stage = ['rank_total']", "must start with double brackets, [[stage]]"),
        ("[[constraint]]\nlower = true", "[[constraint]] 1: 'kind' must be there, in quotes; there are: adaptation,"),
        ("[[constraint]]\nkind = { a = 1 }", "'kind' must be there"),
        ("[[constraint]]\nkind = 'qutas'", '[[constraint]] 1: no kind "qutas". Maybe you meant quotas'),
        ("[[stage]]\nkind = 'beauty'", 'no kind "beauty"; there are: agreement, blocking_pairs,'),
        ("[[constraint]]\nkind = 'rank_total'", "rank_total belongs under [[stage]]"),
        ("[[stage]]\nkind = 'quotas'", "quotas belongs under [[constraint]]"),
    ],
)
def test_keys_and_kinds(tmp_path, content, said):
    assert said in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (
            "kind = 'quotas'\nlowr = true",
            "[[constraint]] 1 (quotas), lowr: there is no such parameter. Maybe you meant lower",
        ),
        ("kind = 'weak_stability'\ntight = 1", "tight: there is no such parameter; there are: where, within."),
        ("kind = 'quotas'\nlower = 'yes'", 'lower: must be true or false; got "yes"'),
        ("kind = 'quotas'\nlower_penalty = 0", "must be a number not below 1; got 0"),
        ("kind = 'quotas'\nlower_penalty = 9999999", "must be a number not above 1000000; got 9999999"),
        ("kind = 'quotas'\nlower_penalty = true", "must be a whole number; got true"),
        ("kind = 'quotas'\nlower_penalty = 1", 'Maybe add stage = "soft_rules"'),
        ("kind = 'eligibility'\nreach = 'class'", "must be one of 'own_class', 'grade' or 'any'; got \"class\""),
        ("kind = 'type_quotas'\nupper = 1", "attribute: this parameter is missing"),
        ("kind = 'type_quotas'\nattribute = ''\nvalues = []\nupper = 1", "values: must be a list of at least 1"),
        (
            "kind = 'type_quotas'\nattribute = 'a'\nvalues = 'b'\nupper = 'three'",
            'upper: must be a whole number, or a list [...]; got "three"',
        ),
        (
            "kind = 'type_quotas'\nattribute = 'a'\nvalues = 'b'\nupper = { T1 = '2' }",
            'upper[1][2]: must be a whole number; got "2"',
        ),
        ("kind = 'type_quotas'\nattribute = 'a'\nvalues = 'b'", "neither an 'upper' nor a 'lower' bound"),
        ("kind = 'coverage'\nstudents = [1.5]", "students[1]: must be text in quotes, or a whole number; got 1.5"),
        (
            "kind = 'fixed_pairs'\npairs = [['a']]",
            "pairs[1]: must be { student = ..., mentor = ... } or [student, mentor]",
        ),
        ("kind = 'fixed_pairs'\npairs = [{ student = 'a' }]", "pairs[1].mentor: this parameter is missing"),
        (
            "kind = 'fixed_pairs'\npairs = [{ student = 'a', mentor = 'b', expires = '2025-01-01' }]",
            'pairs[1].expires: must be a date such as 2025-09-01, without quotes; got "2025-01-01"',
        ),
        ("kind = 'continuity'\nmode = 'at_most'", "needs 'max_changes'"),
        ("kind = 'continuity'\nmax_changes = 1", "'max_changes' goes with mode"),
    ],
)
def test_parameters(tmp_path, parameters, said):
    assert said in refused(tmp_path, f"[[constraint]]\n{parameters}")


def test_all_problems_are_told_at_once(tmp_path):
    message = refused(
        tmp_path, "mechanisn = 'x'\n[[constraint]]\nkind = 'quota'\n[[constraint]]\nkind = 'vetoes'\nstudents = 3\n"
    )
    assert "has 3 problem(s):" in message
    assert [line.split(":")[0].strip() for line in message.splitlines()[1:]] == [
        "mechanisn",
        "[[constraint]] 1",
        "[[constraint]] 2 (vetoes), students",
    ]


def test_long_values_are_cut_short(tmp_path):
    assert "x" * 60 not in refused(tmp_path, f"[[constraint]]\nkind = 'quotas'\nlower = '{'x' * 60}'")


def test_all_rules_of_a_school_are_in_the_benchmark_of_all_rules():
    """What theory asks for contradicts a school that places everybody; all other rules are switched on."""
    rules = read_rules(Path(__file__).resolve().parents[1] / "benchmarks" / "all_rules.toml")
    there = {rule.kind for rule in rules.constraints}
    assert len(there) == 22
    assert {rule.kind for rule in school_constraints(Roster(), find_mechanism("two_round"))} <= there
