"""Who provably never ends worse than some rank in a weakly stable matching, by Hall's condition on small networks.

The graph-based preprocessing of Pettersson, Delorme, Garcia, Gondzio, Kalcsics and Manlove (2021), for ties on either
side or on both, and with the seats of mentors counted:

* *A student.* Suppose that student i ends worse than rank t in a stable matching, or alone. Then every mentor j that i
  ranks t or better is full with students that j likes at least as well as i, none of them i. So these students must be
  able to fill all the seats of these mentors, each student once. If a maximum flow cannot saturate the seats, the
  supposition was wrong: i always ends at rank t or better.
* *A mentor.* Suppose that mentor j is not full with students of rank t or better in a stable matching. Then every
  student that listed j and whom j ranks t or better is with j, which takes fewer of them than it has seats, or with
  another mentor that it likes at least as well as j. If a maximum flow cannot place them all so, the supposition was
  wrong: j is always full with students of rank t or better.

By Hall's theorem the flow through *all* mentors of rank t or better fails where any subset of them would, so the
heuristics of the paper that look for a subset find no more. `solvers.cp.reduce` tells why the worse pairs may
go. Most suppositions cannot be refuted, which counting shows; the others are put side by side into one network.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market
from mentormatch.solvers.cp.prefixes import Prefixes
from mentormatch.solvers.flow.ortools_graph import new_max_flow

# Suppositions speak of so many pairs at most, and their networks have so many arcs; beyond, none is looked at, or the
# larger ones are left out.
_MOST_MEMBERS, _MOST_ARCS = 3_000_000, 2_000_000
NEVER = np.iinfo(np.int32).max
"""The rank of those of whom nothing is known."""


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The pairs that are left, as arrays of one shape."""

    student: IntArray
    mentor: IntArray
    wish: IntArray
    rank: IntArray
    is_choice: BoolArray
    seats: IntArray


@dataclass(frozen=True, eq=False)
class _Suppositions:
    """For each of some (owner, rank) the pairs that it speaks of.

    Parameters
    ----------
    pair : int64 array
        A pair of each supposition's owner and rank.
    number, member : int64 arrays
        The supposition, and a pair of its owner of that rank or better.
    """

    pair: IntArray
    number: IntArray
    member: IntArray

    def only(self, which: BoolArray) -> "_Suppositions":
        """Return some of them, numbered anew."""
        keep = which[self.number]
        return _Suppositions(self.pair[which], (np.cumsum(which) - 1)[self.number[keep]], self.member[keep])


def worst_of_students(market: Market, wish: IntArray, alive: BoolArray) -> IntArray:
    """Return for each student a rank that it does at least as well as in every stable matching; `NEVER` for none.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    wish : integer array of shape (m,)
        The student's rank of each pair; placement pairs worse than all others.
    alive : bool array of shape (m,)
        The pairs that are left; all choice pairs among them may block.

    Notes
    -----
    O(a log a) for a arcs of the suppositions that counting leaves, and their maximum flow.
    """
    left = _left(market, wish, alive)
    worst = np.full(market.num_students, NEVER, np.int64)
    doubtful = left.is_choice & (left.wish < _largest(left.student, left.wish, market.num_students)[left.student])
    suppositions = _suppositions(left.student, left.wish, np.flatnonzero(doubtful))
    if suppositions is None:
        return worst
    fillers = Prefixes(left.mentor, left.rank)
    member = suppositions.member
    others = fillers.count[member] - 1
    seats = left.seats[member]
    # In order of how many could fill them, mentors have enough fillers for themselves and all before: never refuted.
    suppositions = suppositions.only(_is_short(suppositions.number, others, seats, np.zeros_like(suppositions.pair)))
    suppositions = _affordable(suppositions, fillers)
    member = suppositions.member
    row, filler = fillers.members(member)
    other = filler != member[row]
    row, filler = row[other], filler[other]
    seats = left.seats[member]
    flow = _flow(suppositions, row, left.student[filler], seats[row], np.ones_like(row))
    needed = np.bincount(suppositions.number, seats, minlength=len(suppositions.pair))
    refuted = suppositions.pair[flow < needed]
    np.minimum.at(worst, left.student[refuted], left.wish[refuted])
    return worst


