"""Maximum weight: the largest sum of a number that stands at every pair, with or without stability."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import WeakStability
from mentormatch.objectives import PairWeight


@concept
def maximum_weight_stable() -> Concept:
    """Return a stable matching of the largest weight; the market has the pair attribute ``weight``.

    Polynomial on strict markets, by a minimum cut of the rotation poset (Irving, Leather and Gusfield 1987); NP-hard
    with ties, by CP-SAT.
    """
    return Concept(rules=(WeakStability(),), stages=(PairWeight(),))


@concept
def maximum_weight() -> Concept:
    """Return a matching of the largest weight, stable or not, by min-cost flow with prices that prove it."""
    return Concept(stages=(PairWeight(),))
