"""Weakly, strongly and super-stable matchings: found, or proven not to exist."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import StrongStability, SuperStability, WeakStability


@concept
def weakly_stable() -> Concept:
    """Return a weakly stable matching: nobody can both strictly gain (Gale and Shapley 1962; ties by lottery).

    O(m). With ties on either side its size depends on the lottery: `maximum_stable` finds a largest one.
    """
    return Concept(rules=(WeakStability(),))


@concept
def strongly_stable() -> Concept:
    """Return a strongly stable matching, best for the students, or the status infeasible where there is none.

    No pair of which one would gain and the other lose nothing. Polynomial (Irving, Manlove and Scott 2003).
    """
    return Concept(rules=(StrongStability(),))


@concept
def super_stable() -> Concept:
    """Return a super-stable matching, best for the students, or the status infeasible where there is none.

    Stable however the ties are broken. O(m) (Irving, Manlove and Scott 2000).
    """
    return Concept(rules=(SuperStability(),))
