"""Deferred acceptance where each proposer takes one receiver and each receiver has one quota: the most common case.

Rounds of numpy over rows: one row for each proposer's list, one for the seats of each receiver. As in
`solvers.stable.proposals`, a receiver is told by its *cutoff*, the order of the worst that it holds once it is
full (Azevedo and Leshno 2016): a proposer offers itself to the best receiver that would take it now, past all that
would not. The last few are settled one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappush, heapreplace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import BoolArray, IntArray, group_starts

# Below this many proposers a round of numpy costs more than their offers one by one.
_TAIL = 16
# From this many offers for each receiver on, sorting all that it has is cheaper than taking one offer in a round.
_CROWD = 3
# So many entries are looked at together that they stay in the cache of a core.
_BLOCK = 1 << 17
# Lists longer than this are sorted and looked at piece by piece; a look at the whole of shorter ones costs less.
_PIECE = 64


@dataclass(frozen=True, eq=False)
class Lists:
    """The lists of all proposers, one after the other.

    Parameters
    ----------
    start : int64 array of shape (n + 1,)
        The list of proposer ``i`` is ``start[i]:start[i + 1]``.
    receiver, order, received : integer arrays of shape (m,)
        The receiver of each entry; the proposer's order, strict within each list; the receiver's order, strict within
        each receiver. Smaller is better.
    """

    start: IntArray
    receiver: IntArray
    order: IntArray
    received: IntArray


def single_proposals(lists: Lists, quota: IntArray, able: BoolArray) -> IntArray:
    """Return the entry of the lists with which each proposer ends in the proposer-optimal stable matching; -1: none.

    Parameters
    ----------
    lists : Lists
    quota : int64 array
        Most proposers that each receiver takes.
    able : bool array of shape (n,)
        The proposers that take anybody.

    Notes
    -----
    Every entry is offered once at most, and an offer looks at 64 entries: O(m), and O(m log m) where lists are longer
    and have to be sorted. In practice most lists are looked at once or twice.
    """
    held = _Held(lists, quota)
    table = _Table(lists)
    active: IntArray = np.flatnonzero(able & (np.diff(lists.start) > 0))
    while len(active) > _TAIL:
        active = held.take(*table.offers(active, held.cutoff))
    _one_by_one(active.tolist(), lists, held)
    return held.matched


class _Rows:
    """Groups of neighbouring cells as the rows of a matrix, in blocks of rows of about one length.

    Where the rows are whole groups, all of them and equally long, the column is that matrix already.
    """

    def __init__(self, start: IntArray, count: IntArray, *, whole: bool) -> None:
        self._start, self._count = start, count
        self._width = int(count[0]) if len(count) else 0
        self._is_even = whole and bool((count == self._width).all())

    def blocks(self, rows: IntArray) -> Iterator[tuple[IntArray, "_Block"]]:
        """Yield some of the rows, each not empty, and where their cells are."""
        if not len(rows):
            return
        if self._is_even:
            step = max(_BLOCK // self._width, 1)
            for at in range(0, len(rows), step):
                yield rows[at : at + step], _Block(rows[at : at + step], None, self._width)
            return
        count = self._count[rows]
        order = np.argsort(count, kind="stable")
        rows, count = rows[order], count[order]
        begin = 0
        while begin < len(rows):
            end = min(begin + max(_BLOCK // int(count[begin]), 1), len(rows))
            end = min(begin + max(_BLOCK // int(count[end - 1]), 1), end)
            place = np.arange(int(count[end - 1]))
            inside = place < count[begin:end, None]
            start = self._start[rows[begin:end], None]
            yield rows[begin:end], _Block(np.where(inside, start + place, start), inside, len(place))
            begin = end


@dataclass(frozen=True, eq=False, slots=True)
class _Block:
    """Some rows: their numbers where all rows are equally long, else their cells and which of them are inside."""

    at: IntArray
    inside: BoolArray | None
    width: int

    def of(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return the matrix of a column's values in the rows."""
        return column.reshape(-1, self.width).take(self.at, axis=0) if self.inside is None else column.take(self.at)


