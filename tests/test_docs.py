"""Every Python block of the documentation runs by itself, in a folder of its own."""

import re
from pathlib import Path

import pytest

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
    exec(source, {"__name__": "__main__"})  # noqa: S102  # our own documentation


def test_there_is_something_to_run() -> None:
    assert len(BLOCKS) >= 5


def test_no_block_hides_from_the_test() -> None:
    other = re.compile(r"^```(py|Python|python3|\{code-block\} python)\b", re.MULTILINE)
    assert not [page for page in [*PAGES, ROOT / "README.md"] if other.search(page.read_text("utf-8"))]
