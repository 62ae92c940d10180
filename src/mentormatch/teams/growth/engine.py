"""The engine of growth groups: an exact model in CP-SAT, stage after stage; a class is small."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from mentormatch.base.budget import Budget
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
    return _Search(problem, _model(problem), seed, Budget(time_limit)).run()


@dataclass
class _Search:
    """The state between stages: the model, the groups so far, and what bounds each stage."""

    problem: GrowthProblem
    built: "_Model"
    seed: int
    budget: Budget
    groups: tuple[tuple[Id, ...], ...] = ()
    bounds: list[int | None] = field(default_factory=list)
    interrupted: bool = False

    def run(self) -> GrowthOutcome:
        """Go through the two stages: wishes, then evenness."""
        for number, goal in enumerate(self.built.goals):
            if len(self.bounds) > number:
                break  # exchanges have settled this stage
            if goal is None and (self.groups or number == 0):
                # Nobody wished for anything, or there is nothing to even out: the other stage finds the groups.
                self.bounds.append(0)
            elif self._stage(number, goal) is Status.INFEASIBLE:
                return GrowthOutcome(Status.INFEASIBLE)
        if not self.groups:
            return GrowthOutcome(Status.UNKNOWN)
        most, least = self.bounds
        return GrowthOutcome(Status.FEASIBLE, self.groups, (None if most is None else -most, least))

    def _stage(self, number: int, goal: Any) -> Status:
        """Solve one stage over what the one before left open, and pin it."""
        self.built.model.clear_objective()
        if goal is not None:
            self.built.model.minimize(goal)
            if number:
                # What counting shows: groups that reach it need no search to be proven.
                self.built.model.add(goal >= evenest(self.problem))
        solver, status = self._searched()
        if status is Status.INFEASIBLE and not self.groups:
            return status
        if status is not Status.FEASIBLE:
            # Nothing new within the limit: what the stage before left stands, with no bound on this one.
            self.bounds.append(evenest(self.problem) if number else None)
            return Status.UNKNOWN
        self.groups = self._read(solver)
        bound = 0 if goal is None else round(solver.best_objective_bound)
        self.bounds.append(max(bound, evenest(self.problem)) if number else bound)
        if goal is not None:
            value = round(solver.objective_value)
            self.built.model.add(goal <= value)
            if number == 0:
                self._leave_to_evenness(value)
        return status

    def _searched(self) -> tuple[Any, Status]:
        """Run one search; ``feasible`` means that there are groups, proven best or not."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        settings = solver.parameters
        # One thread, or eight sub-solvers that take turns where there are wishes (measured on classes of 45): the same
        # answer on every run, whatever the machine's cores.
        settings.random_seed = self.seed % 2**31
        settings.interleave_search = bool(self.problem.together)
        settings.num_workers = 8 if self.problem.together else 1
        settings.catch_sigint_signal = False
        if (left := self.budget.left) is not None:
            settings.max_time_in_seconds = max(0.01, left)
        found, self.interrupted = run_interruptibly(solver, self.built.model, interrupted=self.interrupted)
        if found in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return solver, Status.FEASIBLE
        return solver, Status.INFEASIBLE if found == cp_model.INFEASIBLE else Status.UNKNOWN

    def _read(self, solver: Any) -> tuple[tuple[Id, ...], ...]:
        chosen = [[solver.value(x) for x in mine] for mine in self.built.member]
        students = self.problem.students
        parts = (
            tuple(student for student, mine in zip(students, chosen, strict=True) if any(mine[g : g + 1]))
            for g in range(len(chosen[-1]))
        )
        return tuple(part for part in parts if part)

    def _leave_to_evenness(self, value: int) -> None:
        """Make the next stage easier: friends are one where all wishes are met, and exchanges give it a start."""
        built, counted = self.built, evenest(self.problem)
        if value == -len(built.friends):
            # Every wish can be met: friends are one from here on, which leaves the next stage a smaller school.
            for one, other in built.friends:
                for mine, theirs in zip_longest(built.member[one], built.member[other], fillvalue=0):
                    built.model.add(mine == theirs)
        if built.goals[1] is None:
            return
        self.groups = exchanged(self.problem, self.groups, seed=self.seed, enough=counted, budget=self.budget)
        reached = imbalance(self.problem, self.groups)
        if reached == counted:
            self.bounds.append(counted)
            return
        built.model.add(built.goals[1] <= reached)
        _hint(built, self.problem, self.groups)


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
    _write_groups(model, problem, member, most)
    for one, other in problem.apart:
        for g in range(most):
            model.add_at_most_one([*_in_group(member, at[one], g), *_in_group(member, at[other], g)])
    pairs = sorted({(min(at[a], at[b]), max(at[a], at[b])) for a, b in problem.together})
    wishes = [met for pair in pairs for met in _wish(model, member, pair)]
    squares = [
        square
        for values in problem.attributes.values()
        for label in sorted(set(values.values()))
        for square in _squares(model, problem, member, [at[s] for s in students if values.get(s) == label], most)
    ]
    goals = (-sum(wishes) if wishes else None, sum(squares) if squares else None)
    return _Model(model, member, goals, pairs)


def _in_group(member: Sequence[Sequence[Any]], i: int, g: int) -> list[Any]:
    """Return the variable of a student in a group; none where the numbering rules it out."""
    return [member[i][g]] if g < len(member[i]) else []


def _write_groups(model: Any, problem: GrowthProblem, member: Sequence[Sequence[Any]], most: int) -> None:
    """Write that every student is in one group, how large a group is, and in which order groups open."""
    for i, mine in enumerate(member):
        model.add_exactly_one(mine)
        for g in range(1, len(mine)):
            # Group g may hold student i only if group g - 1 holds an earlier one.
            earlier = [x for j in range(i) for x in _in_group(member, j, g - 1)]
            model.add_bool_or([~mine[g], *earlier])
    is_open = [model.new_bool_var("") for _ in range(most)]
    for g in range(most):
        size = sum(x for i in range(len(member)) for x in _in_group(member, i, g))
        model.add(size <= problem.size_max * is_open[g])
        model.add(size >= problem.size_min * is_open[g])


def _wish(model: Any, member: Sequence[Sequence[Any]], pair: tuple[int, int]) -> list[Any]:
    """Write that two friends share a group; return a variable for each group, one of which may stand."""
    one, other = pair
    met = [model.new_bool_var("") for _ in member[one]]
    for both, mine, theirs in zip(met, member[one], member[other], strict=False):
        model.add_implication(both, mine)
        model.add_implication(both, theirs)
    model.add_at_most_one(met)
    return met


def _squares(
    model: Any, problem: GrowthProblem, member: Sequence[Sequence[Any]], holders: Sequence[int], most: int
) -> list[Any]:
    """Write how many holders of a value each group has; return the square of each number."""
    top = min(len(holders), problem.size_max)
    counts, squares = [], []
    for g in range(most):
        count, square = model.new_int_var(0, top, ""), model.new_int_var(0, top * top, "")
        model.add(count == sum(x for i in holders for x in _in_group(member, i, g)))
        model.add_allowed_assignments([count, square], [(k, k * k) for k in range(top + 1)])
        # A tangent for each step keeps the relaxation at the convex hull.
        for k in range(top):
            model.add(square >= (2 * k + 1) * count - k * (k + 1))
        counts.append(count)
        squares.append(square)
    model.add(sum(counts) == len(holders))
    return squares
