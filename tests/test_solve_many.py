"""Many schools: each apart, kept at once, never twice, the same however the run was cut; one summary, one report."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mentormatch.base.errors import FileError, InputError
from mentormatch.io.read import read_roster
from mentormatch.many.overview import overview
from mentormatch.many.school_files import SchoolFile, find_schools
from mentormatch.many.shared_seats import read_shared_seats, split_seats
from mentormatch.many.solve_many import ManyResult, solve_many
from mentormatch.study.generators import PRIMARY, School, province
from small_school import small_school, write_csvs, write_xlsx

DAY = date(2024, 11, 11)
COMMAND = str(Path(sys.executable).with_name("mentormatch"))


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own command
        [COMMAND, *(str(argument) for argument in arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five schools of sixty students."""
    folder = tmp_path_factory.mktemp("county")
    for number in range(5):
        school = School(profile=PRIMARY, num_students=60, number=number)
        school.write_workbook(folder / f"school-{number}.xlsx")
    return folder


@pytest.fixture(scope="module")
def whole(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole") / "out"
    answer = command("solve-many", county, "-o", out, "--date", DAY, "--workers", 1, "--lang", "en")
    assert answer.returncode == 0, answer.stderr
    assert "5 schools: 5 optimal (proven)" in answer.stdout
    return out


def content(out: Path) -> dict[str, Any]:
    """Return everything in a folder of results but how long it took."""
    found: dict[str, Any] = {}
    for file in sorted(out.iterdir()):
        if file.name == ".lock":
            continue
        found[file.name] = file.read_bytes()
        if file.suffix == ".json":
            found[file.name] = json.loads(found[file.name])
            found[file.name].get("summary", {}).pop("runtime_s", None)
    return found


def test_everything_is_there_and_adds_up(whole: Path) -> None:
    facts = json.loads((whole / "summary.json").read_text("utf-8"))
    assert facts["schools"]["all"] == facts["schools"]["optimal"] == 5
    assert facts["students"] == 300
    assert facts["placed"] == sum(outcome["placed"] for outcome in facts["outcomes"])
    assert sum(facts["rank_profile"].values()) == facts["placed"]
    assert sorted(path.name for path in whole.glob("school-*")) == sorted(
        f"school-{number}.{kind}" for number in range(5) for kind in ("json", "xlsx")
    )
    page = (whole / "report.html").read_text("utf-8")
    assert page.count("school-3") == 2
    assert page.index("各校导师匹配总览", page.index("<body>")) > page.index("Mentor matching in all schools")


def test_the_same_as_each_school_alone(county: Path, whole: Path, tmp_path: Path) -> None:
    answer = command("solve", county / "school-2.xlsx", "-o", tmp_path / "r.xlsx", "--date", DAY, "--lang", "en")
    assert answer.returncode == 0
    assert (tmp_path / "r.xlsx").read_bytes() == (whole / "school-2.xlsx").read_bytes()


def test_killed_and_resumed_the_results_are_the_same(county: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [
        COMMAND,
        "solve-many",
        str(county),
        "-o",
        str(out),
        "--date",
        str(DAY),
        "--workers",
        "1",
        "--lang",
        "en",
    ]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        for _ in range(6_000):
            if len(list(out.glob("school-*.json"))) >= 2:
                break
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("school-*.json")}
    assert 2 <= len(before) <= 5
    assert not (out / "summary.json").exists() or len(before) == 5
    (out / ".mentormatch-0123456789ab.xlsx").write_bytes(b"half a file")
    answer = subprocess.run(arguments, capture_output=True, text=True, check=True)  # noqa: S603
    assert f"Solved {5 - len(before)} now, {len(before)} before." in answer.stdout
    assert {name: (out / name).stat().st_mtime_ns for name in before} == before
    assert content(out) == content(whole)


def test_interrupted_it_says_how_to_go_on(county: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [
        COMMAND,
        "solve-many",
        str(county),
        "-o",
        str(out),
        "--date",
        str(DAY),
        "--workers",
        "1",
        "--lang",
        "en",
    ]
    process = subprocess.Popen(  # noqa: S603
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    for _ in range(6_000):
        if list(out.glob("school-*.json")):
            break
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if process.returncode != 0:  # it was not done before the signal came
        assert process.returncode == 130
        assert "goes on from there" in errors


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_the_same_on_several_workers(backend: str, county: Path, whole: Path, tmp_path: Path) -> None:
    result = solve_many(county, tmp_path, on=DAY, time_limit=60.0, lang="en", workers=2, backend=backend)
    assert (result.computed, result.reused) == (5, 0)
    expected = content(whole)
    assert content(tmp_path) == {name: expected[name] for name in expected if name.startswith("school-")}


@pytest.mark.filterwarnings("ignore")
def test_the_same_on_a_dask_cluster(tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    schools = [replace(school, num_students=80) for school in province()[:3]]
    alone = solve_many(schools, tmp_path / "alone")
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        there = solve_many(schools, tmp_path / "there", workers=-1, backend="dask")
    assert (there.computed, there.reused) == (3, 0)
    assert overview(there) == overview(alone)
    assert content(tmp_path / "there") == content(tmp_path / "alone")


def test_nothing_is_solved_twice_but_what_changed(county: Path, tmp_path: Path) -> None:
    schools, out = [SchoolFile(path.stem, path) for path in sorted(county.glob("*.xlsx"))[:2]], tmp_path / "out"
    counts = []

    def again(**options: Any) -> ManyResult:
        result = solve_many(schools, out, **{"on": DAY, **options})
        counts.append((result.computed, result.reused))
        return result

    first = again()
    assert overview(again()) == overview(first)
    (out / "school-0.xlsx").write_bytes(b"damaged")
    again()
    (out / "school-1.json").write_text("{", "utf-8")
    again()
    again(seed=1)
    changed = tmp_path / "school-1.xlsx"
    School(profile=PRIMARY, num_students=61, number=1).write_workbook(changed)
    schools[1] = SchoolFile("school-1", changed)
    again(seed=1)
    assert counts == [(2, 0), (0, 2), (1, 1), (1, 1), (2, 0), (1, 1)]


def test_two_runs_do_not_write_one_folder(county: Path, tmp_path: Path) -> None:
    def meddle(done: int, total: int) -> None:
        with pytest.raises(FileError, match="Another process"):
            solve_many(county, tmp_path)
        raise StopIteration

    with pytest.raises(StopIteration):
        solve_many(county, tmp_path, on_progress=meddle)


def test_the_trouble_of_one_school_is_not_that_of_the_others(tmp_path: Path) -> None:
    folder, out = tmp_path / "schools", tmp_path / "schools" / "results"
    folder.mkdir()
    write_xlsx(folder / "good.xlsx", small_school())
    write_csvs(folder / "good-too", small_school())
    (folder / "broken.xlsx").write_bytes(b"no workbook")
    (folder / "~$good.xlsx").write_bytes(b"left by Excel")
    twice = small_school()
    twice["学生"].append(twice["学生"][-1])
    write_xlsx(folder / "dirty.xlsx", twice)
    short = small_school()
    short["导师"][1][2] = 1
    write_xlsx(folder / "short.xlsx", short)
    answer = command("solve-many", folder, "-o", out, "--workers", 1)
    assert answer.returncode == 2
    facts = json.loads((out / "summary.json").read_text("utf-8"))
    statuses = {outcome["name"]: outcome["status"] for outcome in facts["outcomes"]}
    assert statuses == {
        "broken": "refused",
        "dirty": "refused",
        "good": "optimal",
        "good-too": "optimal",
        "short": "infeasible",
    }
    assert "mentormatch check dirty.xlsx" in answer.stderr
    assert "甲" not in answer.stderr + (out / "report.html").read_text("utf-8")
    (folder / "broken.xlsx").unlink()
    (folder / "dirty.xlsx").unlink()
    assert command("solve-many", folder, "-o", out, "--workers", 1).returncode == 3
    (folder / "short.xlsx").unlink()
    again = command("solve-many", folder, "-o", out, "--workers", 1)
    assert again.returncode == 0
    assert "本次计算 0 所,沿用 2 所" in again.stdout


def test_an_error_of_ours_is_told_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mentormatch.many import one_school

    schools = [School(name="a", num_students=50), School(name="b", num_students=50)]
    right = one_school.match
    monkeypatch.setattr(one_school, "match", lambda *_args, **_options: 1 // 0)
    result = solve_many(schools, tmp_path)
    assert [outcome.status for outcome in result.outcomes] == ["failed", "failed"]
    assert "ZeroDivisionError" in result["a"].message["en"]
    monkeypatch.setattr(one_school, "match", right)
    again = solve_many(schools, tmp_path)
    assert (again.computed, [outcome.status for outcome in again.outcomes]) == (2, ["optimal", "optimal"])


def test_markets_are_kept_as_indices(tmp_path: Path) -> None:
    school = School(name="a", num_students=90)
    result = solve_many([school], tmp_path, seed=3)
    pairs = np.load(tmp_path / "a.npz")
    market = school.market(3)
    assert len(pairs["student"]) == result["a"].summary["placed"]
    assert (np.bincount(pairs["mentor"], minlength=market.num_mentors) <= market.mentor_upper).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "no school in"),
        (
            lambda folder: [write_xlsx(folder / "a.xlsx", small_school()), write_csvs(folder / "A", small_school())],
            "name",
        ),
        (lambda folder: write_xlsx(folder / "report.xlsx", small_school()), "must not be called report"),
    ],
)
def test_folders_that_make_no_sense(make: Any, message: str, tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(InputError, match=message):
        find_schools(tmp_path)
    assert command("solve-many", tmp_path, "-o", tmp_path / "out").returncode == 2


def test_arguments_that_make_no_sense(county: Path, tmp_path: Path) -> None:
    for wrong in (["-o", county], ["-o", tmp_path, "--workers", 0], ["-o", tmp_path, "--mechanism", "dice"]):
        answer = command("solve-many", county, *wrong, "--lang", "en")
        assert answer.returncode == 2, answer.stderr
    assert command("solve-many", tmp_path / "nowhere", "-o", tmp_path / "out").returncode == 2


# -- shared mentors --------------------------------------------------------------------------------------------------


def test_seats_are_split_by_demand_and_none_is_lost() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        demand = {f"s{i}": {"x": int(rng.integers(0, 9))} for i in range(int(rng.integers(1, 6)))}
        total = int(rng.integers(0, 30))
        shares = {school: seats["x"] for school, seats in split_seats({"x": total}, demand).items()}
        wanted = {school: mentors["x"] for school, mentors in demand.items()}
        asked = sum(wanted.values())
        assert sum(shares.values()) == total
        for school, share in shares.items():
            if total <= asked:
                assert abs(share - (wanted[school] * total / asked if asked else total / len(shares))) < 1
            else:
                assert share >= wanted[school]


def test_shared_mentors_take_no_more_than_their_seats(tmp_path: Path) -> None:
    folder, out, shared = tmp_path / "schools", tmp_path / "out", tmp_path / "shared.csv"
    folder.mkdir()
    for name in ("a", "b"):
        sheets = small_school()
        sheets["导师"].append(["X01", "丁", 15, 3])
        sheets["学生志愿"] = [["学号", "第一志愿"], ["20240101", "X01"], ["20240102", "X01"]]
        write_xlsx(folder / f"{name}.xlsx", sheets)
    shared.write_bytes("工号,带生上限\nX01,3\n".encode("gb18030"))
    assert read_shared_seats(shared) == {"X01": 3}
    answer = command("solve-many", folder, "-o", out, "--shared", shared, "--workers", 1)
    assert answer.returncode == 0, answer.stderr
    facts = json.loads((out / "summary.json").read_text("utf-8"))
    assert facts["rank_profile"] == {"1": 3, "placed": 1}
    assert read_roster(folder / "a.xlsx").mentors_by_id["X01"].capacity_max == 15
    for text in ("工号\nX01\n", "工号,带生上限\nX01,3\nX01,4\n", "工号,带生上限\nX01,many\n"):
        shared.write_text(text, "utf-8")
        with pytest.raises(InputError):
            read_shared_seats(shared)
    with pytest.raises(InputError, match="workbooks"):
        solve_many([School(num_students=50)], tmp_path / "none", shared={"X01": 1})


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "a\\b", "", " ", "..", ".hidden", "a\0", "a\nb", "CON", "lpt1.x", "x" * 300, "Summary"]
)
def test_a_market_lands_in_the_folder_of_results_or_nowhere(tmp_path: Path, name: str) -> None:
    given = School(name="inside", profile=PRIMARY, num_students=20)
    with pytest.raises(InputError):
        solve_many([given, replace(given, name=name)], tmp_path / "out" / "here")
    assert not list(tmp_path.iterdir())