class _Table:
    """The proposers' lists, and whom a proposer offers itself to."""

    def __init__(self, lists: Lists) -> None:
        self._columns, self._end = lists, lists.start[1:]
        self._next = lists.start[:-1].copy()
        count = np.diff(lists.start)
        self._origin: IntArray | None = None
        if count.max(initial=0) > _PIECE:
            self._origin = _sorted_by(np.repeat(np.arange(len(count)), count), lists.order)
            self._columns = Lists(
                lists.start, *(column[self._origin] for column in (lists.receiver, lists.order, lists.received))
            )
            return
        self._rows = _Rows(self._next, count, whole=True)
        # No order is negative, so that 0 changes none of them.
        low = int(lists.order.min(initial=0))
        self._order = lists.order - low if low < 0 else lists.order
        self._closed = np.iinfo(self._order.dtype).max

    def offers(self, active: IntArray, cutoff: IntArray) -> tuple[IntArray, IntArray]:
        """Return the proposers that any receiver on their lists would take now, and the entries of the best ones."""
        if self._origin is not None:
            return self._piece_by_piece(active, cutoff, self._origin)
        # While nobody is full nobody is refused, and the first choices are all that counts.
        best = self._first if int(cutoff.min()) == np.iinfo(cutoff.dtype).max else self._best
        return _joined([best(*block, cutoff) for block in self._rows.blocks(active)])

    def _first(self, proposers: IntArray, block: _Block, _cutoff: IntArray) -> tuple[IntArray, IntArray]:
        order = block.of(self._order)
        if block.inside is not None:
            order[~block.inside] = self._closed
        return proposers, self._next[proposers] + order.argmin(axis=1)

    def _best(self, proposers: IntArray, block: _Block, cutoff: IntArray) -> tuple[IntArray, IntArray]:
        would = self._would(block, cutoff)
        order = block.of(self._order)
        np.maximum(order, np.multiply(~would, self._closed, dtype=order.dtype), out=order)
        best = order.argmin(axis=1)
        some = would[np.arange(len(best)), best]
        return proposers[some], (self._next[proposers] + best)[some]

    def _would(self, block: _Block, cutoff: IntArray) -> BoolArray:
        would: BoolArray = block.of(self._columns.received) < cutoff.take(block.of(self._columns.receiver))
        return would if block.inside is None else would & block.inside

    def _piece_by_piece(self, active: IntArray, cutoff: IntArray, origin: IntArray) -> tuple[IntArray, IntArray]:
        """Look at sorted lists from where the last look ended: what is behind is rejected for good."""
        parts = []
        while len(active):
            rows = _Rows(self._next, np.minimum(self._end - self._next, _PIECE), whole=False)
            left = []
            for proposers, block in rows.blocks(active[self._next[active] < self._end[active]]):
                would = self._would(block, cutoff)
                first = would.argmax(axis=1)
                some = would[np.arange(len(first)), first]
                self._next[proposers] += np.where(some, first, _PIECE)
                parts.append((proposers[some], origin[self._next[proposers[some]]]))
                left.append(proposers[~some])
            active = np.concatenate(left) if left else active[:0]
        return _joined(parts)


