"""Ctrl-C on a real search in a real terminal: what is shown until then, what is kept, and no file is half written."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

import mentormatch as mm
from mentormatch.cli import group, main
from mentormatch.cli.interrupts import Interrupts
from mentormatch.io.sample_school import write_sample_school
from mentormatch.solvers.cp import interruptible
from mentormatch.solvers.stable import stable_bound
from mentormatch.teams.groups.school import match_groups
from mentormatch.teams.growth import engine as growth_groups
from mentormatch.teams.growth.problem import GrowthProblem
from samples import published

SLOW = """mechanism = "optimal"
[[stage]]
kind = "blocking_pairs"
[[stage]]
kind = "rank_total"
"""


def interrupted(arguments: list[str], seen: str) -> tuple[int, str, str]:
    """Run a command, interrupt it when its terminal shows a pattern; return exit code, output, and what was shown."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", "from mentormatch.cli import main; main()", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=end,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "150"},
    )
    os.close(end)
    shown, sent, until = "", False, time.monotonic() + 120
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", os.read(terminal, 65536).decode(errors="replace"))
            except OSError:  # the other end is closed
                break
        if not sent and re.search(seen, shown):
            process.send_signal(signal.SIGINT)
            sent = True
    os.close(terminal)
    output, _ = process.communicate(timeout=60)
    assert sent, shown
    return process.returncode, output.decode(), shown


def test_solve_keeps_the_best_that_it_has_shown(tmp_path: Path) -> None:
    write_sample_school(tmp_path / "school.xlsx", "en")
    (tmp_path / "slow.toml").write_text(SLOW)
    arguments = ["solve", str(tmp_path / "school.xlsx"), "-o", str(tmp_path / "r.xlsx"), "--lang", "en"]
    arguments += ["--report", str(tmp_path / "r.html"), "--rules", str(tmp_path / "slow.toml"), "--date", "2024-11-11"]
    code, output, shown = interrupted(arguments, r"stage [\w ]+: best \d+, bound \d+, at most \d+ s left")
    assert code == 130
    assert "Interrupted: this is the best so far." in shown
    assert "Traceback" not in shown + output
    assert "not proven optimal" in output
    assert {path.name for path in tmp_path.iterdir()} == {"school.xlsx", "slow.toml", "r.xlsx", "r.html"}
    assert load_workbook(tmp_path / "r.xlsx")["assignments"].max_row > 200
    assert (tmp_path / "r.html").read_text("utf-8").rstrip().endswith("</html>")


@pytest.fixture
def themes(tmp_path: Path) -> Path:
    """Return a school whose externals take long to be spread well."""
    rng = np.random.default_rng(0)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "students"
    sheet.append(["student_id", "name", "grade", "class", "themes"])
    for i in range(300):
        sheet.append(
            [f"2024{i:04}", "x", "七年级", "七(1)班", "、".join(rng.choice(list("ABCDEFGH"), 2, replace=False))]
        )
    sheet = book.create_sheet("mentors")
    sheet.append(["mentor_id", "name", "capacity_max"])
    for j in range(24):
        sheet.append([f"T{j:02}", "x", 16])
    sheet = book.create_sheet("prefs_students")
    sheet.append(["student_id", "choice_1", "choice_2", "choice_3"])
    for i in range(300):
        sheet.append([f"2024{i:04}", *(f"T{j:02}" for j in rng.choice(24, 3, replace=False))])
    sheet = book.create_sheet("externals")
    sheet.append(["external_id", "check_valid_to", "capacity", "themes", "max_groups"])
    for e in range(20):
        sheet.append([f"E{e:02}", "2025-08-20", 40, "、".join(rng.choice(list("ABCDEFGH"), 2, replace=False)), 3])
    book.save(tmp_path / "groups.xlsx")
    return tmp_path / "groups.xlsx"


