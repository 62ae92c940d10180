"""Pareto-optimal for the students: nobody can be better off without somebody being worse off."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.verify.coalitions import MOST_CHECKED, is_pareto_optimal, num_moves


def _nobody_can_gain(market: Market, matching: Matching) -> bool:
    one_each = bool((market.student_quota <= 1).all() and market.is_choice.all())
    return not one_each or num_moves(market) > MOST_CHECKED or is_pareto_optimal(market, matching)


@concept
def pareto_optimal() -> Concept:
    """Return a largest Pareto-optimal matching: of the largest ones one with the smallest sum of ranks.

    Mentors have seats and no say (Abraham, Cechlarova, Manlove and Mehlhorn 2004); ties are taken. A flow.
    """
    return Concept(stages=(PlacedStudents(), RankTotal()), holds=_nobody_can_gain)
