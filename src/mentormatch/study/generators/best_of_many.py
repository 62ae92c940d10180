"""The best few of very many independent normal utilities, without drawing all of them.

Only utilities above a threshold are drawn, so high that few are and so low that hardly anybody has too few: how many
owners have one at each other is binomial, who they are is a sample, and the utility is a normal beyond the threshold.
Who has too few all the same draws the rest, below it. So the lists have the distribution of the whole matrix.
"""

import math

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import IntArray

FloatArray = NDArray[np.floating]

_WANTED = 3.0
"""Expected number above the threshold: what is wanted and so many standard deviations of it."""


def best_of_normals(mean: FloatArray, spread: float, owners: int, length: int, rng: np.random.Generator) -> IntArray:
    """Return the best `length` others of each owner, best first, shape (owners, length).

    Parameters
    ----------
    mean : float array of shape (k,)
        Of the utility of each other, the same for all owners.
    spread : float
        Standard deviation of the utilities, which are independent; positive.
    owners, length : int
    rng : numpy Generator

    Notes
    -----
    O(owners x length + k) expected time.
    """
    wanted = min(float(len(mean)), length + _WANTED * math.sqrt(length) + 3)
    limit = (_threshold(mean, spread, wanted) - mean) / spread
    number = rng.binomial(owners, _tail(limit))
    who = [rng.choice(owners, size, replace=False, shuffle=False) for size in number.tolist()]
    other = np.repeat(np.arange(len(mean)), number)
    owner = np.concatenate([*who, np.zeros(0, np.int64)]).astype(np.int64)
    utility = mean[other] + spread * _beyond(limit[other], rng)
    order = np.lexsort((-utility, owner))
    owner, other = owner[order], other[order]
    begin = np.searchsorted(owner, np.arange(owners))
    has = np.diff(begin, append=len(owner))
    lists = np.empty((owners, length), np.int64)
    enough = has >= length
    lists[enough] = other[begin[enough, None] + np.arange(length)]
    for one in np.flatnonzero(~enough).tolist():
        above = other[begin[one] : begin[one] + has[one]]
        below = np.setdiff1d(np.arange(len(mean)), above)
        rest = mean[below] - spread * _beyond(-limit[below], rng)
        lists[one] = np.concatenate([above, below[np.argsort(-rest, kind="stable")]])[:length]
    return lists


def _threshold(mean: FloatArray, spread: float, wanted: float) -> float:
    """Return the utility that so many of one owner's are expected to exceed."""
    low, high = float(mean.min()) - 10 * spread, float(mean.max()) + 10 * spread
    for _ in range(50):
        middle = (low + high) / 2
        if float(_tail((middle - mean) / spread).sum()) > wanted:
            low = middle
        else:
            high = middle
    return low


def _tail(limit: FloatArray) -> FloatArray:
    """Return the probability that a standard normal exceeds each limit."""
    return np.array([0.5 * math.erfc(value / math.sqrt(2)) for value in limit.tolist()])


def _beyond(limit: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return standard normals that exceed their limits: by rejection, in the tail from an exponential (Robert 1995)."""
    found = np.empty(len(limit))
    missing = np.arange(len(limit))
    while len(missing):
        least = limit[missing]
        rate = (least + np.sqrt(least**2 + 4)) / 2
        far = least > 0.5
        tail = least + rng.standard_exponential(len(missing)) / rate
        drawn = np.where(far, tail, rng.standard_normal(len(missing)))
        kept = np.where(far, rng.random(len(missing)) < np.exp(-((tail - rate) ** 2) / 2), drawn > least)
        found[missing[kept]] = drawn[kept]
        missing = missing[~kept]
    return found
