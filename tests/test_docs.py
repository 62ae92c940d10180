"""Every Python block of the documentation runs by itself, in a folder of its own."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mentormatch import testing

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(page: Path) -> list[tuple[int, str]]:
    """Return the blocks of a page with the lines on which they begin."""
    text = page.read_text("utf-8")
    return [(text.count("\n", 0, found.start(1)) + 1, found[1]) for found in BLOCK.finditer(text)]


# The README's first block is the business of test_readme.py.
BLOCKS = [(page, *block) for page in PAGES for block in blocks(page)]
BLOCKS += [(ROOT / "README.md", *block) for block in blocks(ROOT / "README.md")[1:]]


@pytest.mark.parametrize(
    ("page", "line", "code"), BLOCKS, ids=[f"{page.relative_to(ROOT)}:{line}" for page, line, _ in BLOCKS]
)
def test_block_runs(page: Path, line: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # Blank lines in front, so that a traceback names the line of the page.
    source = compile("\n" * (line - 1) + code, str(page), "exec")
    # A program of its own: what it defines can be found again, as pickling does.
    program = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", program)
    exec(source, program.__dict__)  # noqa: S102  # our own documentation


def test_there_is_something_to_run() -> None:
    assert len(BLOCKS) >= 5


def test_no_block_hides_from_the_test() -> None:
    other = re.compile(r"^```(py|Python|python3|\{code-block\} python)\b", re.MULTILINE)
    assert not [page for page in [*PAGES, ROOT / "README.md"] if other.search(page.read_text("utf-8"))]


def test_each_sort_of_part_has_a_short_page_with_its_check() -> None:
    for check in (name for name in testing.__all__ if name.startswith("check_")):
        sort = {"check_constraint": "rule"}.get(check, check.removeprefix("check_"))
        text = (ROOT / "docs" / "extend" / f"{sort}.md").read_text("utf-8")
        assert f"{check}(" in text
        assert 30 <= len(text.splitlines()) <= 60
