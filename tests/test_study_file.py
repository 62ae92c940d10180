"""The study file and its command: read, refused with the place, run, stopped, gone on with, written and drawn."""

import csv
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

import mentormatch as mm
from mentormatch import study
from mentormatch.cli.study import study as command
from mentormatch.mechanisms import MECHANISMS
from mentormatch.study.log import NAME
from mentormatch.study.study_file import instances_of, read_study
from mentormatch.study.study_report import write_study
from mentormatch.study.table import Row, StudyTable

SMALL = """
title = "A small study"
seeds = 2
mechanisms = ["deferred_acceptance", "immediate_acceptance"]
manipulated_students = 2

[[instances]]
kind = "county"
schools = 2
students = 80
candidates = "choices"

[[instances]]
kind = "school"
name = "generous"
stage = "senior"
students = 50
profile = { seats = 20, silent_mentors = 1.0 }

[[instances]]
kind = "theory"
name = "mallows"
num_students = 20
num_mentors = 6
seats = 3
length = 4
students = { kind = "mallows", phi = 0.5 }
mentors = { kind = "euclidean", dimensions = 3 }
group_share = 0.3

[[instances]]
kind = "file"
path = "hrt.instance"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "study.toml").write_text(SMALL, "utf-8")
    mm.write_glasgow(study.TheoryMarket(num_students=8, num_mentors=3, seats=3).market(), tmp_path / "hrt.instance")
    return tmp_path


def test_a_study_file_says_what_runs(folder: Path) -> None:
    described = read_study(folder / "study.toml")
    instances = instances_of(described, folder)
    names = ["00000-primary", "00001-primary", "generous", "mallows", "hrt.instance"]
    assert [instance.name for instance in instances] == names
    assert [instance.market(0).num_students for instance in instances[2:]] == [50, 20, 8]
    assert set(instances[2].market(0).mentor_upper.tolist()) == {20}
    assert [metric.name for metric in described.chosen_metrics()] == [metric.name for metric in study.METRICS]


def test_everything_runs_by_default(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('[[instances]]\nkind = "province"\nschools = 3\nstudents = 90\n', "utf-8")
    described = read_study(tmp_path / "study.toml")
    assert described.chosen_mechanisms() == list(MECHANISMS)
    assert len(instances_of(described, tmp_path)) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seeds = ", "is not TOML"),
        ("seeds = 2", "instances"),
        ('[[instances]]\nkind = "planet"', "instances.0"),
        ('[[instances]]\nkind = "county"\nscholls = 3', "scholls"),
        ('[[instances]]\nkind = "school"\nprofile = { seats = -1 }', "seats"),
        ('metrics = ["luck"]\n[[instances]]\nkind = "school"', "blocking"),
        ('mechanisms = ["straws"]\n[[instances]]\nkind = "school"', "two_round"),
        ('[[instances]]\nkind = "county"\nschools = 5\nstudents = 2', "student"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(mm.InputError, match=message) as caught:
        read_study(path)
    assert caught.value.text.zh
    with pytest.raises(mm.FileError):
        read_study(tmp_path / "no.toml")


def test_the_command_writes_table_page_and_plots(folder: Path) -> None:
    arguments = [str(folder / "study.toml"), "-o", str(folder / "out"), "--lang", "en"]
    answer = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert answer.exception is None, answer.output
    assert answer.return_value == 0
    out = folder / "out"
    written = {Path(line).name for line in answer.stdout.split("\n") if line}
    plots = {"ranks", "stability_and_welfare", "manipulability", "fairness"}
    assert written == {"table.csv", "summary.csv", "study.md"} | {f"{p}.{e}" for p in plots for e in ("svg", "png")}
    with (out / "table.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    blocking = {row["value"] for row in rows if row["metric"] == "blocking_pairs" and row["mechanism"][0] == "d"}
    assert blocking == {"0.0"}
    page = (out / "study.md").read_text("utf-8")
    assert page.startswith("# A small study\n")
    assert "Less deferred_acceptance" in page
    for name in plots:
        assert ET.parse(out / f"{name}.svg").getroot().tag.endswith("svg")  # noqa: S314  # our own file
        assert (out / f"{name}.png").stat().st_size > 5_000
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    again = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert again.return_value == 0
    # The same study, the same bytes, and not a cell more in the log.
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_an_interrupted_command_says_how_to_go_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mentormatch.study.experiment.run", interrupted)
    answer = CliRunner().invoke(command, [str(folder / "study.toml"), "-o", str(folder / "out")], standalone_mode=False)
    assert answer.return_value == 130
    assert "继续" in answer.stderr


def test_failures_are_told_and_written(folder: Path) -> None:
    (folder / "study.toml").write_text('[[instances]]\nkind = "file"\npath = "hrt.instance"\n', "utf-8")
    (folder / "hrt.instance").write_text("nonsense", "utf-8")
    process = subprocess.run(  # noqa: S603  # our own command
        [
            str(Path(sys.executable).with_name("mentormatch")),
            *("study", str(folder / "study.toml"), "-o", str(folder / "out"), "--lang", "en"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert f"{len(MECHANISMS)} failures" in process.stderr
    assert (folder / "out" / "failures.csv").read_text("utf-8").count("MarketError") == len(MECHANISMS)
    assert (folder / "out" / NAME).exists()


def test_plots_are_drawn_for_the_numbers_that_there_are(tmp_path: Path) -> None:
    table = StudyTable((Row("i", 0, "m", "rank_1", 0.75), Row("i", 0, "m", "rank_2", 0.25)))
    names = {path.name for path in write_study(table, tmp_path)}
    assert names == {"table.csv", "summary.csv", "study.md", "ranks.svg", "ranks.png"}
    assert "| m | 0.750 | 0.250 |" in (tmp_path / "study.md").read_text("utf-8")


# -- the page on mechanisms says what the data say ---------------------------------------------------------------------


def test_the_table_of_properties_is_that_of_the_code() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "concepts" / "mechanisms.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ((?:(?:yes|no)(?: \| |))+) \|$", page, re.MULTILINE)
    told = {name: [cell == "yes" for cell in cells.split(" | ")] for name, cells in rows}
    assert told == {mechanism.name: [claim.holds for claim in mechanism.claims] for mechanism in MECHANISMS}
    sources = {source for mechanism in MECHANISMS for claim in mechanism.claims for source in claim.source.split("; ")}
    listed = page.split("## Sources")[1]
    for source in sources:
        year = source[-5:] if source[-1].isalpha() else source[-4:]
        assert year in listed, source
        assert source.split(" ")[0].rstrip(",") in listed, source
