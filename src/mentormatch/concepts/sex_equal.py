"""Sex-equal stable: the sums of ranks of both sides as close as possible."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import WeakStability
from mentormatch.objectives import PlacedStudents, SexEquality


@concept
def sex_equal() -> Concept:
    """Return a stable matching whose sums of both sides' ranks differ least; with ties, one of the largest.

    NP-hard also without ties (Kato 1993): CP-SAT over the rotation poset on strict markets, over the pairs with ties.
    """
    return Concept(rules=(WeakStability(),), stages=(PlacedStudents(), SexEquality()))
