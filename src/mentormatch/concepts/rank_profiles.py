"""Rank profiles without stability: rank-maximal, greedy and generous matchings."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.objectives import Generous, PlacedStudents, RankMaximal


@concept
def rank_maximal() -> Concept:
    """Return a rank-maximal matching: most first choices, then most second ones, ... (Irving et al. 2006). A flow."""
    return Concept(stages=(RankMaximal(),))


@concept
def greedy() -> Concept:
    """Return a greedy maximum matching: rank-maximal among the largest ones (Manlove 2013, chapter 8). A flow."""
    return Concept(stages=(PlacedStudents(), RankMaximal()))


@concept
def generous() -> Concept:
    """Return a generous maximum matching: of the largest ones, fewest at the worst rank, then at the second worst, ...

    Also called fair (Mehlhorn and Michail 2006). A flow.
    """
    return Concept(stages=(PlacedStudents(), Generous()))
