"""Deferred acceptance between two sides of strict orders and nested caps: rounds of numpy, and a tail one by one.

What a receiver holds only gets better, so it is told by *cutoffs*: the worst pair that it holds under each cap that is
full (Azevedo and Leshno 2016). A pair whose order is not before the cutoffs of all caps around it is rejected for good,
and no list of past rejections is needed: in every round each proposer that misses somebody offers itself to the best
receivers that would take it now. The order in which offers are made does not change the outcome (McVitie and Wilson 1971),
so a round may also put off some of its offers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mentormatch.arrays import BoolArray, IntArray, group_starts

# Below this many proposers a round of numpy costs more than their offers one by one.
_TAIL = 48
# From this many offers for each receiver on, sorting all that it has is cheaper than taking one offer in a round.
_CROWD = 3
_FREE, _CLOSED = np.iinfo(np.int64).max, np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Caps:
    """One cap for each individual of a side on some of its pairs.

    Parameters
    ----------
    member : bool array of shape (m,)
        The pairs that count.
    upper : int64 array
        Most of them that each individual takes.
    """

    member: BoolArray
    upper: IntArray


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a market under strict orders.

    Parameters
    ----------
    owner : integer array of shape (m,)
        The individual of this side in each pair.
    order : int64 array of shape (m,)
        Smaller is better; strict within each individual.
    caps : sequence of Caps
        Nested within each individual, inner before outer. Each takes its best pairs subject to all of them.
    size : int
        Number of individuals.
    """

    owner: IntArray
    order: IntArray
    caps: Sequence[Caps]
    size: int

    def ranked(self, pairs: IntArray) -> IntArray:
        """Return pairs sorted by individual, best first."""
        owner, order = self.owner[pairs], self.order[pairs]
        low, high = (int(order.min()), int(order.max())) if len(order) else (0, 0)
        if self.size * (high - low + 1) >= 2**63:
            return pairs[np.lexsort((order, owner))]
        return pairs[np.argsort(owner * np.int64(high - low + 1) + (order - low))]

    def choose(self, pairs: IntArray) -> tuple[IntArray, IntArray]:
        """Split pairs into those that their individuals take and the others, both sorted by individual, best first.

        Taking the best subject to nested caps is the greedy algorithm on a laminar matroid, and keeping the best of each
        cap from the inside out comes to the same: a choice function that is substitutable, so deferred acceptance works
        (classified stable matching: Huang 2010; Fleiner and Kamiyama 2016).
        """
        ranked = self.ranked(pairs)
        keep = np.ones(len(ranked), bool)
        for cap in self.caps:
            inside = np.flatnonzero(keep & cap.member[ranked])
            owner = self.owner[ranked[inside]]
            keep[inside[_place_in_group(owner) >= cap.upper[owner]]] = False
        return ranked[keep], ranked[~keep]


def deferred_acceptance(pairs: IntArray, proposers: Side, receivers: Side) -> IntArray:
    """Return the stable matching that is best for all proposers at once.

    Parameters
    ----------
    pairs : int64 array
        Positions of the pairs that may be made, sorted by proposer.
    proposers, receivers : Side

    Returns
    -------
    int64 array
        Positions of the matched pairs, ascending.

    Notes
    -----
    Every pair is offered once at most, and an offer looks at the proposer's list: O(m l) for lists of length l at worst;
    in practice a few passes over the pairs, because lists are shortened as cutoffs fall.
    """
    held = _Held(pairs, receivers)
    lists = _Lists(pairs, proposers, held)
    active = lists.everybody()
    while len(active) > _TAIL:
        active = lists.owners(held.take(lists.offers(active)))
    _Tail(proposers, receivers, held, lists).run(active.tolist())
    return np.sort(held.pairs())


