"""Blocking pairs in the strong and in the super sense, and envy, from their definitions, one pair after the other."""

from typing import Literal

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching

Kind = Literal["weak", "strong", "super", "envy"]


def blocking_pairs_of_kind(market: Market, matching: Matching, kind: Kind) -> IntArray:
    """Return the choice pairs that block a matching in some sense.

    Parameters
    ----------
    market : Market
    matching : Matching
    kind : {"weak", "strong", "super", "envy"}
        Both ends strictly prefer each other to something they have; one does and the other does not lose; neither
        loses; both strictly prefer, and a free seat is nothing that a mentor would change.

    Returns
    -------
    int64 array
        Positions, ascending.

    Notes
    -----
    O(m) looks at what both ends of a pair have; for checking, not for search.
    """
    has: list[list[int]] = [[] for _ in market.student_ids]
    holds: list[list[int]] = [[] for _ in market.mentor_ids]
    for pair in matching.pairs.tolist():
        has[int(market.student[pair])].append(int(market.student_rank[pair]) or 2**31)
        holds[int(market.mentor[pair])].append(int(market.mentor_rank[pair]))
    found = []
    for pair in np.flatnonzero(market.is_choice & ~matching.chosen).tolist():
        i, j = int(market.student[pair]), int(market.mentor[pair])
        places, seats = int(market.student_quota[i]), int(market.mentor_upper[j])
        if places == 0 or seats == 0:
            continue
        mine, theirs = int(market.student_rank[pair]), int(market.mentor_rank[pair])
        free_place, free_seat = len(has[i]) < places, len(holds[j]) < seats
        student_gains = free_place or max(has[i]) > mine
        student_agrees = free_place or max(has[i]) >= mine
        mentor_prefers = any(rank > theirs for rank in holds[j])
        mentor_gains = free_seat or mentor_prefers
        mentor_agrees = free_seat or max(holds[j]) >= theirs
        blocks = {
            "weak": student_gains and mentor_gains,
            "strong": (student_gains and mentor_agrees) or (student_agrees and mentor_gains),
            "super": student_agrees and mentor_agrees,
            "envy": student_gains and mentor_prefers,
        }
        if blocks[kind]:
            found.append(pair)
    return np.array(found, np.int64)
