"""A rule, a stage and a mechanism of somebody else: given as objects, or installed, they work wherever ours do."""

import os
import pickle
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import mentormatch as mm
from mentormatch import study
from mentormatch.base.by_kind import kind_of
from mentormatch.base.parameter import parameters
from mentormatch.cli import group
from mentormatch.constraints import CONSTRAINTS, Coverage, Quotas
from mentormatch.district.join import join
from mentormatch.explain.relax import cheapest_repairs
from mentormatch.io.school_workbook import write_school_workbook
from mentormatch.objectives import STAGES, PlacedStudents
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.roster import Roster
from mentormatch.rules.rules_explained import explain_rules
from mentormatch.rules.rules_file import Rules, read_rules
from mentormatch.rules.rules_schema import rules_schema
from mentormatch.teams.groups.plan import GroupPlan
from mentormatch.teams.groups.school import match_groups
from mentormatch.teams.roles.school import match_roles
from small_rosters import NOVEMBER, form, mentor, student
from their_parts import IN_ORDER, Alphabet, Harmony, MostBoys, in_order

PROGRAM = "from mentormatch.cli import main; main()"
TESTS = Path(__file__).resolve().parent
TOML = '[[constraint]]\nkind = "most_boys"\nmost = 2\n[[stage]]\nkind = "rank_total"\n[[stage]]\nkind = "alphabet"\n'


def install(folder: Path, entries: str) -> None:
    """Write what an installed package leaves for others to find: its name and its entry points."""
    info = folder / "their_parts-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-parts\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(entries, "utf-8")


