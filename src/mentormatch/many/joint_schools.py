"""Solve schools that share mentors or caps: together as one market, and each apart by a split where that cannot be."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mentormatch.base.errors import InputError, InternalError, UnsupportedError
from mentormatch.base.text import Text
from mentormatch.district.caps import Cap
from mentormatch.district.join import Joint, JointCap, join
from mentormatch.district.split import part_result
from mentormatch.many.clusters import Demand, demand_of
from mentormatch.many.district_file import District
from mentormatch.many.freed_memory import give_back
from mentormatch.many.one_school import (
    Job,
    accepted_roster,
    mechanism_of,
    outcome_of,
    own_options,
    school_problem,
    solve_one,
    taking_part,
    without_result,
)
from mentormatch.many.outcome import SchoolOutcome, keep
from mentormatch.many.school_files import SchoolFile
from mentormatch.many.shared_seats import split_seats, with_seats
from mentormatch.matchmaking import with_events
from mentormatch.problem.result import Result, Status
from mentormatch.roster.roster import Roster
from mentormatch.school.priorities import PRIORITIES
from mentormatch.solvers.engine import Options

MAX_JOINT_PAIRS = 5_000_000
"""Candidate pairs of all schools of a cluster that are solved together at most: a bound on memory."""


@dataclass(frozen=True, kw_only=True)
class ClusterJob:
    """Schools that are linked: one unit of work.

    Parameters
    ----------
    jobs : tuple of Job
        Two or more, in the order of names.
    district : District
    coupled : bool
        Whether to look for the joint optimum; otherwise what they share is split.
    max_pairs : int
        More candidate pairs than that are not solved together.
    """

    jobs: tuple[Job, ...]
    district: District
    coupled: bool = True
    max_pairs: int = MAX_JOINT_PAIRS


def solve_task(task: Job | ClusterJob) -> tuple[SchoolOutcome, ...]:
    """Solve a school, or schools that are linked; what a worker does."""
    if not isinstance(task, ClusterJob):
        return (solve_one(task),)
    outcomes = solve_cluster(task)
    give_back()  # the schools that this worker solves next need little of what the joint market took
    return outcomes


def solve_cluster(cluster: ClusterJob) -> tuple[SchoolOutcome, ...]:
    """Solve schools that are linked, write their files, and last of all their outcomes.

    The joint optimum where it can be had; otherwise the split, and the outcomes say why. A school whose data are
    refused, or that has no feasible matching whatever the others leave it, is told so and leaves its share to the
    others.
    """
    try:
        cluster, rosters, refused = _read(cluster)
        kinds = {job.school.name: taking_part(job.options) for job in cluster.jobs}
        demand = {name: demand_of(roster, cluster.district, kinds[name]) for name, roster in rosters.items()}
        outcomes = _together(cluster, rosters, demand) if cluster.coupled else _SPLIT_ASKED
        hopeless = _hopeless(cluster, rosters) if outcomes is _NO_JOINT_MATCHING else ()
        if hopeless:
            rosters = {name: roster for name, roster in rosters.items() if name not in hopeless}
            demand = {name: demand[name] for name in rosters}
            outcomes = _together(cluster, rosters, demand)
        if isinstance(outcomes, Text):
            done = _apart(cluster, demand, outcomes)
        else:
            for outcome in outcomes:
                keep(outcome, cluster.jobs[0].out)
            done = outcomes
        for outcome in refused:
            keep(outcome, cluster.jobs[0].out)
    except InternalError as error:
        return tuple(without_result(job, "failed", error.full_text) for job in cluster.jobs)
    except Exception as error:  # these schools must not take the others with them
        if os.environ.get("MENTORMATCH_DEBUG") == "1":
            raise
        kind = type(error).__name__
        text = Text(
            zh=f"合并求解时程序内部错误({kind})。", en=f"Internal error while solving schools together ({kind})."
        )
        return tuple(without_result(job, "failed", text) for job in cluster.jobs)
    # They see all that the district has, so that what they are told is true whatever the others take.
    seats = dict(cluster.district.shared)
    alone = tuple(solve_one(replace(job, seats=seats)) for job in cluster.jobs if job.school.name in hopeless)
    return (*done, *alone, *refused)


def _hopeless(cluster: ClusterJob, rosters: Mapping[str, Roster]) -> tuple[str, ...]:
    """Return the schools that have no feasible matching even with all that schools share to themselves."""
    found = []
    for job in cluster.jobs:
        options, name = job.options, job.school.name
        if (roster := rosters.get(name)) is None:
            continue
        problem = school_problem(with_seats(roster, cluster.district.shared), options)
        if mechanism_of(options).assign(problem, Options(seed=options.seed, time_limit=options.time_limit)) is None:
            found.append(name)
    return tuple(found)


_NO_JOINT_MATCHING = Text(zh="合并后无可行方案(已证明)。", en="Together they have no feasible matching (proven).")
_SPLIT_ASKED = Text(zh="按要求分配名额后各校分别求解。", en="Asked for: shares first, then each school apart.")


_RULES_DIFFER = Text(
    zh="各校的规则表写了不同的机制或优先级,不能合并求解。",
    en="The schools' own sheets of rules name different mechanisms or priorities: they cannot be solved together.",
)


def _read(cluster: ClusterJob) -> tuple[ClusterJob, dict[str, Roster], list[SchoolOutcome]]:
    """Return the cluster with the rules of each school, the schools that can be read, and the others' outcomes."""
    rosters: dict[str, Roster] = {}
    jobs, refused = [], []
    for job in cluster.jobs:
        if not isinstance(job.school, SchoolFile):
            raise InternalError("Only workbooks are coupled.")
        try:
            asked = replace(job, options=own_options(job.school, job.options))
            rosters[job.school.name] = accepted_roster(job.school, job.options)
        except InputError as error:
            refused.append(without_result(job, "refused", error.full_text))
            asked = job
        jobs.append(asked)
    return replace(cluster, jobs=tuple(jobs)), rosters, refused


