"""Rows: the one language between rules and engines.

A constraint never talks to a solver, and a solver never knows a constraint. Between them stand blocks of rows
over the pairs of the market, as numpy index arrays. A block holds all rows that one rule writes (one for each
student, say), because a million row objects would cost more than the solving.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from mentormatch.arrays import BoolArray, IndexArray, IntArray, frozen, group_starts
from mentormatch.market import MAX_RANK, Market
from mentormatch.text import Text

Label = Callable[[int], Text]


@dataclass(frozen=True, eq=False, kw_only=True)
class Rows:
    """A block of linear rows: ``lower <= coeffs . x[pairs] <= upper``.

    Parameters
    ----------
    rule : str
        The `kind` of the constraint that wrote it.
    start : int64 array of shape (r + 1,)
        Row ``i`` stands at ``start[i]:start[i + 1]`` of `pairs` and `coeffs`.
    pairs : integer array
        Positions of pairs of the market, distinct within a row.
    coeffs : int64 array, optional
        One for each entry of `pairs`; None means all are one.
    lower, upper : int64 array of shape (r,)
        Bounds on the row's activity.
    label : callable
        ``label(i)`` says row ``i`` in the user's words.
    penalty : int, optional
        None for a hard row. Otherwise the cost of each unit by which the activity misses its bounds, counted
        in the stage named `stage`.
    stage : str, optional
        Where a soft row is counted.
    confidential : bool
        Who stands in these rows is nobody's business (care, family, wishes about a person): their label is never told
        as the reason of a student's pair.
    """

    rule: str
    start: IntArray
    pairs: IntArray
    lower: IntArray
    upper: IntArray
    label: Label
    coeffs: IntArray | None = None
    penalty: int | None = None
    stage: str | None = None
    confidential: bool = False

    def __post_init__(self) -> None:
        for name in ("start", "pairs", "lower", "upper", "coeffs"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, frozen(np.array(value, np.int64)))
        if self.start[0] != 0 or self.start[-1] != len(self.pairs) or len(self.start) != len(self.lower) + 1:
            raise ValueError("start must begin with 0, end with len(pairs) and have one entry more than lower")
        if self.lower.shape != self.upper.shape:
            raise ValueError("lower and upper must have the same shape")
        if self.coeffs is not None and self.coeffs.shape != self.pairs.shape:
            raise ValueError("coeffs must have one entry for each of pairs")
        if (self.penalty is None) != (self.stage is None):
            raise ValueError("a soft row needs both a penalty and a stage, a hard row neither")
        if self.penalty is not None and self.penalty < 0:
            raise ValueError("a penalty must not be negative")

    def __len__(self) -> int:
        return len(self.lower)

    @property
    def owner(self) -> IntArray:
        """int64 array: the row that each entry of `pairs` stands in."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def activity(self, chosen: BoolArray) -> IntArray:
        """Return the activity of each row, int64 of shape (r,), for a bool array of shape (m,)."""
        weights = chosen[self.pairs].astype(np.int64)
        if self.coeffs is not None:
            weights *= self.coeffs
        total = np.zeros(len(weights) + 1, np.int64)
        np.cumsum(weights, out=total[1:])
        return total[self.start[1:]] - total[self.start[:-1]]

    def broken(self, chosen: BoolArray) -> IntArray:
        """Return the rows whose activity misses its bounds."""
        activity = self.activity(chosen)
        return np.flatnonzero((activity < self.lower) | (activity > self.upper))


def row(
    rule: str,
    pairs: ArrayLike,
    *,
    lower: int,
    upper: int,
    label: Text,
    coeffs: ArrayLike | None = None,
    penalty: int | None = None,
    stage: str | None = None,
) -> Rows:
    """Return a block of one row."""
    positions = np.asarray(pairs, np.int64)
    return Rows(
        rule=rule,
        start=np.array([0, len(positions)]),
        pairs=positions,
        lower=np.array([lower]),
        upper=np.array([upper]),
        label=lambda _: label,
        coeffs=None if coeffs is None else np.asarray(coeffs, np.int64),
        penalty=penalty,
        stage=stage,
    )


def grouped_rows(
    rule: str,
    pairs: ArrayLike,
    group: ArrayLike,
    *,
    lower: ArrayLike,
    upper: ArrayLike,
    label: Label,
    penalty: int | None = None,
    stage: str | None = None,
    confidential: bool = False,
) -> Rows:
    """Return a block with one row for each group of pairs.

    Parameters
    ----------
    pairs, group : integer array of the same shape
        Pairs and the row (0..r-1) that each belongs to, in any order.
    lower, upper : integer array of shape (r,)
        Bounds; their length is the number of rows, and rows without pairs are kept.
    """
    positions, owner = np.asarray(pairs, np.int64), np.asarray(group, np.int64)
    low, high = np.asarray(lower, np.int64), np.asarray(upper, np.int64)
    if len(owner) and not (owner[1:] >= owner[:-1]).all():
        order = np.argsort(owner, kind="stable")
        positions, owner = positions[order], owner[order]
    return Rows(
        rule=rule,
        start=group_starts(owner, len(low)),
        pairs=positions,
        lower=low,
        upper=high,
        label=label,
        penalty=penalty,
        stage=stage,
        confidential=confidential,
    )


