"""Growth groups (“快乐成长”小组): split a mentor's students, or a class, into balanced groups, with proof.

Keep-apart pairs and sizes are hard. Then, one after the other: as many friends' wishes as possible, and values of the
chosen attributes spread as evenly as possible. An exact model in CP-SAT; a mentor's students or a class are small.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from mentormatch.errors import InternalError, MarketError
from mentormatch.market import Id
from mentormatch.result import StageValue, Status
from mentormatch.text import Text

Pair = tuple[Id, Id]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class GrowthProblem:
    """What is asked of growth groups.

    Parameters
    ----------
    students : sequence of ids
    size_min, size_max : int
        Students of a group.
    attributes : mapping of name to (mapping of student to value)
        What to spread evenly (class, gender, boarding, care level); a student without a value does not count. Care data
        stays in the problem: results and messages name students and groups only.
    together : sequence of pairs
        Friends who wish to be in one group.
    apart : sequence of pairs
        Students who must not be in one group.

    Raises
    ------
    MarketError
        For sizes, students or pairs that make no sense.
    """

    students: Sequence[Id]
    size_min: int
    size_max: int
    attributes: Mapping[str, Mapping[Id, str]]
    together: Sequence[Pair] = ()
    apart: Sequence[Pair] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.students, key=lambda student: (str(type(student)), student)))
        if len(set(ordered)) < len(ordered):
            raise MarketError("A student stands more than once.")
        if not 1 <= self.size_min <= self.size_max:
            raise MarketError(
                Text(
                    zh=f"小组人数应满足 1 ≤ 下限 ≤ 上限,现为 {self.size_min}、{self.size_max}。",
                    en=f"Sizes must keep 1 <= size_min <= size_max; got {self.size_min} and {self.size_max}.",
                )
            )
        known = set(ordered)
        for pairs in (self.together, self.apart):
            for one, other in pairs:
                if one not in known or other not in known or one == other:
                    raise MarketError(
                        Text(
                            zh=f"{one} 与 {other} 不是这里的两名学生。",
                            en=f"{one} and {other} are not two students here.",
                        )
                    )
        object.__setattr__(self, "students", ordered)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class GrowthResult:
    """Growth groups, checked.

    Parameters
    ----------
    problem : GrowthProblem
    status : Status
    groups : tuple of tuples of ids
        In the order of their first students.
    stages : tuple of StageValue
        ``friends_together`` (pairs, maximised), then ``imbalance``: over attributes and values, the sum of squares
        of the numbers in the groups.
    """

    problem: GrowthProblem
    status: Status
    groups: tuple[tuple[Id, ...], ...] = ()
    stages: tuple[StageValue, ...] = ()


def growth_values(problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> tuple[int, int]:
    """Return the wishes met and the imbalance, from their meaning."""
    home = {student: number for number, group in enumerate(groups) for student in group}
    friends = {frozenset(pair) for pair in problem.together}
    met = sum(len({home[student] for student in pair}) == 1 for pair in friends)
    imbalance = 0
    for values in problem.attributes.values():
        for group in groups:
            imbalance += sum(n * n for n in Counter(values[s] for s in group if s in values).values())
    return met, imbalance


def growth_failures(problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> tuple[Text, ...]:
    """Return every way in which groups break the problem: students, sizes, keep-apart pairs."""
    found = []
    if sorted((s for group in groups for s in group), key=str) != sorted(problem.students, key=str):
        found.append(Text(zh="不是每名学生恰在一组。", en="Not every student is in exactly one group."))
    for number, group in enumerate(groups, start=1):
        if not problem.size_min <= len(group) <= problem.size_max:
            found.append(
                Text(zh=f"第 {number} 组有 {len(group)} 人。", en=f"Group {number} has {len(group)} students.")
            )
        found += [
            Text(zh=f"{one} 与 {other} 应分开。", en=f"{one} and {other} must be apart.")
            for one, other in problem.apart
            if one in group and other in group
        ]
    return tuple(found)


def growth_groups(problem: GrowthProblem, *, seed: int = 0, time_limit: float | None = None) -> GrowthResult:
    """Split students into growth groups.

    Parameters
    ----------
    problem : GrowthProblem
    seed : int
    time_limit : float, optional
        Wall-clock seconds for each stage.

    Returns
    -------
    GrowthResult
        ``infeasible`` where no number of groups fits the sizes, or students who must be apart are too many.

    Notes
    -----
    Groups are alike, so each opens with the first student that no earlier group holds: of every solution one naming is
    left. A friends' wish counts where both are in one group; squares of counts are convex, and come from a table.
    """
    from ortools.sat.python import cp_model

    students, n = problem.students, len(problem.students)
    most = n // problem.size_min
    if n == 0:
        return GrowthResult(
            problem=problem,
            status=Status.OPTIMAL,
            stages=(StageValue("friends_together", 0, 0, True), StageValue("imbalance", 0, 0, True)),
        )
    if most * problem.size_max < n:
        return GrowthResult(problem=problem, status=Status.INFEASIBLE)
    model = cp_model.CpModel()
    at = {student: i for i, student in enumerate(students)}
    x = [[model.new_bool_var("") if g <= i else model.new_constant(0) for g in range(most)] for i in range(n)]
    is_open = [model.new_bool_var("") for _ in range(most)]
    for i in range(n):
        model.add_exactly_one(x[i])
        for g in range(1, most):
            # Group g may hold student i only if group g - 1 holds an earlier one.
            model.add_bool_or([~x[i][g], *(x[j][g - 1] for j in range(i))])
    for g in range(most):
        size = sum(x[i][g] for i in range(n))
        model.add(size <= problem.size_max * is_open[g])
        model.add(size >= problem.size_min * is_open[g])
    for one, other in problem.apart:
        for g in range(most):
            model.add_at_most_one([x[at[one]][g], x[at[other]][g]])
    wishes = []
    for one, other in sorted({tuple(sorted((at[a], at[b]))) for a, b in problem.together}):
        both = [model.new_bool_var("") for _ in range(most)]
        for g in range(most):
            model.add_implication(both[g], x[one][g])
            model.add_implication(both[g], x[other][g])
        wishes += both
    squares = []
    for values in problem.attributes.values():
        for label in sorted(set(values.values())):
            holders = [at[s] for s in students if values.get(s) == label]
            for g in range(most):
                top = min(len(holders), problem.size_max)
                count = model.new_int_var(0, top, "")
                square = model.new_int_var(0, top * top, "")
                model.add(count == sum(x[i][g] for i in holders))
                model.add_allowed_assignments([count, square], [(k, k * k) for k in range(top + 1)])
                squares.append(square)
    stages: list[StageValue] = []
    groups: list[list[Id]] | None = None
    proven = True
    for name, terms, sign in (("friends_together", wishes, -1), ("imbalance", squares, 1)):
        goal = sign * sum(terms) if terms else None
        model.clear_objective()  # type: ignore[no-untyped-call]
        if goal is not None:
            model.minimize(goal)
        solver = cp_model.CpSolver()
        settings = solver.parameters
        settings.random_seed, settings.num_workers, settings.interleave_search = seed % 2**31, 8, True
        settings.catch_sigint_signal = False
        if time_limit is not None:
            settings.max_time_in_seconds = time_limit
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE and groups is None:
            return GrowthResult(problem=problem, status=Status.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return GrowthResult(problem=problem, status=Status.UNKNOWN)
        parts = [[students[i] for i in range(n) if solver.value(x[i][g])] for g in range(most)]
        groups = [part for part in parts if part]
        met, imbalance = growth_values(problem, groups)
        value = met if sign < 0 else imbalance
        bound = 0 if goal is None else sign * round(solver.best_objective_bound)
        proven = proven and value == bound
        stages.append(StageValue(name, value, bound, proven))
        if goal is not None:
            model.add(goal <= sign * value)
            model.clear_hints()  # type: ignore[no-untyped-call]
            for i in range(n):
                for g in range(min(i + 1, most)):
                    model.add_hint(x[i][g], solver.value(x[i][g]))
    if groups is None or growth_failures(problem, groups):
        raise InternalError("The checker disagrees with the growth groups.")
    # An unproven first stage may have changed while the second was solved.
    met, imbalance = growth_values(problem, groups)
    stages[0] = StageValue("friends_together", met, stages[0].bound, met == stages[0].bound)
    stages[1] = StageValue("imbalance", imbalance, stages[1].bound, stages[0].proven and imbalance == stages[1].bound)
    return GrowthResult(
        problem=problem,
        status=Status.OPTIMAL if stages[1].proven else Status.FEASIBLE,
        groups=tuple(tuple(group) for group in groups),
        stages=tuple(stages),
    )


def friends(group: Sequence[Id]) -> list[Pair]:
    """Return every pair of a circle of friends, for `together`."""
    return list(combinations(group, 2))
