"""Every answer tells itself in one way: status, stages, tables, lines, data, pairings, check, explanation, page."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

import mentormatch as mm
from mentormatch.base.errors import InputError, MarketError
from mentormatch.cli import main
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.market.matching import Matching
from mentormatch.report.answer import Answer
from mentormatch.report.answer_page import answer_page
from mentormatch.report.pairing_table import COLUMNS, pairing_table
from mentormatch.report.school_answer import SchoolAnswer
from mentormatch.report.summary import engine_lines, summarise
from mentormatch.report.workbook import write_tables
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.student import Student
from mentormatch.rules.role_plan import RolePlan, RoleRule
from mentormatch.rules.rules_file import Rules
from mentormatch.solvers.choose import ENGINES, engine_words
from mentormatch.solvers.engine import Engine
from mentormatch.teams.groups.answer import GroupAnswer
from mentormatch.teams.groups.plan import GroupPlan
from mentormatch.teams.groups.school import match_groups
from mentormatch.teams.growth.answer import GrowthAnswer
from mentormatch.teams.growth.school import school_growth_groups
from mentormatch.teams.peers.answer import PeerAnswer
from mentormatch.teams.peers.school import match_peers
from mentormatch.teams.roles.answer import RoleAnswer
from mentormatch.teams.roles.school import match_roles
from mentormatch.verify import check_certificate
from small_school import small_school, write_xlsx

ON = date(2025, 9, 1)
CHECK_ENDS = date(2026, 3, 1)
SERVICE_ENDS = date(2026, 1, 15)
NAME = "王小明<b>"


def roster() -> mm.Roster:
    def student(name: str, grade: int, **more: object) -> Student:
        return Student(
            student_id=name,
            name=NAME,
            grade=f"{grade}",
            grade_number=grade,
            class_name=f"{grade}(1)",
            **more,  # type: ignore[arg-type]
        )

    juniors = tuple(
        student(
            f"s{i}",
            7,
            role_requests=("help",) if i < 2 else (),
            friend_ids=(f"s{i + 1}",) if i == 0 else (),
            apart_ids=("s5",) if i == 4 else (),
        )
        for i in range(8)
    )
    return mm.Roster(
        students=(*juniors, student("p9", 9)),
        mentors=(
            Mentor(mentor_id="T0", name=NAME, capacity_max=6, available_to=SERVICE_ENDS),
            Mentor(mentor_id="T1", name=NAME, capacity_max=6),
            Mentor(mentor_id="p9", name=NAME, capacity_max=3, kind="peer"),
        ),
        student_preferences=tuple(StudentPreference(student_id=f"s{i}", choices=("T0", "p9")) for i in range(3)),
        external_mentors=(ExternalMentor(external_id="E1", check_valid_to=CHECK_ENDS, capacity=4),),
    )


def school() -> SchoolAnswer:
    return SchoolAnswer(result=mm.match(roster(), on=ON), roster=roster(), on=ON)


def groups() -> GroupAnswer:
    result = match_groups(roster(), GroupPlan(students_min=4, students_max=5, first_day=ON), on=ON)
    return GroupAnswer(result=result, roster=roster(), on=ON)


def roles() -> RoleAnswer:
    plan = RolePlan(roles=(RoleRule(name="help", kind="external", open_to_all=True),))
    return RoleAnswer(found=match_roles(roster(), plan, on=ON), roster=roster(), on=ON)


def growth() -> GrowthAnswer:
    fewer = roster().replace(
        students=tuple(s for s in roster().students if s.grade_number == 7), student_preferences=()
    )
    return GrowthAnswer(school_growth_groups(fewer, on=ON))


def peers() -> PeerAnswer:
    return PeerAnswer(found=match_peers(roster(), on=ON), roster=roster(), on=ON)


ANSWERS: dict[str, Callable[[], Answer]] = {
    "solve": school,
    "groups": groups,
    "roles": roles,
    "growth": growth,
    "peers": peers,
}


class Words(HTMLParser):
    """Reads a page as a reader does: the texts that are seen, and what the page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href") or name.startswith("on")]
        self.fetched += [tag] if tag in ("script", "link", "iframe", "b") else []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_tells_itself_in_both_languages(name: str, tmp_path: Path) -> None:
    answer = ANSWERS[name]()
    assert answer.status in (mm.Status.OPTIMAL, mm.Status.FEASIBLE)
    assert answer.is_found
    assert answer.stages
    assert answer.checked() == ()
    data = json.loads(json.dumps(answer.data()))
    assert data["status"] == str(answer.status)
    for lang in ("zh", "en"):
        lines, tables = answer.lines(lang), answer.tables(lang)  # type: ignore[arg-type]
        assert lines
        assert all("。;" not in line for line in lines)
        assert tables[-1].kind == "summary"
        assert all(len(row) == len(table.headers) for table in tables for row in table.rows)
        with new_workbook(tmp_path / f"{lang}.xlsx") as book:
            write_tables(book, tables)
        assert load_workbook(tmp_path / f"{lang}.xlsx").sheetnames == [table.title for table in tables]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_page_holds_every_cell_fetches_nothing_and_tells_no_name(name: str) -> None:
    answer = ANSWERS[name]()
    html = answer_page(answer, "zh")
    assert html == answer_page(ANSWERS[name](), "zh")
    assert NAME not in html
    assert "王小明" not in html
    page = Words()
    page.feed(html)
    assert page.fetched == []
    seen = set(page.words)
    for lang in ("zh", "en"):
        cells = [str(cell) for t in answer.tables(lang)[:-1] for row in t.rows for cell in row if cell is not None]  # type: ignore[arg-type]
        assert set(cells) <= seen
        assert set(answer.lines(lang)) <= seen  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ANSWERS)
