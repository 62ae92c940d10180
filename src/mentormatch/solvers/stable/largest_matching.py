"""A largest matching, stable or not, and who is in all of them: a bound, and what follows where it is met."""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market
from mentormatch.solvers.flow.ortools_graph import new_max_flow


@dataclass(frozen=True, eq=False)
class LargestMatching:
    """A matching with as many of some pairs as quotas allow, every student once.

    Parameters
    ----------
    chosen : bool array of shape (m,)
    student_always : bool array of shape (n,)
        Students that every largest matching places.
    mentor_always_full : bool array of shape (k,)
        Mentors whose seats every largest matching fills.
    """

    chosen: BoolArray
    student_always: BoolArray
    mentor_always_full: BoolArray


def largest_matching(market: Market, usable: BoolArray) -> LargestMatching:
    """Find a largest matching by maximum flow, and by alternating paths who is in all of them.

    A student is left out of some largest matching when an alternating path leads to it from a student that this one
    leaves out; a mentor has room in some when one leads to it from a mentor with room (Dulmage and Mendelsohn 1958).

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    usable : bool array of shape (m,)

    Notes
    -----
    O(m) for the paths times their length; the flow is OR-tools'.
    """
    at = np.flatnonzero(usable)
    n, k = market.num_students, market.num_mentors
    i, j = market.student[at].astype(np.int64), market.mentor[at].astype(np.int64)
    # No more seats than candidates: quotas may be beyond the flow's range.
    seats = np.minimum(market.mentor_upper, np.bincount(j, minlength=k))
    source, sink = n + k, n + k + 1
    flow = new_max_flow()
    arcs = flow.add_arcs_with_capacity(
        np.concatenate([i, np.full(n, source), n + np.arange(k)]).astype(np.int32),
        np.concatenate([n + j, np.arange(n), np.full(k, sink)]).astype(np.int32),
        np.concatenate([np.ones(len(at) + n, np.int64), seats]),
    )
    if flow.solve(source, sink) != flow.OPTIMAL:
        raise ArithmeticError("the maximum flow was not found")
    matched = flow.flows(arcs)[: len(at)] > 0
    chosen = np.zeros(market.num_pairs, bool)
    chosen[at[matched]] = True
    left = np.bincount(i, minlength=n) > 0
    left &= np.bincount(i[matched], minlength=n) == 0
    left |= np.bincount(i, minlength=n) == 0
    room = np.bincount(j[matched], minlength=k) < market.mentor_upper
    return LargestMatching(
        chosen=chosen,
        student_always=~_reach(i, j, matched, left, k),
        mentor_always_full=~_reach(j, i, matched, room, n),
    )


def _reach(near: IntArray, far: IntArray, matched: BoolArray, start: BoolArray, num_far: int) -> BoolArray:
    """Return who of the near side alternating paths reach: out over pairs that are not matched, back over matched."""
    reached = start.copy()
    while True:
        passed = np.zeros(num_far, bool)
        passed[far[~matched & reached[near]]] = True
        back = near[matched & passed[far]]
        if reached[back].all():
            return reached
        reached[back] = True
