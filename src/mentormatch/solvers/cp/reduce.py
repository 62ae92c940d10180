"""Preprocessing for stability with ties: remove pairs that are in no weakly stable matching.

Arguments of two kinds, for ties on either side or on both, applied until nothing changes. By counting (Irving and
Manlove 2009, "Finding large stable matchings"; Delorme, Garcia, Gondzio, Kalcsics, Manlove and Pettersson 2019):

* *Mentors offer.* Let so few students be left at mentor j at rank t or better that all of them have a seat. In a stable
  matching each of them that listed j is with j or with a mentor it likes as well: otherwise it would want j, and j
  could only refuse it when full with students of rank t or better, itself among them.
* *Students apply.* Let as many students as j has seats have j as their only best mentor and rank t or better at j. In a
  stable matching j is full with students of rank t or better: otherwise one of them would be without j and block.

And by flows, where counting for one mentor or for one choice says nothing: `solvers.cp.hall_reduction`, after
Pettersson et al. (2021). Each says that in every stable matching a student ends at rank t or better, or that a mentor
is full with students of rank t or better. Then the worse pairs of the student, or of the mentor, may go:

**Lemma.** The set of stable matchings stays exactly what it was, and so conclusions may follow one another in any
order. *Proof* for a student i; for a mentor the roles change. No stable matching contains a removed pair, so each one
stays a matching, and stable, since fewer pairs can block. Conversely, let a matching be stable after the removal, and
not before: then only removed choice pairs of i block it, so i has nothing of rank t or better. From there let i propose
down its removed pairs, whoever is displaced propose on down its list, and every mentor keep whom it has unless it
strictly prefers the newcomer, as in deferred acceptance. Mentors only gain, so nobody is ever wanted again by a mentor
that refused it before; it ends with a stable matching of the market before the removal. In it i has what it came to,
which is worse than t or nothing: a contradiction. (A placement pair is worse than every listed one and never blocks.)

Further rows may narrow the set afterwards. Enumeration tests the sets on thousands of markets.
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.market.market import Market
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.hall_reduction import NEVER, worst_of_mentors, worst_of_students
from mentormatch.solvers.cp.reduce_capped import reduce_within_caps


def usable_pairs(form: Form) -> BoolArray:
    """Return the open pairs of a form, less those that provably no matching within its rows contains.

    Bool array of shape (m,). The reduction needs stability over all open choice pairs, one mentor a student at most,
    and rows that hold everybody to the market's quotas, or mentors to their nested caps; other forms keep all their
    open pairs.
    """
    market = form.market
    listed = np.flatnonzero(form.open & market.is_choice)
    for part in form.of(StableWithinCaps):
        if _caps_apply(form, part, listed):
            return reduce_within_caps(market, part.caps, form.open)
    applies = (
        any(np.isin(listed, stable.pairs).all() for stable in form.stable)
        and bool((market.student_quota <= 1).all())
        and bool(held_to_quota(form, market.student, market.student_quota).all())
        and bool(held_to_quota(form, market.mentor, market.mentor_upper).all())
    )
    return reduce_stable(market, form.open) if applies else form.open


def _caps_apply(form: Form, part: StableWithinCaps, listed: IntArray) -> bool:
    """Tell whether stability within caps is asked over all open choice pairs, every cap being nested and a hard row."""
    market, caps = form.market, part.caps
    if not (np.isin(listed, part.pairs).all() and (market.student_quota <= 1).all()):
        return False
    if not held_to_quota(form, market.student, market.student_quota).all() or caps.crossing().any():
        return False
    most: dict[bytes, int] = {}
    for rows in form.rows:
        if rows.coeffs is None or not (rows.coeffs < 1).any():
            for number in range(len(rows)):
                key = _open_pairs(form, rows.pairs[rows.start[number] : rows.start[number + 1]])
                most[key] = min(most.get(key, market.num_pairs), int(rows.upper[number]))
    return all(
        len(some) <= upper or most.get(_open_pairs(form, some), market.num_pairs) <= upper
        for some, upper in zip(caps.sets(), caps.upper.tolist(), strict=True)
    )


def _open_pairs(form: Form, pairs: IntArray) -> bytes:
    """Return the open ones of some pairs as a key."""
    return np.sort(pairs[form.open[pairs]]).astype(np.int64).tobytes()


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
    O(m log m) a round, and the flows of `mentormatch.solvers.cp.hall_reduction`; as many rounds as the longest chain of
    consequences, few in practice.
    """
    alive = usable & (market.student_quota[market.student] > 0) & (market.mentor_upper[market.mentor] > 0)
    wish = np.where(market.is_choice, market.student_rank, NEVER)
    while True:
        reduce_by_counting(market, wish, alive)
        left = int(alive.sum())
        alive &= wish <= worst_of_students(market, wish, alive)[market.student]
        alive &= market.mentor_rank <= worst_of_mentors(market, wish, alive)[market.mentor]
        if int(alive.sum()) == left:
            return alive


def reduce_by_counting(market: Market, wish: IntArray, alive: BoolArray) -> None:
    """Remove from the pairs that are left, in place, those that counting shows to be in no stable matching."""
    while True:
        left = int(alive.sum())
        _mentors_offer(market, wish, alive)
        _students_apply(market, wish, alive)
        if int(alive.sum()) == left:
            return


def _mentors_offer(market: Market, wish: IntArray, alive: BoolArray) -> None:
    at = np.flatnonzero(alive)
    reached = _count_up_to(market.mentor[at], market.mentor_rank[at])
    sure = at[(reached <= market.mentor_upper[market.mentor[at]]) & market.is_choice[at]]
    best = np.full(market.num_students, NEVER)
    np.minimum.at(best, market.student[sure], wish[sure])
    alive &= wish <= best[market.student]


def _students_apply(market: Market, wish: IntArray, alive: BoolArray) -> None:
    at = np.flatnonzero(alive & market.is_choice)
    best = np.full(market.num_students, NEVER)
    np.minimum.at(best, market.student[at], wish[at])
    top = at[wish[at] == best[market.student[at]]]
    only = top[np.bincount(market.student[top], minlength=market.num_students)[market.student[top]] == 1]
    reached = _count_up_to(market.mentor[only], market.mentor_rank[only])
    full = only[reached >= market.mentor_upper[market.mentor[only]]]
    worst = np.full(market.num_mentors, NEVER)
    np.minimum.at(worst, market.mentor[full], market.mentor_rank[full])
    alive &= market.mentor_rank <= worst[market.mentor]


def _count_up_to(owner: IntArray, rank: IntArray) -> IntArray:
    """Return for each entry how many entries of its owner have its rank or a better one."""
    key = owner.astype(np.int64) * (int(rank.max(initial=0)) + 2) + rank
    ordered = np.sort(key)
    first = np.searchsorted(ordered, key - rank, side="left")
    return np.searchsorted(ordered, key, side="right") - first