def test_every_student_is_explained_and_nobody_else_named(name: str) -> None:
    answer = ANSWERS[name]()
    told = answer.explain("s0")
    assert told.statements
    for lang in ("zh", "en"):
        for line in told.lines(lang):  # type: ignore[arg-type]
            assert line
            assert not re.search(r"\bs[1-7]\b", line)
    with pytest.raises(MarketError):
        answer.explain("nobody")


@pytest.mark.parametrize("name", ["solve", "groups", "roles", "peers"])
def test_pairings_are_one_table_and_end_with_the_service(name: str) -> None:
    """Every row of the record ends with the mentor's service or an external's check at the latest."""
    answer = ANSWERS[name]()
    rows = answer.pairings()
    assert rows
    ends = {"T0": SERVICE_ENDS, "E1": CHECK_ENDS}
    for row in rows:
        assert row.valid_from == ON
        if row.mentor_id in ends:
            assert row.valid_to is not None
            assert row.valid_to <= ends[row.mentor_id]
    table = pairing_table(rows, "en")
    assert [name for name in COLUMNS if name in table.headers] == [n for n in table.headers if n in COLUMNS]
    again = {(str(r[0]), str(r[1]), str(r[2])) for r in table.rows}
    assert again == {(row.student_id, row.mentor_id, row.role) for row in rows}


def test_a_forged_answer_is_found_out() -> None:
    found = groups()
    moved = found.result.groups[0]
    forged = replace(found.result, groups=(replace(moved, students=moved.students[:-1]), *found.result.groups[1:]))
    assert replace(found, result=forged).checked()
    matched = school()
    assert matched.result.matching is not None
    alone = replace(matched.result, matching=Matching(matched.result.problem.market, matched.result.matching.pairs[1:]))
    assert replace(matched, result=alone).checked()
    by_role = roles()
    assert by_role.found.by_role is not None
    mine = {student: {**given, "help": "T1"} for student, given in by_role.found.by_role.roles.items()}
    wrong = replace(by_role.found, by_role=replace(by_role.found.by_role, roles=mine))
    assert replace(by_role, found=wrong).checked()
    seniors = peers()
    assert replace(seniors, found=replace(seniors.found, pairs=(("s0", "T1"),))).checked()
    unit = growth().units[0]
    whole = replace(unit, result=replace(unit.result, groups=unit.result.groups[1:]))
    assert GrowthAnswer((whole,)).checked()


