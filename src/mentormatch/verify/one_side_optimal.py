"""Is a stable matching of a strict market the best one for all students, or for all mentors? Without any solver.

Two stable matchings differ by cycles along which everybody on one side gains (rotations: Irving and Leather 1986; with
quotas Bansal, Agrawal and Malhotra 2007). So it is enough to let each individual point at the one change that it could
take part in, and to look for a cycle: there is one just where another stable matching is better for that side.
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching


def is_strict(market: Market) -> bool:
    """Tell whether all pairs are choices, no list has ties, and every student takes one mentor at most. O(m log m)."""
    if not market.is_choice.all() or (market.student_quota > 1).any():
        return False
    for owner, rank in ((market.student, market.student_rank), (market.mentor, market.mentor_rank)):
        key = np.sort(owner * np.int64(int(rank.max(initial=0)) + 1) + rank)
        if (key[1:] == key[:-1]).any():
            return False
    return True


def is_student_optimal(market: Market, matching: Matching) -> bool:
    """Tell whether no stable matching gives any student a better mentor.

    Parameters
    ----------
    market : Market
        For which `is_strict` holds.
    matching : Matching
        Stable, within the quotas.

    Notes
    -----
    Each mentor would next take the best of the students who would rather come to it, and that student would leave its
    mentor, who must take somebody in turn. O(m + k log k).
    """
    if not market.num_pairs:
        return True
    pair_of = _pair_of(market, matching.chosen)
    worth = market.student_rank[pair_of]
    worth[pair_of < 0] = np.iinfo(np.int32).max
    able = (market.mentor_upper[market.mentor] > 0) & (market.student_quota[market.student] > 0)
    would = np.flatnonzero(able & (market.student_rank < worth[market.student]))
    best = would[_first_of_each(market.mentor[would], market.mentor_rank[would], market.num_mentors)]
    left = pair_of[market.student[best]]
    points_at = np.full(market.num_mentors + 1, market.num_mentors)
    points_at[market.mentor[best]] = np.where(left >= 0, market.mentor[left], market.num_mentors)
    return not _has_cycle(points_at)


def is_mentor_optimal(market: Market, matching: Matching) -> bool:
    """Tell whether no stable matching gives any mentor better students; parameters as in `is_student_optimal`.

    Notes
    -----
    Each student would next go to the best of the mentors behind its own who would rather have it, and push out that
    mentor's worst student, who must go on in turn. O(m + n log n).
    """
    if not market.num_pairs:
        return True
    pair_of = _pair_of(market, matching.chosen)
    held = np.flatnonzero(matching.chosen)
    load = np.bincount(market.mentor[held], minlength=market.num_mentors)
    last = held[_first_of_each(market.mentor[held], -market.mentor_rank[held], market.num_mentors)]
    worst = np.full(market.num_mentors, -1)
    worst[market.mentor[last]] = last
    has_room = load < market.mentor_upper
    own = pair_of[market.student]
    behind = (own >= 0) & (market.student_rank > market.student_rank[own])
    pushed = worst[market.mentor]
    better = (pushed >= 0) & (market.mentor_rank < market.mentor_rank[pushed])
    would = np.flatnonzero(behind & (has_room[market.mentor] | better))
    best = would[_first_of_each(market.student[would], market.student_rank[would], market.num_students)]
    j = market.mentor[best]
    points_at = np.full(market.num_students + 1, market.num_students)
    points_at[market.student[best]] = np.where(has_room[j], market.num_students, market.student[worst[j]])
    return not _has_cycle(points_at)


def _pair_of(market: Market, chosen: BoolArray) -> IntArray:
    pair_of = np.full(market.num_students, -1)
    pair_of[market.student[chosen]] = np.flatnonzero(chosen)
    return pair_of


def _first_of_each(owner: IntArray, rank: IntArray, size: int) -> IntArray:
    """Return the position of the smallest rank of each owner that has any."""
    lowest = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(lowest, owner, rank)
    return np.flatnonzero(rank == lowest[owner])


def _has_cycle(points_at: IntArray) -> bool:
    """Tell whether anybody comes back to itself; the last one stands for nobody and points at itself."""
    end = len(points_at) - 1
    steps = 1
    while steps <= end:
        points_at, steps = points_at[points_at], 2 * steps
    return bool((points_at != end).any())
