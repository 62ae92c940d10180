"""Preprocessing for stability with ties: remove pairs that are in no weakly stable matching.

Two arguments, applied until nothing changes (Irving and Manlove 2009; Delorme et al. 2019), for ties on either side:

* *Mentors offer.* If so few students are left at a mentor at rank t or better that all of them have a seat, none of
  them can end up with a mentor that it strictly likes less: it would block with this one.
* *Students apply.* If as many students as a mentor has seats have this mentor as their only best choice and stand at
  rank t or better, the mentor never takes a student of a worse rank: one of them would be elsewhere and block.

Only pairs of no weakly stable matching go, and none that could block comes to block unseen, so the set of weakly stable
matchings stays the same.
"""

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.market import Market


def reduce_stable(market: Market, usable: BoolArray) -> BoolArray:
    """Return the usable pairs that some weakly stable matching may contain.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    usable : bool array of shape (m,)
        The candidate pairs, all of them choice pairs, over which no pair may block.

    Returns
    -------
    bool array of shape (m,)

    Notes
    -----
    O(m log m) a round; as many rounds as the longest chain of consequences, few in practice.
    """
    alive = usable.copy()
    while True:
        left = int(alive.sum())
        _mentors_offer(market, alive)
        _students_apply(market, alive)
        if int(alive.sum()) == left:
            return alive


def _mentors_offer(market: Market, alive: BoolArray) -> None:
    at = np.flatnonzero(alive)
    reached = _count_up_to(market.mentor[at], market.mentor_rank[at])
    sure = at[reached <= market.mentor_upper[market.mentor[at]]]
    best = np.full(market.num_students, np.iinfo(np.int32).max)
    np.minimum.at(best, market.student[sure], market.student_rank[sure])
    alive &= market.student_rank <= best[market.student]


def _students_apply(market: Market, alive: BoolArray) -> None:
    at = np.flatnonzero(alive)
    best = np.full(market.num_students, np.iinfo(np.int32).max)
    np.minimum.at(best, market.student[at], market.student_rank[at])
    top = at[market.student_rank[at] == best[market.student[at]]]
    only = top[np.bincount(market.student[top], minlength=market.num_students)[market.student[top]] == 1]
    reached = _count_up_to(market.mentor[only], market.mentor_rank[only])
    full = only[reached >= market.mentor_upper[market.mentor[only]]]
    worst = np.full(market.num_mentors, np.iinfo(np.int32).max)
    np.minimum.at(worst, market.mentor[full], market.mentor_rank[full])
    worst[market.mentor_upper == 0] = 0
    alive &= market.mentor_rank <= worst[market.mentor]


def _count_up_to(owner: IntArray, rank: IntArray) -> IntArray:
    """Return for each entry how many entries of its owner have its rank or a better one."""
    key = owner.astype(np.int64) * (int(rank.max(initial=0)) + 2) + rank
    ordered = np.sort(key)
    first = np.searchsorted(ordered, key - rank, side="left")
    return np.searchsorted(ordered, key, side="right") - first
