"""The problem of groups: one in-school lead, X externals, N students."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from mentormatch.base.arrays import BoolArray, IntArray, frozen
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.problem.problem import Problem
from mentormatch.teams.groups.external import External
from mentormatch.teams.groups.plan import GroupPlan

MAX_POINTS = 10**4


@dataclass(frozen=True, eq=False, repr=False)
class GroupProblem:
    """What is asked of groups.

    Parameters
    ----------
    problem : Problem
        Students and possible leads: who may be whose, the rules, and the stages of the students' side. Everything that
        holds between a student and a mentor holds between a student and the lead of its group.
    plan : GroupPlan
    max_groups : integer or integer array of shape (k,)
        How many groups each lead may open; a lead may also open none.
    externals : sequence of External
        Kept in the order of their ids.
    fit : integer array of shape (n, len(externals)), optional
        How well an external (in the order given) suits a student, 0 or more: shared themes, tags, the student's own
        choice. None is all zero.
    barred : bool array of shape (n, len(externals)), optional
        Which student must not be in a group with which external (in the order given), by a rule about the two.
    lead_times : mapping of lead id to set of str, optional
        When a lead can work with externals; a lead that is missing can at any time, one with an empty set never.

    Raises
    ------
    MarketError
        For a student that may have several leads, an external that stands twice, or numbers out of range.
    """

    problem: Problem
    plan: GroupPlan
    max_groups: IntArray
    externals: tuple[External, ...] = ()
    fit: IntArray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    barred: BoolArray = field(default_factory=lambda: np.zeros((0, 0), bool))
    lead_times: Mapping[Id, frozenset[str]] = field(default_factory=dict)

    def __init__(
        self,
        problem: Problem,
        plan: GroupPlan,
        *,
        max_groups: ArrayLike = 1,
        externals: Sequence[External] = (),
        fit: ArrayLike | None = None,
        barred: ArrayLike | None = None,
        lead_times: Mapping[Id, frozenset[str]] | None = None,
    ) -> None:
        market = problem.market
        if (market.student_quota > 1).any():
            raise MarketError("A student of a group has one lead: every student_quota must be 0 or 1.")
        order = sorted(range(len(externals)), key=lambda at: externals[at].external_id)
        names = [externals[at].external_id for at in order]
        if len(set(names)) < len(names):
            twice = next(name for name, other in pairwise(names) if name == other)
            raise MarketError(f"External {twice!r} stands more than once.")
        shape = (market.num_students, len(externals))
        points = np.zeros(shape, np.int64) if fit is None else np.asarray(fit)
        if points.shape != shape or not np.issubdtype(points.dtype, np.integer):
            raise MarketError(
                f"'fit' must be an integer array of shape {shape}; got {points.dtype} of shape {points.shape}."
            )
        if points.size and not 0 <= int(points.min()) <= int(points.max()) <= MAX_POINTS:
            raise MarketError(f"Entries of 'fit' must lie between 0 and {MAX_POINTS}.")
        apart = np.zeros(shape, bool) if barred is None else np.asarray(barred)
        if apart.shape != shape or apart.dtype != np.bool_:
            raise MarketError(f"'barred' must be a bool array of shape {shape}; got {apart.dtype} of {apart.shape}.")
        most = np.asarray(max_groups)
        if not np.issubdtype(most.dtype, np.integer) or most.shape not in ((), (market.num_mentors,)):
            raise MarketError(f"'max_groups' must be one integer or one for each of {market.num_mentors} leads.")
        if (most < 0).any():
            raise MarketError("A lead cannot open fewer than 0 groups.")
        object.__setattr__(self, "problem", problem)
        object.__setattr__(self, "plan", plan)
        object.__setattr__(self, "max_groups", frozen(np.broadcast_to(most, market.num_mentors).astype(np.int64)))
        object.__setattr__(self, "externals", tuple(externals[at] for at in order))
        object.__setattr__(self, "fit", frozen(points[:, order].astype(np.int64)))
        object.__setattr__(self, "barred", frozen(apart[:, order].copy()))
        object.__setattr__(self, "lead_times", dict(lead_times or {}))

    def __repr__(self) -> str:
        return f"GroupProblem({self.problem.market!r}, {len(self.externals)} externals)"

    @cached_property
    def compatible(self) -> BoolArray:
        """Bool array of shape (k, len(externals)): the external may join a group of the lead, and some student's."""
        leads = self.problem.market.mentor_ids
        table = np.zeros((len(leads), len(self.externals)), bool)
        for at, external in enumerate(self.externals):
            if external.absent(self.plan) is None and not self.is_shunned(at):
                table[:, at] = [external.clash(lead, self.lead_times.get(lead)) is None for lead in leads]
        return frozen(table)

    def is_shunned(self, external: int) -> bool:
        """Tell whether no student at all may be with the external at a position."""
        return bool(len(self.barred) and self.barred[:, external].all())

    @cached_property
    def lead_points(self) -> IntArray:
        """int64 array of shape (k, len(externals)): what a preferred lead adds to the fit of a group."""
        leads = self.problem.market.mentor_ids
        wanted = [[lead in external.preferred_leads for external in self.externals] for lead in leads]
        table = np.array(wanted, np.int64).reshape(len(leads), len(self.externals))
        return frozen(table * self.plan.preferred_points)

    def missing(self, lead_id: Id, num_externals: int, num_students: int = 0) -> tuple[Text, ...]:
        """Say what a group of a lead with so many externals lacks, and which of its own externals fell away and why."""
        lacking = self.plan.externals_min - num_externals
        if lacking <= 0:
            return ()
        said = [Text(zh=f"缺 {lacking} 名校外导师", en=f"{lacking} external mentor(s) missing")]
        for external in self.externals:
            if external.fixed_lead == lead_id or lead_id in external.preferred_leads:
                why = external.absent(self.plan) or external.clash(lead_id, self.lead_times.get(lead_id))
                if why is None and external.max_students is not None and external.max_students < num_students:
                    why = Text(
                        zh=f"校外导师 {external.external_id} 可服务 {external.max_students} 人,本组 {num_students} 人",
                        en=f"external {external.external_id} can serve {external.max_students}; the group has "
                        f"{num_students}",
                    )
                if why is not None:
                    said.append(why)
        times = self.lead_times.get(lead_id)
        if times is not None and not times:
            said.append(Text(zh=f"校内导师 {lead_id} 没有可用时间", en=f"mentor {lead_id} has no time for externals"))
        return tuple(dict.fromkeys(said))
