"""Stable matchings without ties as an engine: every stage of pair costs by minimum cuts of the rotation poset.

Egalitarian, maximum weight, rank-maximal, generous and minimum-regret stable matchings of either side are all of this
kind (Irving, Leather and Gusfield 1987; Gusfield 1987; Feder 1992), and so is their lexicographic order. A stage of the
absolute value of a sum, such as sex equality, is NP-hard: CP-SAT searches the poset, which is far smaller than the
market.
"""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.budget import Budget
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows, Stable, StronglyStable, SuperStable
from mentormatch.formulation.terms import AbsoluteTerm, BlockingTerm, BottleneckTerm, ConvexTerm, LinearTerm, StageForm
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason, StageValue, Status
from mentormatch.solvers.cp.interruptible import run_interruptibly
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.closed_sets import ClosedSets
from mentormatch.solvers.stable.deferred_acceptance import drawn_orders
from mentormatch.solvers.stable.pure_stability import (
    is_constant,
    reason,
    reasons_of_rows,
    reasons_of_stability,
    reasons_of_ties,
)
from mentormatch.solvers.stable.rotation_poset import RotationPoset, rotation_poset

TAKES: Kinds = frozenset(
    {Rows, Stable, StronglyStable, SuperStable, LinearTerm, ConvexTerm, BottleneckTerm, BlockingTerm, AbsoluteTerm}
)


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why the rotation poset does not answer a form exactly.

    It does where stability is asked over all open pairs, only upper quotas bind, preferences are strict wherever
    somebody must be turned away, and stages are sums or maxima over pairs; an absolute value may stand last.
    """
    reasons = [*reasons_of_stability(form), *reasons_of_rows(form), *reasons_of_ties(form)]
    for number, stage in enumerate(form.stages):
        if not _is_cost(form, stage) and not (number == len(form.stages) - 1 and _is_absolute(stage)):
            text = (f"目标 {stage.name} 不是配对成本之和或最大值。", f"The stage {stage.name} is no sum over pairs.")
            reasons.append(reason("stage", *text))
    return tuple(reasons)


def solve(form: Form, options: Options) -> Outcome:
    """Find the rotations, then narrow the closed sets of them stage by stage.

    Among equals the answer is the one that is best for the students.
    """
    budget = Budget(options.time_limit)
    poset = poset_of_form(form, seed=options.seed)
    sets = ClosedSets.of(len(poset), requirements(poset))
    values: list[StageValue] = []
    stopped = False
    for stage in form.stages:
        if _is_absolute(stage):
            sets, bound, stopped = _absolute(poset, sets, stage, options.seed, budget.left)
        else:
            sets, bound = _narrow(form, poset, sets, stage), None
        value = stage.cost(poset.chosen(sets.inside))
        proven = bound is None or bound == value
        values.append(StageValue.of(stage, value, value if bound is None else bound, proven=proven))
        options.tell(values[-1])
    return Outcome(
        status=Status.OPTIMAL if all(value.proven for value in values) else Status.FEASIBLE,
        pairs=np.flatnonzero(poset.chosen(sets.inside)),
        stages=tuple(values),
        stopped_by_limit=stopped,
        statistics={"rotations": len(poset), "arcs": len(poset.before), "stable_pairs": len(poset.stable_pairs)},
    )


def poset_of_form(form: Form, *, seed: int = 0) -> RotationPoset:
    """Return the rotations of a form that the engine takes; ties that do not matter are broken by lottery."""
    market = form.market
    student_order, mentor_order = drawn_orders(market, seed)
    return rotation_poset(
        market,
        usable=form.open,
        student_order=student_order,
        mentor_order=mentor_order,
    )


def requirements(poset: RotationPoset) -> set[tuple[int, int]]:
    """Return (rotation, rotation that must come before it)."""
    owner = np.repeat(np.arange(len(poset)), np.diff(poset.before_start))
    return set(zip(owner.tolist(), poset.before.tolist(), strict=True))


def _is_absolute(stage: StageForm) -> bool:
    return len(stage.terms) == 1 and isinstance(stage.terms[0], AbsoluteTerm)


def _is_cost(form: Form, stage: StageForm) -> bool:
    """Whether a stage is a sum or a maximum over pairs, up to what is the same in every stable matching."""
    return all(
        isinstance(term, (LinearTerm, BottleneckTerm, BlockingTerm))
        or (isinstance(term, ConvexTerm) and is_constant(form, term))
        for term in stage.terms
    )


def _narrow(form: Form, poset: RotationPoset, sets: ClosedSets, stage: StageForm) -> ClosedSets:
    bottleneck = next((term for term in stage.terms if isinstance(term, BottleneckTerm)), None)
    if bottleneck is not None:
        return _bottleneck(poset, sets, bottleneck.level)
    cost = np.zeros(form.market.num_pairs, np.int64)
    for term in stage.terms:
        if isinstance(term, LinearTerm):
            cost += term.cost
    return sets.cheapest(poset.change(cost))


def _bottleneck(poset: RotationPoset, sets: ClosedSets, level: IntArray) -> ClosedSets:
    """Keep the closed sets without pairs above a level, for the lowest level that leaves one."""
    levels = np.unique(np.append(level[poset.stable_pairs], 0))
    low, high, best = 0, len(levels) - 1, sets
    while low < high:
        middle = (low + high) // 2
        narrowed = _without(poset, sets, poset.stable_pairs[level[poset.stable_pairs] > levels[middle]])
        if narrowed is None:
            low = middle + 1
        else:
            high, best = middle, narrowed
    return best


def _without(poset: RotationPoset, sets: ClosedSets, pairs: IntArray) -> ClosedSets | None:
    """Return the closed sets whose matchings have none of some pairs: whoever makes one must have it broken again."""
    made, broken = poset.made_by[pairs], poset.broken_by[pairs]
    if ((made < 0) & (broken < 0)).any():
        return None
    both = (made >= 0) & (broken >= 0)
    return sets.restricted(
        zip(made[both].tolist(), broken[both].tolist(), strict=True),
        inside=broken[made < 0].tolist(),
        outside=made[broken < 0].tolist(),
    )


def _absolute(
    poset: RotationPoset, sets: ClosedSets, stage: StageForm, seed: int, time_limit: float | None
) -> tuple[ClosedSets, int, bool]:
    """Search the closed sets for the smallest absolute value; return the one found, the bound, and whether it stopped.

    CP-SAT with one worker: a boolean for each rotation that is still open, an implication for each requirement.
    """
    from ortools.sat.python import cp_model

    cost = next(term.cost for term in stage.terms if isinstance(term, AbsoluteTerm))
    change, chosen = poset.change(cost), poset.chosen(sets.inside)
    base = int(cost[chosen].sum())
    free = np.flatnonzero(~(sets.inside | sets.outside))
    model = cp_model.CpModel()
    variable = {int(k): model.new_bool_var("") for k in free}
    for u, v in sorted(sets.requires):
        if u in variable and v in variable:
            model.add_implication(variable[u], variable[v])
    total = base + sum(int(change[k]) * variable[k] for k in variable)
    most = abs(base) + int(np.abs(change[free]).sum())
    gap = model.new_int_var(0, most, "")
    model.add(gap >= total)
    model.add(gap >= -total)
    model.minimize(gap)
    for literal in variable.values():
        model.add_hint(literal, False)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.catch_sigint_signal = False
    if time_limit is not None:
        solver.parameters.max_time_in_seconds = max(time_limit, 0.01)
    status, _ = run_interruptibly(solver, model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return sets, 0, True
    inside = sets.inside.copy()
    inside[[k for k in variable if solver.boolean_value(variable[k])]] = True
    found = ClosedSets(sets.size, sets.requires, inside, ~inside)
    return found, max(round(solver.best_objective_bound), 0), status == cp_model.FEASIBLE


ENGINE = Engine("stable_lattice", TAKES, misfits, solve, Text("稳定匹配格", "stable lattice"))
