"""Groups of a school: the one call from a roster with externals to groups of one lead, X externals and N students."""

import re
from collections.abc import Iterable
from datetime import date

import numpy as np

from mentormatch.arrays import IntArray
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.quotas import Quotas
from mentormatch.group_solving import GAP, solve_group_problem
from mentormatch.matchmaking import build_problem, find_mechanism
from mentormatch.objectives.coverage import PlacedStudents
from mentormatch.objectives.generous import Generous
from mentormatch.objectives.load_balance import LoadBalance
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.stage import Stage
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.roster import Roster
from mentormatch.rules_file import Rules
from mentormatch.solving import Progress
from mentormatch.teams.external import External, times
from mentormatch.teams.group_plan import GroupPlan
from mentormatch.teams.group_problem import GroupProblem
from mentormatch.teams.group_result import GroupResult

THEME_COLUMNS = ("主题", "兴趣", "兴趣主题", "特长", "themes", "interests", "tags")
WISH_COLUMNS = ("校外导师志愿", "external_choices")
TIME_COLUMNS = ("可服务时间", "可用时间", "availability")
GROUP_COLUMNS = ("可服务小组数", "max_groups")
"""Columns that are not part of the workbook's contract and that groups read if they are there."""

SHARED_THEME, FIRST_WISH, LATER_WISH = 2, 8, 4
"""Points of fit: a theme that student and external share; the external named first; one named later."""


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
        Students choose leads on their forms. Fit comes from columns that the school may add: themes of students and
        externals (``主题``/``themes``), and the externals that a student wishes for
        (``校外导师志愿``/``external_choices``).
    plan : GroupPlan, optional
    max_groups : int
        How many groups a lead may open, within its seats.
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
    problem = school_group_problem(
        roster, plan or GroupPlan(first_day=on), max_groups=max_groups, lead_binds=lead_binds, rules=rules, on=on
    )
    return solve_group_problem(problem, seed=seed, time_limit=time_limit, gap=gap, on_progress=on_progress)


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
    leads = {mentor.mentor_id: times(_cell(mentor.extra, TIME_COLUMNS)) for mentor in roster.mentors}
    return GroupProblem(
        base.replace(constraints=constraints, stages=stages),
        plan,
        max_groups=max_groups,
        externals=externals,
        fit=_fit(roster, [str(student) for student in students]),
        lead_times={lead: found for lead, found in leads.items() if found is not None},
    )


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
    groups = _cell(external.extra, GROUP_COLUMNS)
    return External(
        external_id=external.external_id,
        max_groups=int(groups) if groups is not None and groups.isdecimal() else None,
        max_students=external.capacity,
        fixed_lead=lead if lead_binds else None,
        preferred_leads=frozenset() if lead is None or lead_binds else frozenset([lead]),
        times=times(external.availability),
        valid_from=external.check_date,
        valid_to=external.check_valid_to,
    )


def _fit(roster: Roster, students: list[str]) -> IntArray:
    """Return the points of every student and external."""
    externals = [
        (external.external_id, _words(external.category) | _words(_cell(external.extra, THEME_COLUMNS)))
        for external in roster.external_mentors
    ]
    fit = np.zeros((len(students), len(externals)), np.int64)
    for row, student_id in enumerate(students):
        student = roster.students_by_id[student_id]
        form = roster.forms_by_student.get(student_id)
        wanted = _words(_cell(student.extra, THEME_COLUMNS))
        cell = _cell(student.extra, WISH_COLUMNS) or (_cell(form.extra, WISH_COLUMNS) if form is not None else None)
        wishes = _listed(cell)
        for column, (name, has) in enumerate(externals):
            fit[row, column] = SHARED_THEME * len(wanted & has)
            if name in wishes:
                fit[row, column] += FIRST_WISH if wishes[0] == name else LATER_WISH
    return fit


def _cell(extra: tuple[tuple[str, str], ...], names: tuple[str, ...]) -> str | None:
    for header, value in extra:
        if header.strip().casefold() in names:
            return value
    return None


def _listed(cell: str | None) -> list[str]:
    return [] if cell is None else [part for part in re.split(r"[\s、，,;；┋/|]+", cell) if part]


def _words(cell: str | None) -> set[str]:
    return set(_listed(cell))