@dataclass(frozen=True, eq=False)
class Mask:
    """Pairs that do not exist under a unary rule, and why.

    Parameters
    ----------
    rule : str
        The `kind` of the constraint.
    pairs : integer array
        Positions of the pairs that are removed.
    reason : Text
        Why, in the user's words, true of each of these pairs.
    """

    rule: str
    pairs: IndexArray | IntArray
    reason: Text


@dataclass(frozen=True, eq=False)
class Stable:
    """No blocking pair among these pairs; kept whole because engines exploit it.

    A pair of the list blocks when it is not matched, its student strictly prefers its mentor to what it has (a
    placement pair or nothing is worse than every listed rank), and its mentor has a free seat or strictly
    prefers the student to one it has. Only the market's upper quotas count as seats.

    Parameters
    ----------
    pairs : integer array
        Positions of choice pairs.
    kind : {"weak", "strong", "super"}
        Ties count as content (weak); a pair blocks also when one side strictly prefers and the other is indifferent
        (strong), or when neither prefers what it has (super). Either implies the weaker kinds, so what holds for
        weakly stable matchings holds for all (Irving, Manlove and Scott 2000, 2003).
    """

    pairs: IndexArray | IntArray
    kind: Literal["weak", "strong", "super"] = "weak"


@dataclass(frozen=True, eq=False)
class EnvyFree:
    """No justified envy among these pairs; kept whole like `Stable`.

    A pair of the list is one of envy when it is not matched, its student strictly prefers its mentor to what it has,
    and its mentor strictly prefers the student to one it has. A free seat may stay free.

    Parameters
    ----------
    pairs : integer array
        Positions of choice pairs.
    """

    pairs: IndexArray | IntArray


@dataclass(frozen=True, eq=False)
class Teams:
    """Units that open or not: the rows of a closed team have activity 0, those of an open one keep their bounds.

    Where teams are counted, all coefficients are positive: a team is open when one of its pairs is matched.

    Parameters
    ----------
    rows : Rows
        One row for each team and kind of member.
    team : int64 array of shape (r,)
        The team (0..t-1) that each row belongs to.
    counts : tuple of Rows
        Blocks of rows over teams instead of pairs: an entry of their `pairs` is a team, their activity the number of
        open teams among them. Hard blocks bind; soft ones are counted in their stage, as a `TeamTerm`.
    """

    rows: Rows
    team: IntArray
    counts: tuple[Rows, ...] = ()

    def __post_init__(self) -> None:
        if self.counts and not self.can_be_counted:
            raise ValueError("teams that are counted must have positive coefficients")
        for count in self.counts:
            if count.coeffs is not None:
                raise ValueError("a count of teams has no coefficients")
            if len(count.pairs) and not 0 <= int(count.pairs.min()) <= int(count.pairs.max()) < self.num_teams:
                raise ValueError("a count names a team that has no row")

    @property
    def can_be_counted(self) -> bool:
        """Whether a team is open as soon as one of its pairs is matched."""
        return self.rows.coeffs is None or bool((self.rows.coeffs > 0).all())

    @property
    def num_teams(self) -> int:
        """Number of teams."""
        return int(self.team.max(initial=-1)) + 1

    def is_open(self, chosen: BoolArray) -> BoolArray:
        """Return which teams have a row with activity, bool of shape (t,), for a bool array of shape (m,)."""
        found = np.zeros(self.num_teams, bool)
        found[self.team[self.rows.activity(chosen) != 0]] = True
        return found


@dataclass(frozen=True, eq=False)
class LinearTerm:
    """Cost of a stage: ``cost . x``, to be minimised.

    Parameters
    ----------
    cost : int64 array of shape (m,)
    """

    cost: IntArray

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return int(self.cost[chosen].sum())