# -- together ----------------------------------------------------------------------------------------------------


def _together(
    cluster: ClusterJob, rosters: Mapping[str, Roster], demand: Mapping[str, Demand]
) -> tuple[SchoolOutcome, ...] | Text:
    """Return the outcomes of the joint optimum, or why there is none; the files are written, the outcomes not."""
    district = cluster.district
    asked = {job.school.name: job.options for job in cluster.jobs if job.school.name in rosters}
    if len(rosters) < 2:
        return Text(
            zh="其余学校的数据被拒绝或本身无可行方案。",
            en="The data of the other schools were refused, or have no feasible matching.",
        )
    try:
        options = next(iter(asked.values()))
        priorities = {None if each.rules is None else each.rules.priorities for each in asked.values()}
        if len(priorities) > 1 or len({mechanism_of(each).name for each in asked.values()}) > 1:
            return _RULES_DIFFER
        problems = {
            name: school_problem(with_seats(own, district.shared), asked[name]) for name, own in rosters.items()
        }
        pairs = sum(problem.market.num_pairs for problem in problems.values())
        if pairs > cluster.max_pairs:
            return Text(
                zh=f"合计 {pairs} 个候选配对,超过合并求解的上限 {cluster.max_pairs}。",
                en=f"{pairs} candidate pairs are more than {cluster.max_pairs}, the most that are solved together.",
            )
        joint = join(
            problems,
            _caps(demand, district),
            shared={mentor for mentor in district.shared if sum(mentor in own.seats for own in demand.values()) > 1},
            priorities=PRIORITIES
            if options.rules is None or options.rules.priorities is None
            else options.rules.priorities,
        )
        limit = None if options.time_limit is None else options.time_limit * len(rosters)
        result = mechanism_of(options).run(joint.problem, Options(seed=options.seed, time_limit=limit), None)
    except (InputError, UnsupportedError) as error:
        return error.full_text
    if result.matching is None:
        if result.status is Status.INFEASIBLE:
            return _NO_JOINT_MATCHING
        return Text(zh="时限内没有找到合并方案。", en="No joint matching within the limit.")
    return _parts(cluster, rosters, demand, joint, result)


