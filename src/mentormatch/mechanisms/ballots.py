"""What a mechanism of choice reads: who may be paired, everybody's strict order, and the caps of the mentors.

All mechanisms of choice run over the same ballots: the choice pairs and the current pairs. A student that handed in a
form proposes to the mentors it listed and, after them, to the mentor it has, also if the pair is provisional; a current
pair that a rule fixes is the student's only pair and comes before all others at its mentor. Whoever leaves by a granted
request that names no mentor does not propose to the mentor it has.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.formulation.rows import Rows
from mentormatch.market.lottery import lottery, pair_lottery
from mentormatch.market.market import Market
from mentormatch.problem.form import Form
from mentormatch.solvers.stable.deferred_acceptance import Caps, strict_order

TieBreaking = Literal["single", "multiple"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Ballots:
    """The input of a mechanism of choice.

    Parameters
    ----------
    market : Market
    usable : bool array of shape (m,)
        Pairs that may be made.
    candidates : bool array of shape (m,)
        Pairs that no rule removes, whether or not the student asks for them: for those a mentor has a priority too.
    student_order, mentor_order : int64 array of shape (m,)
        Smaller is better; strict within each student and within each mentor.
    caps : tuple of Caps
        Nested within each mentor, inner before outer.
    fixed : bool array of shape (m,)
        Pairs that the rules leave no choice about; the students in them have no other usable pair.
    seed : int
        Of the lotteries.
    left_out : tuple of str
        Rules with caps that cross others at some mentor and are left to a later coordination.
    """

    market: Market
    usable: BoolArray
    candidates: BoolArray
    student_order: IntArray
    mentor_order: IntArray
    caps: tuple[Caps, ...]
    fixed: BoolArray
    seed: int
    left_out: tuple[str, ...] = ()

    def with_lottery(self, seed: int) -> "Ballots":
        """Return the ballots with another lottery among those who are equal at a mentor."""
        draw = lottery(self.market.student_ids, seed, salt="student")
        order = strict_order(~self.fixed, self.market.mentor_rank, draw[self.market.student])
        return replace(self, mentor_order=order, seed=seed)

    def place_on_list(self) -> IntArray:
        """Return the place 0, 1, ... of each usable pair on its student's list, int64 of shape (m,); -1 elsewhere."""
        pairs = np.flatnonzero(self.usable)
        pairs = pairs[np.lexsort((self.student_order[pairs], self.market.student[pairs]))]
        owner = self.market.student[pairs]
        place = np.full(self.market.num_pairs, -1, np.int64)
        place[pairs] = np.arange(len(pairs)) - np.searchsorted(owner, owner)
        return place


def read_ballots(form: Form, *, seed: int, tie_breaking: TieBreaking = "single", leaves_out: bool = False) -> Ballots:
    """Return the ballots of a form.

    Parameters
    ----------
    form : Form
    seed : int
        For the lotteries among equals.
    tie_breaking : {"single", "multiple"}
        One lottery of the students that all mentors use, or a draw of its own at each mentor (Abdulkadiroglu, Pathak
        and Roth 2009).
    leaves_out : bool
        Whether a cap that crosses an earlier one at its mentor may be left to the coordination that follows. A mentor
        whose caps are not nested has no choice function that deferred acceptance could use.

    Raises
    ------
    UnsupportedError
        When the caps of one mentor overlap without one holding the other, and none may be left out.
    """
    market = form.market
    fixed = form.forced
    has_fixed = np.zeros(market.num_students, bool)
    has_fixed[market.student[fixed]] = True
    wanted = market.is_choice | _fall_back(market)
    usable = form.open & np.where(has_fixed[market.student], fixed, wanted)
    left_out: tuple[str, ...] = ()
    caps = mentor_caps(form, usable)
    crossing = crossing_caps(form, caps)
    if crossing is not None and leaves_out:
        nested, left_out = nested_rows(form, usable)
        caps = mentor_caps(form, usable, nested)
        crossing = crossing_caps(form, caps)
    if crossing is not None:
        raise UnsupportedError(crossing)
    return Ballots(
        market=market,
        usable=usable,
        candidates=form.open,
        student_order=student_order(form, seed),
        mentor_order=mentor_order(form, fixed, seed, tie_breaking=tie_breaking),
        caps=caps,
        fixed=fixed,
        seed=seed,
        left_out=left_out,
    )


def _fall_back(market: Market) -> BoolArray:
    """Return the pairs that a student has now and returns to when nobody that it asks for takes it."""
    has = market.pair_flag("current") | market.pair_flag("provisional")
    names_a_mentor = np.zeros(market.num_students, bool)
    names_a_mentor[market.student[market.pair_flag("transfer")]] = True
    return has & ~(market.pair_flag("leaving") & ~names_a_mentor[market.student])


def nested_rows(form: Form, usable: BoolArray) -> tuple[tuple[BoolArray, ...], tuple[str, ...]]:
    """Return rows whose caps are nested at every mentor, and the rules that lose some.

    The rows of earlier rules stay, a later row that crosses one of them goes. O(b^2 m) for b blocks of rows.

    Returns
    -------
    kept : tuple of bool arrays of shape (r,)
        For each block of the form's rows.
    left_out : tuple of str
        The kinds of the rules that lose rows.
    """
    kept: list[BoolArray] = []
    seen: list[tuple[IntArray, IntArray]] = []
    left_out = []
    for rows in form.rows:
        binding, _ = _binding_rows(form, rows, usable)
        stays = np.zeros(len(rows), bool)
        stays[binding] = True
        entries = stays[rows.owner] & usable[rows.pairs]
        if np.bincount(rows.pairs[entries]).max(initial=0) > 1:
            # Rows of one rule that overlap one another cannot be told apart pair by pair.
            stays[:] = entries[:] = False
        row_of = np.full(form.market.num_pairs, -1, np.int64)
        row_of[rows.pairs[entries]] = rows.owner[entries]
        size = rows.activity(usable)
        for other, other_size in seen:
            both = (row_of >= 0) & (other >= 0)
            key, shared = np.unique(row_of[both] * len(other_size) + other[both], return_counts=True)
            mine, theirs = key // len(other_size), key % len(other_size)
            stays[mine[(shared < size[mine]) & (shared < other_size[theirs])]] = False
        if stays.sum() < len(binding):
            left_out.append(rows.rule)
        within = np.flatnonzero(row_of >= 0)
        row_of[within[~stays[row_of[within]]]] = -1
        seen += [(row_of, size)] if stays.any() else []
        kept.append(stays)
    return tuple(kept), tuple(dict.fromkeys(left_out))


