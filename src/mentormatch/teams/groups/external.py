"""An external as groups see it: what it can take, when, and with whom."""

from dataclasses import dataclass, field
from datetime import date

from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.teams.groups.plan import GroupPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """An external mentor of groups.

    Parameters
    ----------
    external_id : str
    max_groups, max_students : int, optional
        Capacity in groups and in students; None is no cap of that kind.
    fixed_lead : id, optional
        The only in-school mentor whose groups it may join.
    preferred_leads : frozenset of ids
        Leads that it would rather join; each such group adds `GroupPlan.preferred_points` to the fit.
    times : frozenset of str, optional
        When it can come. None says that any time will do, an empty set that none does.
    valid_from, valid_to : date, optional
        The days on which its check holds.
    """

    external_id: str
    max_groups: int | None = None
    max_students: int | None = None
    fixed_lead: Id | None = None
    preferred_leads: frozenset[Id] = field(default_factory=frozenset)
    times: frozenset[str] | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def absent(self, plan: GroupPlan) -> Text | None:
        """Say why it can join no group at all; None where it can."""
        name = self.external_id
        if plan.first_day is not None and self.valid_from is not None and self.valid_from > plan.first_day:
            return Text(
                zh=f"校外导师 {name} 的从业查询 {self.valid_from} 才生效,晚于时段第一天 {plan.first_day}",
                en=f"the check of external {name} holds from {self.valid_from}, after the first day {plan.first_day}",
            )
        stated, end = plan.last_day or plan.first_day, plan.period_end
        if stated is not None and self.valid_to is not None and self.valid_to < stated:
            return Text(
                zh=f"校外导师 {name} 的从业查询有效期至 {self.valid_to},早于时段最后一天 {stated}",
                en=f"the check of external {name} is valid to {self.valid_to}, before the last day {stated}",
            )
        if end is not None and self.valid_to is not None and self.valid_to < end:
            return Text(
                zh=f"校外导师 {name} 的从业查询有效期至 {self.valid_to},早于学期末 {end};"
                "提前结束的小组用 --until 写明最后一天",
                en=f"the check of external {name} is valid to {self.valid_to}, before the end of the term {end}; "
                "give the last day of groups that end earlier with --until",
            )
        if self.max_groups == 0:
            return Text(zh=f"校外导师 {name} 可服务小组数为 0", en=f"external {name} takes no group")
        if self.max_students is not None and self.max_students < plan.students_min:
            return Text(
                zh=f"校外导师 {name} 可服务 {self.max_students} 人,少于一个小组的 {plan.students_min} 人",
                en=f"external {name} can serve {self.max_students}, fewer than a group of {plan.students_min}",
            )
        if self.times is not None and not self.times:
            return Text(zh=f"校外导师 {name} 没有可服务时间", en=f"external {name} has no time")
        return None

    def clash(self, lead_id: object, lead_times: frozenset[str] | None) -> Text | None:
        """Say why it cannot join the groups of a lead, whatever else; None where it can."""
        if self.fixed_lead is not None and self.fixed_lead != lead_id:
            return Text(
                zh=f"校外导师 {self.external_id} 只配合校内导师 {self.fixed_lead}",
                en=f"external {self.external_id} works with mentor {self.fixed_lead} only",
            )
        if lead_times is not None and not lead_times:
            return Text(zh=f"校内导师 {lead_id} 没有可用时间", en=f"mentor {lead_id} has no time for externals")
        if self.times is not None and lead_times is not None and not self.times & lead_times:
            return Text(
                zh=f"校外导师 {self.external_id} 与校内导师 {lead_id} 没有共同的时间",
                en=f"external {self.external_id} and mentor {lead_id} have no time in common",
            )
        return None
