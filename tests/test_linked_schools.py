"""Linked schools through `solve_many` and the command: one unit of work, joint or split, and saying which."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mentormatch.base.errors import FileError, InputError
from mentormatch.io.read_assignments import read_assignments
from mentormatch.many.district_file import District, DistrictCap, read_district
from mentormatch.many.joint_schools import ClusterJob
from mentormatch.many.overview import overview
from mentormatch.many.solve_many import ManyResult, solve_many
from small_school import small_school, write_xlsx

DAY = date(2024, 11, 11)
COMMAND = str(Path(sys.executable).with_name("mentormatch"))


def write_school(path: Path, *lists: tuple[str, ...], seats: int = 15, extra: tuple[str, ...] = ("X01",)) -> None:
    """Write a school of two students, its own mentor T001, and mentors whom other schools have too."""
    sheets = small_school()
    sheets["导师"][1][2] = seats
    sheets["导师"] += [[one, "丁", 15, 3] for one in extra]
    head = ["学号", *(f"第{number}志愿" for number in "一二三")]
    rows = [[f"2024010{at}", *own, *[""] * (3 - len(own))] for at, own in enumerate(lists, start=1)]
    sheets["学生志愿"] = [head, *rows]
    write_xlsx(path, sheets)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two schools that share X01, and one that stands alone."""
    schools = tmp_path / "schools"
    schools.mkdir()
    for name in ("a", "b"):
        write_school(schools / f"{name}.xlsx", ("X01", "T001"), ("X01", "T001"))
    write_school(schools / "c.xlsx", ("T001",), ("T001",), extra=())
    return schools


def content(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in sorted(out.iterdir()):
        if file.suffix == ".json":
            told = json.loads(file.read_text("utf-8"))
            told.get("summary", {}).pop("runtime_s", None)
            found[file.name] = told
        elif file.name != ".lock":
            found[file.name] = file.read_bytes()
    return found


def run(folder: Path, out: Path, **options: Any) -> ManyResult:
    return solve_many(folder, out, **{"on": DAY, "shared": {"X01": 3}, **options})


def test_the_joint_optimum_and_who_was_in_it(folder: Path, tmp_path: Path) -> None:
    result = run(folder, tmp_path / "out")
    facts = overview(result)
    assert facts["rank_profile"] == {"1": 5, "2": 1, "placed": 0}
    assert [outcome["coupling"] for outcome in facts["outcomes"]] == ["joint", "joint", "alone"]
    (cluster,) = facts["clusters"]
    assert (cluster["schools"], cluster["status"]) == (["a", "b"], "optimal")
    assert {stage["name"] for stage in cluster["stages"]} >= {"fewest_moves", "rank_total"}
    assert all(stage["proven"] for stage in cluster["stages"])
    assert result["a"].status == "optimal"
    assert not any(stage["proven"] for stage in result["a"].summary["stages"])
    assert "2 schools that share mentors" in result["a"].summary["engine_reason"]


def test_a_cap_that_only_the_joint_market_can_use_well(tmp_path: Path) -> None:
    """Both schools have a cap in common; by demand each gets half of it, though only one of them needs it."""
    schools = tmp_path / "schools"
    schools.mkdir()
    write_school(schools / "a.xlsx", ("X01",), ("X01",), seats=0)
    write_school(schools / "b.xlsx", ("X02", "T001"), ("X02", "T001"), extra=("X02",))
    district = District(cap=(DistrictCap(name="outsiders", mentors=("X01", "X02"), upper=2),))
    joint = solve_many(schools, tmp_path / "joint", on=DAY, district=district)
    assert overview(joint)["placed"] == 4
    assert joint["a"].summary["rank_profile"] == {"1": 2, "placed": 0}
    split = solve_many(schools, tmp_path / "split", on=DAY, district=district, coupling="split")
    assert split["a"].status == "infeasible"
    assert split["b"].is_solved


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"coupling": "split"}, "Asked for"),
        ({"max_joint_pairs": 3}, "8 candidate pairs are more than 3"),
        ({"shared": {"X01": 1}, "seatless": True}, "no feasible matching (proven)"),
    ],
)
def test_a_split_says_why(options: dict[str, Any], why: str, folder: Path, tmp_path: Path) -> None:
    options = dict(options)
    if options.pop("seatless", False):  # each needs the only seat of X01
        for name in ("a", "b"):
            write_school(folder / f"{name}.xlsx", ("X01",), seats=1)
    result = run(folder, tmp_path / "out", **options)
    (cluster,) = overview(result)["clusters"]
    assert cluster["mode"] == "split"
    assert why in cluster["reason"]["en"]
    assert result["a"].is_solved
    assert result["c"].coupling == {}


