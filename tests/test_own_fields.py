"""A school's own columns: in rules, stages, priorities, type quotas, growth groups and explanations, by raw cells."""

import random
from pathlib import Path

import pytest

from mentormatch import match, read_roster, read_rules
from mentormatch.base.errors import RulesError
from mentormatch.problem.result import Result
from mentormatch.roster.roster import Roster
from mentormatch.teams.growth.school import school_growth_groups
from own_school import LEVELS, loads, own_school, raw_rows, raw_values
from small_school import write_xlsx

FIELDS = """
[[field]]
name = "校区"
public = true
[[field]]
name = "level"
column = "层次"
order = ["低", "中", "高"]
[[field]]
name = "选科"
[[field]]
name = "乡镇"
"""
SEEDS = range(5)


def school_of(folder: Path, seed: int) -> tuple[Path, Roster]:
    path = write_xlsx(folder / "school.xlsx", own_school(random.Random(seed)))
    return path, read_roster(path)


def solved(folder: Path, seed: int, text: str) -> tuple[Path, Result, list[tuple[str, str]]]:
    path, roster = school_of(folder, seed)
    (folder / "rules.toml").write_text(FIELDS + text, "utf-8")
    result = match(roster, rules=read_rules(folder / "rules.toml"), time_limit=30)
    assert result.matching is not None, result.status
    return path, result, [(str(student), str(mentor)) for student, mentor in result.matching.ids()]


def refusal(folder: Path, text: str) -> str:
    _, roster = school_of(folder, 0)
    (folder / "rules.toml").write_text(text, "utf-8")
    with pytest.raises(RulesError) as caught:
        match(roster, rules=read_rules(folder / "rules.toml"))
    return caught.value.full_text.zh


