"""In which order each mentor takes students, those among them who did not list the mentor."""

from itertools import pairwise

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Market
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.solvers.stable.deferred_acceptance import strict_order


def priority_queues(ballots: Ballots) -> list[list[int]]:
    """Return the students of each mentor in the mentor's order, best last.

    Students with a candidate pair, and students who did not list the mentor and whom the mentor would take
    (`Market.unlisted`). Students in fixed pairs come first; among equals the lottery decides.

    Notes
    -----
    Silent mentors without a closed pair order everybody alike and share one list: who reads it from the end by popping
    students that are gone does so for all of them. O(m + u log u) beyond that, for u priorities.
    """
    market, known = ballots.market, ballots.market.unlisted
    draw = lottery(market.student_ids, ballots.seed, salt="student")
    at = np.flatnonzero(ballots.candidates)
    student, mentor, order = market.student[at], market.mentor[at], ballots.mentor_order[at]
    if known is None:
        return _by_mentor(student, mentor, order, market.num_mentors)
    alike = _takes_all_alike(ballots)
    more_student, more_mentor, more_rank = _unlisted(market, ~alike)
    order = strict_order(
        np.concatenate([~ballots.fixed[at], np.ones(len(more_student), bool)]),
        np.concatenate([market.mentor_rank[at], more_rank]),
        draw[np.concatenate([student, more_student])],
    )
    queues = _by_mentor(
        np.concatenate([student, more_student]),
        np.concatenate([mentor, more_mentor]),
        order,
        market.num_mentors,
    )
    everybody = np.argsort(-draw).tolist()
    return [everybody if alike[j] else queue for j, queue in enumerate(queues)]


def _takes_all_alike(ballots: Ballots) -> BoolArray:
    """Return the mentors who take every student of the market, all with one rank; bool of shape (k,)."""
    market, known = ballots.market, ballots.market.unlisted
    alike = np.zeros(market.num_mentors, bool) if known is None else known.rank_of_rest > 0
    if known is not None:
        alike[known.mentor] = False
        alike[market.mentor[~ballots.candidates | (market.mentor_rank != known.rank_of_rest[market.mentor])]] = False
    return alike


def _unlisted(market: Market, asked: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return student, mentor and rank of the priorities without a pair, at the mentors asked for."""
    known = market.unlisted
    if known is None:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    students, mentors, ranks = [known.student], [known.mentor], [known.mentor_rank]
    for j in np.flatnonzero(asked & (known.rank_of_rest > 0)).tolist():
        rest = np.ones(market.num_students, bool)
        rest[market.student[market.pairs_of_mentor(j)]] = False
        rest[known.student[known.mentor == j]] = False
        others = np.flatnonzero(rest)
        students.append(others)
        mentors.append(np.full(len(others), j, np.int64))
        ranks.append(np.full(len(others), known.rank_of_rest[j], np.int64))
    return np.concatenate(students), np.concatenate(mentors), np.concatenate(ranks)


def _by_mentor(student: IntArray, mentor: IntArray, order: IntArray, num_mentors: int) -> list[list[int]]:
    """Return the students of each mentor, smallest order last."""
    by = np.lexsort((-order, mentor))
    ends = np.searchsorted(mentor[by], np.arange(num_mentors + 1)).tolist()
    items = student[by].tolist()
    return [items[low:high] for low, high in pairwise(ends)]
