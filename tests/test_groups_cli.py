"""``mentormatch groups``: a workbook with externals becomes named groups, with what each lacks, in both languages."""

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mentormatch.cli import main


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["groups", *arguments])
    return int(stop.value.code or 0)


@pytest.fixture
def school(tmp_path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "students"
    sheet.append(["student_id", "name", "grade", "class", "themes"])
    for i in range(12):
        sheet.append([f"2024{i:04}", "x", "七年级", "七(1)班", "law" if i % 2 else "craft"])
    sheet = book.create_sheet("mentors")
    sheet.append(["mentor_id", "name", "capacity_max", "availability"])
    for mentor in ("T1", "T2", "T3"):
        sheet.append([mentor, "x", 8, "Fri"])
    sheet = book.create_sheet("prefs_students")
    sheet.append(["student_id", "choice_1", "choice_2"])
    for i in range(12):
        sheet.append([f"2024{i:04}", *(("T1", "T2") if i < 6 else ("T2", "T1"))])
    sheet = book.create_sheet("externals")
    sheet.append(["external_id", "check_valid_to", "lead_mentor_id", "capacity", "availability", "themes"])
    sheet.append(["E1", "2025-08-20", "T1", 8, "Fri", "law"])
    sheet.append(["E2", "2024-10-20", None, 8, "Fri", "craft"])
    path = tmp_path / "school.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_group_is_named_with_what_it_lacks(school: Path, tmp_path: Path, lang: str) -> None:
    out, picture, facts = tmp_path / "r.xlsx", tmp_path / "g.svg", tmp_path / "g.json"
    arguments = ["-o", str(out), "--picture", str(picture), "--json", str(facts), "--students", "4-8", "--lang", lang]
    assert run(str(school), *arguments, "--date", "2024-11-11") == 0
    groups = json.loads(facts.read_text("utf-8"))
    assert groups["status"] == "optimal"
    assert [(g["lead"], g["externals"], len(g["students"])) for g in groups["groups"]] == [
        ("T1", ["E1"], 6),
        ("T2", [], 6),
    ]
    assert "1" in groups["groups"][1]["missing"][0][lang]
    book = load_workbook(out)
    rows = list(book["小组" if lang == "zh" else "groups"].iter_rows(values_only=True))
    assert len(rows) == 3
    assert rows[1][1:4] == ("T1", "E1", 6)
    assert rows[2][5]
    assert picture.read_text("utf-8").count("<circle") == 12


def test_an_external_that_falls_away_moves_nobody_else(school: Path, tmp_path: Path) -> None:
    """Last term's result as next term's pairings: leads and the other externals stay, and what is missing is said."""
    book = load_workbook(school)
    book["externals"].append(["E3", "2025-08-20", None, 8, "Fri", None])
    book["externals"].append(["E4", "2025-08-20", None, 3, "Fri", None])
    book.save(school)
    first, facts = tmp_path / "first.xlsx", tmp_path / "g.json"
    common = ["--students", "4-8", "--json", str(facts), "--lang", "en"]
    assert run(str(school), "-o", str(first), "--date", "2024-11-11", *common) == 0
    before = json.loads(facts.read_text("utf-8"))
    assert [group["externals"] for group in before["groups"]] == [["E1"], ["E3"]]
    assert [idle["external"] for idle in before["externals_without_group"]] == ["E2", "E4"]
    assert "3" in before["externals_without_group"][1]["reason"]["zh"]

    sheet = book.create_sheet("pairings")
    for row in load_workbook(first)["assignments"].iter_rows(values_only=True):
        sheet.append(row)
    # E1's check ends; an external that everybody would rather have comes; nobody hands in another form.
    book["externals"]["B2"] = "2025-01-05"
    book["externals"].append(["E0", "2025-08-20", None, 8, "Fri", "law,craft"])
    book["prefs_students"].delete_rows(2, 12)
    book.save(school)
    out = tmp_path / "r.xlsx"
    assert run(str(school), "-o", str(out), "--date", "2025-01-06", *common, "--externals", "1") == 0
    after = json.loads(facts.read_text("utf-8"))
    assert [group["students"] for group in after["groups"]] == [group["students"] for group in before["groups"]]
    assert [(group["lead"], group["externals"]) for group in after["groups"]] == [("T1", ["E0"]), ("T2", ["E3"])]

    book["externals"].delete_rows(6)
    book.save(school)
    assert run(str(school), "-o", str(out), "--date", "2025-01-06", *common, "--externals", "1") == 0
    alone = json.loads(facts.read_text("utf-8"))["groups"]
    assert [(group["lead"], group["externals"], len(group["students"])) for group in alone] == [
        ("T1", [], 6),
        ("T2", ["E3"], 6),
    ]
    assert [text["en"] for text in alone[0]["missing"]] == [
        "1 external mentor(s) missing",
        "the check of external E1 is valid to 2025-01-05, before the last day 2025-01-06",
    ]
    rows = list(load_workbook(out)["external_groups"].iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:]] == [("E1", None, 0), ("E2", None, 0), ("E3", "T2-1", 6), ("E4", None, 0)]


def test_the_same_bytes_on_every_run(school: Path, tmp_path: Path) -> None:
    found = []
    for name in ("a.xlsx", "b.xlsx"):
        assert run(str(school), "-o", str(tmp_path / name), "--students", "4-8", "--date", "2024-11-11") == 0
        found.append((tmp_path / name).read_bytes())
    assert found[0] == found[1]


def test_groups_that_cannot_fill_leave_students_over(school: Path, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert (
        run(str(school), "-o", str(tmp_path / "r.xlsx"), "--students", "8", "--date", "2024-11-11", "--lang", "en") == 0
    )
    assert re.search(r"1 groups, 8 of 12 students", capsys.readouterr().out)


def test_spans_may_be_written_as_people_write_them(school: Path, tmp_path: Path) -> None:
    for span in ("4–8", "4~8", "4至8", "４－８", "4 - 8"):
        assert run(str(school), "-o", str(tmp_path / "r.xlsx"), "--students", span, "--date", "2024-11-11") == 0


def test_no_externals_and_no_groups_are_answers_too(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = [str(school), "-o", str(tmp_path / "r.xlsx"), "--date", "2024-11-11", "--students", "4-8", "--lang", "en"]
    assert run(*common, "--externals", "0") == 0
    assert "no group for external E1" in capsys.readouterr().out
    assert run(*common, "--max-groups", "0") == 0
    assert "0 groups, 0 of 12 students" in capsys.readouterr().out


def test_nonsense_is_refused(school: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "r.xlsx")
    assert run(str(school), "-o", out, "--students", "9-8") == 2
    assert run(str(school), "-o", out, "--students", "many") == 2
    assert run(str(school), "-o", out, "--students", "8-") == 2
    assert run(str(school), "-o", out, "--students", "0-8") == 2
    assert run(str(school), "-o", out, "--students", f"1-{10**20}") == 2
    assert run(str(school), "-o", out, "--externals", "2-1") == 2
    assert run(str(school), "-o", out, "--max-groups", "-1") == 2
    assert run(str(school), "-o", out, "--max-groups", str(10**20)) == 2
    assert run(str(school), "-o", out, "--date", "2024-11-11", "--until", "2024-11-10") == 2
    assert run(str(school), "-o", out, "--picture", str(tmp_path / "g.png")) == 2
    assert run(str(school), "-o", str(school)) == 2
    assert not Path(out).exists()
