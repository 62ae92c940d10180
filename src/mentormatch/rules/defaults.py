"""The rules and stages that hold where nobody wrote any: one set for a school, one for a bare market."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from mentormatch.constraints.adaptation import Adaptation
from mentormatch.constraints.consent import Consent
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.continuity import Continuity
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.gender_requests import GenderRequests
from mentormatch.constraints.quotas import Quotas
from mentormatch.constraints.type_quotas import TypeQuotas
from mentormatch.constraints.vetoes import Vetoes
from mentormatch.constraints.vetted_mentors import VettedMentors
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.objectives.class_evenness import ClassEvenness
from mentormatch.objectives.granted_requests import GrantedRequests
from mentormatch.objectives.load_balance import LoadBalance
from mentormatch.objectives.locality import Locality
from mentormatch.objectives.placed_students import PlacedStudents
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.stage import Stage
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import MentorKind


def rules_about_two(
    roster: Roster, kinds: Sequence[MentorKind], on: date | None, *, until: date | None = None
) -> tuple[Constraint, ...]:
    """Return the default rules about two people, which hold in every role.

    Vetoes of both sides; requests for the gender of the mentor, where somebody made one; where externals take part,
    nobody is with one whose check ends within the period, from `on` to `until` or to the end of the term.
    """
    asks = any(student.mentor_gender_req is not None for student in roster.students)
    return (
        Vetoes(),
        *((GenderRequests(),) if asks else ()),
        *((VettedMentors(on=on, until=until),) if "external" in kinds else ()),
    )


def school_constraints(
    roster: Roster,
    mechanism: Mechanism,
    *,
    kinds: Sequence[MentorKind] = ("in_school",),
    on: date | None = None,
) -> tuple[Constraint, ...]:
    """Return the default rules of a school.

    Quotas; the caps of mentors on key-care students; the rules about two people; locked pairs, and the mentor of a
    student that handed in no form, stay; nobody is moved without consent; entry grades have an adaptation period. With
    a mechanism that places everyone, every student has a mentor and lower quotas bind.
    """
    care = {
        mentor.mentor_id: mentor.care_max
        for mentor in roster.mentors
        if mentor.care_max is not None and mentor.kind == "in_school"
    }
    places = mechanism.places_everyone
    return (
        Quotas(lower=places),
        *((TypeQuotas(attribute="care_level", values=("key",), upper=care),) if care else ()),
        *rules_about_two(roster, kinds, on),
        Continuity(mode="keep_unless_asked"),
        Consent(),
        Adaptation(),
        *((Coverage(),) if places else ()),
    )


def school_stages() -> tuple[Stage, ...]:
    """Return the default stages of a school.

    Granted change requests, then choices, then placements near the own class, then an even spread of the classes in an
    adaptation period, then even loads.
    """
    return (GrantedRequests(), RankTotal(), Locality(), ClassEvenness(), LoadBalance())


def market_constraints(mechanism: Mechanism) -> tuple[Constraint, ...]:
    """Return the default rules of a bare market: quotas and vetoes."""
    return (Quotas(lower=mechanism.places_everyone), Vetoes())


def market_stages() -> tuple[Stage, ...]:
    """Return the default stages of a bare market: most students placed, then the smallest sum of ranks."""
    return (PlacedStudents(), RankTotal())


def with_defaults(default: Sequence[Constraint], written: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """Return the written rules and those default rules on whose subject nobody wrote one.

    The subject is the kind, and for type quotas the attribute: one on gender leaves the care caps alone. Where the
    written rules of a subject are for some students only (`where`), the default rule holds for the others.
    """
    scopes: dict[tuple[object, ...], list[Any]] = {}
    for rule in written:
        scopes.setdefault(rule.subject, []).append(rule.where)
    kept = [
        rule.except_where(scopes.get(rule.subject, ())) for rule in default if () not in scopes.get(rule.subject, ())
    ]
    return (*kept, *written)