def mentor_caps(form: Form, usable: BoolArray, kept: tuple[BoolArray, ...] | None = None) -> tuple[Caps, ...]:
    """Return the upper bounds of all rows that lie within one mentor and may bind, inner before outer.

    Parameters
    ----------
    form : Form
    usable : bool array of shape (m,)
    kept : tuple of bool arrays of shape (r,), optional
        The rows of each block that count; default all.
    """
    market = form.market
    found = []
    for number, rows in enumerate(form.rows):
        row, mentor = _binding_rows(form, rows, usable)
        counts = np.ones(len(row), bool) if kept is None else kept[number][row]
        found.append((rows, row[counts], mentor[counts]))
    block = np.concatenate([[0], *(np.full(len(row), number) for number, (_, row, _) in enumerate(found))])[1:]
    row = np.concatenate([[0], *(row for _, row, _ in found)])[1:].astype(np.int64)
    mentor = np.concatenate([[0], *(mentor for _, _, mentor in found)])[1:].astype(np.int64)
    size = np.concatenate([[0], *(rows.activity(usable)[row] for rows, row, _ in found)])[1:]
    # Layer t holds the t-th smallest row of each mentor: of two nested rows the inner one is never the larger.
    order = np.lexsort((size, mentor))
    layer = np.empty(len(order), np.int64)
    layer[order] = np.arange(len(order)) - np.searchsorted(mentor[order], mentor[order], side="left")
    caps = []
    for number in range(int(layer.max(initial=-1)) + 1):
        member, upper = np.zeros(market.num_pairs, bool), np.full(market.num_mentors, market.num_pairs, np.int64)
        for position, (rows, _, _) in enumerate(found):
            mine = np.flatnonzero((layer == number) & (block == position))
            upper[mentor[mine]] = rows.upper[row[mine]]
            member[rows.pairs[np.isin(rows.owner, row[mine])]] = True
        caps.append(Caps(member & usable, upper))
    return tuple(caps)


def _binding_rows(form: Form, rows: Rows, usable: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the rows of a block that lie within one mentor and have more usable pairs than they admit."""
    nothing = np.zeros(0, np.int64)
    if (rows.coeffs is not None and (rows.coeffs != 1).any()) or not len(rows.pairs):
        return nothing, nothing
    filled = np.flatnonzero(np.diff(rows.start) > 0)
    mentor = form.market.mentor[rows.pairs].astype(np.int64)
    low, high = (np.full(len(rows), -1, np.int64) for _ in range(2))
    low[filled] = np.minimum.reduceat(mentor, rows.start[filled])
    high[filled] = np.maximum.reduceat(mentor, rows.start[filled])
    binding = np.flatnonzero((low == high) & (low >= 0) & (rows.upper < rows.activity(usable)))
    return binding, low[binding]


def crossing_caps(form: Form, caps: tuple[Caps, ...]) -> Text | None:
    """Name a mentor whose caps are not nested, as its choice function needs; None where all are."""
    mentor = form.market.mentor
    for number, one in enumerate(caps):
        for other in caps[:number]:
            both = np.bincount(mentor[one.member & other.member], minlength=len(one.upper))
            sizes = [np.bincount(mentor[cap.member], minlength=len(cap.upper)) for cap in (one, other)]
            bad = np.flatnonzero((both > 0) & (both < sizes[0]) & (both < sizes[1]))
            if len(bad):
                name = form.market.mentor_ids[int(bad[0])]
                return Text(
                    zh=f"导师 {name} 的分类名额相互交叉,双向选择无法逐级处理。请改用“optimal”机制。",
                    en=f"The type quotas of mentor {name} overlap without one holding the other, which two-way "
                    "choice cannot take. Use the mechanism 'optimal'.",
                )
    return None


def student_order(form: Form, seed: int) -> IntArray:
    """Return a strict order of each student's pairs, smaller is better, int64 of shape (m,).

    Listed mentors by rank, the current mentor after them; among ties the own class first, then a lottery.
    """
    market = form.market
    last = market.placement_rank
    rank = np.where(market.is_choice, market.student_rank, last)
    locality = market.pair_attributes.get("locality", np.zeros(market.num_pairs, np.int64))
    return strict_order(rank, locality, lottery(market.mentor_ids, seed, salt="mentor")[market.mentor])


def mentor_order(form: Form, fixed: BoolArray, seed: int, *, tie_breaking: TieBreaking = "single") -> IntArray:
    """Return a strict order of each mentor's pairs, smaller is better: fixed pairs, then rank, then a lottery."""
    market = form.market
    draw = lottery(market.student_ids, seed, salt="student")
    if tie_breaking == "single":
        return strict_order(~fixed, market.mentor_rank, draw[market.student])
    # Two pairs of one mentor that draw the same number are told apart by the common lottery.
    return strict_order(~fixed, market.mentor_rank, pair_lottery(market, seed), draw[market.student])
