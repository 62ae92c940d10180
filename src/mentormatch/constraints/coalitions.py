"""Coalitions: groups of students, perhaps with their mentors, who would change places and gain by it.

Every way from one matching to another is a set of cycles along which students move from seat to seat; a seat that stays
empty and a student without a mentor close a cycle through nobody. What a matching lacks in popularity or in Pareto
optimality is a cycle of positive gain, found by Bellman and Ford's relaxation, without any solver.
"""

from typing import Literal

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import MAX_RANK, Market

Gains = Literal["students", "everybody", "nobody_loses"]


def has_gaining_coalition(
    market: Market, chosen: BoolArray, gains: Gains, *, candidates: BoolArray | None = None
) -> bool:
    """Tell whether some students would change places.

    Parameters
    ----------
    market : Market
        Every student takes one mentor at most.
    chosen : bool array of shape (m,)
        A matching within the quotas.
    gains : {"students", "everybody", "nobody_loses"}
        What makes a coalition gain: more of its students prefer the change than the present state; the same with the
        votes of the mentors, one for each seat that changes hands; or some student prefers it and none the other.
    candidates : bool array of shape (m,), optional
        The pairs that can be made; default all.

    Notes
    -----
    O(seats x moves), where a move is a pair and a seat of its mentor.
    """
    tail, head, gain, size = _moves(
        market, chosen, np.ones(market.num_pairs, bool) if candidates is None else candidates, gains == "everybody"
    )
    if gains == "nobody_loses":
        tail, head, gain = tail[gain >= 0], head[gain >= 0], gain[gain >= 0]
    return _has_positive_cycle(size, tail, head, gain)


def _moves(
    market: Market, chosen: BoolArray, candidates: BoolArray, mentors_vote: bool
) -> tuple[IntArray, IntArray, IntArray, int]:
    """Return who may move where, as arcs between seats; the last seat is nobody's."""
    seats, sitter = _seats(market, chosen)
    nobody = len(seats)
    place = np.full(market.num_students, nobody, np.int64)
    place[market.student[sitter[sitter >= 0]]] = np.flatnonzero(sitter >= 0)
    wish = np.where(market.is_choice, market.student_rank, MAX_RANK + 1)
    now = np.full(market.num_students, MAX_RANK + 2, np.int64)
    now[market.student[chosen]] = wish[chosen]
    # A student to each seat of each mentor that it listed, but its own.
    able = np.flatnonzero(candidates & market.is_choice & ~chosen & (market.student_quota[market.student] > 0))
    first = np.searchsorted(seats, market.mentor[able], side="left")
    number = np.searchsorted(seats, market.mentor[able], side="right") - first
    pair = np.repeat(able, number)
    into = np.repeat(first, number) + np.arange(len(pair)) - np.repeat(np.cumsum(number) - number, number)
    gain = np.sign(now[market.student[pair]] - wish[pair]).astype(np.int64)
    if mentors_vote:
        held = np.where(sitter >= 0, market.mentor_rank[np.maximum(sitter, 0)], MAX_RANK + 2)
        gain += np.sign(held[into] - market.mentor_rank[pair])
    sits = np.flatnonzero(sitter >= 0)
    empty = np.flatnonzero(sitter < 0)
    every = np.arange(nobody)
    left = np.where(sitter >= 0, -int(mentors_vote), 0)
    return (
        np.concatenate([place[market.student[pair]], sits, empty, np.full(nobody, nobody)]),
        np.concatenate([into, np.full(len(sits) + len(empty), nobody), every]),
        np.concatenate([gain, np.full(len(sits), -1), np.zeros(len(empty), np.int64), left]),
        nobody + 1,
    )


def _seats(market: Market, chosen: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the mentor of each seat, ascending, and the pair that fills it or -1; no more seats than pairs."""
    pairs = market.by_mentor[chosen[market.by_mentor]].astype(np.int64)
    load = np.bincount(market.mentor[pairs], minlength=market.num_mentors)
    listed = np.bincount(market.mentor, minlength=market.num_mentors)
    room = np.maximum(np.minimum(market.mentor_upper, listed), load)
    seats = np.repeat(np.arange(market.num_mentors), room)
    sitter = np.full(len(seats), -1, np.int64)
    begin = np.cumsum(room) - room
    place = begin[market.mentor[pairs]] + np.arange(len(pairs)) - (np.cumsum(load) - load)[market.mentor[pairs]]
    sitter[place] = pairs
    return seats, sitter


def _has_positive_cycle(size: int, tail: IntArray, head: IntArray, gain: IntArray) -> bool:
    best = np.zeros(size, np.int64)
    for _ in range(size + 1):
        new = best.copy()
        np.maximum.at(new, head, best[tail] + gain)
        if (new == best).all():
            return False
        best = new
    return True
