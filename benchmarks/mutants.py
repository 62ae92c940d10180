"""Mutation score: how many small changes of the code that decides the tests notice.

``python benchmarks/mutants.py --number 300 --seed 0`` draws so many mutants, with the seed, from all that can be made
of solvers, constraints, verifier, mechanisms and candidates: a comparison is turned or shifted, a sum becomes a
difference, "and" becomes "or", a truth is denied, a whole number is off by one. Each mutant is written into a copy of
the package and meets the tests of its part, which stop at the first failure. A mutant that no test notices is listed
with its place, for a verdict: the tests lack something, or the change means nothing.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "solvers": ("test_engines_agree", "test_structure", "test_kinds_of_stability", "test_stable_lattice"),
    "constraints": ("test_constraints", "test_school_rules", "test_rules_that_bind_nobody", "test_messages"),
    "verify": ("test_certificate", "test_optimality", "test_constraints"),
    "mechanisms": ("test_mechanisms", "test_mechanism_properties", "test_simple_mechanisms", "test_rematch"),
    "school": ("test_school_rules", "test_change_requests", "test_adaptation_period", "test_mechanisms"),
}
"""The packages, and the tests that every mutant of one meets after those that name its module."""
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A change at one place: the number of the node in a walk over the module's tree."""

    module: Path
    node: int
    line: int


def mutants_of(module: Path) -> list[Mutant]:
    """Return every mutant of a module."""
    tree = ast.parse(module.read_text("utf-8"))
    return [Mutant(module, n, getattr(node, "lineno", 0)) for n, node in _nodes(tree) if _mutated(node) is not None]


def _nodes(tree: ast.AST) -> Iterator[tuple[int, ast.AST]]:
    """Yield the nodes within functions, numbered; what stands in texts, annotations and decorators decides nothing."""
    number = 0
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for node in ast.walk(statement):
                    yield number, node
                    number += 1


def _mutated(node: ast.AST) -> ast.AST | None:
    """Return a changed copy of a node; None for one that has no change."""
    changed = copy.copy(node)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
        changed.ops = [OTHER[type(node.ops[0])](), *node.ops[1:]]  # type: ignore[attr-defined]
    elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in OTHER:
        changed.op = OTHER[type(node.op)]()  # type: ignore[attr-defined]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        return node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        changed.value = not node.value  # type: ignore[attr-defined]
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        changed.value = node.value + 1  # type: ignore[attr-defined]
    else:
        return None
    return changed


class _Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace the node, or look within it."""
        if node is self.old:
            return ast.copy_location(self.new, node)
        return super().visit(node)  # type: ignore[no-any-return]


def text_of(mutant: Mutant) -> tuple[str, str]:
    """Return the text of the mutated module, and what was changed into what."""
    tree = ast.parse(mutant.module.read_text("utf-8"))
    old = next(node for number, node in _nodes(tree) if number == mutant.node)
    new = _mutated(old)
    assert new is not None
    said = f"{ast.unparse(old)}  ->  {ast.unparse(new)}"
    return ast.unparse(ast.fix_missing_locations(_Replace(old, new).visit(tree))), said


def tests_of(module: Path, part: str) -> list[Path]:
    """Return the tests that meet a mutant: those that name its module first, then those of its part."""
    dotted = ".".join(module.relative_to(ROOT / "src").with_suffix("").parts)
    files = sorted((ROOT / "tests").glob("test_*.py"), key=lambda file: file.stat().st_size)
    naming = [file for file in files if dotted in file.read_text("utf-8")]
    return list(dict.fromkeys([*naming[:6], *(ROOT / f"tests/{name}.py" for name in PARTS[part])]))


def is_noticed(mutant: Mutant, text: str, tests: list[Path], limit: float) -> bool:
    """Run the tests on a copy of the package with the mutant in it; one that never ends is noticed, too."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "src", Path(folder) / "src", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / mutant.module.relative_to(ROOT)).write_text(text, "utf-8")
        paths = os.pathsep.join([str(Path(folder) / "src"), str(ROOT / "tests")])
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", *map(str, tests)]
        try:
            done = subprocess.run(  # noqa: S603  # our own tests
                command,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return True
    return done.returncode != 0


def main() -> None:
    """Draw the sample, run it and print the score with the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for the tests of one mutant")
    given = parser.parse_args()
    source = ROOT / "src/mentormatch"
    found = [
        (part, mutant)
        for part in PARTS
        for module in sorted((source / part).rglob("*.py"))
        for mutant in mutants_of(module)
    ]
    drawn = random.Random(given.seed).sample(found, min(given.number, len(found)))  # noqa: S311
    noticed = 0
    for number, (part, mutant) in enumerate(drawn, 1):
        text, said = text_of(mutant)
        was = is_noticed(mutant, text, tests_of(mutant.module, part), given.limit)
        noticed += was
        if not was:
            sys.stdout.write(f"survives: {mutant.module.relative_to(source)}:{mutant.line}  {said}\n")
        sys.stdout.write(f"{noticed} of {number} noticed ({len(found)} mutants in all)\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