class _Held:
    """What the receivers hold: a row of seats for each, the worst of them, and the cutoff."""

    def __init__(self, lists: Lists, quota: IntArray) -> None:
        self._receiver, self._received = lists.receiver, lists.received
        self.quota = quota
        room = quota
        if int(np.minimum(quota, len(lists.order)).sum()) > len(lists.order):
            room = np.minimum(quota, np.bincount(lists.receiver, minlength=len(quota)))
        self.start = np.zeros(len(quota) + 1, np.int64)
        np.cumsum(room, out=self.start[1:])
        self._rows = _Rows(self.start[:-1], room, whole=True)
        self.load = np.zeros(len(quota), np.int64)
        self.matched = np.full(len(lists.start) - 1, -1, np.int64)
        limits = np.iinfo(lists.received.dtype)
        self.cutoff = np.where(quota > 0, limits.max, limits.min).astype(lists.received.dtype)
        self.order = np.zeros(int(self.start[-1]), np.int64)
        self.proposer = np.zeros(int(self.start[-1]), np.int64)
        self._worst = self.start[:-1].copy()

    def take(self, proposers: IntArray, entries: IntArray) -> IntArray:
        """Take offers each of which would be accepted; return the proposers that are rejected or put off."""
        receiver = self._receiver[entries]
        touched = np.zeros(len(self.quota), bool)
        touched[receiver] = True
        if len(entries) >= _CROWD * np.count_nonzero(touched):
            return self._take_best(proposers, entries, np.flatnonzero(touched))
        number = np.arange(len(entries))
        chosen = np.empty(len(self.quota), np.int64)
        chosen[receiver] = number
        first = chosen[receiver] == number
        waiting = proposers[~first]
        proposers, entries, receiver = proposers[first], entries[first], receiver[first]
        load = self.load[receiver]
        full = load >= self.quota[receiver]
        seat = np.where(full, self._worst[receiver], self.start[receiver] + load)
        out = self.proposer[seat[full]]
        self.matched[out] = -1
        self.matched[proposers] = entries
        self.order[seat] = self._received[entries]
        self.proposer[seat] = proposers
        self.load[receiver] += ~full
        self._find_worst(receiver[load + 1 >= self.quota[receiver]])
        return np.concatenate([out, waiting])

    def _take_best(self, proposers: IntArray, entries: IntArray, touched: IntArray) -> IntArray:
        """Take the best of what some receivers hold and are offered."""
        if self.load[touched].any():
            here = _ranges(self.start[touched], self.load[touched])
            proposers = np.concatenate([self.proposer[here], proposers])
            entries = np.concatenate([self.matched[self.proposer[here]], entries])
        receiver, received = self._receiver[entries], self._received[entries]
        best = _sorted_by(receiver, received)
        receiver = receiver[best]
        begin = group_starts(receiver, len(self.quota))
        place = np.arange(len(best)) - begin[receiver]
        taken = place < self.quota[receiver]
        rejected = proposers[best[~taken]]
        best, seat = best[taken], (self.start[receiver] + place)[taken]
        self.order[seat] = received[best]
        self.proposer[seat] = proposers[best]
        self.matched[rejected] = -1
        self.matched[proposers[best]] = entries[best]
        self.load[touched] = np.minimum(np.diff(begin), self.quota)[touched]
        self._find_worst(touched[self.load[touched] >= self.quota[touched]])
        return rejected

    def _find_worst(self, full: IntArray) -> None:
        """Set the cutoffs of receivers that are full."""
        for receivers, block in self._rows.blocks(full):
            order = block.of(self.order)
            worst = order.argmax(axis=1)
            self._worst[receivers] = self.start[receivers] + worst
            self.cutoff[receivers] = order[np.arange(len(worst)), worst]


def _joined(parts: list[tuple[IntArray, IntArray]]) -> tuple[IntArray, IntArray]:
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first, second = zip(*parts, strict=True)
    return np.concatenate(first), np.concatenate(second)


def _ranges(start: IntArray, count: IntArray) -> IntArray:
    """Return the positions ``start[i], ..., start[i] + count[i] - 1`` of all i, one after the other."""
    at = np.repeat(start - np.cumsum(count) + count, count)
    at += np.arange(len(at))
    return at


def _sorted_by(owner: IntArray, order: IntArray) -> IntArray:
    """Return the positions of entries by owner, best first."""
    if not len(order):
        return np.zeros(0, np.int64)
    low, number = int(order.min()), len(order)
    span = int(order.max()) - low + 1
    owners = int(owner.max()) + 1
    if owners * span >= 2**63:
        return np.lexsort((order, owner))
    key = owner.astype(np.int64)
    key *= span
    key += order
    key -= low
    if owners * span * number >= 2**63:
        return np.argsort(key)
    # One number says all: sorting values takes a third of the time of sorting positions.
    key *= number
    key += np.arange(number)
    key.sort()
    key %= number
    return key


def _one_by_one(stack: list[int], lists: Lists, held: _Held) -> None:
    """Make the last offers; lists and heaps are built for those only that the offers reach: few of a large market."""
    wishes: dict[int, list[tuple[int, int, int, int]]] = {}
    taken: dict[int, list[tuple[int, int]]] = {}
    room: dict[int, int] = {}
    while stack:
        proposer = stack.pop()
        mine = wishes.get(proposer)
        if mine is None:
            begin, end = lists.start[proposer], lists.start[proposer + 1]
            columns = (column[begin:end].tolist() for column in (lists.order, lists.receiver, lists.received))
            mine = wishes[proposer] = sorted(zip(*columns, range(begin, end), strict=True), reverse=True)
        while mine:
            _, receiver, order, entry = mine.pop()
            heap = taken.get(receiver)
            if heap is None:
                seats = slice(held.start[receiver], held.start[receiver] + held.load[receiver])
                holds = zip((-held.order[seats]).tolist(), held.proposer[seats].tolist(), strict=True)
                heap = taken[receiver] = list(holds)
                heapify(heap)
                room[receiver] = int(held.quota[receiver]) - len(heap)
            if room[receiver] > 0:
                room[receiver] -= 1
                heappush(heap, (-order, proposer))
            elif heap and order < -heap[0][0]:
                _, loser = heapreplace(heap, (-order, proposer))
                held.matched[loser] = -1
                stack.append(loser)
            else:
                continue
            held.matched[proposer] = entry
            break
