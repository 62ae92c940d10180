"""Every matching of a small market, and the same market in another order."""

from collections.abc import Iterator

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching

MAX_MATCHINGS = 1024
"""So many matchings are tried; all of them where a market has at most 10 pairs."""

_MAX_IN_FULL = 62


def all_matchings(market: Market, *, max_matchings: int = MAX_MATCHINGS) -> Iterator[Matching]:
    """Yield every set of pairs of a market, or a fixed sample where there are more than `max_matchings`.

    Nothing is promised of them: quotas and all other rules are broken in some. In a sample the first two are the empty
    one and the full one, and half of the others give each student one mentor at most.
    """
    m = market.num_pairs
    if m < _MAX_IN_FULL and 2**m <= max_matchings:
        for code in range(2**m):
            yield Matching(market, np.array([pair for pair in range(m) if code >> pair & 1], np.int64))
        return
    yield Matching(market, np.zeros(0, np.int64))
    yield Matching(market, np.arange(m))
    rng = np.random.default_rng(m)
    seen: set[bytes] = set()
    # Twice as many draws as wanted: most are new, and the loop ends whatever the market is.
    for draw in range(2 * max_matchings):
        if len(seen) >= max_matchings - 2:
            return
        chosen = rng.random(m) < rng.random()
        if draw % 2:
            order = rng.permutation(np.flatnonzero(chosen))
            chosen[:] = False
            chosen[order[np.unique(market.student[order], return_index=True)[1]]] = True
        if chosen.tobytes() not in seen:
            seen.add(chosen.tobytes())
            yield Matching.from_mask(market, chosen)


def shuffled(market: Market, *, seed: int = 0) -> Market:
    """Return the same market with students, mentors and pairs given in another order, the ids kept."""
    rng = np.random.default_rng(seed)
    students, mentors = rng.permutation(market.num_students), rng.permutation(market.num_mentors)
    pairs = rng.permutation(market.num_pairs)
    return Market.from_arrays(
        np.argsort(students)[market.student[pairs]],
        np.argsort(mentors)[market.mentor[pairs]],
        student_rank=market.student_rank[pairs],
        mentor_rank=market.mentor_rank[pairs],
        student_quota=market.student_quota[students],
        mentor_lower=market.mentor_lower[mentors],
        mentor_upper=market.mentor_upper[mentors],
        student_ids=tuple(market.student_ids[i] for i in students.tolist()),
        mentor_ids=tuple(market.mentor_ids[j] for j in mentors.tolist()),
        student_attributes={name: _reordered(a, students) for name, a in market.student_attributes.items()},
        mentor_attributes={name: _reordered(a, mentors) for name, a in market.mentor_attributes.items()},
        pair_attributes={name: values[pairs] for name, values in market.pair_attributes.items()},
    )


def _reordered(attribute: Attribute, order: IntArray) -> Attribute:
    return attribute.of_others([attribute.values(i) for i in order.tolist()])
