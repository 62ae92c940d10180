"""The random market that the benchmarks share: every student lists ten mentors drawn at random."""

import numpy as np

from mentormatch.market.market import Market

SEATS = 15
STUDENTS_A_MENTOR = 14.9


def random_choices(num_students: int, *, length: int = 10, seed: int = 0) -> tuple[np.ndarray, int]:
    """Return a matrix of distinct mentors a student, best first, and the number of mentors."""
    rng = np.random.default_rng(seed)
    num_mentors = max(int(num_students / STUDENTS_A_MENTOR), length)
    choices = rng.integers(0, num_mentors, (num_students, length))
    while True:
        ordered = np.sort(choices, axis=1)
        repeated = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        if not repeated.any():
            return choices, num_mentors
        choices[repeated] = rng.integers(0, num_mentors, (int(repeated.sum()), length))


def random_market(num_students: int, *, tiers: int | None = None, seed: int = 0) -> Market:
    """Return a market; mentors rank strictly (tiers None) or in so many tiers."""
    choices, num_mentors = random_choices(num_students, seed=seed)
    rng = np.random.default_rng(seed + 1)
    theirs = rng.integers(1, tiers + 1, choices.shape) if tiers else _strict_ranks(choices, num_mentors, rng)
    return Market.from_choices(choices, mentor_upper=np.full(num_mentors, SEATS), mentor_rank=theirs)


def _strict_ranks(choices: np.ndarray, num_mentors: int, rng: np.random.Generator) -> np.ndarray:
    flat = choices.ravel()
    order = np.lexsort((rng.random(len(flat)), flat))
    first = np.searchsorted(flat[order], np.arange(num_mentors))
    ranks = np.empty(len(flat), np.int64)
    ranks[order] = np.arange(len(flat)) - first[flat[order]] + 1
    return ranks.reshape(choices.shape)
