"""The sample workbooks as LibreOffice saves them: the same cells as openpyxl sees, and the same school."""

import datetime
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

import mentormatch as mm
from mentormatch.io.read_workbook import Workbook
from samples import SAMPLES

NAMES = sorted(path.name for path in SAMPLES.glob("*.xlsx"))
WORKED_OUT = {"formula_without_value", "formula_error"}
"""Findings about formulas; LibreOffice works these out when it saves, and what then stands there is another matter."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all samples, saved again in one run."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("saved")
    command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    command += ["--outdir", str(folder), *(str(SAMPLES / name) for name in NAMES)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603
    return folder


def plain(value: object) -> object:
    """Return a value as both readers tell it: a whole number is no decimal, a day is a moment."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time())
    return None if isinstance(value, str) and (not value.strip() or value.startswith("#")) else value


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_the_one_that_openpyxl_reads(saved: Path, name: str) -> None:
    ours = Workbook(saved / name)
    theirs = openpyxl.load_workbook(saved / name, data_only=True)
    assert list(ours.sheet_names) == theirs.sheetnames
    for sheet in theirs:
        read = {
            (row, column): plain(value)
            for row, values in ours.read(sheet.title).rows
            for column, value in enumerate(values)
            if plain(value) is not None
        }
        assert read == {
            (cell.row, cell.column - 1): plain(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if plain(cell.value) is not None
        }


@pytest.mark.parametrize("name", NAMES)
def test_the_school_is_the_same(saved: Path, name: str) -> None:
    before, after = mm.read_roster(SAMPLES / name), mm.read_roster(saved / name)
    formulas = {(issue.sheet, issue.cell) for issue in before.issues if issue.code in WORKED_OUT}
    found, expected = (
        [issue for issue in roster.issues if (issue.sheet, issue.cell) not in formulas] for roster in (after, before)
    )
    assert found == expected
    for part in ("students", "mentors", "external_mentors", "mentor_preferences", "pairings", "change_requests"):
        assert getattr(after, part) == getattr(before, part)
    assert after.student_preferences == before.student_preferences
