"""Preprocessing for stability with ties: remove pairs that are in no weakly stable matching.

Two arguments, applied until nothing changes, for ties on either side or on both (Irving and Manlove 2009, "Finding
large stable matchings"; Delorme, Garcia, Gondzio, Kalcsics, Manlove and Pettersson 2019; Pettersson et al. 2021):

* *Mentors offer.* Let so few students be left at mentor j at rank t or better that all of them have a seat. In a stable
  matching each of them that listed j is with j or with a mentor it likes as well: otherwise it would want j, and j
  could only refuse it when full with students of rank t or better, itself among them. So its strictly worse pairs go.
  They cannot block either, since it never wants them.
* *Students apply.* Let as many students as j has seats have j as their only best mentor and rank t or better at j. In a
  stable matching j has no student of a worse rank: one of them would be without j and block. So the worse pairs go.
  They cannot block either, since j is full with students that it likes better.

Each removal keeps the set of stable matchings and loses no blocking pair of any of the others, so they may follow one
another in any order, and further rows may narrow the set afterwards. Placement pairs are worse than listed ones for the
student, and never block; both arguments allow for them.
"""

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.form import Form
from mentormatch.market import Market

# Worse than any rank that a market may hold.
_WORST = np.iinfo(np.int32).max


def usable_pairs(form: Form) -> BoolArray:
    """Return the open pairs of a form, less those that provably no matching within its rows contains.

    Bool array of shape (m,). The reduction needs stability over all open choice pairs, one mentor a student at most,
    and rows that hold everybody to the market's quotas; other forms keep all their open pairs.
    """
    market = form.market
    listed = np.flatnonzero(form.open & market.is_choice)
    applies = (
        any(np.isin(listed, stable.pairs).all() for stable in form.stable)
        and bool((market.student_quota <= 1).all())
        and bool(held_to_quota(form, market.student, market.student_quota).all())
        and bool(held_to_quota(form, market.mentor, market.mentor_upper).all())
    )
    return reduce_stable(market, form.open) if applies else form.open


def held_to_quota(form: Form, side: IntArray, quota: IntArray) -> BoolArray:
    """Tell for each student, or for each mentor, whether the hard rows keep it within its quota.

    Parameters
    ----------
    form : Form
    side : int array of shape (m,)
        The student, or the mentor, of each pair.
    quota : int64 array of shape (n,)

    Returns
    -------
    bool array of shape (n,)
        Someone with fewer open pairs than its quota is held without any row.
    """
    size = np.bincount(side[form.open], minlength=len(quota))
    held = np.asarray(size <= quota)
    for rows in form.rows:
        if rows.coeffs is not None and (rows.coeffs < 1).any():
            continue
        at = np.flatnonzero(form.open[rows.pairs])
        owner, ends = rows.owner[at], side[rows.pairs[at]]
        low, high = np.full(len(rows), len(quota)), np.full(len(rows), -1)
        np.minimum.at(low, owner, ends)
        np.maximum.at(high, owner, ends)
        # A row speaks for an individual when it holds all of its open pairs and nobody else's.
        own = np.flatnonzero(low == high)
        whole = np.bincount(owner, minlength=len(rows))[own] == size[high[own]]
        held[high[own[whole & (rows.upper[own] <= quota[high[own]])]]] = True
    return held


def reduce_stable(market: Market, usable: BoolArray) -> BoolArray:
    """Return the usable pairs that some weakly stable matching may contain.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    usable : bool array of shape (m,)
        The candidate pairs; no choice pair among them may block.

    Returns
    -------
    bool array of shape (m,)

    Notes
    -----
    O(m log m) a round; as many rounds as the longest chain of consequences, few in practice.
    """
    alive = usable & (market.student_quota[market.student] > 0) & (market.mentor_upper[market.mentor] > 0)
    wish = np.where(market.is_choice, market.student_rank, _WORST)
    while True:
        left = int(alive.sum())
        _mentors_offer(market, wish, alive)
        _students_apply(market, wish, alive)
        if int(alive.sum()) == left:
            return alive


def _mentors_offer(market: Market, wish: IntArray, alive: BoolArray) -> None:
    at = np.flatnonzero(alive)
    reached = _count_up_to(market.mentor[at], market.mentor_rank[at])
    sure = at[(reached <= market.mentor_upper[market.mentor[at]]) & market.is_choice[at]]
    best = np.full(market.num_students, _WORST)
    np.minimum.at(best, market.student[sure], wish[sure])
    alive &= wish <= best[market.student]


def _students_apply(market: Market, wish: IntArray, alive: BoolArray) -> None:
    at = np.flatnonzero(alive & market.is_choice)
    best = np.full(market.num_students, _WORST)
    np.minimum.at(best, market.student[at], wish[at])
    top = at[wish[at] == best[market.student[at]]]
    only = top[np.bincount(market.student[top], minlength=market.num_students)[market.student[top]] == 1]
    reached = _count_up_to(market.mentor[only], market.mentor_rank[only])
    full = only[reached >= market.mentor_upper[market.mentor[only]]]
    worst = np.full(market.num_mentors, _WORST)
    np.minimum.at(worst, market.mentor[full], market.mentor_rank[full])
    alive &= market.mentor_rank <= worst[market.mentor]


def _count_up_to(owner: IntArray, rank: IntArray) -> IntArray:
    """Return for each entry how many entries of its owner have its rank or a better one."""
    key = owner.astype(np.int64) * (int(rank.max(initial=0)) + 2) + rank
    ordered = np.sort(key)
    first = np.searchsorted(ordered, key - rank, side="left")
    return np.searchsorted(ordered, key, side="right") - first