@dataclass(frozen=True, eq=False)
class ConvexTerm:
    """Cost of a stage: a convex function of each row's activity, to be minimised.

    Row ``i`` with activity ``a`` costs the sum of the first ``a`` of its slopes. All coefficients are one, and
    each row has a slope for each of its pairs, so every activity is covered.

    Parameters
    ----------
    start, pairs : int64 arrays
        The rows, as in `Rows`.
    slopes : int64 array of the shape of `pairs`
        ``slopes[start[i]:start[i + 1]]`` ascending: the cost of the first, second, ... unit of activity.
    offset : int
        A constant added to the cost.
    """

    start: IntArray
    pairs: IntArray
    slopes: IntArray
    offset: int = 0

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        owner = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        activity = np.bincount(owner[chosen[self.pairs]], minlength=len(self.start) - 1)
        unit = np.arange(len(self.pairs)) - self.start[owner]
        return self.offset + int(self.slopes[unit < activity[owner]].sum())


@dataclass(frozen=True, eq=False)
class BottleneckTerm:
    """Cost of a stage: the largest level among the matched pairs (0 for none), to be minimised.

    Parameters
    ----------
    level : int64 array of shape (m,)
        Not negative.
    """

    level: IntArray

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return int(self.level[chosen].max(initial=0))


@dataclass(frozen=True, eq=False)
class TeamTerm:
    """Cost of a stage: a convex function of the number of open teams in each row of teams, to be minimised.

    Parameters
    ----------
    teams : Teams
    cost : ConvexTerm
        Over teams instead of pairs: an entry of its `pairs` is a team. Never negative, so that an engine that leaves
        the term out still has a bound.
    """

    teams: Teams
    cost: ConvexTerm

    def __post_init__(self) -> None:
        if not self.teams.can_be_counted:
            raise ValueError("teams that are counted must have positive coefficients")
        if self.cost.offset + int(np.minimum(self.cost.slopes, 0).sum()) < 0:
            raise ValueError("the cost of a team term must not be negative, however many teams are open")

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return self.cost.value(self.teams.is_open(chosen))


@dataclass(frozen=True, eq=False)
class AbsoluteTerm:
    """Cost of a stage: ``|cost . x|``, to be minimised. Never negative, so an engine that leaves it out has a bound.

    Parameters
    ----------
    cost : int64 array of shape (m,)
    """

    cost: IntArray

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return abs(int(self.cost[chosen].sum()))


@dataclass(frozen=True, eq=False)
class BlockingTerm:
    """Cost of a stage: how many of these pairs block, or how many students they have, to be minimised.

    Parameters
    ----------
    market : Market
        Whose ranks and quotas decide which pairs block, as in `Stable` of the kind ``weak``.
    pairs : integer array
        Positions of choice pairs.
    by_student : bool
        Count a student once, however many blocking pairs it is in.
    """

    market: Market
    pairs: IndexArray | IntArray
    by_student: bool = False

    def blocking(self, chosen: BoolArray) -> IntArray:
        """Return the pairs that block, for a bool array of shape (m,)."""
        market, pairs = self.market, np.asarray(self.pairs, np.int64)
        wish = np.where(market.is_choice, market.student_rank, MAX_RANK + 1)
        wants = wish[pairs] < to_beat(market.student[chosen], wish[chosen], market.student_quota)[market.student[pairs]]
        limit = to_beat(market.mentor[chosen], market.mentor_rank[chosen], market.mentor_upper)
        return pairs[wants & (market.mentor_rank[pairs] < limit[market.mentor[pairs]]) & ~chosen[pairs]]

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        pairs = self.blocking(chosen)
        return len(np.unique(self.market.student[pairs])) if self.by_student else len(pairs)


def to_beat(owner: IntArray, rank: IntArray, places: IntArray) -> IntArray:
    """Return for each owner of places the rank that somebody new must beat.

    Parameters
    ----------
    owner, rank : integer arrays of the same shape
        What is held: by whom, and at which rank.
    places : int64 array of shape (n,)

    Returns
    -------
    int64 array of shape (n,)
        The worst rank held; beyond all ranks where a place is free, 0 where there are no places.
    """
    worst = np.zeros(len(places), np.int64)
    np.maximum.at(worst, owner, rank)
    worst[np.bincount(owner, minlength=len(places)) < places] = MAX_RANK + 2
    worst[places == 0] = 0
    return worst


Term = LinearTerm | ConvexTerm | BottleneckTerm | TeamTerm | AbsoluteTerm | BlockingTerm


@dataclass(frozen=True, eq=False)
class StageForm:
    """One level of the lexicographic objective, as engines see it: the sum of its terms, minimised.

    Parameters
    ----------
    name : str
        What the result calls it.
    terms : tuple of Term
        Terms add up; a `BottleneckTerm` stands alone.
    maximise : bool
        The user reads the negative: the engine still minimises the terms.
    """

    name: str
    terms: tuple[Term, ...] = field(default_factory=tuple)
    maximise: bool = False

    def cost(self, chosen: BoolArray) -> int:
        """Return what engines minimise, for a bool array of shape (m,)."""
        return sum(term.value(chosen) for term in self.terms)
