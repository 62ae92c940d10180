"""Deferred acceptance between two sides of strict orders and nested caps: rounds of numpy, and a tail one by one.

Where each proposer takes one and each receiver has one quota, `mentormatch.solvers.stable.single_proposals` takes over.

What a receiver holds only gets better, so it is told by *cutoffs*: the worst pair that it holds under each cap that is
full (Azevedo and Leshno 2016). A pair whose order is not before the cutoffs of all caps around it is rejected for good,
and no list of past rejections is needed: in every round each proposer that misses somebody offers itself to the best
receivers that would take it now. The order in which offers are made does not change the outcome (McVitie and Wilson
1971), so a round may also put off some of its offers.
"""

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray, group_starts
from mentormatch.solvers.stable.single_proposals import Lists, single_proposals

# Below this many proposers a round of numpy costs more than their offers one by one.
_TAIL = 48
# From this many offers for each receiver on, sorting all that it has is cheaper than taking one offer in a round.
_CROWD = 3
# Lists are shortened when this many times their length has been looked at.
_PATIENCE = 4
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
    start : int64 array of shape (size + 1,), optional
        Where each individual's pairs begin, if all pairs stand sorted by individual: saves counting them.
    """

    owner: IntArray
    order: IntArray
    caps: Sequence[Caps]
    size: int
    start: IntArray | None = None

    @property
    def is_plain(self) -> bool:
        """Whether there is one cap, around all pairs."""
        return len(self.caps) == 1 and bool(self.caps[0].member.all())


def deferred_acceptance(pairs: IntArray | None, proposers: Side, receivers: Side) -> IntArray:
    """Return the stable matching that is best for all proposers at once.

    Parameters
    ----------
    pairs : int64 array, optional
        Positions of the pairs that may be made, sorted by proposer; None: all, which stand sorted by proposer.
    proposers, receivers : Side

    Returns
    -------
    int64 array
        Positions of the matched pairs, ascending.

    Notes
    -----
    O(m) where each proposer takes one and receivers have one quota. Else every pair is offered once at most, and an
    offer looks at what is left of the proposer's list: O(m l) for lists of length l at worst; in practice a few passes
    over the pairs, because lists are shortened as cutoffs fall.
    """
    if receivers.is_plain and proposers.is_plain and (proposers.caps[0].upper <= 1).all():
        return _one_each(pairs, proposers, receivers)
    pairs = np.arange(len(proposers.owner)) if pairs is None else pairs
    held = _Held(pairs, receivers)
    lists = _Lists(pairs, proposers, held)
    active = lists.everybody()
    while len(active) > _TAIL:
        active = lists.owners(held.take(lists.offers(active)))
    _Tail(lists, held).run(active.tolist())
    return np.flatnonzero(held.is_held)


def _one_each(pairs: IntArray | None, proposers: Side, receivers: Side) -> IntArray:
    columns = [receivers.owner, proposers.order, receivers.order]
    if pairs is None and proposers.start is not None:
        start = proposers.start
    else:
        start = group_starts(proposers.owner if pairs is None else proposers.owner[pairs], proposers.size)
    if pairs is not None:
        columns = [column[pairs] for column in columns]
    entries = single_proposals(Lists(start, *columns), receivers.caps[0].upper, proposers.caps[0].upper > 0)
    entries = entries[entries >= 0]
    return entries if pairs is None else np.sort(pairs[entries])


class _Chooser:
    """A side with its choice function.

    Taking the best subject to nested caps is the greedy algorithm on a laminar matroid, and keeping the best of each
    cap from the inside out comes to the same: a choice function that is substitutable, so deferred acceptance works
    (classified stable matching: Huang 2010; Fleiner and Kamiyama 2016).
    """

    def __init__(self, pairs: IntArray, side: Side) -> None:
        self.owner, self.order, self.size = side.owner, side.order, side.size
        members = [None if cap.member[pairs].all() else cap.member for cap in side.caps]
        self.caps = [(member, cap.upper) for member, cap in zip(members, side.caps, strict=True)]
        order = side.order[pairs] if len(pairs) < len(side.order) else side.order
        self._low = int(order.min(initial=0))
        self._span = int(order.max(initial=0)) - self._low + 1

    @property
    def is_plain(self) -> bool:
        """Whether there is one cap, around all pairs."""
        return len(self.caps) == 1 and self.caps[0][0] is None

    def _ranked(self, pairs: IntArray) -> IntArray:
        """Return pairs sorted by individual, best first."""
        owner, order = self.owner[pairs], self.order[pairs]
        if self.size * self._span >= 2**63:
            return pairs[np.lexsort((order, owner))]
        key = owner * np.int64(self._span)
        key += order
        key -= self._low
        return pairs[np.argsort(key)]

    def choose(self, pairs: IntArray) -> tuple[IntArray, IntArray]:
        """Split pairs into those that their individuals take and the others, both sorted by individual, best first."""
        ranked = self._ranked(pairs)
        if self.is_plain:
            owner = self.owner[ranked]
            keep = _place_in_group(owner) < self.caps[0][1][owner]
            return ranked[keep], ranked[~keep]
        keep = np.ones(len(ranked), bool)
        for member, upper in self.caps:
            inside = np.flatnonzero(keep if member is None else keep & member[ranked])
            owner = self.owner[ranked[inside]]
            keep[inside[_place_in_group(owner) >= upper[owner]]] = False
        return ranked[keep], ranked[~keep]


class _Held(_Chooser):
    """What the receivers hold, in slots, and the cutoffs that follow from it."""

    def __init__(self, pairs: IntArray, side: Side) -> None:
        super().__init__(pairs, side)
        self.cutoff = [np.where(upper > 0, _FREE, _CLOSED) for _, upper in self.caps]
        self.is_held = np.zeros(len(side.owner), bool)
        room = np.bincount(side.owner[pairs], minlength=side.size)
        for member, upper in self.caps:
            room = np.minimum(room, upper) if member is None else room
        self._start = np.concatenate([[0], np.cumsum(room)])
        self._slots = np.zeros(int(self._start[-1]), np.int64)
        self._load = np.zeros(side.size, np.int64)
        self._worst = self._start[:-1].copy()

    def of(self, receiver: int) -> IntArray:
        """Return the pairs that one receiver holds, in no order."""
        return self._slots[self._start[receiver] : self._start[receiver] + self._load[receiver]]

    def take(self, offers: IntArray) -> IntArray:
        """Take offers each of which would be accepted; return the pairs that are rejected, and the offers put off."""
        owner = self.owner[offers]
        touched = np.zeros(self.size, bool)
        touched[owner] = True
        receivers = np.flatnonzero(touched)
        if self.is_plain and len(offers) < _CROWD * len(receivers):
            return self._take_one_each(offers, owner)
        held = self._slots[_ranges(self._start[receivers], self._load[receivers])]
        accepted, rejected = self.choose(np.concatenate([held, offers]))
        self.is_held[rejected] = False
        self.is_held[accepted] = True
        self._store(receivers, accepted)
        return rejected

    def _store(self, receivers: IntArray, accepted: IntArray) -> None:
        owner = self.owner[accepted]
        self._slots[self._start[owner] + _place_in_group(owner)] = accepted
        self._load[receivers] = np.bincount(owner, minlength=self.size)[receivers]
        self._worst[receivers] = self._start[receivers] + self._load[receivers] - 1
        for (member, upper), cutoff in zip(self.caps, self.cutoff, strict=True):
            inside = accepted if member is None else accepted[member[accepted]]
            ends = self.owner[inside]
            last = np.flatnonzero(np.diff(ends, append=-1))
            full = np.diff(last, prepend=-1) >= upper[ends[last]]
            # A full cap loses a pair only to one around it that is full from then on and cuts off what this one did.
            cutoff[ends[last[full]]] = self.order[inside[last[full]]]

    def _take_one_each(self, offers: IntArray, owner: IntArray) -> IntArray:
        """Take one offer for each receiver: it fills a free slot or the slot of the worst pair. The others wait."""
        number = np.arange(len(offers))
        chosen = np.empty(self.size, np.int64)
        chosen[owner] = number
        first = chosen[owner] == number
        offers, waiting, owner = offers[first], offers[~first], owner[first]
        upper, load = self.caps[0][1][owner], self._load[owner]
        full = load >= upper
        slot = np.where(full, self._worst[owner], self._start[owner] + load)
        out = self._slots[slot[full]]
        self._slots[slot] = offers
        self._load[owner] += ~full
        self.is_held[out] = False
        self.is_held[offers] = True
        self._find_worst(owner[load + 1 >= upper])
        return np.concatenate([out, waiting])

    def _find_worst(self, receivers: IntArray) -> None:
        """Set the cutoffs of receivers that are full."""
        if not len(receivers):
            return
        count = self._load[receivers]
        slots = _ranges(self._start[receivers], count)
        order = self.order[self._slots[slots]]
        begins = np.cumsum(count) - count
        worst = np.maximum.reduceat(order, begins)
        self.cutoff[0][receivers] = worst
        at = slots[order == np.repeat(worst, count)]
        self._worst[self.owner[self._slots[at]]] = at


class _Lists(_Chooser):
    """The proposers' lists, and what they would offer next."""

    def __init__(self, pairs: IntArray, side: Side, held: _Held) -> None:
        super().__init__(pairs, side)
        self.takes_one = self.is_plain and bool((side.caps[0].upper <= 1).all())
        self._held = held
        # What an offer looks at stands in the order of the lists: no detour through the positions of the pairs.
        columns = [side.order, held.owner, held.order]
        whole = len(pairs) == len(side.owner) and bool((np.diff(pairs) > 0).all())
        self._columns = [*(column if whole else column[pairs] for column in columns), pairs]
        self._start = group_starts(side.owner[pairs], side.size)
        self._looked_at = 0

    def everybody(self) -> IntArray:
        """Return the proposers that may offer anything."""
        able = np.diff(self._start) > 0
        if self.takes_one:
            able &= self.caps[0][1] > 0
        return np.flatnonzero(able)

    def owners(self, pairs: IntArray) -> IntArray:
        """Return the distinct proposers of pairs that were rejected or put off."""
        return self.owner[pairs] if self.takes_one else np.unique(self.owner[pairs])

    def of(self, proposer: int) -> list[tuple[int, int, int, int]]:
        """Return the list of one proposer as (order, receiver, order at the receiver, pair), best last."""
        mine = slice(self._start[proposer], self._start[proposer + 1])
        return sorted(zip(*(column[mine].tolist() for column in self._columns), strict=True), reverse=True)

    def offers(self, active: IntArray) -> IntArray:
        """Return what some proposers offer beside what is held: their choice among those that would accept."""
        if self._looked_at > _PATIENCE * len(self._columns[0]):
            self._shorten()
        start, count = self._start[active], self._start[active + 1] - self._start[active]
        start, count = start[count > 0], count[count > 0]
        total = int(count.sum())
        self._looked_at += total
        at = None if total == len(self._columns[0]) else _ranges(start, count)
        if self.takes_one:
            return self._first_choices(at, count)
        pairs = self._columns[3] if at is None else self._columns[3][at]
        chosen, _ = self.choose(pairs[self._accepted(at) | self._held.is_held[pairs]])
        return chosen[~self._held.is_held[chosen]]

    def _first_choices(self, at: IntArray | None, count: IntArray) -> IntArray:
        """Return the best pair that would be accepted of each list; lists stand one after the other."""
        if not len(count):
            return count
        accepted = self._accepted(at)
        left = np.add.reduceat(accepted, np.cumsum(count) - count, dtype=np.int64)
        left = left[left > 0]
        if not len(left):
            return left
        at = np.flatnonzero(accepted) if at is None else at[accepted]
        order = self._columns[0][at]
        best = np.minimum.reduceat(order, np.cumsum(left) - left)
        first: IntArray = self._columns[3][at[order == np.repeat(best, left)]]
        # One offer each, even where the caller's order has ties after all.
        once: IntArray = first[np.diff(self.owner[first], prepend=-1) != 0]
        return once

    def _accepted(self, at: IntArray | None) -> BoolArray:
        """Tell which entries of the lists (None: all) would be taken now; of those that are held it says nothing."""
        _, receiver, received, pairs = self._columns
        receiver, received = (receiver, received) if at is None else (receiver[at], received[at])
        accepted = np.ones(len(receiver), bool)
        for (member, _), cutoff in zip(self._held.caps, self._held.cutoff, strict=True):
            before = received < cutoff[receiver]
            accepted &= before if member is None else before | ~member[pairs if at is None else pairs[at]]
        return accepted

    def _shorten(self) -> None:
        """Drop what is rejected for good."""
        keep = np.flatnonzero(self._accepted(None) | self._held.is_held[self._columns[3]])
        self._columns = [column[keep] for column in self._columns]
        self._start = group_starts(self.owner[self._columns[3]], self.size)
        self._looked_at = 0