ENTRIES = """
[mentormatch.constraints]
most_boys = their_parts:MostBoys
harmony = their_parts:Harmony
[mentormatch.stages]
alphabet = their_parts:Alphabet
[mentormatch.mechanisms]
in_order = their_parts:IN_ORDER
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    install(tmp_path / "site", ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


def school(**more) -> Roster:
    """Five boys and a girl who all want T1; three mentors with three seats each."""
    students = [student(f"s{i}", gender="male" if i < 6 else "female") for i in range(1, 7)]
    forms = [form(f"s{i}", "T1", "T2") for i in range(1, 7)]
    return Roster(
        students=tuple(students),
        mentors=tuple(mentor(f"T{j}", 3) for j in (1, 2, 3)),
        student_preferences=tuple(forms),
        **more,
    )


SMALL = GroupPlan(students_min=1, students_max=3, externals_min=0)
EXTERNAL = ExternalMentor(external_id="E1", name="某人", check_valid_to=date(2026, 7, 31))


def boys_of(result, mentor_id: str) -> int:
    return sum(str(one) < "s6" for one in result.matching.students_of(mentor_id))


# -- as objects ---------------------------------------------------------------------------------------------------


def test_a_rule_of_ones_own_in_python():
    free = mm.match(school(), on=NOVEMBER)
    assert max(boys_of(free, name) for name in ("T1", "T2", "T3")) == 3
    for given in ({"extra_constraints": [MostBoys(most=2)]}, {"rules": Rules(constraints=[MostBoys(most=2)])}):
        bound = mm.match(school(), on=NOVEMBER, **given)
        assert bound.status is mm.Status.OPTIMAL
        assert bound.matching.num_placed == 6
        assert max(boys_of(bound, name) for name in ("T1", "T2", "T3")) == 2


def test_it_is_explained_priced_and_public():
    result = mm.match(school(), on=NOVEMBER, extra_constraints=[MostBoys(most=1)], extra_stages=[Alphabet()])
    assert result.status is mm.Status.INFEASIBLE
    assert "most_boys" in {rule.kind for rule in result.conflict.rules} or result.shortage is not None
    problem = mm.build_problem(school(), on=NOVEMBER, extra_constraints=[MostBoys(most=2)])
    solved = mm.solve(problem)
    told = [each.text.en for i in range(1, 7) for each in solved.explain(f"s{i}").statements]
    assert any("A mentor takes at most 2 boys." in text for text in told), told


def test_a_repair_raises_its_caps():
    market = mm.Market.from_preferences({f"s{i}": ["T1"] for i in range(3)}, quotas=3)
    gender = market.student_attributes | {"gender": _attribute(["male"] * 3)}
    problem = mm.Problem(
        market.replace(student_attributes=gender), [Quotas(), Coverage(), MostBoys(most=2)], [PlacedStudents()]
    )
    (first, *_) = cheapest_repairs(problem)
    assert [(action.kind, action.rule, action.amount) for action in first.actions] == [("cap", "most_boys", 1)]


def _attribute(values):
    from mentormatch.market.attribute import Attribute

    return Attribute.from_values(values)


def test_a_stage_of_ones_own():
    result = mm.match(school(), on=NOVEMBER, extra_stages=[Alphabet()])
    assert result.stages[-1].name == "alphabet"
    assert mm.build_problem(school(), on=NOVEMBER, extra_stages=[Alphabet()]).stages[-1] == Alphabet()


def test_extra_parts_of_a_problem_and_of_a_repair():
    problem = mm.build_problem(school(), on=NOVEMBER)
    more = mm.build_problem(problem, extra_constraints=[MostBoys(most=2)])
    assert [rule.kind for rule in more.constraints] == [*(rule.kind for rule in problem.constraints), "most_boys"]
    before = mm.match(school(), on=NOVEMBER)
    after = mm.rematch(school(), before, on=NOVEMBER, extra_constraints=[MostBoys(most=2)])
    assert max(boys_of(after, name) for name in ("T1", "T2", "T3")) == 2
    assert len(after.changes) <= 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"constraints": [MostBoys]}, "got the class MostBoys"),
        ({"constraints": ["coverage"]}, "must be a Constraint object; got a str"),
        ({"constraints": [Alphabet()]}, "must be a Constraint object; got a Alphabet"),
        ({"stages": [MostBoys()]}, "must be a Stage object"),
        ({"constraints": [{"kind": "qutas"}]}, "you meant quotas"),
        ({"constraints": [{"kind": "quotas", "lower": "perhaps"}]}, "quotas, lower: "),
        ({"mechanism": 7}, "Rules, mechanism: must be text in quotes; got 7"),
        ({"mechanisms": "x"}, "there is no such parameter. Maybe you meant mechanism"),
    ],
)
def test_rules_refuse_in_our_words(given, said):
    with pytest.raises(mm.MentorMatchError) as error:
        Rules(**given)
    assert said in str(error.value)
    assert "validation error" not in str(error.value)
    assert "pydantic" not in str(error.value)


def test_rules_with_own_parts_go_through_json_and_pickle():
    rules = Rules(constraints=[MostBoys(most=2)], stages=[Alphabet()])
    assert '"most":2' in rules.model_dump_json()
    assert pickle.loads(pickle.dumps(rules)) == rules  # noqa: S301  # our own bytes


# -- installed ----------------------------------------------------------------------------------------------------


def rules_in(folder: Path, text: str = TOML) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, "utf-8")
    return path


def test_an_installed_rule_in_a_rules_file(installed, tmp_path):
    rules = read_rules(rules_in(tmp_path))
    assert rules.constraints == (MostBoys(most=2),)
    assert rules.stages[-1] == Alphabet()
    parts = rules_schema()["properties"]["constraint"]["items"]["oneOf"]
    assert {"most_boys", "harmony", "quotas"} <= {part["properties"]["kind"].get("const") for part in parts}
    with pytest.raises(mm.RulesError, match="Maybe you meant most_boys"):
        read_rules(rules_in(tmp_path, '[[constraint]]\nkind = "most_boy"'))
    with pytest.raises(mm.RulesError, match="belongs under"):
        read_rules(rules_in(tmp_path, '[[constraint]]\nkind = "alphabet"'))
    with pytest.raises(mm.RulesError, match=r"most_boys\), most: must be a number not below 0; got -1"):
        read_rules(rules_in(tmp_path, '[[constraint]]\nkind = "most_boys"\nmost = -1'))


def test_classes_may_be_handed_over_instead(tmp_path):
    path = rules_in(tmp_path)
    with pytest.raises(mm.RulesError, match='no kind "most_boys"'):
        read_rules(path)
    rules = read_rules(path, constraint_classes=[MostBoys], stage_classes=[Alphabet])
    assert rules.constraints == (MostBoys(most=2),)


def test_it_is_told_in_words(installed, tmp_path):
    told = [line.en for line in explain_rules(read_rules(rules_in(tmp_path)), mm_mechanism("two_round"))]
    assert any('A mentor takes at most 2 boys. [rules file] kind = "most_boys"' in line for line in told)
    assert "     most = 2  at most so many boys" in told


def mm_mechanism(name):
    from mentormatch.matchmaking import find_mechanism

    return find_mechanism(name)


def student_row(i: int) -> dict[str, str | int]:
    sex = "男" if i < 6 else "女"
    return {"student_id": f"s{i}", "name": f"学生{i}", "grade": "八年级", "class": "八(1)班", "gender": sex}


def workbook(folder: Path) -> Path:
    sheets = {
        "students": [student_row(i) for i in range(1, 7)],
        "mentors": [{"mentor_id": f"T{j}", "name": f"导师{j}", "capacity_max": 3} for j in (1, 2, 3)],
        "prefs_students": [{"student_id": f"s{i}", "choice_1": "T1", "choice_2": "T2"} for i in range(1, 7)],
    }
    write_school_workbook(folder / "school.xlsx", sheets, "zh")
    return folder / "school.xlsx"


def test_the_command_line(installed, tmp_path):
    """In a process of its own, as a school runs it: the package is found by its entry points alone."""
    path, rules = workbook(tmp_path), rules_in(tmp_path)
    search = os.pathsep.join([str(installed), str(TESTS), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", PROGRAM, "solve", str(path), "--rules", str(rules), "--date", "2024-11-11"]
    ran = subprocess.run(  # noqa: S603  # our own command
        [*command, "-o", str(tmp_path / "out.xlsx"), "--report", str(tmp_path / "page.html"), "--lang", "en"],
        env={**os.environ, "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "A mentor takes at most 2 boys." in page
    assert "how late mentors come in the alphabet" in page
    for arguments in (["rules", str(rules), "--explain"], ["rules", "--schema"]):
        told = CliRunner().invoke(group, arguments, standalone_mode=False)
        assert told.exception is None
        assert "most_boys" in told.output


def test_an_installed_mechanism(installed, tmp_path):
    assert mm.match(school(), on=NOVEMBER, mechanism="in-order").mechanism == "in_order"
    assert Rules(mechanism="in_order").mechanism == "in_order"
    with pytest.raises(mm.InputError, match="two_round"):
        mm.match(school(), on=NOVEMBER, mechanism="in_ordre")


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("[mentormatch.constraints]\nquotas = their_parts:MostBoys", "'quotas' of the package their-parts is taken"),
        ("[mentormatch.constraints]\nboys = their_parts:MostBoys", "it calls itself 'most_boys'"),
        ("[mentormatch.constraints]\nalphabet = their_parts:Alphabet", "is no rule"),
        ("[mentormatch.constraints]\ngone = their_parts:Gone", "AttributeError"),
        ("[mentormatch.constraints]\ngone = not_there:Gone", "ModuleNotFoundError"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_package(entries, said, tmp_path, monkeypatch):
    install(tmp_path / "site", entries)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    kind = entries.split("\n")[1].split(" ")[0]
    with pytest.raises(mm.InputError) as error:
        read_rules(rules_in(tmp_path, f'[[constraint]]\nkind = "{kind}"'))
    assert said in str(error.value)
    with pytest.raises(mm.InputError):
        rules_schema()


# -- teams and joint schools ------------------------------------------------------------------------------------------


def test_roles_and_groups_take_a_rule_of_rows():
    rules = Rules(constraints=[MostBoys(most=2)])
    roles = match_roles(school(), rules=rules, on=NOVEMBER)
    assert max(boys_of(roles.primary, name) for name in ("T1", "T2", "T3")) == 2
    groups = match_groups(school(external_mentors=(EXTERNAL,)), SMALL, rules=rules, on=NOVEMBER)
    assert groups.matching is not None
    assert max(boys_of(groups, name) for name in ("T1", "T2", "T3")) == 2


def test_groups_refuse_what_they_cannot_take_with_a_reason():
    with pytest.raises(mm.UnsupportedError, match=r"(?i)stab"):
        match_groups(school(), rules=Rules(constraints=[Harmony()]), on=NOVEMBER)


def test_joint_schools_have_it_together():
    problems = {name: mm.build_problem(school(), on=NOVEMBER, extra_constraints=[MostBoys(most=2)]) for name in "ab"}
    joint = join(problems)
    result = mm.solve(joint.problem)
    assert result.status is mm.Status.OPTIMAL
    assert "most_boys" in {rule.original.kind for rule in joint.problem.constraints}


# -- mechanisms -------------------------------------------------------------------------------------------------------


MARKET = mm.Market.from_preferences({"a": ["x", "y"], "b": ["x", "y"], "c": ["x"]}, quotas=1)


@pytest.mark.parametrize("mechanism", [in_order, IN_ORDER])
def test_a_mechanism_of_ones_own(mechanism):
    result = mm.match(MARKET, mechanism=mechanism)
    assert result.mechanism == "in_order"
    assert result.matching.as_dict() == {"a": ("x",), "b": ("y",)}
    assert result.pair_reasons["a", "x"].origin == "chosen"


@pytest.mark.parametrize("answer", [[("a", "x")], {"a": "x"}, (pair for pair in [("a", "x")])])
def test_what_it_may_return(answer):
    assert mm.match(MARKET, mechanism=lambda market: answer).matching.as_dict() == {"a": ("x",)}


def test_it_sees_only_pairs_that_no_rule_removes_and_may_draw_lots():
    seen = []

    def curious(market, seed):
        seen.append((market.num_pairs, seed))
        return []

    problem = mm.build_problem(MARKET.replace(pair_attributes={"student_veto": np.arange(5) == 0}))
    assert mm.match(problem, mechanism=curious, seed=3).matching.num_placed == 0
    assert seen == [(4, 3)]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([("a", "x"), ("b", "x")], "misses 1 rules"),
        ([("a", "z")], "must return pairs"),
        ([("a", "x", 1)], "must return pairs"),
        (3, "got a int"),
        (None, "got a NoneType"),
    ],
)
def test_what_makes_no_sense_is_refused(answer, said):
    with pytest.raises(mm.MentorMatchError, match=said):
        mm.match(MARKET, mechanism=lambda market: answer)
    with pytest.raises(mm.InputError, match="must be a name"):
        mm.match(MARKET, mechanism=3)


def test_a_study_runs_it():
    table = study.run([in_order, "deferred_acceptance"], [study.GivenMarket("m", MARKET)], metrics=["placed"], seeds=2)
    assert not table.failures
    assert {row.mechanism for row in table} == {"in_order", "deferred_acceptance"}


# -- one file is enough -----------------------------------------------------------------------------------------------

SOURCE = Path(mm.__file__).parent


def kinds_written_in(folder: Path) -> dict[str, str]:
    """Return the kind that each file fixes, from its text alone; a file that fixes two is an error."""
    found: dict[str, str] = {}
    for path in folder.glob("*.py"):
        kinds = re.findall(r'^    kind: Literal\["(\w+)"\] = "(\w+)"', path.read_text("utf-8"), re.MULTILINE)
        assert len(kinds) <= 1, path.name
        if kinds:
            found[path.stem] = kinds[0][0]
    return found


@pytest.mark.parametrize(("folder", "parts"), [("constraints", CONSTRAINTS), ("objectives", STAGES)])
def test_a_part_is_its_file(folder, parts):
    """A new rule is a file: what the folder holds is what there is, and nothing else names it."""
    there = {part.__module__.rsplit(".", 1)[1]: kind_of(part) for part in parts}
    assert there == kinds_written_in(SOURCE / folder)
    assert len(there) == len(parts) > 15


def test_no_list_of_kinds_stands_elsewhere():
    """Words, prices, editions, schemas and joint schools learn about a rule from its class."""
    kinds = {kind_of(part) for part in CONSTRAINTS}
    for path in SOURCE.rglob("*.py"):
        if path.parent.name != "constraints":
            named = kinds & set(re.findall(r'"(\w+)"', path.read_text("utf-8")))
            assert len(named) <= 2, f"{path.name} names {sorted(named)}"


def test_the_stubs_say_what_the_folders_hold():
    sys.path.insert(0, str(TESTS.parent / "tools"))
    try:
        import stubs
    finally:
        sys.path.pop(0)
    for package in stubs.PACKAGES:
        assert stubs.path_of(package).read_text("utf-8") == stubs.stub(package), "run python tools/stubs.py"


@pytest.mark.parametrize("part", [*CONSTRAINTS, *STAGES], ids=kind_of)
def test_every_part_has_words(part):
    for parameter in parameters(part).values():
        assert parameter.text.zh != parameter.text.en
        assert parameter.why.zh
        assert parameter.why.en
    assert part in CONSTRAINTS or part.words is not None


def test_no_rule_and_stage_share_a_kind():
    kinds = [kind_of(part) for part in (*CONSTRAINTS, *STAGES)]
    assert sorted(kinds) == sorted(set(kinds))


@pytest.mark.parametrize(("old", "new"), [("coverage", "placed_students"), ("continuity", "fewest_changes")])
def test_former_kinds_of_stages_are_taken_and_told(old, new, tmp_path):
    path = rules_in(tmp_path, f'[[stage]]\nkind = "{old}"')
    rules = read_rules(path)
    assert [stage.kind for stage in rules.stages] == [new]
    assert [f'"{old}"' in notice.en and f'"{new}"' in notice.en for notice in rules.notices] == [True]
    assert rules == read_rules(rules_in(tmp_path, f'[[stage]]\nkind = "{new}"'))
    told = CliRunner().invoke(
        group, ["rules", str(rules_in(tmp_path, f'[[stage]]\nkind = "{old}"'))], standalone_mode=False
    )
    assert new in told.stderr
    assert Rules(stages=[{"kind": old}]).stages[0].kind == new
