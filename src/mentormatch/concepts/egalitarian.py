"""Egalitarian stable: the ranks of both sides, added up, as small as possible."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import WeakStability
from mentormatch.objectives import Egalitarian, PlacedStudents


@concept
def egalitarian() -> Concept:
    """Return a stable matching with the smallest sum of both sides' ranks; with ties, one of the largest.

    Polynomial on strict markets (Irving, Leather and Gusfield 1987: a minimum cut of the rotation poset); NP-hard with
    ties (Manlove et al. 2002), by CP-SAT.
    """
    return Concept(rules=(WeakStability(),), stages=(PlacedStudents(), Egalitarian()))
