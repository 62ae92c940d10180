"""Faults of OR-tools that were met: whoever meets one again is told nothing false.

A search that lies is put in the place of CP-SAT: it calls a model infeasible that has a solution (google/or-tools
issues 5274 and 5295), or a matching optimal that is not. 5025 (a hint that aborts the process) is in `test_couples.py`.
"""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

import mentormatch as mm
from brute_force import best_of_problem
from mentormatch.base.errors import InternalError
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.explain.certificate import certificate_data
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import RankTotal
from mentormatch.problem.problem import Problem
from mentormatch.report.summary import engine_lines
from mentormatch.solvers import cp_sat
from mentormatch.solvers.cp.interruptible import run_interruptibly
from mentormatch.verify.check_certificate import check
from random_markets import random_market


def problem(seed: int) -> Problem:
    """Ranks under stability with ties: no flow and no lattice bounds them."""
    return Problem(random_market(np.random.default_rng(seed), pairs=14), [Quotas(), WeakStability()], [RankTotal()])


def lying(answer: Callable[[Any, Any], Any]) -> Callable[..., tuple[Any, bool]]:
    """Return a search whose first answer is another one."""
    calls = 0

    def run(solver: Any, model: Any, *, callback: Any = None, interrupted: bool = False) -> tuple[Any, bool]:
        nonlocal calls
        calls += 1
        if calls > 1:
            return run_interruptibly(solver, model, callback=callback, interrupted=interrupted)
        return answer(solver, model), False

    return run


def no_matching(solver: Any, model: Any) -> Any:
    """Solve the model and deny it."""
    solver.solve(model)
    return cp_model.INFEASIBLE


def test_infeasible_is_told_only_where_a_second_search_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "run_interruptibly", lying(no_matching))
    monkeypatch.setattr(cp_sat, "stable_part", lambda form, options: None)
    with pytest.raises(InternalError, match="infeasible that has a solution"):
        solve(problem(0), engine="cp_sat")


def some_matching(solver: Any, model: Any) -> Any:
    """Stop at a first matching, whatever it is worth, and call it the best."""
    plain = model.clone()
    plain.clear_objective()
    plain.clear_hints()
    status = solver.solve(plain)
    goal, found = model.proto.objective, solver.response_proto.solution
    solver.best_objective_bound = sum(c * found[v] for v, c in zip(goal.vars, goal.coeffs, strict=True)) if found else 0
    return status


class _Claims:
    """A solver that may be told what to claim."""

    def __init__(self, solver: Any) -> None:
        self._solver = solver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._solver, name)


def test_an_optimum_is_told_only_where_a_second_search_finds_nothing_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over drawn markets: a false optimum never comes out, as an answer or as a proof."""
    caught = 0
    plain = cp_sat._Search._solver
    for seed in range(12):
        asked = problem(seed)
        best = best_of_problem(asked)
        with monkeypatch.context() as patch:
            patch.setattr(cp_sat, "stable_part", lambda form, options: None)
            patch.setattr(cp_sat, "run_interruptibly", lying(some_matching))
            patch.setattr(cp_sat._Search, "_solver", lambda self, module, seed: _Claims(plain(self, module, seed=seed)))
            patch.setattr(cp_sat, "_AT_LEAST", 5.0)
            try:
                result = solve(asked, engine="cp_sat")
            except InternalError:
                caught += 1
                continue
        assert result.status is not mm.Status.OPTIMAL or tuple(s.value for s in result.stages) == best.values
    assert caught


def test_what_no_second_search_confirms_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "stable_part", lambda form, options: None)
    told = [solve(problem(seed), engine="cp_sat") for seed in range(6)]
    assert not any(result.unconfirmed for result in told)
    monkeypatch.setattr(cp_sat, "_AT_LEAST", 0.0)
    monkeypatch.setattr(cp_sat, "_CONFIRMING", 0.0)
    alone = [solve(problem(seed), engine="cp_sat") for seed in range(6)]
    single = next(result for result in alone if result.unconfirmed)
    assert single.unconfirmed == ("rank_total",)
    assert any("none confirmed it" in line for line in check(certificate_data(single))[1])
    assert any("a single search" in line for line in engine_lines(single, "en"))


def test_no_search_is_asked_for_a_core() -> None:
    """A core may name a literal that is none of the assumptions (google/or-tools issue 5141)."""
    calls = {
        node.attr
        for file in Path(mm.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert not {name for name in calls if "assumption" in name}