def _caps(demand: Mapping[str, Demand], district: District) -> tuple[JointCap, ...]:
    shared = [
        JointCap(mentor, tuple((name, mentor) for name in sorted(demand) if mentor in demand[name].seats), seats)
        for mentor, seats in sorted(district.shared.items())
    ]
    caps = [
        JointCap(
            cap.name, tuple((name, m) for name in sorted(demand) for m in demand[name].members[cap.name]), cap.upper
        )
        for cap in district.caps
    ]
    return tuple(cap for cap in (*shared, *caps) if cap.members)


def _parts(
    cluster: ClusterJob, rosters: Mapping[str, Roster], demand: Mapping[str, Demand], joint: Joint, result: Result
) -> tuple[SchoolOutcome, ...]:
    """Write every school's part of a joint result."""
    if result.matching is None:
        raise InternalError("A joint result without a matching has no parts.")
    district = cluster.district
    coupling = _told(result, [part.name for part in joint.parts])
    load = {
        part.name: dict(
            zip(
                part.problem.market.mentor_ids,
                part.matching(result.matching.chosen).load.tolist(),
                strict=True,
            )
        )
        for part in joint.parts
    }
    outcomes = []
    for part in joint.parts:
        job = next(job for job in cluster.jobs if job.school.name == part.name)
        own = demand[part.name]
        # What is left belongs to every school: whoever asks for it would get it.
        seats = {
            mentor: int(load[part.name].get(mentor, 0)) + total - sum(int(has.get(mentor, 0)) for has in load.values())
            for mentor, total in district.shared.items()
            if mentor in own.seats
        }
        caps = []
        for cap in district.caps:
            if own.members[cap.name]:
                has = {name: sum(int(load[name].get(m, 0)) for m in demand[name].members[cap.name]) for name in load}
                left = cap.upper - sum(has.values())
                caps.append(Cap(name=cap.name, mentors=own.members[cap.name], upper=has[part.name] + left))
        roster = with_seats(rosters[part.name], seats)
        alone = school_problem(roster, job.options, tuple(caps))
        mine = with_events(part_result(joint, result, part, alone), roster, on=job.options.on)
        outcome = outcome_of(replace(job, coupling=coupling), mine, roster)
        status = str(result.status)
        outcomes.append(replace(outcome, status=status, summary={**outcome.summary, "status": status}))
    return tuple(outcomes)


def _told(result: Result, schools: list[str]) -> dict[str, Any]:
    return {
        "mode": "joint",
        "schools": schools,
        "status": str(result.status),
        "engine": result.engine,
        "stages": [stage.as_data() for stage in result.stages],
        "blocking_pairs": result.blocking_pairs,
        "justified_blocking_pairs": result.justified_blocking_pairs,
        "reason": {},
    }


# -- apart -------------------------------------------------------------------------------------------------------


def _apart(cluster: ClusterJob, demand: Mapping[str, Demand], reason: Text) -> tuple[SchoolOutcome, ...]:
    """Solve each school with its share of what they share."""
    district = cluster.district
    seats = split_seats(district.shared, {name: own.wanted for name, own in demand.items()})
    caps = split_seats(
        {cap.name: cap.upper for cap in district.caps},
        {
            name: {cap: number for cap, number in own.cap_wanted.items() if own.members[cap]}
            for name, own in demand.items()
        },
    )
    coupling = {"mode": "split", "schools": sorted(demand), "reason": reason.as_data()}
    done = []
    for job in cluster.jobs:
        name = job.school.name
        if name not in demand:
            continue
        own = tuple(
            Cap(name=cap, mentors=demand[name].members[cap], upper=share) for cap, share in sorted(caps[name].items())
        )
        done.append(solve_one(replace(job, seats=seats[name], caps=own, coupling=coupling)))
    return tuple(done)
