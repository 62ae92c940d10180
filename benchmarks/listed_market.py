"""The random markets of the literature on ties: n x n, lists of one length, each next entry tied with a probability."""

import numpy as np

from mentormatch.market.market import Market


def listed_market(n: int, *, length: int, ties: float, seed: int) -> Market:
    """Return an SMTI instance: every student lists `length` mentors; both sides tie with probability `ties`."""
    rng = np.random.default_rng(seed)
    student = np.repeat(np.arange(n), length)
    mentor = np.concatenate([rng.choice(n, length, replace=False) for _ in range(n)])
    order = np.lexsort((rng.random(len(mentor)), mentor))
    owner = mentor[order]
    level = np.cumsum((rng.random(len(mentor)) >= ties) & np.r_[False, owner[1:] == owner[:-1]])
    rank = np.empty(len(mentor), np.int64)
    rank[order] = level - level[np.searchsorted(owner, owner)] + 1
    wish = 1 + np.cumsum(np.c_[np.zeros(n, bool), rng.random((n, length - 1)) >= ties], axis=1)
    return Market.from_arrays(
        student, mentor, student_rank=wish.ravel(), mentor_rank=rank, num_students=n, num_mentors=n
    )
