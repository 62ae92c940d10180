"""The table of sheets and headers knows everything that data/README names, and nothing twice."""

import re

import pytest

from mentormatch.io import headers
from mentormatch.io.normal_form import fold
from samples import SAMPLES


def readme_columns() -> list[tuple[str, str, str, str, bool]]:
    """Return (sheet zh, sheet en, column zh, column en, required) for every column of data/README."""
    found = []
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for line in re.findall(r"^\| (\S+ [a-z_]+) \| (.*) \|$", text, flags=re.MULTILINE):
        zh_sheet, en_sheet = line[0].split()
        plain = re.sub(r"\([^()]*\)", "", line[1])
        plain = plain.replace(
            "第一志愿..第五志愿 choice_1..choice_5",
            ", ".join(f"第{c}志愿 choice_{n}" for n, c in enumerate("一二三四五", start=1)),
        )
        for column in plain.split(", "):
            zh, en, star = re.fullmatch(r"(\S+) ([a-z_0-9]+)(\*?)\s*", column.strip()).groups()
            found.append((zh_sheet, en_sheet, zh, en, bool(star)))
    return found


def test_readme_is_read_whole():
    columns = readme_columns()
    assert len({sheet for _, sheet, *_ in columns}) == 7
    assert len(columns) == 14 + 15 + 9 + 4 + 9 + 9 + 12


@pytest.mark.parametrize(("zh_sheet", "en_sheet", "zh", "en", "required"), readme_columns())
def test_every_header_of_the_readme_is_known(zh_sheet, en_sheet, zh, en, required):
    spec = headers.find_sheet(zh_sheet)
    assert spec is headers.find_sheet(en_sheet)
    column = headers.find_column(spec.kind, zh)
    assert column is headers.find_column(spec.kind, en)
    assert (spec.kind, column.name, column.required) == (en_sheet, en, required)
    assert headers.header(en_sheet, en, "zh") == zh
    assert headers.header(en_sheet, en, "en") == en


# What groups, roles, growth groups and the record read: none is required, and no other file needs to have it.
OWN_COLUMNS = {
    ("externals", "gender"),
    ("students", "themes"),
    ("students", "role_requests"),
    ("students", "friend_ids"),
    ("students", "apart_ids"),
    ("mentors", "availability"),
    ("mentors", "max_groups"),
    ("mentors", "roles"),
    ("prefs_students", "external_choices"),
    ("prefs_students", "role_choices"),
    ("pairings", "role_name"),
    ("externals", "max_groups"),
    ("pairings", "group"),
    ("pairings", "reason"),
    ("pairings", "end_cause"),
    ("pairings", "run"),
    ("pairings", "end_run"),
    ("prefs_students", "used_by"),
    ("externals", "themes"),
}


def test_the_table_holds_no_column_that_the_readme_lacks_but_those_of_teams_and_of_the_record():
    ours = {(spec.kind, column.name): column for spec in headers.SHEETS for column in spec.columns}
    assert ours.keys() - {(sheet, en) for _, sheet, _, en, _ in readme_columns()} == OWN_COLUMNS
    assert not any(ours[key].required for key in OWN_COLUMNS)


def test_no_two_columns_or_sheets_share_a_name():
    names = [fold(n) for spec in headers.SHEETS for n in (spec.kind, spec.zh, *spec.aliases)]
    assert len(names) == len(set(names))
    for spec in headers.SHEETS:
        texts = [fold(t) for c in spec.columns for t in (c.name, c.zh, *c.aliases)]
        assert len(texts) == len(set(texts)), spec.kind


@pytest.mark.parametrize(
    "text",
    [
        "学号",
        " 学号 ",
        "学 号",
        "学号*",
        "＊学号",
        "学号（必填）",
        "学\n号",
        "Student ID",
        "STUDENT_ID",
        "ｓｔｕｄｅｎｔ＿ｉｄ",
    ],
)
def test_headers_match_whatever_their_case_width_and_spaces(text):
    assert headers.find_column("students", text).name == "student_id"


@pytest.mark.parametrize("text", ["学籍号", "", "   ", "id", "姓", "学号2"])
def test_other_headers_are_not_guessed(text):
    assert headers.find_column("students", text) is None


def test_the_same_header_may_mean_another_column_elsewhere():
    assert headers.find_column("mentors", "状态").name == "status"
    assert headers.find_column("pairings", "状态").name == "state"


def test_sheets_of_a_result_are_told_from_those_of_the_input():
    assert headers.find_sheet("变动与交接") is None
    assert headers.find_result_sheet("变动与交接") == "changes"
    assert headers.find_sheet("changes").kind == "changes"
    assert headers.find_result_sheet("changes") is None
    assert headers.find_result_sheet("结果") == headers.find_result_sheet("Assignments") == "assignments"
    assert headers.find_result_sheet("学生") is None


def test_sheet_names_in_both_languages():
    assert headers.sheet_name("pairings", "zh") == "当前结对"
    assert headers.sheet_name("pairings", "en") == "pairings"
    with pytest.raises(KeyError):
        headers.sheet_name("nonsense", "en")
    with pytest.raises(KeyError):
        headers.header("students", "mentor_id", "en")
