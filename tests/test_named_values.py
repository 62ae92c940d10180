"""What a rule names is found under the words of the template and the codes alike, or refused with what there is.

The oracle reads the raw cells by openpyxl and judges the result of each drawn rule by its meaning.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mentormatch import match, read_roster, read_rules
from mentormatch.base.errors import MentorMatchError, RulesError
from mentormatch.problem.result import Result
from mentormatch.report.notes import notes
from mentormatch.rules.role_plan import RolePlan, RoleRule
from mentormatch.teams.roles.school import match_roles
from own_school import loads, own_school, raw_rows, raw_values
from small_school import write_xlsx

Pairs = list[tuple[str, str]]

# How a clerk, a program and somebody in a hurry write one attribute, and what its values are called in the cells.
ATTRIBUTES: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "关爱等级": (("care_level", "关爱等级"), {"重点": ("重点", "key", "Key"), "一般": ("一般", "general")}),
    "性别": (("gender", "性别", "sex"), {"女": ("女", "female", "女生", "F"), "男": ("男", "male", "男性")}),
    "是否寄宿": (("boarding", "是否寄宿", "寄宿"), {"是": ("是", "yes", "true"), "否": ("否", "no")}),
    "年级": (
        ("grade", "年级"),
        {"七年级": ("七年级", "7", "初一", "Grade 7"), "八年级": ("八年级", "8", "初二", "8年级")},
    ),
    "班级": (
        ("class_name", "班级", "class"),
        {"七(1)班": ("七(1)班", "701", "7.1班", "七（1）班"), "八(1)班": ("8(1)",)},
    ),
    "校区": (("校区",), {"东校区": ("东校区",), "西校区": ("西校区",)}),
    "选科": (("选科",), {"物理": ("物理",), "历史": ("历史",)}),
}
ABSENT = {
    "关爱等级": ("严重", "关键"),
    "性别": ("未知", "w"),
    "是否寄宿": ("也许", "走读"),
    "年级": ("四年级", "12", "高三", "八级"),
    "班级": ("七(9)班", "九(7)班", "七班"),
    "校区": ("南校区", "东"),
    "选科": ("音乐", "物里"),
}
FIELDS = '[[field]]\nname = "校区"\n[[field]]\nname = "选科"\n'
SEEDS = range(24)


def drawn(rng: random.Random, *, absent: bool) -> tuple[str, str, str, str]:
    """Draw a column, the value in its cells (empty for an absent one), and how the two are written."""
    column = rng.choice(list(ATTRIBUTES))
    names, values = ATTRIBUTES[column]
    if absent:
        return column, "", rng.choice(names), rng.choice(ABSENT[column])
    value = rng.choice(list(values))
    return column, value, rng.choice(names), rng.choice(values[value])


def type_quotas(name: str, word: str) -> str:
    return f'[[constraint]]\nkind = "type_quotas"\nattribute = "{name}"\nvalues = "{word}"\nupper = 5\n'


def coverage(name: str, word: str) -> str:
    return f'[[constraint]]\nkind = "coverage"\nattribute = "{name}"\nvalues = ["{word}"]\n'


def choices_only(name: str, word: str) -> str:
    return f'[[constraint]]\nkind = "choices_only"\nwhere = {{ "{name}" = "{word}" }}\n' + coverage("gender", "女")


def one_class(name: str, word: str) -> str:
    text = f'[[constraint]]\nkind = "eligibility"\nreach = "own_class"\nwhere = {{ "{name}" = ["{word}"] }}\n'
    return text + '[[constraint]]\nkind = "coverage"\nattribute = "gender"\nvalues = "男"\n'


def classes_per_mentor(name: str, word: str) -> str:
    return f'[[constraint]]\nkind = "classes_per_mentor"\nmost = 2\nwhere = {{ "{name}" = "{word}" }}\n'


def priority(name: str, word: str) -> str:
    return f'priorities = [{{ attribute = "{name}", values = ["{word}"] }}, "other"]\n'


def meant(path: Path, column: str, value: str) -> set[str]:
    return {student for student, values in raw_values(path, "学生", column).items() if value in values}


def at_most_five(path: Path, who: set[str], pairs: Pairs) -> bool:
    return all(len(who & set(group)) <= 5 for group in loads(pairs).values())


def all_placed(path: Path, who: set[str], pairs: Pairs) -> bool:
    return who <= {student for student, _ in pairs}


def listed_only(path: Path, who: set[str], pairs: Pairs) -> bool:
    wishes = {row["学号"]: {row["第一志愿"], row["第二志愿"]} for row in raw_rows(path, "学生志愿")}
    return all(mentor in wishes[student] for student, mentor in pairs if student in who)


def own_teachers(path: Path, who: set[str], pairs: Pairs) -> bool:
    classes, taught = raw_values(path, "学生", "班级"), raw_values(path, "导师", "任教班级")
    return all(classes[student] <= taught[mentor] for student, mentor in pairs if student in who)


def two_classes(path: Path, who: set[str], pairs: Pairs) -> bool:
    classes = raw_values(path, "学生", "班级")
    return all(
        len(set().union(*(classes[student] for student in group if student in who))) <= 2
        for group in loads(pairs).values()
    )


def no_claim(path: Path, who: set[str], pairs: Pairs) -> bool:
    return True


RULES: dict[str, tuple[Callable[[str, str], str], Callable[[Path, set[str], Pairs], bool]]] = {
    "type_quotas": (type_quotas, at_most_five),
    "coverage": (coverage, all_placed),
    "choices_only": (choices_only, listed_only),
    "eligibility": (one_class, own_teachers),
    "classes_per_mentor": (classes_per_mentor, two_classes),
    "priorities": (priority, no_claim),
}


def solved(folder: Path, seed: int, text: str) -> tuple[Path, Result]:
    path = write_xlsx(folder / "school.xlsx", own_school(random.Random(seed)))
    head, sep, tail = text.partition("[[")
    (folder / "rules.toml").write_text(head + FIELDS + sep + tail, "utf-8")
    return path, match(read_roster(path), rules=read_rules(folder / "rules.toml"), time_limit=30)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_rule_holds_in_the_raw_cells_or_is_refused(tmp_path, rule, seed):
    rng = random.Random(f"{rule} {seed}")
    absent = rng.random() < 0.4
    column, value, name, word = drawn(rng, absent=absent)
    write, holds = RULES[rule]
    if absent:
        with pytest.raises(MentorMatchError) as caught:
            solved(tmp_path, seed, write(name, word))
        # The refusal names what was written and something that there is.
        assert word in caught.value.full_text.zh
        there = {value for values in raw_values(tmp_path / "school.xlsx", "学生", column).values() for value in values}
        assert any(known in caught.value.full_text.zh for known in there)
        return
    path, result = solved(tmp_path, seed, write(name, word))
    who = meant(path, column, value)
    assert who
    assert result.matching is not None or result.status.name == "INFEASIBLE"
    pairs = [] if result.matching is None else [(str(s), str(m)) for s, m in result.matching.ids()]
    if pairs:
        assert holds(path, who, pairs)
    assert not notes(result.problem) or "须分组" in notes(result.problem)[0].zh


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[constraint]]\nkind = "coverage"\nstudents = ["S999"]\n', ["S999", "没有编号"]),
        ('[[constraint]]\nkind = "forbidden_pairs"\npairs = [["S001", "T1"]]\n', ["T1", "T01"]),
        ('[[constraint]]\nkind = "nobody_or_at_least"\nlower = { T99 = 3 }\n', ["T99"]),
        (
            '[[constraint]]\nkind = "type_quotas"\nattribute = "关爱"\nvalues = "重"\nupper = 1\n',
            ["关爱", "care_level"],
        ),
        ('[[constraint]]\nkind = "coverage"\ngrades = ["十二"]\n', ["十二", "七年级"]),
        ('[[constraint]]\nkind = "coverage"\nclasses = ["七(8)班"]\n', ["七(8)班", "七(1)班"]),
        ('[[constraint]]\nkind = "coverage"\nstages = ["小学"]\n', ["小学", "stage"]),
        ('[[constraint]]\nkind = "coverage"\nwhere = { "校" = "东校区" }\n', ["校", "校区"]),
        ('[[constraint]]\nkind = "quotas"\ngrades = [7]\n', ["quotas", "不能只对部分学生"]),
        ('[[stage]]\nkind = "load_balance"\nattribute = "性别"\nonly = ["不详"]\n', ["不详", "男"]),
        ('[[constraint]]\nkind = "apart_students"\ngroups = [["S001", "S0Z2"]]\n', ["S0Z2", "S002"]),
    ],
)
def test_whatever_is_not_there_is_named(tmp_path, text, words):
    with pytest.raises(MentorMatchError) as caught:
        solved(tmp_path, 3, text)
    assert all(word in caught.value.full_text.zh for word in words), caught.value.full_text.zh


@pytest.mark.parametrize("seed", range(6))
def test_ids_are_found_whatever_their_case_and_width(tmp_path, seed):
    text = '[[constraint]]\nkind = "forbidden_pairs"\npairs = [["s001", "t01"], ["Ｓ002", "Ｔ０２"]]\n'
    _, result = solved(tmp_path, seed, text)
    assert result.matching is not None
    assert not {("S001", "T01"), ("S002", "T02")} & set(result.matching.ids())


@pytest.mark.parametrize("seed", range(5))
def test_a_value_that_exists_but_binds_nobody_is_told(tmp_path, seed):
    sheets = own_school(random.Random(seed))
    for row in sheets["学生"][1:]:
        row[6] = "一般"
    path = write_xlsx(tmp_path / "school.xlsx", sheets)
    (tmp_path / "rules.toml").write_text(type_quotas("care_level", "重点"), "utf-8")
    result = match(read_roster(path), rules=read_rules(tmp_path / "rules.toml"))
    assert any("没有约束到任何人" in note.zh and "重点" in note.zh for note in notes(result.problem))


TWO_RULES = [
    'kind = "type_quotas"\nattribute = "性别"\nvalues = "女"\nupper = 3\n{a}',
    'kind = "choices_only"\n{a}',
    'kind = "classes_per_mentor"\nmost = 1\n{a}',
    'kind = "eligibility"\nreach = "own_class"\n{a}',
    'kind = "adaptation"\n{a}',
]


@pytest.mark.parametrize("table", TWO_RULES)
def test_two_rules_of_one_kind_for_two_parts_of_a_school_both_hold(tmp_path, table):
    scopes = ['grades = ["七年级"]\n', 'grades = ["八年级"]\n']
    if "adaptation" in table:
        scopes = ["grades = [7]\nweeks = 4\n", "grades = [8]\nweeks = 9\n"]
    rules = "".join("[[constraint]]\n" + table.format(a=scope) for scope in scopes)
    _, result = solved(tmp_path, 2, rules + '[[constraint]]\nkind = "coverage"\nattribute = "gender"\nvalues = "男"\n')
    kind = table.split('"')[1]
    own = [rule for rule in result.problem.constraints if rule.kind == kind]
    assert sum("年级" in rule.describe().zh for rule in own) >= 2


@pytest.mark.parametrize("level", ["重点", "key", "Key", " 重点 ", "重點"])
def test_a_role_for_a_care_level_is_in_force_whatever_the_language(tmp_path, level):
    school = read_roster(write_xlsx(tmp_path / "school.xlsx", own_school(random.Random(3))))
    role = RoleRule(name="心理", care_levels=(level,), open_to_all=True)
    found = match_roles(school, RolePlan(roles=(role,)))
    demanded = {str(s) for s in found.by_role.roles if "心理" in found.by_role.roles[s]}
    assert demanded == {each.student_id for each in school.students if each.care_level == "key"} != set()


@pytest.mark.parametrize("tag", ["单亲家庭", "x", "留手", "key", "重点"])
def test_a_care_tag_that_nobody_has_is_refused(tmp_path, tag):
    sheets = own_school(random.Random(3))
    sheets["学生"] = [[*row, "关爱类别" if at == 0 else "留守"] for at, row in enumerate(sheets["学生"])]
    school = read_roster(write_xlsx(tmp_path / "school.xlsx", sheets))
    with pytest.raises(RulesError) as caught:
        match_roles(school, RolePlan(roles=(RoleRule(name="心理", care_tags=(tag,), open_to_all=True),)))
    assert tag in caught.value.full_text.zh
    assert "留守" in caught.value.full_text.zh


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('mentor_kinds = ["校内", "校外"]\n', ("in_school", "external")),
        ('mentor_kinds = ["校外导师", "in_school"]\n', ("external", "in_school")),
        ('mentor_kinds = ["学长"]\n', ("peer",)),
    ],
)
def test_kinds_of_mentors_are_understood_in_chinese(tmp_path, text, kinds):
    (tmp_path / "rules.toml").write_text(text + '[[constraint]]\nkind = "vetted_mentors"\nkinds = "校外"\n', "utf-8")
    rules = read_rules(tmp_path / "rules.toml")
    assert rules.mentor_kinds == kinds
    assert rules.constraints[0].kinds == ("external",)


@pytest.mark.parametrize("kind", ["家长", "外聘", "externals", "校"])
def test_a_kind_of_mentors_that_nobody_is_is_refused(tmp_path, kind):
    with pytest.raises(MentorMatchError) as caught:
        solved(tmp_path, 3, f'[[constraint]]\nkind = "vetted_mentors"\nkinds = ["{kind}"]\n')
    assert kind in caught.value.full_text.zh
