"""``mentormatch explain`` and ``checker``: a contract of words, refusals and exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mentormatch.cli import main
from mentormatch.explain.fairness import PUBLIC_ATTRIBUTES, SMALLEST_PUBLIC_GROUP, fairness_account
from mentormatch.explain.lottery_replay import replay_lottery
from mentormatch.explain.what_if import what_if
from mentormatch.io.read import read_roster
from mentormatch.io.sample_school import write_sample_school
from mentormatch.matchmaking import match, run_again
from small_school import small_school, write_xlsx

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(leaving.value.code or 0), out, err

    return call


@pytest.fixture
def made(tmp_path: Path, run: Run) -> tuple[Path, Path]:
    school, result = tmp_path / "school.xlsx", tmp_path / "result.xlsx"
    write_sample_school(school, "zh")
    assert run("solve", school, "-o", result, "--date", "2024-11-11", "--seed", 3)[0] == 0
    return school, result


def test_every_student_and_mentor_is_explained_as_when_it_was_solved(made: tuple[Path, Path], run: Run) -> None:
    school, stored = made
    result = match(read_roster(school), on=date(2024, 11, 11), seed=3)
    market = result.problem.market
    for student in [*market.student_ids[:12], *market.student_ids[-12:]]:
        for lang in ("zh", "en"):
            code, out, _ = run("explain", school, stored, "--student", student, "--lang", lang)
            assert code == 0
            assert out.splitlines() == result.explain(student).lines(lang)
    mentor = market.mentor_ids[0]
    code, out, _ = run("explain", school, stored, "--mentor", mentor)
    assert code == 0
    assert out.splitlines() == result.explain_mentor(mentor).lines("zh")
    code, out, _ = run("explain", school, stored, "--student", market.student_ids[0], "--mentor", mentor, "--json")
    assert code == 0
    assert json.loads(out) == result.explain_pair(market.student_ids[0], mentor).as_data()


def test_a_result_of_another_school_is_refused(made: tuple[Path, Path], run: Run, tmp_path: Path) -> None:
    school, stored = made
    other = write_xlsx(tmp_path / "other.xlsx", small_school())
    code, out, err = run("explain", other, stored, "--student", "20240101")
    assert (code, out) == (2, "")
    assert "不是由" in err
    code, _, err = run("explain", school, school, "--student", "20240101", "--lang", "en")
    assert code == 2
    assert "assignments" in err


def test_what_is_not_there_is_refused(made: tuple[Path, Path], run: Run, tmp_path: Path) -> None:
    school, stored = made
    assert run("explain", school, stored)[0] == 2
    code, _, err = run("explain", school, stored, "--student", "nobody", "--lang", "en")
    assert code == 2
    assert "nobody" in err
    assert run("explain", school, stored, "--mentor", "nobody")[0] == 2
    assert run("explain", school, tmp_path / "missing.xlsx", "--student", "1")[0] == 2
    rules = tmp_path / "rules.toml"
    rules.write_text('mechanism = "optimal"\n', "utf-8")
    code, _, err = run("explain", school, stored, "--student", "1", "--rules", rules, "--lang", "en")
    assert code == 2
    assert "without rules" in err


def test_a_repair_is_explained_from_the_schools_own_file(made: tuple[Path, Path], run: Run, tmp_path: Path) -> None:
    """What had changed is told in the result: nobody has to write the leave into the workbook first."""
    school, before = made
    stored, market = (
        tmp_path / "repaired.xlsx",
        match(read_roster(school), on=date(2024, 11, 11), seed=3).problem.market,
    )
    leave, less = market.mentor_ids[0], market.mentor_ids[1]
    arguments = ("--leave", leave, "--seats", f"{less}=2", "--date", "2024-11-11", "--lang", "en")
    assert run("rematch", school, before, "-o", stored, *arguments)[0] == 0
    code, out, _ = run("explain", school, stored, "--mentor", less, "--lang", "en")
    assert code == 0
    assert "2 seats" in out or "Seats 2" in out or "most 2" in out
    code, out, _ = run("explain", school, stored, "--student", market.student_ids[0], "--mentor", leave, "--lang", "en")
    assert (code, "on leave" in out) == (0, True)
    wanted = next(m for m in market.mentor_ids[2:] if market.pair_index(market.student_ids[0], m) is not None)
    asked = ("explain", school, stored, "--student", market.student_ids[0], "--what-if", wanted, "--lang", "en")
    code, _, err = run(*asked)
    assert (code, "--before" in err) == (2, True)
    assert run(*asked, "--before", before, "--time-limit", 5)[0] == 0
    code, _, err = run(*asked, "--before", stored)
    assert (code, "is no repair of" in err) == (2, True)
    code, _, err = run("fairness", school, stored, "--draw", "--lang", "en")
    assert (code, "draws no lots" in err) == (2, True)


def test_rules_must_be_the_same_file(made: tuple[Path, Path], run: Run, tmp_path: Path) -> None:
    school, _ = made
    rules, stored = tmp_path / "rules.toml", tmp_path / "other.xlsx"
    rules.write_text('mechanism = "optimal"\n', "utf-8")
    assert run("solve", school, "-o", stored, "--rules", rules, "--date", "2024-11-11")[0] == 0
    student = read_roster(school).students[0].student_id
    assert run("explain", school, stored, "--student", student, "--rules", rules)[0] == 0
    code, _, err = run("explain", school, stored, "--student", student, "--lang", "en")
    assert code == 2
    assert "another rules file" in err


def test_a_certificate_is_written_and_the_printed_script_checks_it(
    made: tuple[Path, Path], run: Run, tmp_path: Path
) -> None:
    school, stored = made
    proof, script = tmp_path / "proof.json", tmp_path / "check.py"
    code, _, _ = run("solve", school, "-o", stored, "--date", "2024-11-11", "--certificate", proof)
    assert code == 0
    code, out, _ = run("checker")
    assert code == 0
    script.write_text(out, "utf-8")
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-I", "-S", str(script), str(proof)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "proven: no matching that keeps the rows has better values" in done.stdout


def test_the_fairness_account_of_a_stored_result(made: tuple[Path, Path], run: Run) -> None:
    school, stored = made
    result = match(read_roster(school), on=date(2024, 11, 11), seed=3)
    code, out, _ = run("fairness", school, stored, "--json")
    assert code == 0
    public = json.loads(out)
    assert public == fairness_account(result, attributes=PUBLIC_ATTRIBUTES, smallest=SMALLEST_PUBLIC_GROUP).as_data()
    assert not any(group["attribute"] == "care_level" for group in public["groups"])
    code, out, _ = run("fairness", school, stored, "--staff", "--json")
    assert json.loads(out) == fairness_account(result).as_data()
    code, out, _ = run("fairness", school, stored, "--lang", "en")
    assert code == 0
    assert not any(str(student) in out for student in result.problem.market.student_ids)
    assert "By class:" in out
    assert "Who bears coordination" in out


def test_an_audit_replays_the_draw_and_the_matching(made: tuple[Path, Path], run: Run) -> None:
    school, stored = made
    result = match(read_roster(school), on=date(2024, 11, 11), seed=3)
    code, out, _ = run("fairness", school, stored, "--draw", "--json")
    assert code == 0
    audit = json.loads(out)
    assert (audit["seed"], audit["pairs_that_differ"]) == (3, 0)
    assert audit["draw"] == [
        {"place": draw.place, "number": draw.number, "student": draw.student} for draw in replay_lottery(result)
    ]
    mentor = result.problem.market.mentor_ids[0]
    code, out, _ = run("fairness", school, stored, "--draw", "--mentor", mentor, "--lang", "en")
    assert code == 0
    assert f"all {audit['pairs']} pairs are the same" in out
    assert run("fairness", school, stored, "--mentor", mentor)[0] == 2


def test_what_would_have_to_differ(made: tuple[Path, Path], run: Run) -> None:
    school, stored = made
    result = match(read_roster(school), on=date(2024, 11, 11), seed=3)
    student, said = next(
        (s, said)
        for s in result.problem.market.student_ids
        for said in result.explain(s).choices
        if said.code == "full"
    )
    answer = what_if(result, student, said.mentor, run=run_again(result))
    assert answer.scenarios
    for lang in ("zh", "en"):
        code, out, _ = run("explain", school, stored, "--student", student, "--what-if", said.mentor, "--lang", lang)
        assert code == 0
        assert out.splitlines() == answer.lines(lang)
    code, out, _ = run("explain", school, stored, "--student", student, "--what-if", said.mentor, "--json")
    assert json.loads(out) == answer.as_data()
    assert run("explain", school, stored, "--what-if", said.mentor)[0] == 2
    assert run("explain", school, stored, "--student", student, "--mentor", said.mentor, "--what-if", "x")[0] == 2
    code, _, err = run("explain", school, stored, "--student", student, "--what-if", "nobody", "--lang", "en")
    assert code == 2
    assert "nobody" in err
