"""Solve a problem of growth groups: run the engine, check the answer independently, return a `GrowthResult`."""

from mentormatch.base.errors import raise_disagreement
from mentormatch.base.text import Text
from mentormatch.problem.result import StageValue, Status
from mentormatch.teams.growth.check import growth_values, verify_growth_result
from mentormatch.teams.growth.engine import solve_growth
from mentormatch.teams.growth.problem import GrowthProblem, GrowthResult


def growth_groups(problem: GrowthProblem, *, seed: int = 0, time_limit: float | None = None) -> GrowthResult:
    """Split students into growth groups.

    Parameters
    ----------
    problem : GrowthProblem
    seed : int
    time_limit : float, optional
        Wall-clock seconds.

    Returns
    -------
    GrowthResult
        Checked by the independent checker. ``infeasible`` where no number of groups fits the sizes, or students who
        must be apart are too many.

    Raises
    ------
    InternalError
        When the checker disagrees.

    Examples
    --------
    >>> problem = GrowthProblem(students="abcd", size_min=2, size_max=2, attributes={}, together=[("a", "d")])
    >>> growth_groups(problem).groups
    (('a', 'd'), ('b', 'c'))
    """
    outcome = solve_growth(problem, seed=seed, time_limit=time_limit)
    if outcome.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return GrowthResult(problem=problem, status=outcome.status)
    stages: list[StageValue] = []
    proven = True
    values = growth_values(problem, outcome.groups)
    for name, value, bound in zip(("friends_together", "imbalance"), values, outcome.bounds, strict=True):
        proven = proven and value == bound
        stages.append(StageValue(name, value, bound, proven))
    result = GrowthResult(
        problem=problem,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        groups=outcome.groups,
        stages=tuple(stages),
    )
    failures = verify_growth_result(result)
    raise_disagreement(Text("成长小组求解", "the growth groups"), failures)
    return result
