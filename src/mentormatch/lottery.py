"""The lottery: one number for each individual, a pure function of seed and id, so that a draw can be audited."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mentormatch.arrays import IntArray
from mentormatch.market import Id

_MASK = (1 << 63) - 1


def lottery(ids: Sequence[Id], seed: int, *, salt: str) -> IntArray:
    """Draw a number for each individual; smaller goes first.

    The number depends on nothing but seed, salt and id: not on who else is there, nor on their order. One number
    for each student, used by all mentors, is single tie-breaking (Abdulkadiroglu, Pathak and Roth 2009).

    Parameters
    ----------
    ids : sequence of hashable
        A `range` is hashed vectorised (splitmix64; Steele, Lea and Flood 2014), other ids through BLAKE2b of their
        text, keyed by seed and salt.
    seed : int
    salt : str
        Tells independent draws apart ("student", "mentor").

    Returns
    -------
    int64 array of shape (len(ids),)
        Not negative.

    Examples
    --------
    >>> lottery(["s1", "s2"], 7, salt="student")[1] == lottery(["s2"], 7, salt="student")[0]
    np.True_
    """
    key = hashlib.blake2b(f"{seed}:{salt}".encode(), digest_size=32).digest()
    if isinstance(ids, range):
        start = int.from_bytes(key[:8], "big")
        return _splitmix64(np.arange(ids.start, ids.stop, ids.step).astype(np.uint64), start)
    digests = (hashlib.blake2b(str(item).encode(), digest_size=8, key=key).digest() for item in ids)
    return np.array([int.from_bytes(digest, "big") & _MASK for digest in digests], np.int64)


def _splitmix64(counter: NDArray[np.uint64], start: int) -> IntArray:
    with np.errstate(over="ignore"):
        z = (counter + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> np.uint64(31))) & np.uint64(_MASK)).astype(np.int64)
