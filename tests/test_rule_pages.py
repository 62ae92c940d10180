"""One page a rule: it names every parameter with its default and why, and its snippet is a rules file."""

import re
from pathlib import Path

import pytest

from mentormatch.base.parameter import parameters
from mentormatch.constraints import CONSTRAINTS
from mentormatch.rules.rules_file import read_rules

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "rules"
RULES = {rule.model_fields["kind"].default: rule for rule in CONSTRAINTS}
# The rules of a school; what theory asks for has its place among the concepts.
SCHOOL = read_rules(FOLDER.parents[1] / "benchmarks" / "all_rules.toml").constraints
MORE = {"weak_stability", "must_agree", "apart_students", "nobody_or_at_least"}
PAGES = sorted({rule.kind for rule in SCHOOL} | MORE)


def page_name(kind: str) -> str:
    return f"{kind.replace('_', '-')}.md"


def table(kind: str) -> str:
    """Return the table of a rule's parameters as its page must have it."""
    words = parameters(RULES[kind])
    if not words:
        return "The rule has no parameters.\n"
    lines = ["| parameter | default | meaning | why this default |", "|---|---|---|---|"]
    for name, parameter in words.items():
        field = RULES[kind].model_fields[name]
        default = "-" if field.is_required() or field.default is None else f"`{_toml(field.default)}`"
        lines.append(f"| `{name}` | {default} | {parameter.text.en} | {parameter.why.en} |")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.parametrize("kind", PAGES)
def test_page(kind, tmp_path):
    page = (FOLDER / page_name(kind)).read_text("utf-8")
    assert table(kind) in page, f"{page_name(kind)} must have this table:\n{table(kind)}"
    assert "\n```python\n" in page
    (snippet,) = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "rules.toml").write_text(snippet, "utf-8")
    assert [rule.kind for rule in read_rules(tmp_path / "rules.toml").constraints] == [kind]


@pytest.mark.parametrize("kind", PAGES)
def test_the_example_is_ten_lines_or_so(kind):
    (code,) = re.findall(
        r"^```python\n(.*?)^```", (FOLDER / page_name(kind)).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith(("import ", "from "))]
    assert len(lines) <= 12


def test_every_page_belongs_to_a_rule():
    there = {path.name for path in FOLDER.glob("*.md")}
    assert there <= {page_name(kind) for kind in RULES} | {"index.md", "rules-file.md"}
