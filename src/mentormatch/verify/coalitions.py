"""Is a matching popular, is it Pareto-optimal? From the definitions: no coalition gains by changing places."""

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.constraints.coalitions import Gains, has_gaining_coalition
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching

MOST_CHECKED = 200_000
"""Moves up to which a check is cheap: it looks at every seat of every pair, over and over."""


def num_moves(market: Market) -> int:
    """Return how many moves of a student to a seat there are to look at."""
    return int(np.minimum(market.mentor_upper[market.mentor], market.num_pairs).sum())


def is_popular(
    market: Market, matching: Matching, *, mentors_vote: bool = False, candidates: BoolArray | None = None
) -> bool:
    """Tell whether no matching within the quotas would win a vote against this one.

    Parameters
    ----------
    market : Market
        Every student takes one mentor at most.
    matching : Matching
        Within the upper quotas, of pairs that students listed.
    mentors_vote : bool
        Mentors vote too, once for each seat that changes hands, in the way that is worst for the matching (Brandl and
        Kavitha 2019); else the students alone (Abraham, Irving, Kavitha and Mehlhorn 2007).
    candidates : bool array of shape (m,), optional
        The pairs that can be made; default all.
    """
    who: Gains = "everybody" if mentors_vote else "students"
    return not has_gaining_coalition(market, matching.chosen, who, candidates=candidates)


def is_pareto_optimal(market: Market, matching: Matching) -> bool:
    """Tell whether no matching within the quotas is better for some student and worse for none (one-sided)."""
    return not has_gaining_coalition(market, matching.chosen, "nobody_loses")
