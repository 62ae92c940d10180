"""Manipulability: which students gain by cutting, reordering or thinning out their list."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import Literal, get_args

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.market.market import Market
from mentormatch.study.metrics.metric import Measured, Metric, Values

Kind = Literal["truncation", "reordering", "dropping"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def manipulability(outcome: Measured, *, students: int | None = 4) -> Values:
    """Return how often a single student gains by misreporting, everybody else being truthful.

    Three families of lists are tried, completely: *truncation* keeps a first part of the list, *reordering* swaps two
    choices or moves one to the front, *dropping* leaves out one choice. ``gain_truncation``, ``gain_reordering`` and
    ``gain_dropping`` are the shares of the students that were tried for whom some list of the family gives a better
    mentor by the true list; ``manipulable`` is the share for whom any does; ``gain`` is the mean number of ranks that
    the best of these lists gains, where being left out counts as one rank below the list.

    Parameters
    ----------
    outcome : Measured
    students : int, optional
        How many students are tried, drawn by the seed from those with two choices or more; None tries all of them.

    Notes
    -----
    The mechanism runs once for each list: O(L^2) times a student with L choices. Ties of a list stay ties.
    """
    market = outcome.market
    able = np.flatnonzero(np.bincount(market.student[market.is_choice], minlength=market.num_students) >= 2)
    if students is not None and len(able) > students:
        able = np.sort(np.random.default_rng([outcome.seed, 8]).choice(able, students, replace=False))
    if not len(able):
        return {}
    gains = dict.fromkeys(KINDS, 0)
    anyhow, total = 0, 0
    for student in able.tolist():
        best = dict.fromkeys(KINDS, 0)
        true = listed_pairs(market, student)
        has = rank_got(true, outcome.matching.pairs)
        for kind, pairs, ranks in manipulations(market, student):
            rank = market.student_rank.copy()
            rank[true[0]] = 0
            rank[pairs] = ranks
            got = outcome.again(market.replace(student_rank=rank))
            if got is not None:
                best[kind] = max(best[kind], has - rank_got(true, got))
        for kind in KINDS:
            gains[kind] += best[kind] > 0
        anyhow += max(best.values()) > 0
        total += max(best.values())
    tried = len(able)
    return {
        **{f"gain_{kind}": gains[kind] / tried for kind in KINDS},
        "manipulable": anyhow / tried,
        "gain": total / tried,
    }


def manipulations(market: Market, student: int) -> Iterator[tuple[Kind, IntArray, IntArray]]:
    """Yield each manipulation of a student as (family, listed pairs, their ranks)."""
    pairs, ranks = listed_pairs(market, student)
    order = np.argsort(ranks, kind="stable")
    pairs, ranks = pairs[order], ranks[order]
    size = len(pairs)
    for keep in range(1, size):
        yield "truncation", pairs[:keep], ranks[:keep]
    tried = {tuple(range(size))}
    for low, high in combinations(range(size), 2):
        swapped, fronted = list(range(size)), list(range(size))
        swapped[low], swapped[high] = high, low
        fronted.insert(low, fronted.pop(high))
        for moved in (swapped, fronted):
            if tuple(moved) not in tried:
                tried.add(tuple(moved))
                yield "reordering", pairs[moved], ranks
    # Leaving out the last choice is a truncation.
    for out in range(size - 1):
        yield "dropping", np.delete(pairs, out), np.delete(ranks, out)


def listed_pairs(market: Market, student: int) -> tuple[IntArray, IntArray]:
    """Return the pairs that a student listed, and their ranks."""
    mine = market.pairs_of_student(student)
    mine = mine[market.student_rank[mine] > 0]
    return mine, market.student_rank[mine].astype(np.int64)


def rank_got(true: tuple[IntArray, IntArray], chosen: IntArray) -> int:
    """Return the true rank of what a student got, one below the list for anything else."""
    pairs, ranks = true
    got = ranks[np.isin(pairs, chosen)]
    return int(got.min()) if len(got) else int(ranks.max()) + 1


def manipulability_of(students: int | None) -> Metric:
    """Return the metric that tries so many students; None tries all."""
    return Metric(
        "manipulability",
        Text(zh="可操纵性", en="shares of students that gain by truncation, reordering, dropping"),
        partial(manipulability, students=students),
    )


METRIC = manipulability_of(4)