def test_groups_keeps_whole_groups(themes: Path, tmp_path: Path) -> None:
    arguments = ["groups", str(themes), "-o", str(tmp_path / "r.xlsx"), "--date", "2024-11-11"]
    code, output, shown = interrupted(arguments, r"阶段 .+?: 当前 \d+, 界 \d+, 剩余时间至多 \d+ s")
    assert code == 130
    assert "已中断:这是到中断时为止最好的结果。" in shown
    assert "Traceback" not in shown + output
    assert "pressed CTRL-C" not in output
    assert {path.name for path in tmp_path.iterdir()} == {"groups.xlsx", "r.xlsx"}
    book = load_workbook(tmp_path / "r.xlsx")
    # Files follow the language of the school's workbook.
    rows = list(book["小组" if "小组" in book.sheetnames else "groups"].iter_rows(min_row=2, values_only=True))
    assert all(8 <= int(str(row[3])) <= 16 for row in rows)


@pytest.mark.parametrize("stage", ["placed_students", "rank_total", "externals_missing", "external_fit"])
def test_an_interrupt_after_any_stage_leaves_groups_that_the_checker_accepts(themes: Path, stage: str) -> None:
    def show(name: str, value: int, bound: int | None) -> None:
        if name == stage:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)

    result = match_groups(mm.read_roster(themes), on=date(2024, 11, 11), on_progress=show)
    assert result.stopped_by_limit
    assert result.matching is not None
    assert result.matching.num_placed == 300
    proven = [value.proven for value in result.stages]
    assert proven == sorted(proven, reverse=True)
    assert proven[0]
    assert not proven[-1]


def test_a_limit_leaves_groups_that_the_checker_accepts(themes: Path) -> None:
    # A fast machine may be done by then; the result has been checked all the same.
    result = match_groups(mm.read_roster(themes), on=date(2024, 11, 11), time_limit=0.3)
    assert result.status is not mm.Status.INFEASIBLE


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C in this process as soon as its main thread waits for a search."""

    def wait_for(work: Callable[[], object], **more: object) -> object:
        def press_and_work() -> object:
            time.sleep(0.3)  # until it waits
            os.kill(os.getpid(), signal.SIGINT)
            return work()

        return interruptible.wait_for(press_and_work, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(stable_bound, "wait_for", wait_for)
    monkeypatch.setattr(
        growth_groups,
        "run_interruptibly",
        lambda solver, model, interrupted: (
            wait_for(lambda: solver.solve(model), stop=solver.stop_search, interrupted=interrupted)
            if not interrupted
            else interruptible.run_interruptibly(solver, model, interrupted=True)
        ),
    )


@pytest.mark.usefixtures("pressed")
def test_the_relaxation_and_growth_groups_hear_an_interrupt_at_once() -> None:
    market = mm.read_glasgow(published("smti.instance"))
    pairs = np.arange(market.num_pairs)
    with pytest.raises(KeyboardInterrupt):  # else the relaxation would go on to its end and return prices
        stable_bound.stable_bound(market, pairs, np.zeros(len(pairs), np.int64))
    rng = np.random.default_rng(3)
    students = [f"s{i}" for i in range(90)]
    problem = GrowthProblem(
        students=students,
        size_min=4,
        size_max=6,
        attributes={name: {s: str(rng.integers(4)) for s in students} for name in "xyz"},
        together=[tuple(map(str, rng.choice(students, 2, replace=False))) for _ in range(150)],
        apart=[tuple(map(str, rng.choice(students, 2, replace=False))) for _ in range(40)],
    )
    outcome = growth_groups.solve_growth(problem, time_limit=300)  # longer than the suite may take
    assert outcome.status is not mm.Status.OPTIMAL


def test_one_interrupt_while_files_are_written_changes_nothing() -> None:
    with Interrupts() as interrupts:
        interrupts.let_it_be_written()
        signal.raise_signal(signal.SIGINT)
        assert not interrupts.heard
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_python_wraps_is_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    class Attribute:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    def make(*_: object, **__: object) -> None:
        try:
            type("Made", (), {"attribute": Attribute()})
        except KeyboardInterrupt as error:  # from Python 3.12 on it comes as it is
            raise RuntimeError from error

    monkeypatch.setattr(group, "main", make)
    with pytest.raises(SystemExit) as stopped:
        main(["demo", "--lang", "en"])
    assert stopped.value.code == 130
    assert "Interrupted" in capsys.readouterr().err