class _Held:
    """What the receivers hold, in slots, and the cutoffs that follow from it."""

    def __init__(self, pairs: IntArray, side: Side) -> None:
        self.side = side
        self.covers = [bool(cap.member[pairs].all()) for cap in side.caps]
        self.cutoff = [np.where(cap.upper > 0, _FREE, _CLOSED) for cap in side.caps]
        room = np.bincount(side.owner[pairs], minlength=side.size)
        for cap, covers in zip(side.caps, self.covers, strict=True):
            room = np.minimum(room, cap.upper) if covers else room
        self.start = np.concatenate([[0], np.cumsum(room)])
        self.slots = np.zeros(int(self.start[-1]), np.int64)
        self.load = np.zeros(side.size, np.int64)
        self._worst = self.start[:-1].copy()
        self._is_plain = self.covers == [True]

    def pairs(self) -> IntArray:
        """Return all pairs that are held."""
        return self.slots[_ranges(self.start[:-1], self.load)]

    def accepts(self, pairs: IntArray) -> BoolArray:
        """Tell which pairs would be taken now, were they offered (those that are held already may be among them)."""
        owner, order = self.side.owner[pairs], self.side.order[pairs]
        accepted = np.ones(len(pairs), bool)
        for cap, covers, cutoff in zip(self.side.caps, self.covers, self.cutoff, strict=True):
            below = order < cutoff[owner]
            accepted &= below if covers else below | ~cap.member[pairs]
        return accepted

    def take(self, offers: IntArray) -> IntArray:
        """Take offers that would all be accepted alone; return the pairs that are rejected, and the offers put off."""
        owner = self.side.owner[offers]
        touched = np.zeros(self.side.size, bool)
        touched[owner] = True
        receivers = np.flatnonzero(touched)
        if self._is_plain and len(offers) < _CROWD * len(receivers):
            return self._take_one_each(offers, owner)
        before = self.slots[_ranges(self.start[receivers], self.load[receivers])]
        accepted, rejected = self.side.choose(np.concatenate([before, offers]))
        self._store(receivers, accepted)
        return rejected

    def _store(self, receivers: IntArray, accepted: IntArray) -> None:
        owner = self.side.owner[accepted]
        self.slots[self.start[owner] + _place_in_group(owner)] = accepted
        self.load[receivers] = np.bincount(owner, minlength=self.side.size)[receivers]
        self._worst[receivers] = self.start[receivers] + self.load[receivers] - 1
        for cap, cutoff in zip(self.side.caps, self.cutoff, strict=True):
            inside = accepted[cap.member[accepted]]
            last = _last_of_group(self.side.owner[inside])
            ends = self.side.owner[inside[last]]
            full = np.diff(last, prepend=-1) >= cap.upper[ends]
            # A cap may lose a pair to one around it, which is full from then on with all of its pairs before the lost one.
            cutoff[ends[full]] = np.minimum(cutoff[ends[full]], self.side.order[inside[last[full]]])

    def _take_one_each(self, offers: IntArray, owner: IntArray) -> IntArray:
        """Take one offer for each receiver: it fills a free slot or the slot of the worst pair. The others wait."""
        number = np.arange(len(offers))
        chosen = np.empty(self.side.size, np.int64)
        chosen[owner] = number
        first = chosen[owner] == number
        offers, waiting, owner = offers[first], offers[~first], owner[first]
        upper = self.side.caps[0].upper[owner]
        full = self.load[owner] >= upper
        slot = np.where(full, self._worst[owner], self.start[owner] + self.load[owner])
        out = self.slots[slot[full]]
        self.slots[slot] = offers
        self.load[owner[~full]] += 1
        now_full = owner[self.load[owner] >= upper]
        count = self.load[now_full]
        slots = _ranges(self.start[now_full], count)
        order = self.side.order[self.slots[slots]]
        begin = np.cumsum(count) - count
        if len(begin):
            worst = np.maximum.reduceat(order, begin)
            self.cutoff[0][now_full] = worst
            at = slots[order == np.repeat(worst, count)]
            self._worst[self.side.owner[self.slots[at]]] = at
        return np.concatenate([out, waiting])

    def as_list(self, receiver: int) -> list[tuple[int, int]]:
        """Return what a receiver holds as (order, pair), best first."""
        mine = self.slots[self.start[receiver] : self.start[receiver] + self.load[receiver]]
        return sorted(zip(self.side.order[mine].tolist(), mine.tolist(), strict=True))


class _Lists:
    """The proposers' lists, and what they would offer next."""

    def __init__(self, pairs: IntArray, side: Side, held: _Held) -> None:
        self.side = side
        self._held = held
        self._pairs = pairs
        self.start = group_starts(side.owner[pairs], side.size)
        self._work = 0
        self.takes_one = len(side.caps) == 1 and bool((side.caps[0].upper <= 1).all())
        self.takes_one = self.takes_one and bool(side.caps[0].member[pairs].all())

    def everybody(self) -> IntArray:
        """Return the proposers that may offer anything."""
        able = np.diff(self.start) > 0
        if self.takes_one:
            able &= self.side.caps[0].upper > 0
        return np.flatnonzero(able)

    def owners(self, pairs: IntArray) -> IntArray:
        """Return the distinct proposers of pairs, ascending."""
        there = np.zeros(self.side.size, bool)
        there[self.side.owner[pairs]] = True
        return np.flatnonzero(there)

    def of(self, proposer: int) -> IntArray:
        """Return the list of one proposer, in no order."""
        return self._pairs[self.start[proposer] : self.start[proposer + 1]]

    def offers(self, active: IntArray) -> IntArray:
        """Return what some proposers offer now beside what is held: their choice among all that would accept."""
        self._shorten(active)
        mine = self._pairs[_ranges(self.start[active], np.diff(self.start)[active])]
        mine = mine[self._held.accepts(mine)]
        if self.takes_one:
            return _best_of_group(mine, self.side.owner[mine], self.side.order[mine])
        held = self._is_held(active)
        chosen, _ = self.side.choose(np.concatenate([mine[~held[mine]], np.flatnonzero(held)]))
        return chosen[~held[chosen]]

    def _is_held(self, active: IntArray) -> BoolArray:
        mine = np.zeros(self.side.size, bool)
        mine[active] = True
        pairs = self._held.pairs()
        held = np.zeros(len(self.side.owner), bool)
        held[pairs[mine[self.side.owner[pairs]]]] = True
        return held

    def _shorten(self, active: IntArray) -> None:
        """Drop what is rejected for good once as much has been looked at as the lists are long."""
        if self._work > len(self._pairs):
            keep = self._held.accepts(self._pairs)
            if not self.takes_one:
                keep |= np.isin(self._pairs, self._held.pairs())
            self._pairs = self._pairs[keep]
            self.start = group_starts(self.side.owner[self._pairs], self.side.size)
            self._work = 0
        self._work += int(np.diff(self.start)[active].sum())


@dataclass
class _Tail:
    """The last offers, one by one. Lists are built for those only that the tail reaches: few of a large market."""

    proposers: Side
    receivers: Side
    held: _Held
    lists: _Lists
    wishes: dict[int, list[int]] = field(default_factory=dict)
    taken: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def run(self, active: list[int]) -> None:
        """Let some proposers offer themselves until nobody is rejected."""
        stack = active[::-1]
        while stack:
            for pair in self._offers(stack.pop()):
                rejected = self._admit(pair)
                if rejected is not None:
                    stack.append(int(self.proposers.owner[rejected]))
        self._put_back()
