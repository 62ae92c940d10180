"""Stability within caps: a pair blocks only where the exchange keeps every cap that the mentor has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray, group_starts
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Market


@dataclass(frozen=True, eq=False, kw_only=True)
class MentorCaps:
    """Most students of some sets of pairs, each set within one mentor; the mentors' seats are caps like others.

    Parameters
    ----------
    start : int64 array of shape (c + 1,)
        Cap ``k`` counts the pairs ``pairs[start[k]:start[k + 1]]``, ascending.
    pairs : int64 array
        Positions of pairs of the market.
    mentor, upper : int64 arrays of shape (c,)
        Whose cap it is, and the most of its pairs that may be matched.
    """

    start: IntArray
    pairs: IntArray
    mentor: IntArray
    upper: IntArray

    def __len__(self) -> int:
        return len(self.upper)

    def sets(self) -> list[IntArray]:
        """Return the pairs of each cap."""
        return np.split(self.pairs, self.start[1:-1]) if len(self) else []

    @property
    def owner(self) -> IntArray:
        """int64 array: the cap that each entry of `pairs` stands in."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def layers(self) -> Iterator[IntArray]:
        """Yield caps that have no pair in common, the smallest of each mentor first: one of each mentor at most."""
        order = np.lexsort((np.diff(self.start), self.mentor))
        place = np.arange(len(order)) - np.searchsorted(self.mentor[order], self.mentor[order])
        for number in range(int(place.max(initial=-1)) + 1):
            yield np.sort(order[place == number])

    def binding(self, usable: BoolArray) -> "MentorCaps":
        """Return the caps over some pairs, bool of shape (m,), that can refuse somebody, each set of pairs once.

        A cap within another one that admits no more is left out: whenever the inner is full, so is the outer, with the
        same students.
        """
        sets = [frozenset(part[usable[part]].tolist()) for part in self.sets()]
        upper = dict[frozenset[int], tuple[int, int]]()
        for some, most, mentor in zip(sets, self.upper.tolist(), self.mentor.tolist(), strict=True):
            if len(some) > most and (some not in upper or upper[some][0] > most):
                upper[some] = most, mentor
        of_mentor: dict[int, list[tuple[frozenset[int], int]]] = {}
        for some, (most, mentor) in upper.items():
            of_mentor.setdefault(mentor, []).append((some, most))
        kept = [
            (sorted(some), mentor, most)
            for mentor, mine in sorted(of_mentor.items())
            for some, most in mine
            if not any(some < other and most >= other_most for other, other_most in mine)
        ]
        return MentorCaps(
            start=np.cumsum([0, *(len(some) for some, _, _ in kept)]),
            pairs=np.array([pair for some, _, _ in kept for pair in some], np.int64),
            mentor=np.array([mentor for _, mentor, _ in kept], np.int64),
            upper=np.array([most for _, _, most in kept], np.int64),
        )

    def full(self, chosen: BoolArray) -> BoolArray:
        """Return which caps have no room for one more, bool of shape (c,), for a bool array of shape (m,)."""
        has = np.bincount(self.owner[chosen[self.pairs]], minlength=len(self))
        return np.asarray(has >= self.upper)

    def crossing(self) -> BoolArray:
        """Return the mentors with two caps of which neither holds the other, though they have pairs in common."""
        found = np.zeros(int(self.mentor.max(initial=-1)) + 1, bool)
        sets = [frozenset(part.tolist()) for part in self.sets()]
        order = np.argsort(self.mentor, kind="stable")
        for mine in np.split(order, np.flatnonzero(np.diff(self.mentor[order])) + 1) if len(order) else []:
            for at, one in enumerate(mine.tolist()):
                for other in mine[:at].tolist():
                    both = sets[one] & sets[other]
                    if both and both != sets[one] and both != sets[other]:
                        found[self.mentor[one]] = True
        return found


