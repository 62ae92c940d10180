"""Minimum regret: the worst rank that anybody gets is as good as possible, with or without stability."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import WeakStability
from mentormatch.objectives import MinimumRegret, PlacedStudents


@concept
def minimum_regret_stable() -> Concept:
    """Return a stable matching whose worst rank on either side is as good as possible; with ties, one of the largest.

    Polynomial on strict markets (Gusfield 1987); by CP-SAT with ties.
    """
    return Concept(rules=(WeakStability(),), stages=(PlacedStudents(), MinimumRegret(side="both")))


@concept
def minimum_regret() -> Concept:
    """Return a largest matching, stable or not, whose worst rank of a student is as good as possible. A flow."""
    return Concept(stages=(PlacedStudents(), MinimumRegret()))