@pytest.mark.parametrize("name", ["solve", "roles", "peers"])
def test_certificates_are_checked_without_the_package(name: str, tmp_path: Path) -> None:
    proof = ANSWERS[name]().certificate()
    assert proof is not None
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof), "utf-8")
    script = Path(check_certificate.__file__)
    command = [sys.executable, str(script), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own script
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_certificate_says_whom_it_is_for(tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a public workbook lies a file that tells forms and care: it says so, and whoever wrote it is told."""
    school, proof = tmp_path / "s.xlsx", tmp_path / "proof.json"
    write_xlsx(school, small_school())
    with pytest.raises(SystemExit) as end:
        main(["solve", str(school), "-o", str(tmp_path / "r.xlsx"), "--certificate", str(proof), "--lang", lang])
    assert end.value.code == 0
    assert ("内部版" if lang == "zh" else "staff edition") in capsys.readouterr().out
    assert json.loads(proof.read_text("utf-8"))["edition"] == "staff"
    assert check_certificate.main([str(proof)]) == 0
    assert "not to be posted" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["groups", "growth"])
def test_an_answer_without_rows_has_no_certificate(name: str) -> None:
    assert ANSWERS[name]().certificate() is None


def test_where_nothing_fits_the_answer_says_why() -> None:
    alone = roster().replace(mentors=tuple(m.model_copy(update={"capacity_max": 1}) for m in roster().mentors))
    rules = Rules.model_validate({"constraints": ({"kind": "coverage"},)})
    result = match_groups(alone, GroupPlan(students_min=4, students_max=5), rules=rules, on=ON)
    answer = GroupAnswer(result=result)
    assert answer.status is mm.Status.INFEASIBLE
    assert not answer.is_found
    assert answer.pairings() == ()
    assert "无可行方案" in answer_page(answer, "zh")
    with pytest.raises(InputError, match="no groups to explain"):
        answer.explain("s0")


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_an_office_reads_an_engine_in_three_words_at_most(engine: Engine) -> None:
    words = engine_words(engine.name)
    assert words is engine.words
    assert len(words.en.split()) <= 3
    assert len(words.zh) <= 6


def test_the_screen_names_the_engine_and_keeps_its_reasons_for_who_asks() -> None:
    result = school().result
    (line,) = [line for line in school().lines("zh") if line.startswith("引擎")]
    assert len(line) <= 10
    reasons = engine_lines(result, "zh")
    assert len(reasons) == 1 + len(result.refusals)
    assert summarise(result)["refusals"].keys() == result.refusals.keys()
    assert not str(result).startswith("optimal: optimal")
    assert str(result).startswith(str(result.status))


@pytest.mark.parametrize("name", ["groups", "roles", "peers"])
def test_what_a_command_does_not_decide_stays_and_what_stands_keeps_its_first_day(name: str) -> None:
    """The record after a command is next term's input: nothing of another role is lost, and nothing begins anew."""
    long_ago = date(2024, 9, 2)
    first = ANSWERS[name]()
    kept = [
        row.model_copy(update={"valid_from": long_ago, "locked": True, "origin": "双选"}) for row in first.pairings()
    ]
    role = {"groups": "supporting", "roles": "peer", "peers": "supporting"}[name]
    other = Pairing(
        student_id="s7",
        mentor_id="p9" if role == "peer" else "T1",
        role=role,
        role_name="心理",
        valid_from=long_ago,  # type: ignore[arg-type]
    )
    rows = first.pairings()
    after = {
        "groups": lambda school: replace(groups(), roster=school),
        "roles": lambda school: replace(roles(), roster=school),
        "peers": lambda school: replace(peers(), roster=school),
    }[name](roster().replace(pairings=(*kept, other)))
    table = next(table for table in after.tables("en") if table.kind == "assignments")
    at = table.headers.index
    found = {(row[at("student_id")], row[at("mentor_id")], row[at("role")]): row for row in table.rows}
    assert found.keys() == {(row.student_id, row.mentor_id, row.role) for row in (*rows, other)}
    assert {row[at("valid_from")] for row in table.rows} == {long_ago.isoformat()}
    assert found["s7", other.mentor_id, role][at("role_name")] == "心理"
    assert all(found[row.student_id, row.mentor_id, row.role][at("origin")] == "双选" for row in kept)
