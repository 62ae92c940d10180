"""The rules: one a file, and an explicit tuple of them."""

from typing import Annotated

from pydantic import Field

from mentormatch.constraints.adaptation import Adaptation
from mentormatch.constraints.choices_only import ChoicesOnly
from mentormatch.constraints.consent import Consent
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.constraints.continuity import Continuity
from mentormatch.constraints.coverage import Coverage
from mentormatch.constraints.eligibility import Eligibility
from mentormatch.constraints.envy_freeness import EnvyFreeness
from mentormatch.constraints.fixed_pairs import FixedPairs
from mentormatch.constraints.forbidden_pairs import ForbiddenPairs
from mentormatch.constraints.pair_entry import PairEntry
from mentormatch.constraints.quotas import Quotas
from mentormatch.constraints.strong_stability import StrongStability
from mentormatch.constraints.super_stability import SuperStability
from mentormatch.constraints.type_quotas import TypeQuotas
from mentormatch.constraints.vetoes import Vetoes
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
    WeakStability,
    StrongStability,
    SuperStability,
    EnvyFreeness,
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
    | WeakStability
    | StrongStability
    | SuperStability
    | EnvyFreeness,
    Field(discriminator="kind"),
]
"""Any rule, told apart by its `kind`: what a rules file may hold."""

__all__ = [
    "CONSTRAINTS",
    "Adaptation",
    "AnyConstraint",
    "ChoicesOnly",
    "Consent",
    "Constraint",
    "Continuity",
    "Coverage",
    "Eligibility",
    "EnvyFreeness",
    "FixedPairs",
    "ForbiddenPairs",
    "PairEntry",
    "Quotas",
    "Scope",
    "StrongStability",
    "SuperStability",
    "TypeQuotas",
    "Vetoes",
    "Violation",
    "WeakStability",
]
