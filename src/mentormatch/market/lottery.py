"""The lottery that breaks ties: numbers that are a pure function of seed and id, so that a draw can be audited.

Whoever knows the seed can compute anybody's number, without this package and without knowing who else took part:

* A text id ``s``: the first 44 bits of ``blake2b(s, key=blake2b(f"{seed}:{salt}", digest_size=32), digest_size=8)``.
* An integer id ``i``: the first 44 bits of the next output of the generator splitmix64 in the state
  ``key + i * 0x9E3779B97F4A7C15 mod 2**64``, the key being the first eight bytes of the same
  ``blake2b(f"{seed}:{salt}", digest_size=32)``, big-endian.

The salt is ``student`` or ``mentor``. The smaller number goes first. To be fair a seed must be settled before the
preferences are known, or drawn in public: who can choose it afterwards can choose the winner.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import IntArray
from mentormatch.market.market import Id, Market

# A spreadsheet keeps 15 digits of a number; 44 bits have 14. Among 5,000 ids two agree once in a million draws.
BITS = 44


def lottery(ids: Sequence[Id], seed: int, *, salt: str) -> IntArray:
    """Draw an order of individuals.

    The order of any two of them depends on nothing but seed, salt and their ids: not on who else is there. One order of
    the students that all mentors use is single tie-breaking (Abdulkadiroglu, Pathak and Roth 2009), which leaves fewer
    students with bad choices than a draw at each mentor (`pair_lottery`).

    Parameters
    ----------
    ids : sequence of hashable
    seed : int
    salt : str
        Tells independent draws apart ("student", "mentor").

    Returns
    -------
    int64 array of shape (len(ids),)
        Positions in the draw: 0 goes first. Should two numbers agree, the order of `ids` decides.

    Examples
    --------
    >>> lottery(["s1", "s2", "s3"], 7, salt="student")
    array([0, 1, 2])
    """
    order = np.argsort(lottery_numbers(ids, seed, salt=salt), kind="stable")
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    return position


def lottery_numbers(ids: Sequence[Id], seed: int, *, salt: str) -> IntArray:
    """Return the number that each individual draws, int64 of shape (len(ids),), from 0 to 2**44 - 1.

    Examples
    --------
    >>> lottery_numbers(["s1", "s2"], 7, salt="student")[1] == lottery_numbers(["s2"], 7, salt="student")[0]
    np.True_
    """
    return (_hashes(ids, seed, salt) >> np.uint64(64 - BITS)).astype(np.int64)


def pair_lottery(market: Market, seed: int) -> IntArray:
    """Return a number for each pair of a market: multiple tie-breaking, a draw of its own at every mentor.

    Returns
    -------
    int64 array of shape (m,)
        A pure function of the seed and the two ids, from 0 to 2**44 - 1; smaller goes first.
    """
    students, mentors = _hashes(market.student_ids, seed, "student"), _hashes(market.mentor_ids, seed, "mentor")
    mixed = _splitmix64(students[market.student] + _splitmix64(mentors)[market.mentor])
    return (mixed >> np.uint64(64 - BITS)).astype(np.int64)


def _hashes(ids: Sequence[Id], seed: int, salt: str) -> NDArray[np.uint64]:
    key = hashlib.blake2b(f"{seed}:{salt}".encode(), digest_size=32).digest()
    start = np.uint64(int.from_bytes(key[:8], "big"))
    if isinstance(ids, range):
        if not len(ids):
            return np.zeros(0, np.uint64)
        counter = np.uint64(ids.start % 2**64) + np.arange(len(ids), dtype=np.uint64) * np.uint64(ids.step % 2**64)
        return _splitmix64(counter * np.uint64(_GOLDEN) + start)
    # The same integer draws the same number in a range and in a tuple.
    whole = np.array([isinstance(item, int) for item in ids], bool)
    counter = np.array([item % 2**64 if isinstance(item, int) else _of_text(item, key) for item in ids], np.uint64)
    return np.where(whole, _splitmix64(counter * np.uint64(_GOLDEN) + start), counter)


def _of_text(item: Id, key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(str(item).encode(), digest_size=8, key=key).digest(), "big")


_GOLDEN = 0x9E3779B97F4A7C15


def _splitmix64(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the next output of each splitmix64 generator (Steele, Lea and Flood 2014); arithmetic modulo 2**64."""
    z = state + np.uint64(_GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
