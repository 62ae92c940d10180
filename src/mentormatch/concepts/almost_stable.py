"""Almost stable: a largest matching with the fewest blocking pairs, or with the fewest students in one."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.objectives import FewestBlockingPairs, FewestBlockingStudents, PlacedStudents


@concept
def fewest_blocking_pairs() -> Concept:
    """Return a largest matching with the fewest blocking pairs.

    NP-hard and hard to approximate (Biro, Manlove and Mittal 2010); by CP-SAT.
    """
    return Concept(stages=(PlacedStudents(), FewestBlockingPairs()))


@concept
def fewest_blocking_students() -> Concept:
    """Return a largest matching with the fewest students in a blocking pair. NP-hard; by CP-SAT."""
    return Concept(stages=(PlacedStudents(), FewestBlockingStudents()))
