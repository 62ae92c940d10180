"""Small markets of the classical domain: one mentor a student, strict lists on both sides, seats and nothing else."""

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.testing.matchings import all_matchings

NUM_MARKETS = 24
"""So many markets are drawn where the caller gives none."""


def small_choice_markets(number: int = NUM_MARKETS, *, seed: int = 0) -> tuple[Market, ...]:
    """Return markets of three students and three mentors with one or two seats; some students list few mentors.

    Every mentor ranks every student, so that a student may come to list anybody.
    """
    rng = np.random.default_rng(seed)
    return tuple(_drawn(rng) for _ in range(number))


def _drawn(rng: np.random.Generator) -> Market:
    wish = np.array([rng.permutation(3) + 1 for _ in range(3)])
    wish[wish > rng.integers(1, 4, size=(3, 1))] = 0
    return Market.from_arrays(
        np.repeat(np.arange(3), 3),
        np.tile(np.arange(3), 3),
        student_rank=wish.ravel(),
        mentor_rank=np.array([rng.permutation(3) + 1 for _ in range(3)]).T.ravel(),
        mentor_upper=rng.integers(1, 3, size=3),
        student_ids=("s1", "s2", "s3"),
        mentor_ids=("a", "b", "c"),
    )


def with_list(market: Market, pairs: Sequence[int]) -> Market:
    """Return a market in which the student of these pairs lists them in this order, and no other."""
    rank = market.student_rank.copy()
    rank[market.student == market.student[pairs[0]]] = 0
    rank[list(pairs)] = np.arange(1, len(pairs) + 1)
    return market.replace(student_rank=rank)


def every_list(pairs: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every ordered list of some pairs of a student, but the empty one, by which nobody gains."""
    for length in range(1, len(pairs) + 1):
        yield from permutations(pairs, length)


def matchings_within_quotas(market: Market) -> tuple[Matching, ...]:
    """Return every matching of choice pairs in which nobody has more than the quota."""
    return tuple(
        matching
        for matching in all_matchings(market)
        if market.is_choice[matching.pairs].all() and is_within_quotas(market, matching)
    )


def is_within_quotas(market: Market, matching: Matching) -> bool:
    """Tell whether nobody has more than the quota."""
    loads = np.bincount(market.mentor[matching.pairs], minlength=market.num_mentors)
    held = np.bincount(market.student[matching.pairs], minlength=market.num_students)
    return bool((loads <= market.mentor_upper).all() and (held <= market.student_quota).all())


def ranks(market: Market, matching: Matching) -> tuple[int, ...]:
    """Return the rank that each student got by the student's own list; nobody is worse, an unlisted mentor worst."""
    nobody = market.num_mentors + 1
    got = [nobody] * market.num_students
    for pair in matching.pairs.tolist():
        got[market.student[pair]] = int(market.student_rank[pair]) or nobody + 1
    return tuple(got)
