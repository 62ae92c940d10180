"""Seeded random markets of a dozen pairs: thousands of them in seconds, the same in every run."""

from collections.abc import Iterator

import numpy as np

from mentormatch.market.market import Market


def random_market(
    rng: np.random.Generator,
    *,
    students: int = 5,
    mentors: int = 4,
    pairs: int = 10,
    strict: bool = False,
    seats: int = 2,
    places: int = 1,
    placement: bool = False,
    lower: bool = False,
    worst: int = 3,
) -> Market:
    """Return a market of at most so many students, mentors, pairs, seats and places.

    Ranks run from 1 to `worst` with ties unless it is to be strict; a quarter of the others has a silent side. Some
    people have an empty list or no seats.
    """
    n, k = int(rng.integers(1, students + 1)), int(rng.integers(1, mentors + 1))
    ends = np.argwhere(rng.random((n, k)) < rng.uniform(0.4, 1.0))
    ends = ends[np.sort(rng.permutation(len(ends))[:pairs])]
    student, mentor, size = ends[:, 0], ends[:, 1], len(ends)
    if strict:
        student_rank, mentor_rank = strict_ranks(rng, student), strict_ranks(rng, mentor)
    else:
        student_rank = rng.integers(0 if placement else 1, worst + 1, size)
        mentor_rank = rng.integers(1, worst + 1, size)
        silent = rng.random()
        if silent < 0.125:
            mentor_rank[:] = 1
        elif silent < 0.25:
            student_rank = np.minimum(student_rank, 1)
    upper = rng.integers(0 if rng.random() < 0.3 else 1, seats + 1, k)
    return Market.from_arrays(
        student,
        mentor,
        student_rank=student_rank,
        mentor_rank=mentor_rank,
        mentor_upper=upper,
        mentor_lower=np.where(rng.random(k) < 0.4, rng.integers(0, upper + 1), 0) if lower else 0,
        student_quota=rng.integers(1, places + 1, n),
        num_students=n,
        num_mentors=k,
    )


def strict_ranks(rng: np.random.Generator, owner: np.ndarray) -> np.ndarray:
    """Return a random strict order of the pairs of each owner, as ranks from 1."""
    key = rng.permutation(len(owner))
    order = np.lexsort((key, owner))
    rank = np.zeros(len(owner), np.int64)
    rank[order] = np.arange(len(owner)) - np.searchsorted(owner[order], owner[order]) + 1
    return rank


def random_markets(seed: int, number: int, **kinds: object) -> Iterator[Market]:
    """Yield so many random markets."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        yield random_market(rng, **kinds)  # type: ignore[arg-type]
