"""Every rule about two people reaches every kind of mentor, in every command that gives a student somebody.

One student may not be with X. X is a teacher, an external or an older pupil; the rule is any of those about two people;
the command is `solve`, `roles`, `groups` or `peers`. Without the rule the student gets X (there is nobody else), with
it nobody does, and neither the answer nor the checker tells of anything else.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import pytest

import mentormatch as mm
from mentormatch.constraints import CONSTRAINTS, FixedPairs
from mentormatch.constraints.conflicts_of_interest import ConflictsOfInterest
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.forbidden_pairs import ForbiddenPairs
from mentormatch.constraints.gender_requests import GenderRequests
from mentormatch.constraints.separated_pairs import SeparatedPairs
from mentormatch.constraints.vetoes import Vetoes
from mentormatch.constraints.vetted_mentors import VettedMentors
from mentormatch.objectives import PlacedStudents
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.preference import MentorPreference, StudentPreference
from mentormatch.roster.student import Student
from mentormatch.roster.vocabulary import MentorKind
from mentormatch.rules.role_plan import RolePlan, RoleRule
from mentormatch.rules.rules_file import Rules
from mentormatch.teams.allowed_pairs import AllowedPairs
from mentormatch.teams.groups.check import group_failures
from mentormatch.teams.groups.plan import GroupPlan
from mentormatch.teams.groups.school import match_groups
from mentormatch.teams.peers.school import match_peers
from mentormatch.teams.roles.school import match_roles

ON = date(2025, 9, 1)
KINDS: tuple[MentorKind, ...] = ("in_school", "external", "peer")
ME = "s0"


def school(kind: str, *, change: Callable[[mm.Roster], mm.Roster] = lambda roster: roster) -> mm.Roster:
    """One junior, a lead for everything, and X of a kind: the only one that there is for what is asked."""
    junior = Student(
        student_id=ME, name="-", grade="7", grade_number=7, class_name="1", gender="female", role_requests=("help",)
    )
    senior = Student(student_id="X", name="-", grade="9", grade_number=9, class_name="2", gender="male")
    teacher = Mentor(mentor_id="T", name="-", capacity_max=3, gender="female")
    x = Mentor(
        mentor_id="X", name="-", capacity_max=3, gender="male", kind="in_school" if kind == "in_school" else "peer"
    )
    outside = ExternalMentor(
        external_id="X", check_date=date(2025, 1, 1), check_valid_to=date(2026, 8, 31), capacity=3, gender="male"
    )
    return change(
        mm.Roster(
            students=(junior, senior) if kind == "peer" else (junior,),
            mentors=(teacher,) if kind == "external" else (teacher, x),
            external_mentors=(outside,) if kind == "external" else (),
        )
    )


def with_student(roster: mm.Roster, **changes: object) -> mm.Roster:
    return roster.replace(
        students=tuple(s.model_copy(update=changes) if s.student_id == ME else s for s in roster.students)
    )


def avoided(roster: mm.Roster) -> mm.Roster:
    return with_student(roster, avoid_mentor_ids=("X",))


def avoided_on_the_form(roster: mm.Roster) -> mm.Roster:
    return roster.replace(student_preferences=(StudentPreference(student_id=ME, avoid=("X",)),))


def found_unsuitable(roster: mm.Roster) -> mm.Roster:
    return roster.replace(mentor_preferences=(MentorPreference(mentor_id="X", student_id=ME, stance="unsuitable"),))


def wants_a_woman(roster: mm.Roster) -> mm.Roster:
    return with_student(roster, mentor_gender_req="female")


def as_it_is(roster: mm.Roster) -> mm.Roster:
    return roster


CASES: dict[str, tuple[Callable[[mm.Roster], mm.Roster], Constraint | None]] = {
    "avoid list": (avoided, None),
    "avoided on the form": (avoided_on_the_form, None),
    "the mentor's veto": (found_unsuitable, Vetoes()),
    "gender request": (wants_a_woman, None),
    "gender request, written": (wants_a_woman, GenderRequests()),
    "forbidden": (as_it_is, ForbiddenPairs(pairs=[(ME, "X")])),
    "separated": (as_it_is, SeparatedPairs(pairs=[(ME, "X")])),
    "conflict, named": (as_it_is, ConflictsOfInterest(pairs=[(ME, "X")])),
    "conflict, shared": (lambda r: with_student(r, gender="male"), ConflictsOfInterest(shared=[("gender", "gender")])),
    "not vetted": (as_it_is, VettedMentors(kinds=("external", "peer"), on=ON, until=date(2027, 1, 31))),
}


def without_other_seats(roster: mm.Roster) -> mm.Roster:
    """Leave seats to X alone, and students to the junior."""
    return roster.replace(
        mentors=tuple(m if m.mentor_id == "X" else m.model_copy(update={"capacity_max": 0}) for m in roster.mentors)
    )


def solved(kind: MentorKind, roster: mm.Roster, rules: Rules) -> set[str]:
    everything = Rules(
        mentor_kinds=(kind,), constraints=(*rules.constraints, Coverage(students=())), stages=(PlacedStudents(),)
    )
    result = mm.match(without_other_seats(roster), mechanism="optimal", rules=everything, on=ON)
    assert result.status is mm.Status.OPTIMAL
    assert result.matching is not None
    return {str(mentor) for _, mentor in result.matching.ids()}


def in_roles(kind: MentorKind, roster: mm.Roster, rules: Rules) -> set[str]:
    """Ask for a helper beside the teacher, who is the primary mentor by a fixed pair."""
    plan = RolePlan(roles=(RoleRule(name="help", kind=kind, open_to_all=True),))  # type: ignore[arg-type]
    primary = Rules(constraints=(*rules.constraints, FixedPairs(pairs=[(ME, "T")])))
    found = match_roles(roster, plan, rules=primary, on=ON)
    assert found.by_role is not None
    return {mentor for role, mentor in found.by_role.roles.get(ME, {}).items() if role == "help"}


def in_groups(kind: MentorKind, roster: mm.Roster, rules: Rules) -> set[str]:
    """A group of one with X as the external, or with X as the lead."""
    plan = GroupPlan(students_min=1, students_max=1, externals_min=0, externals_max=1, first_day=ON)
    result = match_groups(without_other_seats(roster) if kind == "in_school" else roster, plan, rules=rules, on=ON)
    assert result.status is mm.Status.OPTIMAL
    return {str(name) for group in result.groups for name in (group.lead, *group.externals)} - {"T"}


def as_peers(kind: MentorKind, roster: mm.Roster, rules: Rules) -> set[str]:
    return {senior for _, senior in match_peers(roster, rules=rules, on=ON).pairs}


COMMANDS: dict[tuple[str, MentorKind], Callable[[MentorKind, mm.Roster, Rules], set[str]]] = {
    ("solve", "in_school"): solved,
    ("solve", "external"): solved,
    ("roles", "in_school"): in_roles,
    ("roles", "external"): in_roles,
    ("groups", "in_school"): in_groups,
    ("groups", "external"): in_groups,
    ("peers", "peer"): as_peers,
}


def crossed(keys: Iterable[tuple[str, MentorKind]]) -> list[tuple[str, MentorKind, str]]:
    """Return every case with every command; checks are asked of those from outside and of peers."""
    return [(*key, case) for key in keys for case in CASES if (key[1], case) != ("in_school", "not vetted")]


@pytest.mark.parametrize(("command", "kind", "case"), crossed(COMMANDS))
def test_a_rule_about_two_reaches_everybody_who_mentors(command: str, kind: MentorKind, case: str) -> None:
    change, rule = CASES[case]
    match = COMMANDS[command, kind]
    assert match(kind, school(kind), Rules()) == {"X"}
    assert match(kind, school(kind, change=change), Rules(constraints=() if rule is None else (rule,))) == set()


@pytest.mark.parametrize(("command", "kind", "case"), crossed(("any", kind) for kind in KINDS))
def test_the_checker_reads_meanings_and_finds_what_masks_forbid(command: str, kind: MentorKind, case: str) -> None:
    """Pairs that stand against a rule are told by `violations`, whatever an engine made of the masks."""
    change, rule = CASES[case]
    rules = Rules(constraints=() if rule is None else (rule,))
    allowed = AllowedPairs.of_school(school(kind, change=change), (kind,), rules=rules, on=ON)
    assert allowed.failures([(ME, "X")])
    assert not allowed.allow(ME, "X")
    assert not allowed.table([ME], ["X", "nobody"]).any()
    free = AllowedPairs.of_school(school(kind), (kind,), on=ON)
    assert not free.failures([(ME, "X")])
    assert free.table([ME], ["X"]).all()


def test_the_cases_are_all_rules_about_two_people() -> None:
    told = {"vetoes", *(rule.kind for _, rule in CASES.values() if rule is not None)}
    assert {rule.model_fields["kind"].default for rule in CONSTRAINTS if rule.about_two} - told <= {"agreement"}


@pytest.mark.parametrize("ends", [date(2025, 8, 31), date(2025, 9, 1), date(2026, 1, 30)])
@pytest.mark.parametrize(("command", "kind"), [key for key in COMMANDS if key[1] == "external"])
def test_nobody_is_with_an_external_past_the_end_of_the_check(command: str, kind: MentorKind, ends: date) -> None:
    def until(roster: mm.Roster) -> mm.Roster:
        (outside,) = roster.external_mentors
        return roster.replace(external_mentors=(outside.model_copy(update={"check_valid_to": ends}),))

    assert COMMANDS[command, kind](kind, school(kind, change=until), Rules()) == set()


def test_an_external_stays_away_from_one_student_and_serves_another() -> None:
    students = tuple(
        Student(
            student_id=f"s{i}",
            name="-",
            grade="7",
            grade_number=7,
            class_name="1",
            avoid_mentor_ids=("X",) if i < 2 else (),
        )
        for i in range(6)
    )
    roster = mm.Roster(
        students=students,
        mentors=tuple(Mentor(mentor_id=f"T{i}", name="-", capacity_max=3) for i in range(2)),
        external_mentors=(ExternalMentor(external_id="X", check_valid_to=date(2026, 8, 31)),),
    )
    result = match_groups(roster, GroupPlan(students_min=3, students_max=3, externals_max=1), on=ON)
    assert result.status is mm.Status.OPTIMAL
    served = [group for group in result.groups if group.externals]
    assert len(served) == 1
    assert not {"s0", "s1"} & set(served[0].students)
    forged = replace(served[0], students=("s0", *served[0].students[1:]))
    others = [
        replace(g, students=(*(s for s in g.students if s != "s0"), served[0].students[0]))
        for g in result.groups
        if g is not served[0]
    ]
    assert any("s0" in text.en for text in group_failures(result.problem, [forged, *others]))


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_who_mentors_is_a_person_once(kind: MentorKind) -> None:
    roster = school(kind)
    assert sorted(person.mentor_id for person in roster.people) == sorted({"T", "X"})
    assert {person.kind for person in roster.people if person.mentor_id == "X"} == {kind}
    assert roster.service_end("T") is None
    assert (roster.service_end("X") is not None) == (kind == "external")
