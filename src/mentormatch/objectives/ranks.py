"""The rank that a stage counts for a pair: the student's, and one worse than all for a placement pair."""

from collections import Counter

import numpy as np

from mentormatch.arrays import IntArray
from mentormatch.market import Market
from mentormatch.matching import Matching


def counted_ranks(market: Market) -> IntArray:
    """Return the rank of every pair, int64 of shape (m,): 1 is best, `Market.placement_rank` for placement pairs."""
    return np.where(market.is_choice, market.student_rank, market.placement_rank).astype(np.int64)


def rank_counts(market: Market, matching: Matching) -> Counter[int]:
    """Return how many matched pairs have each rank, read pair by pair from the ids."""
    counts: Counter[int] = Counter()
    for student_id, mentor_id in matching.ids():
        pair = market.pair_index(student_id, mentor_id)
        rank = 0 if pair is None else int(market.student_rank[pair])
        counts[rank or market.placement_rank] += 1
    return counts


def worst_rank(market: Market) -> int:
    """Return the worst rank that any pair of the market counts."""
    return int(counted_ranks(market).max(initial=0))
