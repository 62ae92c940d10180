"""Literals "all places are filled, at this rank or better", for strong and super stability, envy and blocking pairs.

One for each (owner, threshold) that is asked for, chained: a better threshold implies the next, so that a literal
speaks of the pairs of one step only and the whole is linear in the number of pairs. The implication goes one way: a
literal may stay false where its property holds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.formulation.terms import to_beat
from mentormatch.market.market import MAX_RANK, Market
from mentormatch.solvers.cp.constraint_model import Model

_SPAN = MAX_RANK + 4


@dataclass(frozen=True, eq=False)
class Places:
    """The places of one side.

    Parameters
    ----------
    owner, rank : integer array of shape (m,)
        Whose place each pair would fill, and how much the owner likes it, 1 = best.
    number : int64 array of shape (n,)
        Places of each owner.
    """

    owner: IntArray
    rank: IntArray
    number: IntArray


def of_students(market: Market) -> Places:
    """Return the students' places; a placement pair is worse than every listed one."""
    wish = np.where(market.is_choice, market.student_rank, MAX_RANK + 1).astype(np.int64)
    return Places(market.student, wish, market.student_quota)


def of_mentors(market: Market) -> Places:
    """Return the mentors' seats."""
    return Places(market.mentor, market.mentor_rank.astype(np.int64), market.mentor_upper)


def filled(model: Model, places: Places, owner: IntArray, threshold: IntArray) -> IntArray:
    """Return literals that imply: the owner has all places filled, and none at a rank worse than the threshold.

    Parameters
    ----------
    model : Model
    places : Places
    owner, threshold : integer arrays of the same shape
        What is asked; owners have places.

    Returns
    -------
    int64 array of the same shape
        Variables; -1 where the owner can never fill its places so well.
    """

    def values(owners: IntArray, thresholds: IntArray) -> Callable[[BoolArray], IntArray]:
        def hold(chosen: BoolArray) -> IntArray:
            limit = to_beat(places.owner[chosen], places.rank[chosen], places.number)
            return (limit[owners] <= thresholds).astype(np.int64)

        return hold

    return _chain(model, places, owner, threshold, values, count=True)


def none_worse(model: Model, places: Places, owner: IntArray, threshold: IntArray) -> IntArray:
    """Return literals that imply: the owner has nothing at a rank worse than the threshold. Places may be free."""

    def values(owners: IntArray, thresholds: IntArray) -> Callable[[BoolArray], IntArray]:
        def hold(chosen: BoolArray) -> IntArray:
            worst = np.zeros(len(places.number), np.int64)
            np.maximum.at(worst, places.owner[chosen], places.rank[chosen])
            return (worst[owners] <= thresholds).astype(np.int64)

        return hold

    return _chain(model, places, owner, threshold, values, count=False)


def _chain(
    model: Model,
    places: Places,
    owner: IntArray,
    threshold: IntArray,
    values: Callable[[IntArray, IntArray], Callable[[BoolArray], IntArray]],
    *,
    count: bool,
) -> IntArray:
    asked_keys: IntArray = owner.astype(np.int64) * _SPAN + threshold
    key, which = np.unique(asked_keys, return_inverse=True)
    owners: IntArray = key // _SPAN
    thresholds: IntArray = key % _SPAN
    ordered = model.pairs[np.lexsort((places.rank[model.pairs], places.owner[model.pairs]))]
    position = places.owner[ordered].astype(np.int64) * _SPAN + places.rank[ordered]
    begin: IntArray = np.searchsorted(position, owners * _SPAN, side="left")
    upto: IntArray = np.searchsorted(position, key, side="right")
    end: IntArray = np.searchsorted(position, (owners + 1) * _SPAN, side="left")
    asked = np.flatnonzero((upto - begin >= places.number[owners]) | (not count))
    literal = np.full(len(key), -1, np.int64)
    first = model.new_variables([1] * len(asked), values(owners[asked], thresholds[asked]))
    literal[asked] = np.arange(first, first + len(asked))
    variables = model.variable_of[ordered].tolist()
    for number, at in enumerate(asked.tolist()):
        own = int(literal[at])
        following = int(asked[number + 1]) if number + 1 < len(asked) else -1
        has_next = following >= 0 and owners[following] == owners[at]
        for worse in variables[upto[at] : upto[following] if has_next else end[at]]:
            model.clause([-1 - own, -1 - worse])
        if has_next:
            model.clause([-1 - own, int(literal[following])])
        elif count:
            mine = variables[begin[at] : end[at]]
            model.linear(mine, [1] * len(mine), int(places.number[owners[at]]), len(mine), only_if=own)
    asked_for: IntArray = literal[which.reshape(-1)]
    return asked_for
