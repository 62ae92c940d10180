"""All matchings that keep a form, one after the other: a search that is told what it has found already."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.budget import Budget
from mentormatch.base.errors import InternalError
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.cp_model_builder import build_model
from mentormatch.solvers.cp.interruptible import run_interruptibly
from mentormatch.solvers.cp.reduce import usable_pairs


def all_matchings(form: Form, *, seed: int = 0, time_limit: float | None = None) -> Iterator[IntArray | None]:
    """Yield the positions of the pairs of every matching that keeps a form, each once.

    Parameters
    ----------
    form : Form
        Stages do not matter.
    seed : int
        The same seed gives the same order.
    time_limit : float, optional
        Wall-clock seconds for all of them.

    Yields
    ------
    int64 array, or None
        None comes last where the limit or an interrupt stopped the search: there may be more.

    Notes
    -----
    One search for each matching and two for the proof that there is no other; the model grows by one clause each time.
    """
    from ortools.sat.python import cp_model

    model = build_model(form, usable_pairs(form))
    if model.is_contradictory:
        return
    budget = Budget(time_limit)
    while True:
        solver = _solver(cp_model, seed, budget)
        status, interrupted = run_interruptibly(solver, model.proto)
        if status == cp_model.INFEASIBLE:
            # A single answer of this kind was wrong before (google/or-tools issues 5274 and 5295).
            second = _solver(cp_model, seed + 1, budget)
            second.parameters.cp_model_presolve = False
            status, interrupted = run_interruptibly(second, model.proto)
            if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                raise InternalError("CP-SAT called a model infeasible that has a solution.")
            if status == cp_model.UNKNOWN:
                yield None
            return
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or interrupted:
            yield None
            return
        found = np.fromiter(solver.response_proto.solution, np.int64, count=model.num_variables)[: len(model.pairs)] > 0
        yield model.pairs[found]
        if not len(model.pairs):
            return
        # Some pair is in or out that was not.
        variables = np.arange(len(model.pairs))
        model.clause(np.where(found, -1 - variables, variables).tolist())


def _solver(cp_model: Any, seed: int, budget: Budget) -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    if (left := budget.left) is not None:
        solver.parameters.max_time_in_seconds = max(left, 0.01)
    return solver