def worst_of_mentors(market: Market, wish: IntArray, alive: BoolArray) -> IntArray:
    """Return for each mentor a rank such that it is full, with nobody worse, in every stable matching; or `NEVER`.

    Parameters and notes as for `worst_of_students`.
    """
    left = _left(market, wish, alive)
    worst = np.full(market.num_mentors, NEVER, np.int64)
    last = _largest(left.mentor, left.rank, market.num_mentors)
    # Only who listed a mentor can insist on it.
    pairs = np.flatnonzero(left.is_choice)
    asking = Prefixes(left.mentor[pairs], left.rank[pairs])
    doubtful = (left.rank[pairs] < last[left.mentor[pairs]]) & (asking.count >= left.seats[pairs])
    suppositions = _suppositions(left.mentor[pairs], left.rank[pairs], np.flatnonzero(doubtful))
    if suppositions is None:
        return worst
    options = Prefixes(left.student[pairs], left.wish[pairs])
    number, option = options.members(np.arange(len(pairs)))
    elsewhere = np.bincount(number, left.seats[pairs][option], minlength=len(pairs)) - left.seats[pairs]
    member = suppositions.member
    own = left.seats[pairs][suppositions.pair] - 1
    short = _is_short(suppositions.number, elsewhere[member], np.ones(len(member), np.int64), own)
    suppositions = _affordable(suppositions.only(short), options)
    member = suppositions.member
    row, option = options.members(member)
    other = option != member[row]
    row, option = row[other], option[other]
    flow = _flow(suppositions, row, left.mentor[pairs][option], np.ones_like(row), left.seats[pairs][option])
    own = left.seats[pairs][suppositions.pair] - 1
    needed = np.bincount(suppositions.number, minlength=len(suppositions.pair)) - own
    refuted = pairs[suppositions.pair[flow < needed]]
    np.minimum.at(worst, left.mentor[refuted], left.rank[refuted])
    return worst


def _left(market: Market, wish: IntArray, alive: BoolArray) -> _Pairs:
    at = np.flatnonzero(alive)
    # Placement pairs are worse than every listed one, and equal.
    wishes = np.minimum(wish[at].astype(np.int64), int(market.student_rank.max(initial=0)) + 1)
    return _Pairs(
        market.student[at].astype(np.int64),
        market.mentor[at].astype(np.int64),
        wishes,
        market.mentor_rank[at].astype(np.int64),
        market.is_choice[at],
        np.minimum(market.mentor_upper[market.mentor[at]], len(at) + 1),
    )


def _largest(owner: IntArray, rank: IntArray, number: int) -> IntArray:
    largest = np.zeros(number, np.int64)
    np.maximum.at(largest, owner, rank)
    return largest


def _suppositions(owner: IntArray, rank: IntArray, doubtful: IntArray) -> _Suppositions | None:
    """Return one supposition for each owner and rank of doubtful entries; None where they speak of too much."""
    key = owner[doubtful] * (int(rank.max(initial=0)) + 1) + rank[doubtful]
    first = doubtful[np.unique(key, return_index=True)[1]]
    before = Prefixes(owner, rank)
    if not len(first) or int(before.count[first].sum()) > _MOST_MEMBERS:
        return None
    return _Suppositions(first, *before.members(first))


def _is_short(number: IntArray, supply: IntArray, demand: IntArray, slack: IntArray) -> BoolArray:
    """Tell of which suppositions counting does not show that all demand can be met.

    Members go in order of supply; where each has enough for itself and all before it, less the slack, they can be
    served one after the other.
    """
    order = np.lexsort((supply, number))
    which = number[order]
    total = np.cumsum(demand[order])
    begin = np.searchsorted(which, which)
    reached = total - np.concatenate([[0], total])[begin]
    short = np.zeros(len(slack), bool)
    short[which[supply[order] < reached - slack[which]]] = True
    return short


def _affordable(suppositions: _Suppositions, prefixes: Prefixes) -> _Suppositions:
    """Leave out the largest suppositions where the network would have too many arcs."""
    arcs = np.bincount(suppositions.number, prefixes.count[suppositions.member], minlength=len(suppositions.pair))
    order = np.argsort(arcs, kind="stable")
    affordable = np.zeros(len(arcs), bool)
    affordable[order] = np.cumsum(arcs[order]) <= _MOST_ARCS
    return suppositions.only(affordable)


def _flow(suppositions: _Suppositions, row: IntArray, far: IntArray, demand: IntArray, supply: IntArray) -> IntArray:
    """Return the maximum flow of each supposition's network.

    Parameters
    ----------
    suppositions : _Suppositions
    row : int64 array
        Which member each arc leaves, ascending.
    far : int64 array
        Who stands at its other end.
    demand, supply : int64 arrays
        Capacity of the member, and of the other end.
    """
    found = np.zeros(len(suppositions.pair), np.int64)
    if not len(row):
        return found
    number = suppositions.number[row]
    near, at_near, tail = np.unique(row, return_index=True, return_inverse=True)
    key = number * (int(far.max()) + 1) + far
    ends, at_far, head = np.unique(key, return_index=True, return_inverse=True)
    n, k = len(near), len(ends)
    source, sink = n + k, n + k + 1
    flow = new_max_flow()
    arcs = flow.add_arcs_with_capacity(
        np.concatenate([np.full(n, source), tail, n + np.arange(k)]).astype(np.int32),
        np.concatenate([np.arange(n), n + head, np.full(k, sink)]).astype(np.int32),
        np.concatenate([demand[at_near], np.ones(len(row), np.int64), supply[at_far]]),
    )
    if flow.solve(source, sink) != flow.OPTIMAL:
        raise ArithmeticError("the maximum flow was not found")
    np.add.at(found, number[at_near], flow.flows(arcs)[:n])
    return found