class _Tail:
    """The last offers one by one, under nested caps on either side."""

    def __init__(self, lists: _Lists, held: _Held) -> None:
        self._lists, self._held = lists, held
        self._wishes: dict[int, list[int]] = {}
        self._taken: dict[int, list[tuple[int, int]]] = {}

    def run(self, stack: list[int]) -> None:
        """Let proposers offer themselves until nobody is rejected."""
        while stack:
            for pair in self._offers(stack.pop()):
                rejected = self._admit(pair)
                if rejected is not None:
                    stack.append(int(self._lists.owner[rejected]))

    def _offers(self, proposer: int) -> list[int]:
        """Return the proposer's choice among what is held and what would be accepted, beside what is held."""
        wishes = self._wishes.get(proposer)
        if wishes is None:
            wishes = [pair for _, _, _, pair in reversed(self._lists.of(proposer))]
        is_held = self._held.is_held
        self._wishes[proposer] = [pair for pair in wishes if is_held[pair] or self._accepts(pair)]
        room = [int(upper[proposer]) for _, upper in self._lists.caps]
        offers = []
        for pair in self._wishes[proposer]:
            around = [number for number, _ in _caps_around(self._lists, pair)]
            if all(room[number] > 0 for number in around):
                for number in around:
                    room[number] -= 1
                if not is_held[pair]:
                    offers.append(pair)
        return offers

    def _accepts(self, pair: int) -> bool:
        owner, order = self._held.owner[pair], self._held.order[pair]
        return all(order < self._held.cutoff[number][owner] for number, _ in _caps_around(self._held, pair))

    def _admit(self, pair: int) -> int | None:
        """Take an offer; return the pair that its innermost crowded cap pushes out, if any."""
        held = self._held
        receiver = int(held.owner[pair])
        if receiver not in self._taken:
            mine = held.of(receiver)
            self._taken[receiver] = sorted(zip(held.order[mine].tolist(), mine.tolist(), strict=True))
        taken = self._taken[receiver]
        insort(taken, (int(held.order[pair]), pair))
        held.is_held[pair] = True
        rejected = None
        for number, (member, upper) in _caps_around(held, pair):
            inside = [item for item in taken if member is None or member[item[1]]]
            if rejected is None and len(inside) > upper[receiver]:
                taken.remove(inside[-1])
                rejected = inside.pop()[1]
                held.is_held[rejected] = False
            if len(inside) >= upper[receiver]:
                held.cutoff[number][receiver] = inside[-1][0]
        return rejected


def _caps_around(side: _Chooser, pair: int) -> Iterator[tuple[int, tuple[BoolArray | None, IntArray]]]:
    return ((number, cap) for number, cap in enumerate(side.caps) if cap[0] is None or cap[0][pair])


def _ranges(start: IntArray, count: IntArray) -> IntArray:
    """Return the positions ``start[i], ..., start[i] + count[i] - 1`` of all i, one after the other."""
    at = np.repeat(start - np.cumsum(count) + count, count)
    at += np.arange(len(at))
    return at


def _place_in_group(owner: IntArray) -> IntArray:
    """Return the position of each entry among those of its owner; owners ascending."""
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.arange(len(owner)) - np.repeat(begins, np.diff(begins, append=len(owner)))
