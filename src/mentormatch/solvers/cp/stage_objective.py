"""A stage as the objective of a CP-SAT model, with the variables that its terms need."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Term
from mentormatch.formulation.terms import (
    AbsoluteTerm,
    BlockingTerm,
    BottleneckTerm,
    ConvexTerm,
    LinearTerm,
    StageForm,
    TeamTerm,
)
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.blocking_clauses import count_blocking
from mentormatch.solvers.cp.constraint_model import MAX_OBJECTIVE, Model, Objective, Values
from mentormatch.solvers.cp.team_clauses import literals_of, want_literals


def add_stage(model: Model, form: Form, number: int, at_least: int | None = None) -> Objective:
    """Make a stage the objective; return it.

    Parameters
    ----------
    model : Model
    form : Form
    number : int
        Position of the stage.
    at_least : int, optional
        A bound known from elsewhere: no matching costs less.

    Raises
    ------
    MarketError
        When the costs are too large for exact arithmetic.
    """
    parts: list[tuple[IntArray, IntArray]] = []
    constant = 0
    for term in form.stages[number].terms:
        parts += WRITERS[type(term)](model, form, term)
        constant += _offset(term)
    objective = _objective(model, form.stages[number], parts, constant)
    model.minimise(objective, at_least)
    return objective


def _offset(term: Term) -> int:
    cost = term.cost if isinstance(term, TeamTerm) else term
    return cost.offset if isinstance(cost, ConvexTerm) else 0


def _objective(model: Model, stage: StageForm, parts: list[tuple[IntArray, IntArray]], constant: int) -> Objective:
    nothing = np.zeros(0, np.int64)
    variables = np.concatenate([nothing, *(part for part, _ in parts)])
    coeffs = np.concatenate([nothing, *(part for _, part in parts)])
    highs = np.array(model.highs, np.int64)
    magnitude = float(np.abs(coeffs.astype(float)) @ highs[variables]) + abs(constant)
    if magnitude > MAX_OBJECTIVE:
        raise MarketError(
            Text(
                zh=f"目标 {stage.name} 的数值过大,无法精确计算。",
                en=f"The costs of the stage {stage.name} are too large for exact integer arithmetic.",
            )
        )
    total = np.zeros(model.num_variables, np.int64)
    np.add.at(total, variables, coeffs)
    used = np.flatnonzero(total)
    scale = int(np.gcd.reduce(total[used])) if len(used) else 1
    return Objective(used, total[used] // scale, constant, scale)


def _bottleneck(model: Model, term: BottleneckTerm) -> tuple[IntArray, IntArray]:
    """Add a variable that is at least the level of every matched pair."""
    level = term.level[model.pairs]

    def worst(chosen: BoolArray) -> IntArray:
        return np.array([term.level[chosen].max(initial=0)], np.int64)

    variable = model.new_variables([int(level.max(initial=0))], worst)
    for pair, height in enumerate(level.tolist()):
        if height > 0:
            model.linear([variable], [1], height, int(level.max()), only_if=pair)
    return np.array([variable]), np.ones(1, np.int64)


def _absolute(model: Model, term: AbsoluteTerm) -> tuple[IntArray, IntArray]:
    """Add a variable that is at least the term and at least its negative."""
    cost = term.cost[model.pairs].tolist()
    most = sum(map(abs, cost))
    variable = model.new_variables([most], lambda chosen: np.array([term.value(chosen)], np.int64))
    for sign in (1, -1):
        model.linear([*range(len(cost)), variable], [*(sign * each for each in cost), -1], -2 * most, 0)
    return np.array([variable]), np.ones(1, np.int64)


def _counted_teams(model: Model, term: TeamTerm) -> list[tuple[IntArray, IntArray]]:
    """Return the cost of each row of teams; rows that cost nothing whatever is open need no literal."""
    cost, literals = term.cost, literals_of(model, term.teams)
    owner = np.repeat(np.arange(len(cost.start) - 1), np.diff(cost.start))
    unit = np.arange(len(cost.pairs)) - cost.start[owner]
    reach = np.bincount(owner[literals.can_open[cost.pairs]], minlength=len(cost.start) - 1)
    counts = unit < reach[owner]
    binds, asks = (
        np.bincount(owner[counts & matters], minlength=len(reach)) > 0
        for matters in (cost.slopes != 0, cost.slopes < 0)
    )
    want_literals(model, term.teams, cost, binds, exact=asks)
    return _convex(model, cost, literals.variable, term.teams.is_open)


def _convex(
    model: Model, term: ConvexTerm, variable_of: IntArray, chosen_of: Callable[[BoolArray], BoolArray]
) -> list[tuple[IntArray, IntArray]]:
    """Return the cost of each row: one unit variable for each run of equal slopes, filled in ascending order.

    Parameters
    ----------
    variable_of : int64 array
        Variable of each entry of a row, -1 where it has none.
    chosen_of : callable
        Which entries count, given which pairs of the market are matched.
    """
    parts: list[tuple[IntArray, IntArray]] = []
    bent: list[tuple[IntArray, IntArray]] = []
    units = model.num_variables
    for number in range(len(term.start) - 1):
        low, high = int(term.start[number]), int(term.start[number + 1])
        variables = variable_of[term.pairs[low:high]]
        variables = variables[variables >= 0]
        slopes, widths = np.unique(term.slopes[low : low + len(variables)], return_counts=True)
        if len(slopes) <= 1:
            # Straight: every unit costs the same.
            parts.append((variables, np.repeat(slopes, widths)))
            continue
        steps = np.arange(units, units + len(slopes))
        units += len(slopes)
        bent.append((term.pairs[low:high], widths))
        model.linear([*variables.tolist(), *steps.tolist()], [1] * len(variables) + [-1] * len(slopes), 0, 0)
        parts.append((steps, slopes))
    if bent:
        model.new_variables(np.concatenate([widths for _, widths in bent]).tolist(), _filled(bent, chosen_of))
    return parts


def _filled(rows: list[tuple[IntArray, IntArray]], chosen_of: Callable[[BoolArray], BoolArray]) -> Values:
    def values(chosen: BoolArray) -> IntArray:
        counted = chosen_of(chosen)
        filled = [
            np.clip(int(counted[entries].sum()) - (np.cumsum(widths) - widths), 0, widths) for entries, widths in rows
        ]
        return np.concatenate(filled)

    return values


WRITERS: Mapping[type[Term], Callable[[Model, Form, Any], list[tuple[IntArray, IntArray]]]] = {
    LinearTerm: lambda model, form, term: [model.sparse(model.pairs, term.cost[model.pairs])],
    ConvexTerm: lambda model, form, term: _convex(model, term, model.variable_of, lambda chosen: chosen),
    BottleneckTerm: lambda model, form, term: [_bottleneck(model, term)],
    TeamTerm: lambda model, form, term: _counted_teams(model, term),
    AbsoluteTerm: lambda model, form, term: [_absolute(model, term)],
    BlockingTerm: lambda model, form, term: [count_blocking(model, form, term)],
}
"""How each kind of term is written as variables with costs: the kinds that CP-SAT takes."""
