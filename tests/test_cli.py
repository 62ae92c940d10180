"""The command line as its users run it: exit codes, files, messages, on the sample workbooks."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from mentormatch.cli import group
from mentormatch.cli.purposes import PURPOSES
from samples import SAMPLES

DAY = ("--date", "2024-11-11")


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    command = Path(sys.executable).with_name("mentormatch")
    return subprocess.run(  # noqa: S603  # our own command
        [str(command), *(str(argument) for argument in arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def solve(school: Path, folder: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return run("solve", school, "-o", folder / "r.xlsx", "--json", folder / "s.json", *DAY, *more)


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("solved")
    answer = solve(SAMPLES / "school.xlsx", folder, "--seed", 0, "--report", folder / "p.html")
    assert answer.returncode == 0, answer.stderr
    return folder


def test_the_school_is_placed_proven_and_without_justified_blocking_pairs(solved: Path) -> None:
    summary = json.loads((solved / "s.json").read_text("utf-8"))
    assert summary["status"] == "optimal"
    assert (summary["students"], summary["placed"], summary["unplaced"]) == (1080, 1080, 0)
    assert summary["violations"] == []
    assert summary["justified_blocking_pairs"] == 0
    assert all(stage["proven"] for stage in summary["stages"])
    assert summary["stages"][0] == {"name": "fewest_moves", "value": 0, "bound": 0, "proven": True}
    assert summary["retained"] + summary["changed"] == 723
    assert sum(summary["rank_profile"].values()) == 1080


def test_the_summary_has_the_keys_of_the_contract(solved: Path) -> None:
    keys = set(json.loads((solved / "s.json").read_text("utf-8")))
    assert keys >= {
        *("status", "mechanism", "engine", "engine_reason", "seed", "students", "placed", "unplaced", "retained"),
        *("changed", "rank_profile", "blocking_pairs", "justified_blocking_pairs", "load", "stages", "violations"),
        *("input_sha256", "runtime_s", "versions"),
    }


def test_the_result_keeps_the_rules_when_read_without_our_code(solved: Path) -> None:
    raw = sheets(SAMPLES / "school.xlsx")
    result = sheets(solved / "r.xlsx")["结果"]
    assert result[0][:2] == ["学号", "工号"]
    mentor_of = {row[0]: row[1] for row in result[1:]}
    assert set(mentor_of) == {row[0] for row in raw["学生"][1:]}
    load: dict[object, int] = dict.fromkeys((row[0] for row in raw["导师"][1:]), 0)
    care: dict[object, int] = dict.fromkeys(load, 0)
    level = {row[0]: row[9] for row in raw["学生"][1:]}
    for student, mentor in mentor_of.items():
        load[mentor] += 1
        care[mentor] += level[student] == "重点"
    for row in raw["导师"][1:]:
        seats = (row[9], row[8]) if row[13] == "在岗" else (0, 0)
        assert seats[0] <= load[row[0]] <= seats[1], row[0]
        assert care[row[0]] <= row[10]
    assert not any(mentor_of[row[1]] == row[0] for row in raw["导师意向"][1:] if row[2] == "不适合")
    assert not any(mentor_of[row[0]] == row[7] for row in raw["学生志愿"][1:] if row[7])
    forms = {row[0] for row in raw["学生志愿"][1:]}
    on_duty = {row[0] for row in raw["导师"][1:] if row[13] == "在岗"}
    vetoed = {(row[1], row[0]) for row in raw["导师意向"][1:] if row[2] == "不适合"}
    for row in raw["当前结对"][1:]:
        if row[2] in on_duty and (row[8] == "是" or (row[1] not in forms and (row[1], row[2]) not in vetoed)):
            assert mentor_of[row[1]] == row[2]


def test_the_same_run_gives_the_same_bytes_and_shuffled_rows_the_same_content(solved: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    assert solve(SAMPLES / "school.xlsx", again, "--seed", 0).returncode == 0
    assert (again / "r.xlsx").read_bytes() == (solved / "r.xlsx").read_bytes()
    book = load_workbook(SAMPLES / "school.xlsx")
    rng = random.Random(7)
    for sheet in book:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        body = rows[1:]
        rng.shuffle(body)
        sheet.delete_rows(2, sheet.max_row)
        for row in body:
            sheet.append(row)
    shuffled = tmp_path / "shuffled.xlsx"
    book.save(shuffled)
    assert solve(shuffled, tmp_path, "--seed", 0).returncode == 0
    before, after = sheets(solved / "r.xlsx"), sheets(tmp_path / "r.xlsx")
    for name in before:
        if name != "数据问题":  # issues name the rows of the file, which have moved
            assert before[name] == after[name], name
    codes = [sorted(row[4] for row in table["数据问题"]) for table in (before, after)]
    assert codes[0] == codes[1]


def test_another_seed_may_draw_another_lottery_but_keeps_every_promise(tmp_path: Path) -> None:
    assert solve(SAMPLES / "school.xlsx", tmp_path, "--seed", 1).returncode == 0
    summary = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert (summary["status"], summary["placed"], summary["justified_blocking_pairs"]) == ("optimal", 1080, 0)


def test_names_of_pupils_are_in_no_output(solved: Path) -> None:
    names = {str(row[1]) for row in sheets(SAMPLES / "school.xlsx")["学生"][1:]}
    text = (solved / "s.json").read_text("utf-8") + (solved / "p.html").read_text("utf-8")
    text += str(sheets(solved / "r.xlsx"))
    assert not [name for name in names if len(name) > 2 and name in text]


def test_the_result_is_the_next_terms_input(solved: Path, tmp_path: Path) -> None:
    book = load_workbook(SAMPLES / "school.xlsx")
    del book["当前结对"]
    sheet = book.create_sheet("当前结对")
    for row in sheets(solved / "r.xlsx")["结果"]:
        sheet.append(row)
    school = tmp_path / "next.xlsx"
    book.save(school)
    answer = solve(school, tmp_path, "--seed", 0)
    assert answer.returncode == 0, answer.stderr
    summary = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert summary["retained"] + summary["changed"] == 1080


def test_too_few_seats_are_named_in_numbers(tmp_path: Path) -> None:
    answer = solve(SAMPLES / "school_short_of_seats.xlsx", tmp_path, "--lang", "en")
    assert answer.returncode == 3
    assert "816 students" in answer.stdout
    assert "583 seats" in answer.stdout
    assert "233 short" in answer.stdout
    assert "七年级 272, 八年级 271, 九年级 273" in answer.stdout
    assert "repair" in answer.stdout
    assert not (tmp_path / "r.xlsx").exists()
    assert json.loads((tmp_path / "s.json").read_text("utf-8"))["status"] == "infeasible"


def test_refused_rows_stop_a_solve_unless_accepted(tmp_path: Path) -> None:
    dirty = SAMPLES / "school_dirty.xlsx"
    answer = solve(dirty, tmp_path)
    assert answer.returncode == 2
    assert "--accept-issues" in answer.stderr
    assert not list(tmp_path.iterdir())
    assert solve(dirty, tmp_path, "--accept-issues").returncode == 0
    summary = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert (summary["placed"], summary["unplaced"]) == (813, 0)


def test_check_lists_each_refused_row(tmp_path: Path) -> None:
    answer = run("check", SAMPLES / "school_dirty.xlsx", "--all", "--json", tmp_path / "i.json")
    assert answer.returncode == 2
    issues = json.loads((tmp_path / "i.json").read_text("utf-8"))
    refused = [issue for issue in issues["issues"] if issue["refused"] == "row"]
    assert refused
    assert all((issue["cell"] or f"第{issue['row']}行") in answer.stdout for issue in refused)
    for sheet in issues["sheets"]:
        assert sheet["read"] == sheet["accepted"] + sheet["refused"]


@pytest.mark.parametrize("name", ["school.xlsx", "school_english.xlsx"])
def test_check_lets_the_clean_samples_pass(name: str) -> None:
    answer = run("check", SAMPLES / name, "--lang", "en")
    assert answer.returncode == 0
    assert "0 errors" in answer.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_demo_and_template(tmp_path: Path, lang: str) -> None:
    answer = run("demo", "--lang", lang, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert {path.name for path in (tmp_path / "mentormatch-demo").iterdir()} == {
        "school.xlsx",
        "result.xlsx",
        "report.html",
        "summary.json",
    }
    assert run("template", tmp_path / "t.xlsx", "--lang", lang).returncode == 0
    assert run("check", tmp_path / "t.xlsx", "--lang", lang).returncode == 0


@pytest.mark.parametrize("mechanism", ["optimal", "deferred-acceptance"])
def test_the_other_mechanisms(tmp_path: Path, mechanism: str) -> None:
    answer = solve(SAMPLES / "school_english.xlsx", tmp_path, "--mechanism", mechanism)
    assert answer.returncode == 0, answer.stderr
    summary = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert summary["mechanism"] == mechanism.replace("-", "_")
    if mechanism == "deferred-acceptance":
        assert summary["justified_blocking_pairs"] == 0


def test_rules_change_the_result(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[constraint]]\nkind = "eligibility"\nreach = "own_class"\n', "utf-8")
    answer = solve(SAMPLES / "school_english.xlsx", tmp_path, "--rules", rules)
    assert answer.returncode in (0, 3), answer.stderr
    rules.write_text('[[constraint]]\nkind = "eligibilty"\n', "utf-8")
    answer = solve(SAMPLES / "school_english.xlsx", tmp_path, "--rules", rules, "--lang", "en")
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


BAD_USAGE = {
    "unknown mechanism": ("--mechanism", "lottery"),
    "no such date": ("--date", "2024-13-01"),
    "negative seed": ("--seed", "-1"),
    "no time": ("--time-limit", "0"),
    "unknown language": ("--lang", "fr"),
    "missing rules": ("--rules", "nowhere.toml"),
    "unknown option": ("--frobnicate",),
}


@pytest.mark.parametrize("case", BAD_USAGE, ids=str)
def test_bad_usage(tmp_path: Path, case: str) -> None:
    answer = solve(SAMPLES / "school_english.xlsx", tmp_path, *BAD_USAGE[case])
    assert answer.returncode == 2
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr
    assert not list(tmp_path.iterdir())


def _book(path: Path, content: dict[str, list[list[object]]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in content.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


STUDENTS = [["学号", "姓名", "年级", "班级"], ["20240101", "某某", "七年级", "七(1)班"]]


def _mentors(capacity: object) -> list[list[object]]:
    return [["工号", "姓名", "带生上限", "状态"], ["T001", "某师", capacity, "在岗"]]


BAD_FILES = {
    "truncated": lambda folder: _written(folder / "a.xlsx", (SAMPLES / "school.xlsx").read_bytes()[:50_000]),
    "wrong type": lambda folder: _written(folder / "a.xlsx", b"student_id,name\n1,x\n"),
    "not there": lambda folder: folder / "nowhere.xlsx",
    "no students": lambda folder: _book(folder / "a.xlsx", {"导师": _mentors(15)}),
    "empty sheets": lambda folder: _book(folder / "a.xlsx", {"学生": STUDENTS[:1], "导师": _mentors(15)[:1]}),
    "quota of -1": lambda folder: _book(folder / "a.xlsx", {"学生": STUDENTS, "导师": _mentors(-1)}),
    "10^12 seats": lambda folder: _book(folder / "a.xlsx", {"学生": STUDENTS, "导师": _mentors(10**12)}),
    "a CSV alone": lambda folder: _written(folder / "学生.csv", "学号,姓名\n".encode("gb18030")),
}


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("case", BAD_FILES, ids=str)
def test_bad_files_give_one_message_and_write_nothing(tmp_path: Path, case: str) -> None:
    school = BAD_FILES[case](tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    answer = solve(school, out)
    assert answer.returncode == 2
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr
    assert not list(out.iterdir())


def test_a_folder_of_gb18030_files_solves(tmp_path: Path) -> None:
    folder = tmp_path / "school"
    folder.mkdir()
    for name, rows in {"学生": STUDENTS, "导师": _mentors(15)}.items():
        text = "\n".join(",".join(str(cell) for cell in row) for row in rows)
        (folder / f"{name}.csv").write_bytes(text.encode("gb18030"))
    assert solve(folder, tmp_path).returncode == 0


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    school = _book(tmp_path / "a.xlsx", {"学生": STUDENTS, "导师": _mentors(15)})
    before = school.read_bytes()
    assert run("solve", school, "-o", school, *DAY).returncode == 2
    assert school.read_bytes() == before


def test_all_outputs_or_none(tmp_path: Path) -> None:
    school = _book(tmp_path / "a.xlsx", {"学生": STUDENTS, "导师": _mentors(15)})
    answer = run("solve", school, "-o", tmp_path / "r.xlsx", "--json", tmp_path / "missing" / "s.json", *DAY)
    assert answer.returncode == 2
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx"}


def test_a_formula_in_the_input_stays_text_in_the_result(tmp_path: Path) -> None:
    students = [*STUDENTS, ["=1+1", "某某", "七年级", "七(1)班"]]
    school = _book(tmp_path / "a.xlsx", {"学生": students, "导师": _mentors(15)})
    answer = solve(school, tmp_path, "--accept-issues")
    assert answer.returncode == 0, answer.stderr
    for sheet in load_workbook(tmp_path / "r.xlsx"):
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_help_tells_every_command_in_both_languages_in_the_order_of_the_work() -> None:
    told = run("--help").stdout
    assert set(PURPOSES) <= set(group.commands)
    places = [told.index(f"{purpose.zh} · ") for purpose in PURPOSES.values()]
    assert places == sorted(places)
    assert "逐格检查。" in run("check", "--help").stdout


def test_every_option_is_told_in_both_languages() -> None:
    for name, command in group.commands.items():
        for option in (each for each in command.params if isinstance(each, click.Option)):
            zh, _, en = (option.help or "").partition(" · ")
            assert re.search("[一-鿿]", zh), (name, option.name)
            assert re.search("[a-z]{2}", en), (name, option.name)


def test_help_needs_no_solver() -> None:
    code = "import sys, mentormatch.cli; sys.exit(any(m.startswith(('ortools', 'numpy')) for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
