"""Weak stability as linear rows, one for each pair: its student is content, or its mentor is full with the like of it.

One row a pair, not summed up over ties: the tightest of the models of Delorme, Garcia, Gondzio, Kalcsics, Manlove and
Pettersson (2019). A mentor with one seat needs no further variable: then the pair itself, which counts for both, is
counted once, which no model of literals does. A mentor with several seats has a variable for each rank, "full with
students of this rank or better", which excludes worse students one by one.

The whole numbers that keep the rows are the weakly stable matchings: the bounds of `solvers.stable.stable_bound`
and the searches of `mentormatch.solvers.stable.size_search` both read them.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market
from mentormatch.solvers.cp.prefixes import Prefixes

# Beyond so many entries the rows cost more than they bring.
_MOST_ENTRIES = 5_000_000


@dataclass(frozen=True, eq=False)
class StableRows:
    """Rows ``sum of coeff[t] * v[column[t]] over entries t of the row <= upper`` over variables from 0 to 1.

    Parameters
    ----------
    row, column, coeff : int64 arrays
        The entries, sorted by row, then column.
    upper : int64 array
        One for each row.
    pairs : int64 array
        The pairs whose variables come first.
    full_mentor, full_rank : int64 arrays
        The variables after them: this mentor is full, with students of this rank or better.
    """

    row: IntArray
    column: IntArray
    coeff: IntArray
    upper: IntArray
    pairs: IntArray
    full_mentor: IntArray
    full_rank: IntArray

    @property
    def num_columns(self) -> int:
        """Number of variables."""
        return len(self.pairs) + len(self.full_mentor)

    def full(self, market: Market, chosen: BoolArray) -> IntArray:
        """Return the values of the further variables for a matching, given as bools of shape (m,)."""
        worst = np.zeros(market.num_mentors, np.int64)
        np.maximum.at(worst, market.mentor[chosen], market.mentor_rank[chosen])
        load = np.bincount(market.mentor[chosen], minlength=market.num_mentors)
        is_full = load[self.full_mentor] == market.mentor_upper[self.full_mentor]
        holds: BoolArray = is_full & (worst[self.full_mentor] <= self.full_rank)
        return holds.astype(np.int64)


def stable_rows(market: Market, pairs: IntArray) -> StableRows | None:
    """Return the rows for some pairs; None where there would be too many entries.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    pairs : int64 array
        Positions of the choice pairs that may be matched; none but they may block.

    Notes
    -----
    O(entries): for each pair as many as its student likes as well, and as a mentor with one seat does.
    """
    i, j = market.student[pairs].astype(np.int64), market.mentor[pairs].astype(np.int64)
    wish, rank = market.student_rank[pairs].astype(np.int64), market.mentor_rank[pairs].astype(np.int64)
    seats = market.mentor_upper[j]
    content, full = Prefixes(i, wish), Prefixes(j, rank)
    single = seats == 1
    # Mentors with several seats: one "full" variable for each rank that enough students reach.
    can_fill = ~single & (full.count >= seats)
    span = int(rank.max(initial=0)) + 2
    tier = j * span + rank
    tiers, at = np.unique(tier[can_fill], return_index=True)
    first: IntArray = np.flatnonzero(can_fill)[at]
    if int(content.count.sum() + full.count[single].sum() + 2 * full.size[first].sum()) > _MOST_ENTRIES:
        return None
    variable = np.where(can_fill, len(pairs) + np.searchsorted(tiers, tier), -1)
    out = _Entries()
    for owner, most in ((i, np.ones(len(i), np.int64)), (j, seats)):
        which, number = np.unique(owner, return_inverse=True)
        upper = np.zeros(len(which), np.int64)
        upper[number] = most
        out.add(number, np.arange(len(pairs)), 1, upper)
    # Content or full, as "at least one".
    row, column = content.members(np.arange(len(pairs)))
    alone = np.flatnonzero(single)
    of_alone, more_column = full.members(alone)
    other = more_column != alone[of_alone]
    literal = np.flatnonzero(variable >= 0)
    out.add(
        np.concatenate([row, alone[of_alone][other], literal]),
        np.concatenate([column, more_column[other], variable[literal]]),
        -1,
        np.full(len(pairs), -1, np.int64),
    )
    if len(tiers):
        _add_full(out, full, first, variable, seats, tiers // span)
        # Nobody worse than what a mentor is full with.
        before = np.searchsorted(tiers, tier, side="left") - 1
        after = np.flatnonzero(~single & (before >= 0) & (tiers[before] // span == j))
        out.add(
            np.tile(np.arange(len(after)), 2),
            np.concatenate([after, len(pairs) + before[after]]),
            1,
            np.ones(len(after), np.int64),
        )
    return StableRows(*out.sorted(), pairs, tiers // span, tiers % span)


def _add_full(
    out: "_Entries", full: Prefixes, first: IntArray, variable: IntArray, seats: IntArray, owner: IntArray
) -> None:
    """Define "full at this rank or better": as many of these as seats, none of the others, and full at the next."""
    number = np.arange(len(first))
    row, column = full.members(first)
    out.add(
        np.concatenate([row, number]),
        np.concatenate([column, variable[first]]),
        np.concatenate([np.full(len(row), -1, np.int64), seats[first]]),
        np.zeros(len(first), np.int64),
    )
    row, column = full.members(first, after=True)
    out.add(
        np.concatenate([row, number]),
        np.concatenate([column, variable[first]]),
        np.concatenate([np.ones(len(row), np.int64), seats[first]]),
        seats[first],
    )
    step = np.flatnonzero(np.diff(owner) == 0)
    out.add(
        np.tile(np.arange(len(step)), 2),
        np.concatenate([variable[first[step]], variable[first[step + 1]]]),
        np.repeat([1, -1], len(step)),
        np.zeros(len(step), np.int64),
    )


class _Entries:
    """Rows put together block by block."""

    def __init__(self) -> None:
        self._blocks: list[tuple[IntArray, IntArray, IntArray]] = []
        self._upper: list[IntArray] = []
        self._rows = 0

    def add(self, row: IntArray, column: IntArray, coeff: IntArray | int, upper: IntArray) -> None:
        """Add rows numbered from 0 within the block."""
        coeffs = np.full(len(row), coeff, np.int64) if isinstance(coeff, int) else coeff.astype(np.int64)
        self._blocks.append((row + self._rows, column, coeffs))
        self._upper.append(upper)
        self._rows += len(upper)

    def sorted(self) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Return rows, columns, coefficients and upper bounds of the whole."""
        row, column, coeff = (np.concatenate(parts) for parts in zip(*self._blocks, strict=True))
        order = np.lexsort((column, row))
        return row[order], column[order], coeff[order], np.concatenate(self._upper)
