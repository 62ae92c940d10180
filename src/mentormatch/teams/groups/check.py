"""The checker of groups: by ids and from the meaning of things, never from an engine or its rows."""

from collections import Counter
from collections.abc import Sequence

from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.market.matching import Matching
from mentormatch.problem.result import Status
from mentormatch.teams.groups.external import External
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.result import Group, GroupResult
from mentormatch.verify.verify import verify


def group_failures(problem: GroupProblem, groups: Sequence[Group]) -> tuple[Text, ...]:
    """Return every way in which groups break a problem; empty where they are feasible.

    Rules between students and leads, sizes, the number of groups of a lead, and of every external: that it exists,
    stands once in a group, has room, a check that holds on every day of the period, a time in common with the lead,
    the lead that it is bound to, and no student whom a rule keeps apart from it.
    """
    twice = [
        _failure(f"学生 {student} 在 {number} 个小组中", f"student {student} is in {number} groups")
        for student, number in Counter(student for group in groups for student in group.students).items()
        if number > 1
    ]
    if not twice:
        pairs = [(student, group.lead) for group in groups for student in group.students]
        try:
            matching = Matching.from_ids(problem.problem.market, pairs)
        except MarketError as error:
            return (error.text,)
        twice = [v.text for v in verify(problem.problem, matching).violations if not v.soft]
    return (
        *twice,
        *_lead_failures(problem, groups),
        *(failure for group in groups for failure in _failures_of_group(problem, group)),
        *_room_failures(problem, groups),
    )


def _lead_failures(problem: GroupProblem, groups: Sequence[Group]) -> list[Text]:
    """Return the leads with too many groups or students."""
    market = problem.problem.market
    found = []
    for lead, number in Counter(group.lead for group in groups).items():
        at = market.mentor_index(lead)
        most, quota = int(problem.max_groups[at]), int(market.mentor_upper[at])
        if number > most:
            found.append(_failure(f"导师 {lead} 开 {number} 组,至多 {most} 组", f"lead {lead} has {number} groups"))
        load = sum(len(group.students) for group in groups if group.lead == lead)
        if load > quota:
            found.append(_failure(f"导师 {lead} 带 {load} 人,上限 {quota}", f"lead {lead} has {load} of {quota}"))
    return found


def _failures_of_group(problem: GroupProblem, group: Group) -> list[Text]:
    """Return what is wrong within one group."""
    plan, here = problem.plan, f"{group.lead}-{group.number}"
    found = []
    if not plan.students_min <= len(group.students) <= plan.students_max:
        found.append(_failure(f"小组 {here} 有 {len(group.students)} 人", f"group {here} has a wrong size"))
    if len(set(group.externals)) < len(group.externals) or len(group.externals) > plan.externals_max:
        found.append(_failure(f"小组 {here} 的校外导师重复或过多", f"group {here} has too many externals"))
    known = {external.external_id: (at, external) for at, external in enumerate(problem.externals)}
    for name in group.externals:
        if name not in known:
            found.append(_failure(f"没有校外导师 {name}", f"there is no external {name}"))
            continue
        at, external = known[name]
        found += [
            _failure(f"{here} 的 {name} {zh}", f"{name} of {here} {en}")
            for holds, zh, en in _service(problem, group, external)
            if not holds
        ]
        apart = [s for s in group.students if problem.barred[problem.problem.market.student_index(s), at]]
        found += [_failure(f"{name} 不能与学生 {s} 在一起", f"{name} cannot be with student {s}") for s in apart]
    if bool(group.missing) != (len(group.externals) < plan.externals_min):
        found.append(_failure(f"小组 {here} 的缺项说明不符", f"group {here} tells wrongly what it lacks"))
    return found


def _service(problem: GroupProblem, group: Group, external: External) -> tuple[tuple[bool, str, str], ...]:
    """Return what an external must keep to serve a group: whether it does, and what is wrong where it does not."""
    plan, free, times = problem.plan, problem.lead_times.get(group.lead), external.times
    first, last, begins, ends = plan.first_day, plan.period_end, external.valid_from, external.valid_to
    meets = free is None or (bool(free) and (times is None or bool(times & free)))
    return (
        (external.fixed_lead in (None, group.lead), "责任导师不符", "is bound to another lead"),
        (meets, "时间不符", "has no time in common with the lead"),
        (times is None or bool(times), "没有时间", "has no time"),
        (last is None or ends is None or last <= ends, "查询已过期", "has a check that ends too early"),
        (first is None or begins is None or begins <= first, "查询尚未生效", "has a check that begins too late"),
    )


def _room_failures(problem: GroupProblem, groups: Sequence[Group]) -> list[Text]:
    """Return the externals with too many groups or students."""
    found = []
    for external in problem.externals:
        name, most, room = external.external_id, external.max_groups, external.max_students
        joined = [len(group.students) for group in groups if name in group.externals]
        if most is not None and len(joined) > most:
            found.append(_failure(f"校外导师 {name} 的小组过多", f"external {name} has too many groups"))
        if room is not None and sum(joined) > room:
            found.append(_failure(f"校外导师 {name} 的学生过多", f"external {name} has too many students"))
    return found


def group_values(problem: GroupProblem, groups: Sequence[Group]) -> tuple[int, ...]:
    """Return the values of all stages, from their meaning."""
    plan, market = problem.plan, problem.problem.market
    matching = Matching.from_ids(market, [(student, group.lead) for group in groups for student in group.students])
    position = {external.external_id: at for at, external in enumerate(problem.externals)}
    fit = 0
    for group in groups:
        for name in group.externals:
            fit += sum(int(problem.fit[market.student_index(s), position[name]]) for s in group.students)
            fit += plan.preferred_points * (group.lead in problem.externals[position[name]].preferred_leads)
    return (
        *verify(problem.problem, matching).values,
        sum(max(0, plan.externals_min - len(group.externals)) for group in groups),
        fit,
        sum(len(group.students) ** 2 for group in groups),
    )


def verify_group_result(result: GroupResult) -> tuple[Text, ...]:
    """Check every claim that a result of groups makes; return what is not true."""
    has_answer = result.status in (Status.OPTIMAL, Status.FEASIBLE)
    if has_answer != (result.matching is not None):
        return (_failure("状态与分组不符", f"the status {result.status} does not go with these groups"),)
    if not has_answer:
        return (_failure("状态与分组不符", "there are groups without an answer"),) if result.groups else ()
    failures = list(group_failures(result.problem, result.groups))
    if failures:
        return tuple(failures)
    values = group_values(result.problem, result.groups)
    stated = tuple(stage.value for stage in result.stages)
    if stated != values:
        failures.append(_failure(f"目标值不符:{stated} ≠ {values}", f"stages {stated} are {values}"))
    if (result.status is Status.OPTIMAL) != all(stage.proven for stage in result.stages):
        failures.append(_failure("状态与证明不符", f"the status {result.status} does not fit what is proven"))
    failures += [
        _failure(f"{stage.name} 的界不符", f"{stage.name} is called proven but its bound is {stage.bound}")
        for stage in result.stages
        if stage.proven and stage.bound != stage.value
    ]
    return tuple(failures)


def _failure(zh: str, en: str) -> Text:
    return Text(zh=f"{zh}。", en=f"{en}.")
