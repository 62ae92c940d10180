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
    {"study"},
    {"year"},
    {"teams"},
    {"documents"},
    {"stored_result"},
    {"matchmaking"},
    {"rules"},
    {"concepts", "district"},
    {"report"},
    {"mechanisms"},
    {"record"},
    {"explain"},
    {"solvers"},
    {"verify"},
    {"problem"},
    {"constraints", "objectives"},
    {"io"},
    {"school"},
    {"roster"},
    {"formulation"},
    {"market"},
    {"base", "version"},
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
    for path in (PACKAGE / "verify").rglob("*.py"):
        names = imports(path)
        assert not any(name.startswith("mentormatch.solvers") for name in names)
        # Prices speak of rows, and of nothing else: only the check of optimality reads them.
        if path.name != "optimality.py":
            assert not any(
                name.startswith(
                    ("mentormatch.formulation.rows", "mentormatch.formulation.terms", "mentormatch.problem.form")
                )
                for name in names
            )


def test_engines_and_rules_do_not_know_each_other() -> None:
    for path in (PACKAGE / "solvers").rglob("*.py"):
        assert not any(name.startswith(("mentormatch.constraints", "mentormatch.objectives")) for name in imports(path))
    for folder in ("constraints", "objectives"):
        for path in (PACKAGE / folder).rglob("*.py"):
            assert not any(name.startswith("mentormatch.solvers") for name in imports(path))


def test_every_part_of_the_house_has_a_place() -> None:
    assert {home(path) for path in FILES} == set(LEVEL)


TEAMS = ("groups", "growth", "peers", "roles")


@pytest.mark.parametrize("team", TEAMS)
def test_each_kind_of_team_stands_alone(team: str) -> None:
    for path in (PACKAGE / "teams" / team).rglob("*.py"):
        others = [f"mentormatch.teams.{other}" for other in TEAMS if other != team]
        assert not any(name.startswith(tuple(others)) for name in imports(path)), path.name


def test_the_root_of_the_package_stays_small() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 6


def test_no_class_name_stands_twice() -> None:
    """Somebody who reads a name knows what it is, whatever file it stands in."""
    homes: dict[str, list[str]] = {}
    for path in FILES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert not {name: files for name, files in homes.items() if len(files) > 1}
