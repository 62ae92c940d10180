"""Groups of a school: the one call from a roster with externals to groups of one lead, X externals and N students."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import InputError, raise_disagreement
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.quotas import Quotas
from mentormatch.io.cells.plain_text import folded
from mentormatch.io.cells.times import times
from mentormatch.matchmaking import build_problem, find_mechanism
from mentormatch.mechanisms.solving import Progress
from mentormatch.objectives.generous import Generous
from mentormatch.objectives.load_balance import LoadBalance
from mentormatch.objectives.placed_students import PlacedStudents
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.stage import Stage
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.roster import Roster
from mentormatch.rules.rules_file import Rules
from mentormatch.teams.allowed_pairs import AllowedPairs
from mentormatch.teams.groups.external import External
from mentormatch.teams.groups.plan import MOST, GroupPlan
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.result import GroupResult
from mentormatch.teams.groups.solve import GAP, solve_group_problem

SHARED_THEME, FIRST_WISH, LATER_WISH, KEPT = 2, 8, 4, 12
"""Points of fit: a theme that student and external share; the external named first; one named later; one it has now."""


def match_groups(
    roster: Roster,
    plan: GroupPlan | None = None,
    *,
    max_groups: int = 1,
    lead_binds: bool = True,
    rules: Rules | None = None,
    on: date | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    gap: float = GAP,
    on_progress: Progress | None = None,
) -> GroupResult:
    """Make groups of one in-school lead, X externals and N students.

    Parameters
    ----------
    roster : Roster
        Students choose leads on their forms. Fit comes from optional columns: themes of students and externals
        (``兴趣主题``, ``主题``, an external's category too), and the externals that a student wishes for
        (``校外导师志愿``). So that an external who falls away moves no other, the external that a student has now
        (an open pairing of the role ``external``) weighs more than any of these.
    plan : GroupPlan, optional
    max_groups : int
        How many groups a lead may open, within its seats, where its row (``可带小组数``) does not say.
    lead_binds : bool
        The lead that an external's row names is the only one it may join; False makes it a preference.
    rules, on, seed, time_limit, on_progress
        As in `mentormatch.match`. Without rules of the kind, as many students as possible are placed, and lower quotas
        do not bind, since a lead need not open a group.
    gap : float
        As in `solve_group_problem`.

    Returns
    -------
    GroupResult
    """
    measures = plan or GroupPlan(first_day=on)
    problem = school_group_problem(roster, measures, max_groups=max_groups, lead_binds=lead_binds, rules=rules, on=on)
    result = solve_group_problem(problem, seed=seed, time_limit=time_limit, gap=gap, on_progress=on_progress)
    pairs = [(str(s), e) for group in result.groups for s in group.students for e in group.externals]
    raise_disagreement(Text("分组求解", "the engine of groups"), _allowed(roster, measures, rules, on).failures(pairs))
    return result


def school_group_problem(
    roster: Roster,
    plan: GroupPlan,
    *,
    max_groups: int = 1,
    lead_binds: bool = True,
    rules: Rules | None = None,
    on: date | None = None,
) -> GroupProblem:
    """Return the problem that `match_groups` solves; parameters as there."""
    if not 0 <= max_groups <= MOST:
        raise InputError(
            Text(
                zh=f"每位导师的小组数应在 0 与 {MOST} 之间,现为 {max_groups}。",
                en=f"max_groups must lie between 0 and {MOST}. Got {max_groups} instead.",
            )
        )
    base = build_problem(roster, find_mechanism("optimal"), rules=rules, on=on)
    written = {rule.kind for rule in (rules.constraints if rules is not None else ())}
    constraints: list[Constraint] = []
    for rule in base.constraints:
        if isinstance(rule, Quotas) and rule.kind not in written:
            constraints.append(Quotas(lower=False))
        elif not isinstance(rule, Coverage) or rule.kind in written:
            constraints.append(rule)
    stages = base.stages if rules is not None and rules.stages is not None else _stages(base.stages)
    students = base.market.student_ids
    externals = [_external(external, lead_binds=lead_binds) for external in roster.external_mentors]
    leads = {mentor.mentor_id: times(mentor.availability) for mentor in roster.mentors}
    most = {mentor.mentor_id: mentor.max_groups for mentor in roster.mentors if mentor.max_groups is not None}
    names = [external.external_id for external in externals]
    allowed = _allowed(roster, plan, rules, on).table([str(student) for student in students], names)
    return GroupProblem(
        base.replace(constraints=constraints, stages=stages),
        plan,
        max_groups=np.array([most.get(str(lead), max_groups) for lead in base.market.mentor_ids], np.int64),
        externals=externals,
        fit=_fit(roster, [str(student) for student in students], on),
        barred=~allowed,
        lead_times={lead: found for lead, found in leads.items() if found is not None},
    )


def _allowed(roster: Roster, plan: GroupPlan, rules: Rules | None, on: date | None) -> AllowedPairs:
    return AllowedPairs.of_school(roster, ("external",), rules=rules, on=plan.first_day or on, until=plan.period_end)


def _stages(usual: Iterable[Stage]) -> list[Stage]:
    """Return a school's stages with everybody placed in front; of equal totals of ranks, the fairer profile."""
    stages: list[Stage] = [PlacedStudents()]
    for stage in usual:
        if not isinstance(stage, LoadBalance):
            stages.append(stage)
        if isinstance(stage, RankTotal):
            stages.append(Generous())
    return stages


def _external(external: ExternalMentor, *, lead_binds: bool) -> External:
    lead = external.lead_mentor_id
    return External(
        external_id=external.external_id,
        max_groups=external.max_groups,
        max_students=external.capacity,
        fixed_lead=lead if lead_binds else None,
        preferred_leads=frozenset() if lead is None or lead_binds else frozenset([lead]),
        times=times(external.availability),
        valid_from=external.check_date,
        valid_to=external.check_valid_to,
    )


def _fit(roster: Roster, students: list[str], on: date | None) -> IntArray:
    """Return the points of every student and external."""
    has = [_folded(external.themes) | _folded([external.category or ""]) for external in roster.external_mentors]
    fit = np.zeros((len(students), len(has)), np.int64)
    now = {
        (pairing.student_id, pairing.mentor_id)
        for pairing in roster.pairings
        if pairing.role == "external" and (pairing.state != "ended" if on is None else pairing.is_open(on))
    }
    for row, student_id in enumerate(students):
        form = roster.forms_by_student.get(student_id)
        wanted = _folded(roster.students_by_id[student_id].themes)
        wishes = () if form is None else form.external_choices
        for column, external in enumerate(roster.external_mentors):
            name = external.external_id
            fit[row, column] = SHARED_THEME * len(wanted & has[column])
            if name in wishes:
                fit[row, column] += FIRST_WISH if wishes.index(name) == 0 else LATER_WISH
            if (student_id, name) in now:
                fit[row, column] += KEPT
    return fit


def _folded(words: Iterable[str]) -> set[str]:
    return {folded(word) for word in words if word}
