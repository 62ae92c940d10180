"""CP-SAT on one component: asks whether there is a stable matching of the size that the bounds allow.

Asking for the bound itself, without an objective, is far quicker than climbing to it. Where a largest matching must
place a student, "at most one pair" becomes "exactly one"; where it must fill a mentor, the seats are all taken. Then
stability propagates, and a plain depth-first search ends in a tenth of a second on `published/hrt`, where the
core-guided search for the maximum takes from half a second to five, as luck has it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mentormatch.arrays import BoolArray
from mentormatch.errors import InternalError
from mentormatch.form import Form
from mentormatch.solvers.cp_model_builder import Model, add_stage, build_model
from mentormatch.solvers.interruptible import run_interruptibly
from mentormatch.solvers.largest_matching import LargestMatching
from mentormatch.terms import LinearTerm

# Depth-first over the variables in their order, restarting never.
_DEPTH_FIRST = "fixed"
_CORE_GUIDED = "core"


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a search may go on.

    Parameters
    ----------
    work : float
        Deterministic seconds: the same on every machine.
    time_limit : float or None
        Wall-clock seconds.
    seed : int
    """

    work: float
    time_limit: float | None
    seed: int


@dataclass(frozen=True, eq=False)
class Answer:
    """What a search found out.

    Parameters
    ----------
    chosen : bool array of shape (m,), or None
        A stable matching of the component.
    bound : int or None
        No stable matching of the component is larger.
    interrupted : bool
    """

    chosen: BoolArray | None = None
    bound: int | None = None
    interrupted: bool = False


def search_size(form: Form, usable: BoolArray, size: int, largest: LargestMatching | None, effort: Effort) -> Answer:
    """Look for a stable matching of at least some size.

    Parameters
    ----------
    form : Form
        Stability, quotas and the number of pairs as the only stage.
    usable : bool array of shape (m,)
        The pairs of one component.
    size : int
        At most the bound known so far.
    largest : LargestMatching or None
        Where `size` is that of a largest matching of the component: who is in all of them.
    effort : Effort

    Returns
    -------
    Answer
        With a matching; or with the bound ``size - 1``, proven a second time without presolve and with another seed; or
        with neither.
    """
    model = _model_of_size(form, usable, size, largest)
    if model.is_contradictory:
        return Answer(bound=size - 1)
    status, solver, interrupted = _run(model, effort, _DEPTH_FIRST)
    if status in ("OPTIMAL", "FEASIBLE"):
        return Answer(_chosen(form, model, solver), size, interrupted)
    if status != "INFEASIBLE" or interrupted:
        return Answer(interrupted=interrupted)
    second = Effort(effort.work * 4, effort.time_limit, effort.seed + 1)
    status, _, interrupted = _run(model, second, None)
    if status in ("OPTIMAL", "FEASIBLE"):
        raise InternalError("CP-SAT called a model infeasible that has a solution.")
    return Answer(bound=size - 1 if status == "INFEASIBLE" else None, interrupted=interrupted)


def search_largest(form: Form, usable: BoolArray, start: BoolArray, bound: int, effort: Effort) -> Answer:
    """Look for a larger stable matching, core-guided, from a given one; the bound may fall as well."""
    model = build_model(form, usable)
    objective = add_stage(model, form, 0, at_least=-bound * objective_unit(form))
    if not model.has_objective or model.is_contradictory:
        return Answer()
    model.hint(start)
    status, solver, interrupted = _run(model, effort, _CORE_GUIDED)
    if status not in ("OPTIMAL", "FEASIBLE"):
        return Answer(interrupted=interrupted)
    proven = objective.constant + objective.scale * round(solver.best_objective_bound)
    return Answer(_chosen(form, model, solver), min(bound, -proven // objective_unit(form)), interrupted)


def objective_unit(form: Form) -> int:
    """Return what a matched pair is worth in the only stage of a form: minus its cost."""
    return -min(int(term.cost.min(initial=0)) for term in form.stages[0].terms if isinstance(term, LinearTerm))


def _model_of_size(form: Form, usable: BoolArray, size: int, largest: LargestMatching | None) -> Model:
    market = form.market
    model = build_model(form, usable)
    pairs = model.pairs
    if largest is not None:
        for owner, quota, certain in (
            (market.student, market.student_quota, largest.student_always),
            (market.mentor, market.mentor_upper, largest.mentor_always_full),
        ):
            order = np.argsort(owner[pairs], kind="stable")
            for mine in np.split(order, np.flatnonzero(np.diff(owner[pairs][order])) + 1):
                who = int(owner[pairs[mine[0]]]) if len(mine) else -1
                if who >= 0 and certain[who]:
                    places = int(quota[who])
                    if places == 1:
                        model.exactly_one(mine.tolist())
                    else:
                        model.linear(mine.tolist(), [1] * len(mine), places, len(mine))
    model.linear(list(range(len(pairs))), [1] * len(pairs), size, len(pairs))
    return model


def _run(model: Model, effort: Effort, subsolver: str | None) -> tuple[str, Any, bool]:
    """Run one worker; without a named sub-solver the default search, without presolve."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = effort.seed % 2**31
    parameters.catch_sigint_signal = False
    parameters.max_deterministic_time = effort.work
    if effort.time_limit is not None:
        parameters.max_time_in_seconds = max(effort.time_limit, 0.01)
    if subsolver is None:
        parameters.cp_model_presolve = False
    else:
        parameters.subsolvers.extend([subsolver])
    status, interrupted = run_interruptibly(solver, model.proto)
    return solver.status_name(status), solver, interrupted


def _chosen(form: Form, model: Model, solver: Any) -> BoolArray:
    found = np.fromiter(solver.response_proto.solution, np.int64, count=model.num_variables)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[model.pairs[found[: len(model.pairs)] > 0]] = True
    return chosen
