"""The engine of growth groups: an exact model in CP-SAT, stage after stage; a class is small."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from mentormatch.market.market import Id
from mentormatch.problem.result import Status
from mentormatch.solvers.cp.interruptible import run_interruptibly
from mentormatch.teams.growth.exchange import exchanged, imbalance
from mentormatch.teams.growth.problem import GrowthProblem


@dataclass(frozen=True, eq=False)
class GrowthOutcome:
    """What the engine returns.

    Parameters
    ----------
    status : Status
        ``unknown`` where the limit came before any groups.
    groups : tuple of tuples of ids
    bounds : tuple of int or None
        Most wishes that can be met; the least imbalance of groups that meet so many.
    """

    status: Status
    groups: tuple[tuple[Id, ...], ...] = ()
    bounds: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, eq=False)
class _Model:
    """The model: variables of students in groups, and the two goals, both minimised."""

    model: Any
    member: Sequence[Sequence[Any]]
    goals: tuple[Any, Any]
    friends: Sequence[tuple[int, int]]


def solve_growth(problem: GrowthProblem, *, seed: int = 0, time_limit: float | None = None) -> GrowthOutcome:
    """Split students into growth groups.

    Parameters
    ----------
    problem : GrowthProblem
    seed : int
    time_limit : float, optional
        Wall-clock seconds for both stages; the second is begun with what the first left over. An interrupt (Ctrl-C)
        stops the search like a limit.
    """
    if not problem.students:
        return GrowthOutcome(Status.OPTIMAL, bounds=(0, 0))
    if len(problem.students) // problem.size_min * problem.size_max < len(problem.students):
        return GrowthOutcome(Status.INFEASIBLE)
    from ortools.sat.python import cp_model

    deadline = None if time_limit is None else time.perf_counter() + time_limit
    built = _model(problem)
    groups: tuple[tuple[Id, ...], ...] = ()
    bounds: list[int | None] = []
    interrupted = False
    for number, goal in enumerate(built.goals):
        if goal is None and (groups or number == 0):
            # Nobody wished for anything, or there is nothing to even out: the other stage finds the groups.
            bounds.append(0)
            continue
        built.model.clear_objective()
        if goal is not None:
            built.model.minimize(goal)
            if number:
                # What counting shows: groups that reach it need no search to be proven.
                built.model.add(goal >= evenest(problem))
        solver = cp_model.CpSolver()
        settings = solver.parameters
        # One thread, or eight sub-solvers that take turns where there are wishes (measured on classes of 45): the same
        # answer on every run, whatever the machine's cores.
        settings.random_seed = seed % 2**31
        settings.interleave_search = bool(problem.together)
        settings.num_workers = 8 if problem.together else 1
        settings.catch_sigint_signal = False
        if deadline is not None:
            settings.max_time_in_seconds = max(0.01, deadline - time.perf_counter())
        status, interrupted = run_interruptibly(solver, built.model, interrupted=interrupted)
        if status == cp_model.INFEASIBLE and not groups:
            return GrowthOutcome(Status.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            # Nothing new within the limit: what the stage before left stands, with no bound on this one.
            bounds.append(evenest(problem) if number else None)
            continue
        chosen = [[solver.value(x) for x in mine] for mine in built.member]
        parts = (
            tuple(student for student, mine in zip(problem.students, chosen, strict=True) if any(mine[g : g + 1]))
            for g in range(len(chosen[-1]))
        )
        groups = tuple(part for part in parts if part)
        bound = 0 if goal is None else round(solver.best_objective_bound)
        bounds.append(max(bound, evenest(problem)) if number else bound)
        if goal is not None:
            built.model.add(goal <= round(solver.objective_value))
            if number == 0 and round(solver.objective_value) == -len(built.friends):
                # Every wish can be met: friends are one from here on, which leaves the next stage a smaller school.
                for one, other in built.friends:
                    for mine, theirs in zip_longest(built.member[one], built.member[other], fillvalue=0):
                        built.model.add(mine == theirs)
            if number == 0 and built.goals[1] is not None:
                counted = evenest(problem)
                groups = exchanged(problem, groups, seed=seed, enough=counted, deadline=deadline)
                value = imbalance(problem, groups)
                if value == counted:
                    bounds.append(counted)
                    break
                built.model.add(built.goals[1] <= value)
                _hint(built, problem, groups)
    if not groups:
        return GrowthOutcome(Status.UNKNOWN)
    most, least = bounds
    return GrowthOutcome(Status.FEASIBLE, groups, (None if most is None else -most, least))


def _hint(built: _Model, problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> None:
    """Hint groups, numbered by their first students as the model numbers them."""
    at = {student: i for i, student in enumerate(problem.students)}
    ordered = sorted(groups, key=lambda group: min(at[student] for student in group))
    home = {student: number for number, group in enumerate(ordered) for student in group}
    built.model.clear_hints()
    for student, mine in zip(problem.students, built.member, strict=True):
        for number, variable in enumerate(mine):
            built.model.add_hint(variable, home[student] == number)


def evenest(problem: GrowthProblem) -> int:
    """Return a bound on the imbalance by counting: every value spread over as many groups as there can be."""
    most = len(problem.students) // problem.size_min
    least = 0
    for values in problem.attributes.values():
        for holders in Counter(values[student] for student in problem.students if student in values).values():
            each, more = divmod(holders, most)
            least += (most - more) * each**2 + more * (each + 1) ** 2
    return least


def _model(problem: GrowthProblem) -> _Model:
    """Write the model.

    Groups are alike, so each opens with the first student that no earlier group holds: of every solution one naming is
    left. A friends' wish counts where both are in one group; squares of counts are convex, and come from a table.
    """
    from ortools.sat.python import cp_model

    students, n = problem.students, len(problem.students)
    most = n // problem.size_min
    model: Any = cp_model.CpModel()
    at = {student: i for i, student in enumerate(students)}
    member = [[model.new_bool_var("") for _ in range(min(i + 1, most))] for i in range(n)]
    is_open = [model.new_bool_var("") for _ in range(most)]

    def in_group(i: int, g: int) -> list[Any]:
        return [member[i][g]] if g < len(member[i]) else []

    for i in range(n):
        model.add_exactly_one(member[i])
        for g in range(1, len(member[i])):
            # Group g may hold student i only if group g - 1 holds an earlier one.
            earlier = [x for j in range(i) for x in in_group(j, g - 1)]
            model.add_bool_or([~member[i][g], *earlier])
    for g in range(most):
        size = sum(x for i in range(n) for x in in_group(i, g))
        model.add(size <= problem.size_max * is_open[g])
        model.add(size >= problem.size_min * is_open[g])
    for one, other in problem.apart:
        for g in range(most):
            model.add_at_most_one([*in_group(at[one], g), *in_group(at[other], g)])
    wishes = []
    pairs = sorted({(min(at[a], at[b]), max(at[a], at[b])) for a, b in problem.together})
    for one, other in pairs:
        met = [model.new_bool_var("") for _ in member[one]]
        for both, mine, theirs in zip(met, member[one], member[other], strict=False):
            model.add_implication(both, mine)
            model.add_implication(both, theirs)
        model.add_at_most_one(met)
        wishes += met
    squares = []
    for values in problem.attributes.values():
        for label in sorted(set(values.values())):
            holders = [at[s] for s in students if values.get(s) == label]
            top = min(len(holders), problem.size_max)
            counts = []
            for g in range(most):
                count, square = model.new_int_var(0, top, ""), model.new_int_var(0, top * top, "")
                model.add(count == sum(x for i in holders for x in in_group(i, g)))
                model.add_allowed_assignments([count, square], [(k, k * k) for k in range(top + 1)])
                # A tangent for each step keeps the relaxation at the convex hull.
                for k in range(top):
                    model.add(square >= (2 * k + 1) * count - k * (k + 1))
                counts.append(count)
                squares.append(square)
            model.add(sum(counts) == len(holders))
    goals = (-sum(wishes) if wishes else None, sum(squares) if squares else None)
    return _Model(model, member, goals, pairs)
