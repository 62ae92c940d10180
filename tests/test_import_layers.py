"""The house is one-way: the package's own imports only point down the list of ARCHITECTURE.md."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "mentormatch"

# Top to bottom; what stands on one line may import each other.
LAYERS = [
    {"testing"},
    {"cli"},
    {"many"},
    {"report", "sample_school"},
    {"study"},
    {"concepts"},
    {"district"},
    {"stored_result"},
    {"group_matchmaking", "role_matchmaking", "growth_matchmaking", "peer_matchmaking"},
    {"matchmaking"},
    {"rules_explained", "rules_schema"},
    {"rules_file", "defaults", "lifecycle"},
    {"mechanisms"},
    {"solving", "group_solving", "growth_solving", "role_solving"},
    {"explain", "verify", "solvers"},
    {"structure"},
    {"form"},
    {"teams"},
    {"result"},
    {"explanation", "plots"},
    {"problem"},
    {"constraints", "objectives"},
    {"terms"},
    {"rows", "couple_rows", "topic_rows"},
    {"lottery", "matching", "candidates"},
    {"priorities", "school_attributes"},
    {"io"},
    {"roster", "market"},
    {"attribute", "preference_lists", "presets", "rule_parameters"},
    {"parallel"},
    {"arrays", "errors", "school_order", "text", "version"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name for name in names if name.startswith("mentormatch.")}
    return found


def home(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = home(path)
    for name in imports(path):
        other = name.split(".")[1]
        if other != own:
            assert LEVEL[own] <= LEVEL[other], f"{path.name} imports {name}"


def test_the_checker_never_imports_an_engine() -> None:
    for path in (PACKAGE / "verify").glob("*.py"):
        names = imports(path)
        assert not any(name.startswith("mentormatch.solvers") for name in names)
        # Prices speak of rows, and of nothing else: only the check of optimality reads them.
        if path.name != "optimality.py":
            assert not any(
                name.startswith(("mentormatch.rows", "mentormatch.terms", "mentormatch.form")) for name in names
            )


def test_engines_and_rules_do_not_know_each_other() -> None:
    for path in (PACKAGE / "solvers").glob("*.py"):
        assert not any(name.startswith(("mentormatch.constraints", "mentormatch.objectives")) for name in imports(path))
    for folder in ("constraints", "objectives"):
        for path in (PACKAGE / folder).glob("*.py"):
            assert not any(name.startswith("mentormatch.solvers") for name in imports(path))


def test_every_part_of_the_house_has_a_place() -> None:
    assert {home(path) for path in FILES} == set(LEVEL)
