"""Solve a problem of groups: compile, run the engine, check the answer independently, return a `GroupResult`."""

import time

import numpy as np

from mentormatch.base.errors import InputError, raise_disagreement
from mentormatch.base.text import Text, clauses
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import Progress
from mentormatch.problem.form import compile_form
from mentormatch.problem.result import Status
from mentormatch.solvers.engine import Options
from mentormatch.teams.groups.check import verify_group_result
from mentormatch.teams.groups.engine.engine import GroupOutcome, solve_groups
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.result import Group, GroupResult

GAP = 0.005
"""Relative gap between fit and its bound at which the search for fit stops, unless the caller wants another."""


def solve_group_problem(
    problem: GroupProblem,
    *,
    seed: int = 0,
    time_limit: float | None = None,
    gap: float = GAP,
    on_progress: Progress | None = None,
) -> GroupResult:
    """Find groups: the stages of the students first, then the externals over all assignments optimal for the students.

    Parameters
    ----------
    problem : GroupProblem
    seed : int
        Kept in the result; the engine draws no lots.
    time_limit : float, optional
        Wall-clock seconds.
    gap : float
        Relative gap between the fit of externals and its bound at which the search stops; 0 asks for a proof.
    on_progress : callable, optional
        Called with (stage, value, bound) after each stage.

    Returns
    -------
    GroupResult
        Checked by the independent checker.

    Raises
    ------
    UnsupportedError
        For rules and stages that are not linear in pairs, such as stability.
    InternalError
        When the checker disagrees.
    """
    if not 0 <= gap < 1:
        raise InputError(
            Text(zh=f"差距应在 0 与 1 之间,现为 {gap}。", en=f"The gap must lie between 0 and 1. Got {gap} instead.")
        )
    started = time.perf_counter()
    options = Options(seed=seed, time_limit=time_limit, on_progress=on_progress)
    outcome = solve_groups(problem, compile_form(problem.problem), options, gap=gap)
    groups = _groups(problem, outcome)
    matching = None
    if outcome.members is not None:
        pairs = [(student, group.lead) for group in groups for student in group.students]
        matching = Matching.from_ids(problem.problem.market, pairs)
    result = GroupResult(
        problem=problem,
        status=outcome.status,
        groups=groups,
        matching=matching,
        stages=outcome.stages,
        conflict=_conflict(problem) if outcome.status is Status.INFEASIBLE else None,
        seed=seed,
        runtime_s=time.perf_counter() - started,
        stopped_by_limit=outcome.stopped_by_limit,
    )
    failures = verify_group_result(result)
    raise_disagreement(Text("分组求解", "the engine of groups"), failures)
    return result


def _groups(problem: GroupProblem, outcome: GroupOutcome) -> tuple[Group, ...]:
    """Return the groups by ids; the groups of a lead are numbered by their first student."""
    market = problem.problem.market
    parts: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
    for lead, number, student in outcome.members or []:
        parts.setdefault((lead, number), ([], []))[0].append(student)
    for lead, number, external in outcome.seats:
        if (lead, number) in parts:
            parts[lead, number][1].append(external)
    ordered = sorted(parts, key=lambda key: (key[0], min(parts[key][0])))
    groups, number, last = [], 0, -1
    for key in ordered:
        number = number + 1 if key[0] == last else 1
        last = key[0]
        students, externals = parts[key]
        lead_id = market.mentor_ids[key[0]]
        names = tuple(problem.externals[at].external_id for at in sorted(externals))
        members = tuple(market.student_ids[at] for at in sorted(students))
        groups.append(Group(lead_id, number, members, names, problem.missing(lead_id, len(names), len(members))))
    return tuple(groups)


def _conflict(problem: GroupProblem) -> Text:
    """Say why there are no groups: room in numbers where counting shows it, the rules otherwise."""
    plan, market = problem.plan, problem.problem.market
    room = int(np.minimum(market.mentor_upper, problem.max_groups * plan.students_max).sum())
    counts = Text(
        zh=f"{market.num_students} 名学生,{market.num_mentors} 名校内导师共可带 {room} 人,"
        f"每组 {plan.students_min}–{plan.students_max} 人",
        en=f"{market.num_students} students; {market.num_mentors} leads have room for {room}; groups of "
        f"{plan.students_min} to {plan.students_max}",
    )
    rules = [rule.describe() for rule in problem.problem.constraints]
    said = Text("没有满足全部规则的分组({counts})。规则:", "No groups keep all rules ({counts}). Rules: ")
    return said.format(counts=counts) + clauses(rules)