def test_a_school_that_cannot_be_helped_leaves_the_others_their_joint_optimum(folder: Path, tmp_path: Path) -> None:
    write_school(folder / "d.xlsx", ("X01",), seats=0)  # two students, and X01 has one seat here
    result = run(folder, tmp_path / "out", shared={"X01": 1})
    assert result["d"].status == "infeasible"
    assert result["d"].coupling == {}
    (cluster,) = overview(result)["clusters"]
    assert (cluster["mode"], cluster["schools"], cluster["status"]) == ("joint", ["a", "b"], "optimal")
    again = run(folder, tmp_path / "out", shared={"X01": 1})
    assert (again.computed, again.reused) == (0, 4)


def test_linked_schools_are_one_unit_of_work(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    counts = []

    def again(**options: Any) -> None:
        result = run(folder, out, **options)
        counts.append((result.computed, result.reused))

    again()
    again()
    write_school(folder / "c.xlsx", ("T001",), extra=())
    again()
    write_school(folder / "b.xlsx", ("X01",))
    again()
    again(shared={"X01": 2})
    (out / "a.xlsx").unlink()
    again(shared={"X01": 2})
    again(coupling="split")
    assert counts == [(3, 0), (0, 3), (1, 2), (2, 1), (2, 1), (2, 1), (2, 1)]


def test_killed_between_two_schools_and_resumed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(folder, tmp_path / "whole")
    from mentormatch.many import joint_schools

    keep, kept_names = joint_schools.keep, []

    def stops(outcome: Any, out: Path) -> None:
        if kept_names:
            raise KeyboardInterrupt
        keep(outcome, out)
        kept_names.append(outcome.name)

    monkeypatch.setattr(joint_schools, "keep", stops)
    with pytest.raises(KeyboardInterrupt):
        run(folder, tmp_path / "out")
    monkeypatch.undo()
    assert kept_names == ["a"]
    resumed = run(folder, tmp_path / "out")
    assert resumed.computed >= 2
    assert overview(resumed) == overview(whole)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_the_same_for_any_number_of_workers(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "one")
    run(folder, tmp_path / "two", workers=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_refused_school_leaves_its_share_to_the_others(folder: Path, tmp_path: Path) -> None:
    write_school(folder / "d.xlsx", ("X01",), ("nobody",))
    sheets = small_school()
    sheets["学生"].append(list(sheets["学生"][1]))  # one ID twice
    write_xlsx(folder / "b.xlsx", sheets)
    result = run(folder, tmp_path / "out", shared={"X01": 2})
    assert result["b"].status == "refused"
    assert result["a"].is_solved


def test_an_error_of_ours_is_told_and_not_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mentormatch.many import joint_schools

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(joint_schools, "join", breaks)
    monkeypatch.delenv("MENTORMATCH_DEBUG", raising=False)
    result = run(folder, tmp_path / "out")
    assert [result[name].status for name in "abc"] == ["failed", "failed", "optimal"]
    monkeypatch.undo()
    assert run(folder, tmp_path / "out").computed == 2
    assert ClusterJob.__doc__


# -- the file and the command ------------------------------------------------------------------------------------


def test_the_command(folder: Path, tmp_path: Path) -> None:
    district = tmp_path / "district.toml"
    district.write_text('[shared]\nX01 = 3\n\n[[cap]]\nname = "外聘"\nmentors = ["X01"]\nupper = 2\n', "utf-8")
    out = tmp_path / "out"
    done = subprocess.run(  # noqa: S603  # our own command
        [COMMAND, "solve-many", folder, "-o", out, "--district", district, "--date", str(DAY), "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "a, b were solved together: optimal (proven)" in done.stdout
    facts = json.loads((out / "summary.json").read_text("utf-8"))
    assert facts["rank_profile"] == {"1": 4, "2": 2, "placed": 0}
    page = (out / "report.html").read_text("utf-8")
    assert "合并求解" in page
    assert "solved together" in page


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[[cap]]\nname = 'a'\nupper = 1\n", "kinds"),
        ("[[cap]]\nname = 'a'\nkinds = ['head']\nupper = 1\n", "cap"),
        ("[[cap]]\nname = 'a'\nmentors = ['x']\nupper = -1\n", "upper"),
        ("[[cap]]\nname = 'a'\nmentors = ['x']\nupper = 1\n" * 2, "one name"),
        ("[shared]\nx = 'many'\n", "shared"),
        ("[shared]\nx = -1\n", "x must be between"),
        ("[seats]\nx = 1\n", "seats"),
    ],
)
def test_district_files_that_make_no_sense(text: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "district.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=place):
        read_district(path)


def test_no_district_file(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(FileError):
        read_district(tmp_path / "missing.toml")
    (tmp_path / "a.toml").write_bytes(b"\xff = ")
    with pytest.raises(FileError):
        read_district(tmp_path / "a.toml")
    with pytest.raises(InputError, match="twice"):
        run(folder, tmp_path / "out", district=District(shared={"X01": 1}))


def with_rules(path: Path, *rows: list[str]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("规则")
    for row in (["规则", "参数", "值", "说明"], *rows):
        sheet.append(row)
    book.save(path)


def pairs_of(out: Path, name: str) -> set[tuple[str, str]]:
    return set(read_assignments(out / f"{name}.xlsx"))


@pytest.mark.parametrize("name", ["a", "c"])
def test_a_schools_own_sheet_of_rules_is_in_force_linked_or_alone(folder: Path, tmp_path: Path, name: str) -> None:
    assert run(folder, tmp_path / "before").outcomes[0].is_solved
    pair = min(pairs_of(tmp_path / "before", name))
    write_school(folder / "c.xlsx", ("T001",), ("T001",), extra=("Y01",))
    with_rules(folder / f"{name}.xlsx", ["forbidden_pairs", "pairs", " ".join(pair)])
    run(folder, tmp_path / "after")
    assert pair not in pairs_of(tmp_path / "after", name)
    assert len(pairs_of(tmp_path / "after", name)) == 2


@pytest.mark.parametrize("name", ["a", "c"])
def test_a_sheet_of_rules_that_makes_no_sense_refuses_its_school_alone(folder: Path, tmp_path: Path, name: str) -> None:
    with_rules(folder / f"{name}.xlsx", ["没有这条规则", "pairs", "x y"])
    statuses = {each.name: each.status for each in run(folder, tmp_path / "out").outcomes}
    assert {each for each, status in statuses.items() if status == "refused"} == {name}


def test_linked_schools_of_different_mechanisms_are_split(folder: Path, tmp_path: Path) -> None:
    with_rules(folder / "a.xlsx", ["mechanism", "", "optimal"])
    found = {each.name: each for each in run(folder, tmp_path / "out").outcomes}
    assert found["a"].coupling["mode"] == found["b"].coupling["mode"] == "split"
    assert "机制" in found["a"].coupling["reason"]["zh"]
