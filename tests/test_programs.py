"""The programs of a developer who has not read our source: each runs, and is short."""

import ast
import runpy
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).resolve().parents[1] / "examples" / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))


def test_there_are_eight_and_the_database_that_they_start_from() -> None:
    assert set(NAMES) == {
        "database",
        *("from_database", "store_result", "next_term", "parent_rest", "own_rule", "own_stage", "cancel", "frames"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_program_runs_in_at_most_forty_lines(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = PROGRAMS / f"{name}.py"
    text = path.read_text("utf-8")
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 40
    private = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
    ]
    assert not private
    monkeypatch.syspath_prepend(str(PROGRAMS))
    for other in NAMES:
        monkeypatch.delitem(sys.modules, other, raising=False)
    runpy.run_path(str(path), run_name="__main__")
