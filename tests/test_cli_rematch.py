"""The command ``rematch`` and the reader of results, as coordinators use them."""

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import mentormatch as mm
from mentormatch.cli import group, main
from mentormatch.io.read_assignments import read_assignments
from mentormatch.io.sample_school import write_sample_school
from mentormatch.report.workbook import write_result
from small_rosters import NOVEMBER

DAY = ("--date", "2024-11-11")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with the sample school and its result."""
    folder = tmp_path_factory.mktemp("rematch")
    write_sample_school(folder / "school.xlsx", "zh")
    result = mm.match(mm.read_roster(folder / "school.xlsx"), on=NOVEMBER)
    write_result(result, folder / "before.xlsx", "zh", on=NOVEMBER)
    write_result(result, folder / "before_en.xlsx", "en", on=NOVEMBER)
    return folder


def run(folder: Path, *more: object) -> tuple[int, str, dict[str, object]]:
    arguments = ["rematch", folder / "school.xlsx", folder / "before.xlsx", "-o", folder / "after.xlsx", *DAY, *more]
    answer = CliRunner().invoke(
        group, [str(each) for each in (*arguments, "--json", folder / "s.json")], standalone_mode=False
    )
    if answer.exception is not None:
        raise answer.exception
    return answer.return_value, answer.output, json.loads((folder / "s.json").read_text("utf-8"))


def test_a_result_reads_back_as_its_pairs(folder):
    pairs = read_assignments(folder / "before.xlsx")
    assert len(pairs) == 240
    assert read_assignments(folder / "before_en.xlsx") == pairs


def test_nothing_to_do(folder):
    code, output, summary = run(folder)
    assert (code, summary["moved"], summary["mechanism"]) == (0, 0, "rematch")
    assert "不符之处:0" in output
    assert read_assignments(folder / "after.xlsx") == read_assignments(folder / "before.xlsx")


def test_a_leave_is_named_move_by_move(folder):
    theirs = {s for s, m in read_assignments(folder / "before.xlsx") if m == "T003"}
    code, output, summary = run(folder, "--leave", "T003", "--lang", "en")
    assert (code, summary["moved"]) == (0, len(theirs))
    assert all(f"{student}: T003 -> " in output for student in theirs)
    assert "T003" not in {m for _, m in read_assignments(folder / "after.xlsx")}


def test_edits_in_the_workbook_stand(folder):
    book = openpyxl.load_workbook(folder / "before.xlsx")
    sheet = book["结果"]
    student, old = sheet["A2"].value, sheet["B2"].value
    new = "T005" if old != "T005" else "T006"
    sheet["B2"].value = new
    book.save(folder / "edited.xlsx")
    code, output, _ = run(folder, "--edited", folder / "edited.xlsx")
    assert code == 0
    assert (student, new) in read_assignments(folder / "after.xlsx")
    assert "统筹人员指定" in output
    by_option = run(folder, "--fix", f"{student}={new}")
    assert by_option[0] == 0
    assert (student, new) in read_assignments(folder / "after.xlsx")


def test_seats_that_are_lost(folder):
    before = read_assignments(folder / "before.xlsx")
    has = sum(m == "T001" for _, m in before)
    _, _, summary = run(folder, "--seats", f"T001={has - 1}")
    assert summary["moved"] == 1


def test_arguments_that_make_no_sense(folder, capsys):
    for more in (("--fix", "T001"), ("--seats", "T001=x"), ("--leave", "T999"), ("--seats", "=3")):
        with pytest.raises(SystemExit) as left:
            main(
                [
                    "rematch",
                    f"{folder / 'school.xlsx'}",
                    f"{folder / 'before.xlsx'}",
                    "-o",
                    f"{folder / 'x.xlsx'}",
                    *more,
                ]
            )
        assert left.value.code == 2
        assert capsys.readouterr().err
    assert not (folder / "x.xlsx").exists()


def test_a_file_without_assignments_is_refused(folder):
    with pytest.raises(mm.InputError, match="no sheet 'assignments'"):
        read_assignments(folder / "school.xlsx")


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [("A3", None, "A3 is empty"), ("B3", "王老师", "B3: This is no ID"), ("C3", "?", "C3: The value is not known")],
)
def test_cells_that_cannot_be_read_are_named(folder, cell, value, said):
    book = openpyxl.load_workbook(folder / "before.xlsx")
    book["结果"][cell].value = value
    book.save(folder / "broken.xlsx")
    with pytest.raises(mm.InputError, match=said) as caught:
        read_assignments(folder / "broken.xlsx")
    assert "王老师" not in str(caught.value)


def test_a_row_that_stands_twice_and_one_of_another_role(folder):
    book = openpyxl.load_workbook(folder / "before.xlsx")
    sheet = book["结果"]
    sheet.append([sheet["A2"].value, "T001", "协"])
    book.save(folder / "roles.xlsx")
    assert read_assignments(folder / "roles.xlsx") == read_assignments(folder / "before.xlsx")
    sheet.append([sheet["A2"].value, sheet["B2"].value, "主"])
    book.save(folder / "twice.xlsx")
    with pytest.raises(mm.InputError, match="repeats row 2"):
        read_assignments(folder / "twice.xlsx")


def test_a_repaired_result_is_explained_from_the_schools_own_file(folder, capsys):
    run(folder, "--leave", "T003")
    moved = next(student for student, mentor in read_assignments(folder / "before.xlsx") if mentor == "T003")
    with pytest.raises(SystemExit) as left:
        main(
            [
                "explain",
                str(folder / "school.xlsx"),
                str(folder / "after.xlsx"),
                "--student",
                moved,
                "--mentor",
                "T003",
                "--lang",
                "en",
            ]
        )
    assert left.value.code == 0
    assert "on leave" in capsys.readouterr().out
