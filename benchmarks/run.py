"""Measure everything again and write the tables into README.md: ``python benchmarks/run.py [name ...]``."""

import importlib
import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).with_name("README.md")
TABLES = (
    "school",
    "all_rules",
    "min_cost_flow",
    "large_markets",
    "many_schools",
    "memory",
    "deferred_acceptance",
    "blocking_pairs",
    "rotations",
    "reductions",
    "by_definition",
    "peers",
    "stable_with_ties",
    "couples",
    "concepts_audit",
    "formulations",
    "ties_sweep",
    "conflicts",
    "explanations",
    "report_page",
    "mechanisms",
    "generators",
    "reproductions",
    "groups",
)


def main(names: list[str]) -> None:
    """Replace the tables of the named benchmarks, default all."""
    text = README.read_text("utf-8")
    for name in names or TABLES:
        print(f"{name} ...", flush=True)
        table = importlib.import_module(name).table()
        print(table, flush=True)
        text = _put(text, name, table)
    versions = ", ".join(f"{package} {version(package)}" for package in ("ortools", "numpy"))
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}"
    README.write_text(_put(text, "machine", machine), "utf-8")


def _put(text: str, name: str, content: str) -> str:
    pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
    if not re.search(pattern, text, re.DOTALL):
        raise SystemExit(f"README.md has no place for {name}")
    return re.sub(pattern, lambda found: f"{found[1]}{content}\n{found[2]}", text, count=1, flags=re.DOTALL)


if __name__ == "__main__":
    main(sys.argv[1:])
