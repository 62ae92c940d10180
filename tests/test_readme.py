"""The README says what is true: its example runs, and CI calls its two lines."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_five_lines_print_a_result() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    assert len([line for line in code[1].splitlines() if line.strip()]) <= 5
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code[1], {})  # noqa: S102  # the README's own code
    assert "placed 3 of 4 students" in printed.getvalue()
    assert "Bo - Lee" in printed.getvalue()


def test_ci_finds_the_two_lines() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    patterns = re.findall(r"grep -E '([^']+)' README.md", script)
    assert len(patterns) == 2
    for pattern in patterns:
        assert len(re.findall(pattern, README, re.MULTILINE)) == 1, pattern


def test_every_example_runs() -> None:
    examples = sorted((ROOT / "examples").glob("*.py"))
    assert examples
    for example in examples:
        answer = subprocess.run([sys.executable, str(example)], capture_output=True, text=True, check=False)  # noqa: S603
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout


def test_every_file_that_the_house_names_is_there() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("```")[1]
    package = ROOT / "src" / "mentormatch"
    named = {item.strip(",") for line in plan.splitlines() for item in line.split("  ")[0].split()}
    assert all((package / item).exists() for item in named), named
    there = {path.name for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert there - {item.rstrip("/") for item in named} == {"__init__.py", "testing"}
