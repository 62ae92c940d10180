"""Every concept has a page: what it is, complexity, source and engine in a table, and a short example that calls it."""

import re
from pathlib import Path

import pytest

from mentormatch import concepts
from mentormatch.solvers.choose import ENGINES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "concepts"
PAGES = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
NAMES = [name for name in concepts.__all__ if name.islower()]
LONGEST = 14
"""Lines of an example: the market it needs and a few on the answer."""
OTHER_ENGINES = {"mentormatch.solvers.stable.kiraly", "mentormatch.solvers.stable.rotation_poset"}


def pages_of(name: str) -> list[str]:
    return [
        page
        for page, text in PAGES.items()
        if "| Complexity |" in text and any(f"concepts.{name}(" in block for block in blocks(text))
    ]


def blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_has_a_page(name: str) -> None:
    pages = pages_of(name)
    assert len(pages) == 1, f"{name} is called on the pages {pages}"
    text = PAGES[pages[0]]
    facts = dict(re.findall(r"^\| (Complexity|Source|Engine) \| (.+) \|$", text, re.MULTILINE))
    assert sorted(facts) == ["Complexity", "Engine", "Source"]
    assert re.search(r"(18|19|20)\d\d", facts["Source"]), "a source has a year"
    named = set(re.findall(r"`([a-z_.]+)`", facts["Engine"]))
    assert named & ({engine.name for engine in ENGINES} | OTHER_ENGINES) or "deferred acceptance" in facts["Engine"]
    # A definition stands between the title and the table.
    definition = text.split("\n", 1)[1].split("| | |")[0].strip()
    assert len(definition.split()) > 12
    example = next(block for block in blocks(text) if f"concepts.{name}(" in block)
    assert "assert" in example
    assert len([line for line in example.splitlines() if line.strip()]) <= LONGEST
