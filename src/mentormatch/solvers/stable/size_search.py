"""CP-SAT on one component: a stable matching of the size that the bounds allow, or a largest one below that.

Two questions, each with the model and the sub-solver that were best at it (benchmarks/README.md). Of a size the model
of literals is asked (`mentormatch.solvers.cp.stable_clauses`), without linear programming: where the size is that of a
largest matching, a student that all of those place has "exactly one" pair and a mentor that they fill has all seats
taken, so stability propagates, and a depth-first search ends in a tenth of a second on `published/hrt`; where it goes
astray, one that restarts takes over. For a largest one below that size CP-SAT branches on the relaxation, whose rows
are those of `mentormatch.solvers.cp.stable_rows`, the tightest.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray, group_starts
from mentormatch.base.errors import InternalError
from mentormatch.formulation.terms import LinearTerm
from mentormatch.market.market import Market
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.constraint_model import Model, Objective
from mentormatch.solvers.cp.cp_model_builder import build_model
from mentormatch.solvers.cp.interruptible import run_interruptibly
from mentormatch.solvers.cp.stable_rows import StableRows, stable_rows
from mentormatch.solvers.stable.largest_matching import LargestMatching

# Sub-solvers and their shares of the work: depth-first over the variables in their order, and clauses with restarts.
_FOR_A_SIZE = (("fixed", 0.5), ("no_lp", 2.0))
_FOR_THE_LARGEST = "max_lp"


@dataclass(frozen=True, slots=True)
class SearchEffort:
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
class SizeAnswer:
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


def search_size(
    form: Form, usable: BoolArray, size: int, largest: LargestMatching | None, effort: SearchEffort
) -> SizeAnswer:
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
    effort : SearchEffort

    Returns
    -------
    SizeAnswer
        With a matching; or with the bound ``size - 1``, proven a second time without presolve and with another seed; or
        with neither.
    """
    model = _model_of_size(form, usable, size, largest)
    if model.is_contradictory:
        return SizeAnswer(bound=size - 1)
    first, *others = _FOR_A_SIZE
    status, solver, interrupted = _run(model, replace(effort, work=first[1] * effort.work), first[0])
    for subsolver, share in others:
        if status != "UNKNOWN" or interrupted:
            break
        status, solver, interrupted = _run(model, replace(effort, work=share * effort.work), subsolver)
    if status in ("OPTIMAL", "FEASIBLE"):
        return SizeAnswer(_chosen(form, model, solver), size, interrupted)
    if status != "INFEASIBLE" or interrupted:
        return SizeAnswer(interrupted=interrupted)
    second = SearchEffort(effort.work * 4, effort.time_limit, effort.seed + 1)
    status, _, interrupted = _run(model, second, None)
    if status in ("OPTIMAL", "FEASIBLE"):
        raise InternalError("CP-SAT called a model infeasible that has a solution.")
    return SizeAnswer(bound=size - 1 if status == "INFEASIBLE" else None, interrupted=interrupted)


def search_largest(form: Form, usable: BoolArray, bound: int, effort: SearchEffort) -> SizeAnswer:
    """Look for a largest stable matching, branching on the relaxation; the bound may fall as well.

    It starts from nothing: a smaller matching as a hint led it astray.
    """
    rows = stable_rows(form.market, np.flatnonzero(usable))
    model = build_model(form, usable) if rows is None else _model_of_rows(form.market, rows)
    if model.is_contradictory:
        return SizeAnswer()
    variables = np.arange(len(model.pairs))
    model.minimise(Objective(variables, np.full(len(variables), -1), 0), at_least=-bound)
    status, solver, interrupted = _run(model, effort, _FOR_THE_LARGEST)
    if status not in ("OPTIMAL", "FEASIBLE"):
        return SizeAnswer(interrupted=interrupted)
    proven = -round(solver.best_objective_bound)
    return SizeAnswer(_chosen(form, model, solver), min(bound, proven), interrupted)


def objective_unit(form: Form) -> int:
    """Return what a matched pair is worth in the only stage of a form: minus its cost."""
    return -min(int(term.cost.min(initial=0)) for term in form.stages[0].terms if isinstance(term, LinearTerm))


def _model_of_rows(market: Market, rows: StableRows) -> Model:
    from ortools.sat.python import cp_model

    variable_of = np.full(market.num_pairs, -1, np.int64)
    variable_of[rows.pairs] = np.arange(len(rows.pairs))
    model = Model(cp_model.CpModel(), rows.pairs, variable_of)
    model.new_variables([1] * len(rows.pairs))
    if len(rows.full_mentor):
        model.new_variables([1] * len(rows.full_mentor), lambda chosen: rows.full(market, chosen))
    start = group_starts(rows.row, len(rows.upper)).tolist()
    columns, coeffs = rows.column.tolist(), rows.coeff.tolist()
    for number, upper in enumerate(rows.upper.tolist()):
        entries, weights = columns[start[number] : start[number + 1]], coeffs[start[number] : start[number + 1]]
        if upper == 1 and min(weights) == 1 == max(weights):
            model.at_most_one(entries)
        elif upper == -1 and min(weights) == -1 == max(weights):
            model.clause(entries)
        else:
            model.linear(entries, weights, -sum(map(abs, weights)), upper)
    return model


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


def _run(model: Model, effort: SearchEffort, subsolver: str | None) -> tuple[str, Any, bool]:
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
