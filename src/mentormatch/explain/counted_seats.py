"""The seats of each mentor as the rules leave them: less those of a relief, and those that are held back."""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.formulation.rows import Rows
from mentormatch.problem.problem import Problem


def counted_seats(problem: Problem) -> IntArray:
    """Return how many students each mentor may take by its quota and by every hard cap on all of its pairs.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    int64 array of shape (k,)

    Notes
    -----
    A cap counts where its row holds each candidate pair of one mentor. What would tell of care or of a family is left
    out: a reason that everybody reads may not rest on it. O(entries of the rows).
    """
    market = problem.market
    seats = market.mentor_upper.astype(np.int64)
    of_mentor = np.bincount(market.mentor[problem.candidates], minlength=market.num_mentors)
    for rule in problem.constraints:
        for part in problem.parts_of(rule):
            if not isinstance(part, Rows) or part.penalty is not None or part.confidential or part.coeffs is not None:
                continue
            if part.mentors is None or not len(part.pairs):
                continue
            is_open = problem.candidates[part.pairs]
            held = np.bincount(part.owner[is_open], minlength=len(part.upper))
            whole = held >= of_mentor[part.mentors]
            np.minimum.at(seats, part.mentors[whole], part.upper[whole])
    return np.maximum(seats, 0)
