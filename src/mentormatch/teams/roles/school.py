"""Several mentors for one student at a school (N名导师+1名学生): from a roster to a mentor for each role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from mentormatch.base.errors import raise_disagreement
from mentormatch.base.text import Text
from mentormatch.constraints.naming import known_value
from mentormatch.io.cells.plain_text import folded
from mentormatch.market.attribute import Attribute
from mentormatch.matchmaking import match
from mentormatch.mechanisms.solving import Progress
from mentormatch.problem.result import Result
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student
from mentormatch.roster.vocabulary import MentorKind
from mentormatch.rules.role_plan import EXTERNAL, PEER, PRIMARY, SUPPORTING, RolePlan, RoleRule, role_key
from mentormatch.rules.rules_file import Rules
from mentormatch.teams.allowed_pairs import AllowedPairs
from mentormatch.teams.roles.problem import RoleDemand
from mentormatch.teams.roles.solve import RoleResult, solve_roles

_KINDS: tuple[MentorKind, ...] = ("in_school", "external")


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
    wanted = _with_known_tags(plan or RolePlan(), roster)
    primary = match(roster, rules=rules, on=on, seed=seed, time_limit=time_limit, on_progress=on_progress)
    if primary.matching is None:
        return SchoolRoles(primary, None)
    allowed = AllowedPairs.of_school(roster, _KINDS, rules=rules, on=on)
    asked = _demand(_School.read(roster, wanted, primary, allowed, on), keep=wanted.keep)
    found = solve_roles(asked, seed=seed, time_limit=time_limit, on_progress=on_progress)
    pairs = [(s, m) for s, mine in found.roles.items() for role, m in mine.items() if role != PRIMARY]
    raise_disagreement(Text("角色求解", "the mentors by role"), allowed.failures(pairs))
    return SchoolRoles(primary, found, _passed_over(roster, asked))


@dataclass(frozen=True, eq=False)
class _School:
    """What a demand is read from: who offers which role, who has whom now, and who may be with whom."""

    roster: Roster
    primary: Mapping[str, str]
    allowed: AllowedPairs
    roles: tuple[RoleRule, ...]
    seats: Mapping[str, Mapping[str, int]]
    now: Mapping[tuple[str, str], str]

    @classmethod
    def read(cls, roster: Roster, plan: RolePlan, primary: Result, allowed: AllowedPairs, on: date | None) -> Self:
        """Read the school as it is on a day."""
        known = _with_named_roles(plan, roster)
        first = {} if primary.matching is None else {str(s): str(m[0]) for s, m in primary.matching.as_dict().items()}
        roles = tuple(known.values())
        seats = {role.name: _seats(roster, role, on) for role in roles}
        return cls(roster, first, allowed, roles, seats, _current(roster, known, on))

    def wanted(self, student: Student) -> list[RoleRule]:
        """Return the roles that a student needs somebody for beside the primary one, or has somebody in now."""
        if student.student_id not in self.primary:
            return []
        return [role for role in self.roles if _needs(student, role) or (student.student_id, role.name) in self.now]

    def mentors(self, student: Student, role: RoleRule) -> list[Any]:
        """Return who may take a role of a student, best first: as chosen, then all others alike."""
        name = student.student_id
        form = self.roster.forms_by_student.get(name)
        able = [m for m in self.seats[role.name] if m != self.primary[name] and self.allowed.allow(name, m)]
        chosen = [m for r, m in (() if form is None else form.role_choices) if role_key(r) == role_key(role.name)]
        listed = [m for m in dict.fromkeys(chosen) if m in able]
        others = sorted(set(able).difference(listed))
        return [*listed, *([others] if others else [])]

    def quotas(self, served: Iterable[str]) -> dict[tuple[str, str], int]:
        """Return the seats of every mentor in every role, for students with a demand."""
        found = {(mentor, role): number for role, offers in self.seats.items() for mentor, number in offers.items()}
        # Primary seats were counted when the primary mentors were matched.
        for student in served:
            key = (self.primary[student], PRIMARY)
            found[key] = found.get(key, 0) + 1
        return found


def _demand(school: _School, *, keep: bool) -> RoleDemand:
    """Return what is asked of roles: every student's roles, in the order of ids."""
    students = sorted(school.roster.students, key=lambda student: student.student_id)
    wanted = {student.student_id: (student, roles) for student in students if (roles := school.wanted(student))}
    demands = {
        name: {PRIMARY: [school.primary[name]]} | {role.name: school.mentors(student, role) for role in roles}
        for name, (student, roles) in wanted.items()
    }
    return RoleDemand(
        demands=demands,
        quotas=school.quotas(demands),
        required=[(name, role.name) for name, (_, roles) in wanted.items() for role in roles if role.required],
        current=[(student, role, mentor) for (student, role), mentor in school.now.items() if student in demands],
        stable_roles=[role.name for role in school.roles if role.stable],
        keep=keep,
    )


def _passed_over(roster: Roster, asked: RoleDemand) -> tuple[Text, ...]:
    """Say which choices for a role do not count: nobody needs the role, or the mentor cannot take it there."""
    said = []
    for form in sorted(roster.student_preferences, key=lambda form: form.student_id):
        student = form.student_id
        wanted = {role_key(role): listed for role, listed in asked.demands.get(student, {}).items()}
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


def _with_known_tags(plan: RolePlan, roster: Roster) -> RolePlan:
    """Return the plan with care tags as the students have them; one that nobody has is refused."""
    tags = Attribute.from_values([student.care_tags for student in roster.students])
    roles = []
    for role in plan.roles:
        known = tuple(known_value("students", "care_tags", tags, tag, role.name) for tag in role.care_tags)
        roles.append(role.model_copy(update={"care_tags": known}))
    return plan.model_copy(update={"roles": tuple(roles)})


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
    """Return who offers a role, with the seats of its account: people of the role's kind who are on duty.

    A mentor who names the role offers it, with the seats that the row states; so does everybody where the role is open
    to all or a tag or subject fits. An external's seats are the students that its own row states.
    """
    tags = {folded(tag) for tag in role.tags}
    found: dict[str, int] = {}
    for person in roster.people:
        if person.kind != role.kind or not person.is_on_duty(on):
            continue
        own = [number for name, number in person.roles if role_key(name) == role_key(role.name)]
        external = roster.external_mentors_by_id.get(person.mentor_id)
        number = own[0] if own else None if external is None else external.capacity
        if own or role.open_to_all or tags & {folded(tag) for tag in (*person.tags, person.subject or "")}:
            found[person.mentor_id] = role.seats if number is None else number
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
