"""The rank that a stage counts for a pair: the student's, and one worse than all for a placement pair."""

from collections import Counter

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching


def counted_ranks(market: Market) -> IntArray:
    """Return the rank of every pair, int64 of shape (m,): 1 is best, `Market.placement_rank` for placement pairs."""
    return np.where(market.is_choice, market.student_rank, market.placement_rank).astype(np.int64)


def rank_counts(market: Market, matching: Matching) -> Counter[int]:
    """Return how many matched pairs have each rank, counted pair by pair."""
    return Counter(rank or market.placement_rank for rank in market.student_rank[matching.pairs].tolist())


def worst_rank(market: Market) -> int:
    """Return the worst rank that any pair of the market counts."""
    return int(counted_ranks(market).max(initial=0))
