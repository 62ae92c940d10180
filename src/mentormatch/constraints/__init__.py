"""The rules: one a file, and an explicit tuple of them."""

from typing import Annotated

from pydantic import Field

from mentormatch.constraints.adaptation import Adaptation
from mentormatch.constraints.agreement import Agreement
from mentormatch.constraints.apart_students import ApartStudents
from mentormatch.constraints.chief_mentors import ChiefMentors
from mentormatch.constraints.choices_only import ChoicesOnly
from mentormatch.constraints.class_teams import ClassTeams
from mentormatch.constraints.classes_per_mentor import ClassesPerMentor
from mentormatch.constraints.conflicts_of_interest import ConflictsOfInterest
from mentormatch.constraints.consent import Consent
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.constraints.continuity import Continuity
from mentormatch.constraints.couple_stability import Couple, CoupleStability
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.eligibility import Eligibility
from mentormatch.constraints.envy_freeness import EnvyFreeness
from mentormatch.constraints.fixed_pairs import FixedPairs
from mentormatch.constraints.forbidden_pairs import ForbiddenPairs
from mentormatch.constraints.gender_requests import GenderRequests
from mentormatch.constraints.head_teacher_relief import HeadTeacherRelief
from mentormatch.constraints.nobody_or_at_least import NobodyOrAtLeast
from mentormatch.constraints.other_class_cap import OtherClassCap
from mentormatch.constraints.pair_entry import PairEntry
from mentormatch.constraints.popularity import Popularity
from mentormatch.constraints.preferred_pairs import PreferredPairs
from mentormatch.constraints.qualified_mentors import QualifiedMentors
from mentormatch.constraints.quotas import Quotas
from mentormatch.constraints.separated_pairs import SeparatedPairs
from mentormatch.constraints.siblings import Siblings
from mentormatch.constraints.strong_stability import StrongStability
from mentormatch.constraints.super_stability import SuperStability
from mentormatch.constraints.topic_stability import Supervisor, TopicStability
from mentormatch.constraints.type_quotas import TypeQuotas
from mentormatch.constraints.vetoes import Vetoes
from mentormatch.constraints.vetted_mentors import VettedMentors
from mentormatch.constraints.weak_stability import WeakStability

CONSTRAINTS: tuple[type[Constraint], ...] = (
    Quotas,
    TypeQuotas,
    Coverage,
    ChoicesOnly,
    Eligibility,
    Vetoes,
    FixedPairs,
    ForbiddenPairs,
    Continuity,
    Consent,
    Adaptation,
    PreferredPairs,
    SeparatedPairs,
    ConflictsOfInterest,
    GenderRequests,
    QualifiedMentors,
    VettedMentors,
    Siblings,
    OtherClassCap,
    ClassTeams,
    ClassesPerMentor,
    ChiefMentors,
    HeadTeacherRelief,
    Agreement,
    ApartStudents,
    NobodyOrAtLeast,
    WeakStability,
    StrongStability,
    SuperStability,
    EnvyFreeness,
    CoupleStability,
    Popularity,
    TopicStability,
)

AnyConstraint = Annotated[
    Quotas
    | TypeQuotas
    | Coverage
    | ChoicesOnly
    | Eligibility
    | Vetoes
    | FixedPairs
    | ForbiddenPairs
    | Continuity
    | Consent
    | Adaptation
    | PreferredPairs
    | SeparatedPairs
    | ConflictsOfInterest
    | GenderRequests
    | QualifiedMentors
    | VettedMentors
    | Siblings
    | OtherClassCap
    | ClassTeams
    | ClassesPerMentor
    | ChiefMentors
    | HeadTeacherRelief
    | Agreement
    | ApartStudents
    | NobodyOrAtLeast
    | WeakStability
    | StrongStability
    | SuperStability
    | EnvyFreeness
    | CoupleStability
    | Popularity
    | TopicStability,
    Field(discriminator="kind"),
]
"""Any rule, told apart by its `kind`: what a rules file may hold."""

__all__ = [
    "CONSTRAINTS",
    "Adaptation",
    "Agreement",
    "AnyConstraint",
    "ApartStudents",
    "ChiefMentors",
    "ChoicesOnly",
    "ClassTeams",
    "ClassesPerMentor",
    "ConflictsOfInterest",
    "Consent",
    "Constraint",
    "Continuity",
    "Couple",
    "CoupleStability",
    "Coverage",
    "Eligibility",
    "EnvyFreeness",
    "FixedPairs",
    "ForbiddenPairs",
    "GenderRequests",
    "HeadTeacherRelief",
    "NobodyOrAtLeast",
    "OtherClassCap",
    "PairEntry",
    "Popularity",
    "PreferredPairs",
    "QualifiedMentors",
    "Quotas",
    "Scope",
    "SeparatedPairs",
    "Siblings",
    "StrongStability",
    "SuperStability",
    "Supervisor",
    "TopicStability",
    "TypeQuotas",
    "Vetoes",
    "VettedMentors",
    "Violation",
    "WeakStability",
]
