"""What became of every external: the groups that it joined, or why it joined none."""

from mentormatch.base.text import Text
from mentormatch.teams.groups.external import External
from mentormatch.teams.groups.result import Group, GroupResult


def groups_of(result: GroupResult, external: External) -> list[Group]:
    """Return the groups that an external joined."""
    return [group for group in result.groups if external.external_id in group.externals]


def idle_reason(result: GroupResult, external: External) -> Text | None:
    """Say why an external joined no group; None where it joined one, or nothing was found."""
    if result.matching is None or groups_of(result, external):
        return None
    problem, name = result.problem, external.external_id
    why = external.absent(problem.plan)
    if why is not None:
        return why
    if problem.plan.externals_max == 0 or not result.groups:
        return Text(
            zh=f"没有小组可供校外导师 {name} 参加(小组不设校外导师,或没有小组)",
            en=f"there is no group for external {name}: groups take no externals, or there are none",
        )
    return _without_lead(result, external) or _no_room(result, external)


def _without_lead(result: GroupResult, external: External) -> Text | None:
    """Say why the one lead that an external may join keeps it from every group; None where the lead does not."""
    problem, name = result.problem, external.external_id
    lead = external.fixed_lead
    if lead is not None:
        if lead not in problem.problem.market.mentor_ids:
            return Text(
                zh=f"校外导师 {name} 的责任校内导师 {lead} 不在岗或不带学生",
                en=f"the lead {lead} of external {name} is on leave or takes nobody",
            )
        clash = external.clash(lead, problem.lead_times.get(lead))
        if clash is not None:
            return clash
        if all(group.lead != lead for group in result.groups):
            return Text(
                zh=f"校外导师 {name} 的责任校内导师 {lead} 没有开小组",
                en=f"the lead {lead} of external {name} has no group",
            )
    return None


def _no_room(result: GroupResult, external: External) -> Text:
    """Say what kept an external out of the groups that it could join."""
    problem, name = result.problem, external.external_id
    at = problem.externals.index(external)
    if problem.is_shunned(at):
        return Text(f"校外导师 {name} 不能安排给这里的学生", f"external {name} cannot be arranged for these students")
    table = problem.compatible[:, at]
    open_to_it = {lead for lead, fits in zip(problem.problem.market.mentor_ids, table.tolist(), strict=True) if fits}
    if not open_to_it:
        return Text(
            zh=f"校外导师 {name} 与任何校内导师都没有共同的时间",
            en=f"external {name} has no time in common with any mentor of the school",
        )
    students = problem.problem.market.student_index
    if not any(
        group.lead in open_to_it and not problem.barred[[students(s) for s in group.students], at].any()
        for group in result.groups
    ):
        return Text(
            f"校外导师 {name} 能去的小组里,都有不能安排给他(她)的学生",
            f"in every group that external {name} could join there is a student who cannot be with them",
        )
    sizes = [len(group.students) for group in result.groups if group.lead in open_to_it]
    if external.max_students is not None and sizes and min(sizes) > external.max_students:
        return Text(
            zh=f"校外导师 {name} 可服务 {external.max_students} 人,能去的小组都至少有 {min(sizes)} 人",
            en=f"external {name} can serve {external.max_students}; its groups have {min(sizes)} students or more",
        )
    return Text(
        zh=f"校外导师 {name} 能去的小组里,校外导师已满,或另一位更合适",
        en=f"the groups that external {name} could join are full, or another external suits them better",
    )
