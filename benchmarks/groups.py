"""Groups of one lead, one or two externals and 8 to 16 students: proven stages, and the gap of the externals' fit."""

import sys
import time

import numpy as np

import mentormatch as mm
from mentormatch.constraints import Coverage, Quotas
from mentormatch.market.attribute import Attribute
from mentormatch.objectives import Generous, Locality, RankTotal
from mentormatch.teams.groups.external import External
from mentormatch.teams.groups.plan import GroupPlan
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.solve import solve_group_problem

LIMIT = 58.0


def school(num_students: int, num_leads: int, num_externals: int, seed: int, *, groups: int = 1) -> GroupProblem:
    """Return a random school: five choices by fame and grade, eight themes, half the students name two externals."""
    rng = np.random.default_rng(seed)
    grade, lead_grade = rng.integers(0, 3, num_students), rng.integers(0, 3, num_leads)
    fame = 0.8 * rng.gumbel(size=num_leads)
    taste = fame + 1.5 * (lead_grade == grade[:, None]) + rng.gumbel(size=(num_students, num_leads))
    rank = np.zeros((num_students, num_leads), np.int64)
    choices = np.argsort(-taste, axis=1)[:, :5]
    np.put_along_axis(rank, choices, np.arange(1, 6)[None, :].repeat(num_students, 0), axis=1)
    student, lead = np.divmod(np.arange(rank.size), num_leads)
    market = mm.Market.from_arrays(
        student,
        lead,
        student_rank=rank.ravel(),
        mentor_upper=np.full(num_leads, 16 * groups),
        num_students=num_students,
        num_mentors=num_leads,
        student_attributes={"grade": Attribute.from_values([str(g) for g in grade])},
        pair_attributes={"locality": np.where(grade[student] == lead_grade[lead], 1, 2)},
    )

    def themes(count: int) -> np.ndarray:
        has = np.zeros((count, 8), np.int64)
        for row in has:
            row[rng.choice(8, rng.integers(1, 4), replace=False)] = 1
        return has

    fit = 2 * themes(num_students) @ themes(num_externals).T
    for points in fit[rng.random(num_students) < 0.5]:
        first, second = rng.choice(num_externals, 2, replace=False)
        points[first] += 6
        points[second] += 4
    free = rng.random((num_leads + num_externals, 6)) < 0.4
    slots = [frozenset(str(slot) for slot in np.flatnonzero(row)) for row in free]
    drawn, leads = rng.random(num_externals), rng.integers(0, num_leads, num_externals)
    externals = [
        External(
            external_id=f"E{e:02}",
            max_groups=int(rng.integers(1, 5)),
            fixed_lead=int(leads[e]) if drawn[e] < 0.2 else None,
            preferred_leads=frozenset([int(leads[e])] if 0.2 <= drawn[e] < 0.5 else []),
            times=slots[num_leads + e],
        )
        for e in range(num_externals)
    ]
    problem = mm.Problem(market, [Quotas(lower=False), Coverage()], [RankTotal(), Generous(), Locality()])
    return GroupProblem(
        problem,
        GroupPlan(),
        max_groups=groups,
        externals=externals,
        fit=fit,
        lead_times=dict(enumerate(slots[:num_leads])),
    )


def row(size: tuple[int, int, int], seed: int, limit: float, *, groups: int = 1) -> str:
    """Return one line of the table."""
    problem = school(*size, seed, groups=groups)
    started = time.perf_counter()
    result = solve_group_problem(problem, time_limit=limit)
    seconds = time.perf_counter() - started
    stages = {stage.name: stage for stage in result.stages}
    fit, lacking = stages["external_fit"], stages["externals_missing"]
    own = [stage for stage in result.stages if stage.name not in ("external_fit", "group_balance")]
    gap = 100 * (fit.bound / max(fit.value, 1) - 1) if fit.bound is not None else float("nan")
    return (
        f"| {size[0]:,} | {size[1]} | {size[2]} | {groups} | {seed} | {len(result.groups)} | "
        f"{'all' if all(stage.proven for stage in own) else 'NOT ALL'} of {len(own)} | {lacking.value} | "
        f"{fit.value:,} | {fit.bound:,} | {gap:.2f} % | {seconds:.1f} |"
    )


def table(*, seeds: int = 10) -> str:
    """Return the table, seeds 0..9: a limit of 58 s for 1,200 students, so that all is done in 60, and 10 s for 300."""
    head = (
        "| students | leads | externals | groups a lead | seed | groups | stages proven before fit | missing | fit | "
        "bound | gap | seconds |\n" + "|---" * 12 + "|"
    )
    lines = [row((1200, 100, 35), seed, LIMIT) for seed in range(seeds)]
    lines += [row((300, 30, 12), seed, 10.0) for seed in range(seeds)]
    lines += [row((300, 16, 12), seed, 10.0, groups=2) for seed in range(seeds)]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(row((1200, 100, 35), int(name), LIMIT), flush=True)
        print(row((300, 30, 12), int(name), 10.0), flush=True)
