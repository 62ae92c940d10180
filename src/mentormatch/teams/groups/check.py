"""The checker of groups: by ids and from the meaning of things, never from an engine or its rows."""

from collections import Counter
from collections.abc import Sequence

from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.market.matching import Matching
from mentormatch.problem.result import Status
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.result import Group, GroupResult
from mentormatch.verify.verify import verify


def group_failures(problem: GroupProblem, groups: Sequence[Group]) -> tuple[Text, ...]:
    """Return every way in which groups break a problem; empty where they are feasible.

    Rules between students and leads, sizes, the number of groups of a lead, and of every external: that it exists,
    stands
    once in a group, has room, a check that holds on every day of the period, a time in common with the lead, and the
    lead that it is bound to.
    """
    plan, market = problem.plan, problem.problem.market
    known = {external.external_id: external for external in problem.externals}
    found: list[Text] = []
    pairs = [(student, group.lead) for group in groups for student in group.students]
    for student, number in Counter(student for student, _ in pairs).items():
        if number > 1:
            found.append(_failure(f"学生 {student} 在 {number} 个小组中", f"student {student} is in {number} groups"))
    if not found:
        try:
            matching = Matching.from_ids(market, pairs)
        except MarketError as error:
            return (*found, error.text)
        found += [v.text for v in verify(problem.problem, matching).violations if not v.soft]
    counts = Counter(group.lead for group in groups)
    for lead, number in counts.items():
        most = int(problem.max_groups[market.mentor_index(lead)])
        if number > most:
            found.append(_failure(f"导师 {lead} 开 {number} 组,至多 {most} 组", f"lead {lead} has {number} groups"))
        quota = int(market.mentor_upper[market.mentor_index(lead)])
        load = sum(len(group.students) for group in groups if group.lead == lead)
        if load > quota:
            found.append(_failure(f"导师 {lead} 带 {load} 人,上限 {quota}", f"lead {lead} has {load} of {quota}"))
    serves: Counter[str] = Counter()
    students: Counter[str] = Counter()
    for group in groups:
        here = f"{group.lead}-{group.number}"
        if not plan.students_min <= len(group.students) <= plan.students_max:
            found.append(_failure(f"小组 {here} 有 {len(group.students)} 人", f"group {here} has a wrong size"))
        if len(set(group.externals)) < len(group.externals) or len(group.externals) > plan.externals_max:
            found.append(_failure(f"小组 {here} 的校外导师重复或过多", f"group {here} has too many externals"))
        for name in group.externals:
            external = known.get(name)
            if external is None:
                found.append(_failure(f"没有校外导师 {name}", f"there is no external {name}"))
                continue
            serves[name] += 1
            students[name] += len(group.students)
            free = problem.lead_times.get(group.lead)
            late = plan.last_day or plan.first_day
            checks = (
                (external.fixed_lead in (None, group.lead), "责任导师不符", "is bound to another lead"),
                (
                    free is None or (bool(free) and (external.times is None or bool(external.times & free))),
                    "时间不符",
                    "has no time in common with the lead",
                ),
                (external.times is None or bool(external.times), "没有时间", "has no time"),
                (
                    late is None or external.valid_to is None or late <= external.valid_to,
                    "查询已过期",
                    "has a check that ends too early",
                ),
                (
                    plan.first_day is None or external.valid_from is None or external.valid_from <= plan.first_day,
                    "查询尚未生效",
                    "has a check that begins too late",
                ),
            )
            found += [
                _failure(f"{here} 的 {name} {zh}", f"{name} of {here} {en}") for holds, zh, en in checks if not holds
            ]
        if bool(group.missing) != (len(group.externals) < plan.externals_min):
            found.append(_failure(f"小组 {here} 的缺项说明不符", f"group {here} tells wrongly what it lacks"))
    for name, external in known.items():
        if external.max_groups is not None and serves[name] > external.max_groups:
            found.append(_failure(f"校外导师 {name} 的小组过多", f"external {name} has too many groups"))
        if external.max_students is not None and students[name] > external.max_students:
            found.append(_failure(f"校外导师 {name} 的学生过多", f"external {name} has too many students"))
    return tuple(found)


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