@pytest.mark.parametrize("seed", SEEDS)
def test_a_must_have_holds_in_the_raw_cells(tmp_path, seed):
    path, _, pairs = solved(tmp_path, seed, '[[constraint]]\nkind = "must_agree"\nattribute = "校区"\n')
    theirs, ours = raw_values(path, "学生", "校区"), raw_values(path, "导师", "校区")
    assert len(pairs) == 18
    assert all(theirs[student] & ours[mentor] for student, mentor in pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_near_values_hold_in_the_raw_cells(tmp_path, seed):
    text = '[[constraint]]\nkind = "must_agree"\nattribute = "level"\nnear = 1\n'
    path, _, pairs = solved(
        tmp_path, seed, text + '[[constraint]]\nkind = "coverage"\nattribute = "level"\nvalues = "中"\n'
    )
    theirs, ours = raw_values(path, "学生", "层次"), raw_values(path, "导师", "层次")
    place = {value: number for number, value in enumerate(LEVELS)}
    for student, mentor in pairs:
        (one,), (other,) = theirs[student], ours[mentor]
        assert abs(place[one] - place[other]) <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stage_counts_the_points_of_the_raw_cells(tmp_path, seed):
    text = """
[[stage]]
kind = "agreement"
criteria = [
    { attribute = "校区", points = 3 },
    { attribute = "选科", points = 1, each = true },
    { attribute = "level", points = 4, near = 1, near_points = 2 },
]
"""
    path, result, pairs = solved(tmp_path, seed, text)
    campus, course, level = (
        [raw_values(path, sheet, name) for sheet in ("学生", "导师")] for name in ("校区", "选科", "层次")
    )
    place = {value: number for number, value in enumerate(LEVELS)}
    total = 0
    for student, mentor in pairs:
        total += 3 * bool(campus[0][student] & campus[1][mentor]) + len(course[0][student] & course[1][mentor])
        (one,), (other,) = level[0][student], level[1][mentor]
        total += {0: 4, 1: 2}.get(abs(place[one] - place[other]), 0)
    assert result.stages[-1].value == total


@pytest.mark.parametrize("seed", SEEDS)
def test_type_quotas_on_several_values_hold_in_the_raw_cells(tmp_path, seed):
    text = '[[constraint]]\nkind = "type_quotas"\nattribute = "选科"\nvalues = ["物理"]\nupper = 3\n'
    path, _, pairs = solved(tmp_path, seed, text)
    course = raw_values(path, "学生", "选科")
    assert all(sum("物理" in course[student] for student in group) <= 3 for group in loads(pairs).values())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_priority_on_an_own_field_comes_first(tmp_path, seed):
    text = 'priorities = [{ attribute = "乡镇", values = ["城关镇"] }, "other"]\nmechanism = "deferred_acceptance"\n'
    path, roster = school_of(tmp_path, seed)
    (tmp_path / "rules.toml").write_text(text + FIELDS, "utf-8")
    result = match(roster, rules=read_rules(tmp_path / "rules.toml"))
    assert result.matching is not None
    town = raw_values(path, "学生", "乡镇")
    chosen = {row["学号"]: [row["第一志愿"], row["第二志愿"]] for row in raw_rows(path, "学生志愿")}
    got = {str(student): str(mentor) for student, mentor in result.matching.ids()}
    for student, wishes in chosen.items():
        better = wishes[: wishes.index(got[student])] if student in got else wishes
        for mentor in better if town[student] == {"城关镇"} else ():
            # Whoever sits where a student of the first group wanted to be is of that group.
            assert all(town[other] == {"城关镇"} for other, its in got.items() if its == mentor)


@pytest.mark.parametrize("seed", SEEDS)
def test_growth_groups_are_balanced_by_an_own_field(tmp_path, seed):
    path, roster = school_of(tmp_path, seed)
    text = FIELDS + '[growth_groups]\nsize_min = 2\nsize_max = 5\nbalance = ["选科"]\n'
    (tmp_path / "rules.toml").write_text(text, "utf-8")
    roster, rules = read_rules(tmp_path / "rules.toml").applied_to(roster)
    course = raw_values(path, "学生", "选科")
    for unit in school_growth_groups(roster, rules.growth_groups, seed=seed):
        squares = sum(
            sum(value in course[str(student)] for student in group) ** 2
            for group in unit.result.groups
            for value in ("物理", "历史", "化学", "地理")
        )
        assert unit.result.stages[-1].value == squares


@pytest.mark.parametrize("seed", SEEDS)
def test_students_kept_apart_share_no_mentor(tmp_path, seed):
    path, _, pairs = solved(tmp_path, seed, '[[constraint]]\nkind = "apart_students"\n')
    apart, mentor = raw_values(path, "学生", "须分组学号"), dict(pairs)
    assert any(apart.values())
    assert all(mentor[student] != mentor[other] for student, others in apart.items() for other in others)


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_a_mentor_takes_nobody_or_enough(tmp_path, seed):
    _, _, pairs = solved(tmp_path, seed, '[[constraint]]\nkind = "nobody_or_at_least"\nlower = 5\n')
    assert len(pairs) == 18
    assert all(len(group) >= 5 for group in loads(pairs).values())


def test_points_are_told_one_by_one_and_confidential_ones_to_staff_only(tmp_path):
    text = """
[[stage]]
kind = "agreement"
criteria = [{ attribute = "校区", points = 3 }, { attribute = "level", points = 2, near = 2, near_points = 1 }]
"""
    path, result, pairs = solved(tmp_path, 1, text)
    campus = [raw_values(path, sheet, "校区") for sheet in ("学生", "导师")]
    for student, mentor in pairs:
        public = "".join(result.explain(student).lines("zh"))
        said = result.explain(student, edition="staff")
        staff = "".join(said.lines("zh", staff=True))
        same = campus[0][student] & campus[1][mentor]
        assert (f"校区相同({''.join(same)}),3 分" in public) == bool(same)
        assert "level" not in public
        assert "level" not in str(said.as_data())
        assert "level" in staff
        assert "level" in str(said.as_data(staff=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[field]]\nname = "小区"\n', ["小区", "校区"]),
        ('[[field]]\nname = "x"\ncolumn = "性别"\n', ["性别", "已有的列"]),
        ('[[field]]\nname = "乡镇"\nmentor_column = "乡"\n', ["乡", "没有"]),
        ('[[field]]\nname = "层次"\norder = ["低", "高"]\n', ["中", "order"]),
        ('[[field]]\nname = "校区"\n[[field]]\nname = "校区"\n', ["两次"]),
        ('[[field]]\nname = "校区"\nopen = true\n', ["open", "没有这个参数"]),
        ('[[field]]\ncolumn = "校区"\n', ["name", "缺少"]),
        ('field = "校区"\n', ["[[field]]"]),
        (FIELDS + '[[stage]]\nkind = "agreement"\ncriteria = [{ attribute = "校" }]\n', ["校", "校区"]),
        (FIELDS + '[[stage]]\nkind = "agreement"\ncriteria = [{ attribute = "乡镇" }]\n', ["乡镇", "导师"]),
        (
            FIELDS + '[[constraint]]\nkind = "must_agree"\nattribute = "校区"\nmentor_attribute = "level"\n',
            ["没有一个值"],
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_there_is(tmp_path, text, words):
    said = refusal(tmp_path, text)
    assert all(word in said for word in words), said


def test_growth_groups_refuse_an_unknown_field(tmp_path):
    _, roster = school_of(tmp_path, 0)
    (tmp_path / "rules.toml").write_text('[growth_groups]\nbalance = ["校区"]\n', "utf-8")
    roster, rules = read_rules(tmp_path / "rules.toml").applied_to(roster)
    with pytest.raises(RulesError, match="there are: gender, boarding, care_level, class"):
        school_growth_groups(roster, rules.growth_groups)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig"])
def test_a_rules_file_is_read_in_the_encodings_of_windows(tmp_path, encoding):
    path = tmp_path / "rules.toml"
    path.write_bytes(FIELDS.replace("\n", "\r\n").encode(encoding))
    assert [field.name for field in read_rules(path).fields] == ["校区", "level", "选科", "乡镇"]


def test_loads_go_with_seats(tmp_path):
    sheets = own_school(random.Random(3), students=24, mentors=3)
    for row, seats in zip(sheets["导师"][1:], (6, 12, 30), strict=True):
        row[3] = seats
    sheets.pop("学生志愿")
    roster = read_roster(write_xlsx(tmp_path / "school.xlsx", sheets))
    (tmp_path / "rules.toml").write_text('[[stage]]\nkind = "load_balance"\nproportional = true\n', "utf-8")
    result = match(roster, rules=read_rules(tmp_path / "rules.toml"))
    assert result.matching is not None
    assert result.matching.load.tolist() == [3, 6, 15]
