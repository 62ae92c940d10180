"""Several mentors for one student at a school (N名导师+1名学生): from a roster to a mentor for each role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import folded
from mentormatch.matchmaking import build_problem, find_mechanism, match
from mentormatch.mechanisms.solving import Progress
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student
from mentormatch.rules.role_plan import EXTERNAL, PEER, PRIMARY, SUPPORTING, RolePlan, RoleRule, role_key
from mentormatch.rules.rules_file import Rules
from mentormatch.teams.roles.solve import RoleResult, solve_roles


@dataclass(frozen=True, eq=False)
class SchoolRoles:
    """Mentors by role of a school.

    Parameters
    ----------
    primary : Result
        The matching of primary mentors, by all rules of the school.
    by_role : RoleResult or None
        All roles, the primary ones as in `primary`; None where there is no such matching.
    passed_over : tuple of Text
        Choices for a role that could not count, and why.
    """

    primary: Result
    by_role: RoleResult | None
    passed_over: tuple[Text, ...] = ()


def match_roles(
    roster: Roster,
    plan: RolePlan | None = None,
    *,
    rules: Rules | None = None,
    on: date | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    on_progress: Progress | None = None,
) -> SchoolRoles:
    """Match primary mentors by the school's rules, then give students the other roles around them.

    Parameters
    ----------
    roster : Roster
        A student demands a role by its column 所需角色 (``role_requests``), by its care level or tags where the plan
        says so, or because it has a mentor in the role now. It ranks mentors of a role on its form (角色志愿, written
        心理:T003). A mentor offers a role by its column 可任角色 (心理:5 states its seats), or by the plan.
    plan : RolePlan, optional
    rules, on, seed, time_limit, on_progress
        As in `mentormatch.match`.

    Notes
    -----
    `teams.roles.problem.role_problem` takes all roles at once, for those who write their own demand. For a school
    the primary role comes first: its rules (consent, continuity, caps) are about that role, and nobody's second mentor
    may cost another student the first.
    """
    primary = match(roster, rules=rules, on=on, seed=seed, time_limit=time_limit, on_progress=on_progress)
    if primary.matching is None:
        return SchoolRoles(primary, None)
    asked = _demand(roster, plan or RolePlan(), primary, rules=rules, on=on)
    found = solve_roles(asked, seed=seed, time_limit=time_limit, on_progress=on_progress)
    return SchoolRoles(primary, found, _passed_over(roster, asked))


def _demand(roster: Roster, plan: RolePlan, primary: Result, *, rules: Rules | None, on: date | None) -> dict[str, Any]:
    """Return the arguments of `role_problem`."""
    known = _with_named_roles(plan, roster)
    barred = _barred(build_problem(roster, find_mechanism("optimal"), rules=rules, on=on))
    first = {} if primary.matching is None else {str(s): str(m[0]) for s, m in primary.matching.as_dict().items()}
    seats = {role.name: _seats(roster, role, on) for role in known.values()}
    now = _current(roster, known, on)
    demands: dict[str, dict[str, Any]] = {}
    required = []
    for student in sorted(roster.students, key=lambda student: student.student_id):
        name = student.student_id
        wanted = [role for role in known.values() if _needs(student, role) or (name, role.name) in now]
        if not wanted or name not in first:
            continue
        mine: dict[str, Any] = {PRIMARY: [first[name]]}
        form = roster.forms_by_student.get(name)
        avoided = {*student.avoid_mentor_ids, *(() if form is None else form.avoid)}
        for role in wanted:
            able = [m for m in seats[role.name] if m not in avoided and (name, m) not in barred and m != first[name]]
            chosen = [m for r, m in (() if form is None else form.role_choices) if role_key(r) == role_key(role.name)]
            listed = [m for m in dict.fromkeys(chosen) if m in able]
            others = sorted(set(able).difference(listed))
            mine[role.name] = [*listed, *([others] if others else [])]
            if role.required:
                required.append((name, role.name))
        demands[name] = mine
    quotas = {(mentor, role): number for role, offers in seats.items() for mentor, number in offers.items()}
    # Primary seats were counted when the primary mentors were matched.
    for filled in demands.values():
        key = (filled[PRIMARY][0], PRIMARY)
        quotas[key] = quotas.get(key, 0) + 1
    return {
        "demands": demands,
        "quotas": quotas,
        "required": required,
        "current": [(student, role, mentor) for (student, role), mentor in now.items() if student in demands],
        "stable_roles": [role.name for role in known.values() if role.stable],
        "keep": plan.keep,
    }


def _passed_over(roster: Roster, asked: Mapping[str, Any]) -> tuple[Text, ...]:
    """Say which choices for a role do not count: nobody needs the role, or the mentor cannot take it there."""
    said = []
    for form in sorted(roster.student_preferences, key=lambda form: form.student_id):
        student = form.student_id
        wanted = {role_key(role): listed for role, listed in asked["demands"].get(student, {}).items()}
        for role, mentor in form.role_choices:
            if role_key(role) not in wanted:
                said.append(
                    Text(
                        zh=f"学生 {student} 的角色志愿 {role}:{mentor} 不计:该生不需要这个角色(见所需角色)",
                        en=f"the choice {role}:{mentor} of student {student} does not count: the role is not needed",
                    )
                )
            elif mentor not in wanted[role_key(role)]:
                said.append(
                    Text(
                        zh=f"学生 {student} 的角色志愿 {role}:{mentor} 不计:{mentor} 不任这个角色,或不能带该生",
                        en=f"the choice {role}:{mentor} of student {student} does not count: {mentor} does not take "
                        "the role, or not for this student",
                    )
                )
    return tuple(said)


def _with_named_roles(plan: RolePlan, roster: Roster) -> dict[str, RoleRule]:
    """Return the roles by their folded names: those of the plan, then those that only the columns name."""
    known = {role_key(role.name): role for role in plan.roles}
    named = [name for student in roster.students for name in student.role_requests]
    named += [name for mentor in roster.mentors for name, _ in mentor.roles]
    named += [pairing.role_name for pairing in roster.pairings if pairing.role_name is not None]
    for name in sorted(set(named)):
        if role_key(name) not in known and role_key(name) not in (PRIMARY, PEER):
            known[role_key(name)] = RoleRule(name=name)
    return known


def _needs(student: Student, role: RoleRule) -> bool:
    return (
        role.everyone
        or any(role_key(name) == role_key(role.name) for name in student.role_requests)
        or student.care_level in role.care_levels
        or bool(set(student.care_tags) & set(role.care_tags))
    )


def _seats(roster: Roster, role: RoleRule, on: date | None) -> dict[str, int]:
    """Return who offers a role, with the seats of its account."""
    found: dict[str, int] = {}
    tags = {folded(tag) for tag in role.tags}
    if role.kind == "external":
        for external in roster.external_mentors:
            suits = role.open_to_all or bool(tags & {folded(t) for t in (*external.themes, external.category or "")})
            if suits and (on is None or external.is_vetted(on)):
                found[external.external_id] = role.seats if external.capacity is None else external.capacity
    for mentor in roster.mentors:
        if mentor.kind != role.kind or not mentor.is_on_duty(on):
            continue
        own = [number for name, number in mentor.roles if role_key(name) == role_key(role.name)]
        if own:
            found[mentor.mentor_id] = role.seats if own[0] is None else own[0]
        elif role.open_to_all or tags & {folded(tag) for tag in (*mentor.tags, mentor.subject or "")}:
            found[mentor.mentor_id] = role.seats
    return found


def _current(roster: Roster, known: Mapping[str, RoleRule], on: date | None) -> dict[tuple[str, str], str]:
    """Return who has whom in a role now."""
    found: dict[tuple[str, str], str] = {}
    for pairing in roster.pairings:
        if pairing.is_open(on) and pairing.role in (SUPPORTING, EXTERNAL):
            role = known.get(role_key(pairing.role_name or pairing.role))
            if role is not None:
                found.setdefault((pairing.student_id, role.name), pairing.mentor_id)
    return found


def _barred(problem: Problem) -> set[tuple[str, str]]:
    """Return the pairs of people that a rule on the two of them keeps apart."""
    market = problem.market
    masks = [mask.pairs for rule in problem.constraints if rule.original.about_two for mask in rule.masks(market)]
    at = np.unique(np.concatenate([np.zeros(0, np.int64), *masks]))
    students, mentors = market.student[at].tolist(), market.mentor[at].tolist()
    return {(str(market.student_ids[i]), str(market.mentor_ids[j])) for i, j in zip(students, mentors, strict=True)}