def mentor_caps(market: Market, rows: Iterable[Rows], candidates: BoolArray) -> MentorCaps:
    """Return the seats of all mentors, and every hard upper bound within one mentor that may bind.

    Parameters
    ----------
    market : Market
    rows : iterable of Rows
    candidates : bool array of shape (m,)
        Pairs that no rule removes.
    """
    at = np.flatnonzero(candidates)
    mentors: IntArray = np.arange(market.num_mentors)
    found: list[tuple[IntArray, IntArray, IntArray, IntArray]] = [
        (at, market.mentor[at].astype(np.int64), mentors, market.mentor_upper)
    ]
    hard = (block for block in rows if block.penalty is None and len(block.pairs))
    plain = (block for block in hard if block.coeffs is None or (block.coeffs == 1).all())
    found += [_within_mentors(market, block, candidates) for block in plain]
    first = np.cumsum([0, *(len(upper) for _, _, _, upper in found)])
    owner = np.concatenate([row + low for (_, row, _, _), low in zip(found, first[:-1], strict=True)])
    pairs = np.concatenate([entries for entries, _, _, _ in found])
    order = np.lexsort((pairs, owner))
    return MentorCaps(
        start=group_starts(owner[order], int(first[-1])),
        pairs=pairs[order],
        mentor=np.concatenate([mentor for _, _, mentor, _ in found]),
        upper=np.concatenate([upper for _, _, _, upper in found]),
    )


def _within_mentors(
    market: Market, block: Rows, candidates: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return the pairs and rows of the caps in a block, renumbered, with their mentors and bounds."""
    entries = np.flatnonzero(candidates[block.pairs])
    pairs, row = block.pairs[entries], block.owner[entries]
    mentor = market.mentor[pairs].astype(np.int64)
    low, high = np.full(len(block), market.num_mentors), np.full(len(block), -1)
    np.minimum.at(low, row, mentor)
    np.maximum.at(high, row, mentor)
    size = np.bincount(row, minlength=len(block))
    # The seats of the market stand there already.
    whole = np.bincount(market.mentor[candidates], minlength=market.num_mentors)
    seats = np.where(high >= 0, market.mentor_upper[high], 0)
    repeats = (size == np.where(high >= 0, whole[high], 0)) & (block.upper >= seats)
    kept = np.flatnonzero((low == high) & (block.upper < size) & ~repeats)
    position = np.full(len(block), -1, np.int64)
    position[kept] = np.arange(len(kept))
    inside = position[row] >= 0
    return pairs[inside], position[row[inside]], high[kept], block.upper[kept]


@dataclass(frozen=True, eq=False)
class StableWithinCaps(RowPart):
    """No pair of these blocks by an exchange that keeps the caps; kept whole because engines exploit it.

    A pair of the list blocks when it is not matched, its student strictly prefers its mentor to what the student has (a
    placement pair or nothing is worse than every listed rank), and the mentor can take the student: no cap around the
    pair is full, or the mentor has a student whom it strictly likes less and who stands in every full cap around the
    pair. Ties count as content.

    Parameters
    ----------
    pairs : integer array
        Positions of choice pairs.
    caps : MentorCaps
    """

    pairs: IntArray
    caps: MentorCaps
    code: ClassVar[str] = "stability_within_caps"
    words: ClassVar[Text] = Text(zh="要求在名额规则内稳定。", en="Stability within the caps of mentors is asked for.")

    def blocking(self, market: Market, chosen: BoolArray) -> IntArray:
        """Return the pairs that block a matching, given as bools of shape (m,), in ascending order."""
        worst = np.zeros(market.num_students, np.int64)
        has = np.flatnonzero(chosen)
        wish = np.where(market.is_choice, market.student_rank, np.iinfo(np.int32).max).astype(np.int64)
        np.maximum.at(worst, market.student[has], wish[has])
        load = np.bincount(market.student[has], minlength=market.num_students)
        worst[load < market.student_quota] = np.iinfo(np.int64).max
        worst[market.student_quota == 0] = 0
        asked = np.unique(self.pairs)
        asked = asked[~chosen[asked] & (wish[asked] < worst[market.student[asked]])]
        around = self._full_around(chosen)
        return np.array([pair for pair in asked.tolist() if _is_welcome(market, chosen, pair, around)], np.int64)

    def _full_around(self, chosen: BoolArray) -> dict[int, list[frozenset[int]]]:
        """Return for each pair the full caps around it, as sets of matched pairs."""
        found: dict[int, list[frozenset[int]]] = {}
        for cap in np.flatnonzero(self.caps.full(chosen)).tolist():
            pairs = self.caps.pairs[self.caps.start[cap] : self.caps.start[cap + 1]]
            matched = frozenset(pairs[chosen[pairs]].tolist())
            for pair in pairs.tolist():
                found.setdefault(pair, []).append(matched)
        return found


def _is_welcome(market: Market, chosen: BoolArray, pair: int, full: dict[int, list[frozenset[int]]]) -> bool:
    around = full.get(pair)
    if not around:
        return True
    mine = int(market.mentor_rank[pair])
    return any(int(market.mentor_rank[other]) > mine for other in frozenset.intersection(*around))
