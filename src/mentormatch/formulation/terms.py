"""Terms: what a stage of the objective adds up, as engines see it.

A stage never talks to a solver, and a solver never knows a stage: between them stand costs over
the pairs of the market.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from mentormatch.base.arrays import BoolArray, IndexArray, IntArray
from mentormatch.base.short_repr import short_repr
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Term
from mentormatch.formulation.rows import Teams
from mentormatch.market.market import MAX_RANK, Market


@dataclass(frozen=True, eq=False)
class LinearTerm(Term):
    """Cost of a stage: ``cost . x``, to be minimised.

    Parameters
    ----------
    cost : int64 array of shape (m,)
    """

    __repr__ = short_repr

    cost: IntArray
    code: ClassVar[str] = "linear"
    words: ClassVar[Text] = Text(zh="是各配对成本之和", en="is a sum over pairs")

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return int(self.cost[chosen].sum())


@dataclass(frozen=True, eq=False)
class ConvexTerm(Term):
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

    __repr__ = short_repr

    start: IntArray
    pairs: IntArray
    slopes: IntArray
    offset: int = 0
    code: ClassVar[str] = "convex"
    words: ClassVar[Text] = Text(zh="按各行人数递增计算成本", en="has a convex cost of rows")

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        owner = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        activity = np.bincount(owner[chosen[self.pairs]], minlength=len(self.start) - 1)
        unit = np.arange(len(self.pairs)) - self.start[owner]
        return self.offset + int(self.slopes[unit < activity[owner]].sum())


@dataclass(frozen=True, eq=False)
class BottleneckTerm(Term):
    """Cost of a stage: the largest level among the matched pairs (0 for none), to be minimised.

    Parameters
    ----------
    level : int64 array of shape (m,)
        Not negative.
    """

    __repr__ = short_repr

    level: IntArray
    code: ClassVar[str] = "bottleneck"
    words: ClassVar[Text] = Text(zh="只看最差的一对", en="is about the worst pair")

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return int(self.level[chosen].max(initial=0))


@dataclass(frozen=True, eq=False)
class TeamTerm(Term):
    """Cost of a stage: a convex function of the number of open teams in each row of teams, to be minimised.

    Parameters
    ----------
    teams : Teams
    cost : ConvexTerm
        Over teams instead of pairs: an entry of its `pairs` is a team. Never negative, so that an engine that leaves
        the term out still has a bound.
    """

    __repr__ = short_repr

    teams: Teams
    cost: ConvexTerm
    code: ClassVar[str] = "teams"
    words: ClassVar[Text] = Text(zh="按组计数", en="counts teams")
    never_negative: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.teams.can_be_counted:
            raise ValueError("teams that are counted must have positive coefficients")
        if self.cost.offset + int(np.minimum(self.cost.slopes, 0).sum()) < 0:
            raise ValueError("the cost of a team term must not be negative, however many teams are open")

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return self.cost.value(self.teams.is_open(chosen))


@dataclass(frozen=True, eq=False)
class AbsoluteTerm(Term):
    """Cost of a stage: ``|cost . x|``, to be minimised. Never negative, so an engine that leaves it out has a bound.

    Parameters
    ----------
    cost : int64 array of shape (m,)
    """

    __repr__ = short_repr

    cost: IntArray
    code: ClassVar[str] = "absolute"
    words: ClassVar[Text] = Text(zh="取总和的绝对值", en="is the absolute value of a sum")
    never_negative: ClassVar[bool] = True

    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""
        return abs(int(self.cost[chosen].sum()))


@dataclass(frozen=True, eq=False)
class BlockingTerm(Term):
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

    __repr__ = short_repr

    market: Market
    pairs: IndexArray | IntArray
    by_student: bool = False
    code: ClassVar[str] = "blocking"
    words: ClassVar[Text] = Text(zh="计阻塞对", en="counts what blocks")
    never_negative: ClassVar[bool] = True

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
