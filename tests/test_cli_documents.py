"""JSON on the command line: a school comes in by any door, a result goes out, and each reader has their language."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

import mentormatch as mm
from mentormatch.cli import main
from mentormatch.cli.language import language_of_arguments, terminal_language
from samples import SAMPLES

SCHOOL = SAMPLES / "school_english.xlsx"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "school.json"
    path.write_text(mm.SchoolDocument.from_roster(mm.read_roster(SCHOOL)).to_json(), encoding="utf-8")
    return path


class Stdin:
    """Standard input that holds some bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False


def run(capsys: Any, *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_a_school_comes_from_standard_input_and_the_result_goes_out_as_json(
    document: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    for data in (document.read_bytes(), SCHOOL.read_bytes()):
        monkeypatch.setattr("sys.stdin", Stdin(data))
        code, out, err = run(capsys, "solve", "-", "--format", "json", "-o", "-", "--date", "2024-11-11")
        assert (code, "placed" in err.lower() or "已安置" in err) == (0, True)
        results.append(mm.ResultDocument.from_json(out))
    assert results[0] == results[1]
    assert (results[0].edition, results[0].names, results[0].whole) == ("public", {}, None)
    assert len(results[0].pairs) == results[0].placed > 0


def test_every_command_on_a_school_takes_a_document(document: Path, tmp_path: Path, capsys: Any) -> None:
    result, again = tmp_path / "result.xlsx", tmp_path / "again.json"
    assert run(capsys, "solve", document, "-o", result, "--date", "2024-11-11")[0] == 0
    student = mm.read_roster(document).students[0].student_id
    for command in (
        ("check", document),
        ("diagnose", document, "--date", "2024-11-11"),
        ("explain", document, result, "--student", student),
        ("fairness", document, result),
        ("rematch", document, result, "-o", tmp_path / "repaired.xlsx", "--date", "2024-11-12"),
        ("solve", document, "-o", again, "--staff", "--date", "2024-11-11"),
    ):
        code, _, err = run(capsys, *command)
        assert code == 0, (command, err)
    stored = mm.ResultDocument.from_json(again.read_text("utf-8")).to_result()
    assert stored.explain(student).student == student


def test_check_prints_its_findings_as_json(capsys: Any) -> None:
    code, out, _ = run(capsys, "check", SAMPLES / "school_dirty.xlsx", "--format", "json")
    data = json.loads(out)
    assert code == 2
    assert len(data["issues"]) == len(mm.read_roster(SAMPLES / "school_dirty.xlsx").issues)
    assert {"sheet", "row", "column", "code", "message"} <= set(data["issues"][0])


def test_a_document_that_is_none_is_refused_in_words(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "bad.json"
    for text in ("{", "[]", json.dumps({"format": "mentormatch-school", "version": "9.0"})):
        path.write_text(text, encoding="utf-8")
        code, _, err = run(capsys, "check", path)
        assert code == 2
        assert "Traceback" not in err
        assert err.strip()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "MENTORMATCH_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "MENTORMATCH_LANG": "EN"}, "en"),
        ({"LANG": "en_US.UTF-8", "MENTORMATCH_LANG": "fr"}, "en"),
    ],
)
def test_the_terminal_follows_the_variable_and_then_the_locale(environment: dict[str, str], language: str) -> None:
    assert terminal_language(environment) == language


def test_the_option_goes_before_all() -> None:
    assert language_of_arguments(["solve", "--lang", "en"]) == "en"
    assert language_of_arguments(["solve", "--lang=en"]) == "en"
    assert language_of_arguments(["solve", "--lang", "zh", "--lang=en"]) == "zh"


def test_files_follow_the_workbook_in_every_locale(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, lang in (("school_english.xlsx", "en"), ("school.xlsx", "zh")):
        written, said = set(), set()
        for locale in ("en_US.UTF-8", "zh_CN.UTF-8"):
            monkeypatch.setenv("LC_ALL", locale)
            path, page = tmp_path / "r.xlsx", tmp_path / "r.html"
            command = ("solve", SAMPLES / name, "-o", path, "--report", page, "--date", "2024-11-11")
            code, out, _ = run(capsys, *command)
            assert code == 0
            written.add((path.read_bytes(), page.read_bytes()))
            said.add(out)
        assert len(written) == 1
        assert len(said) == 2
        assert f'data-lang="{lang}"'.encode() in next(iter(written))[1]
