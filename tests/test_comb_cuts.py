"""Comb inequalities: what every weakly stable matching keeps, and what others break."""

import numpy as np
import pytest

from brute_force import all_matchings, weakly_stable_matchings
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.stable.comb_cuts import broken_combs, comb_cuts
from mentormatch.verify.blocking_pairs import blocking_pairs
from random_markets import random_market

CHUNKS, MARKETS = 4, 50


def markets(seed: int, number: int) -> list[Market]:
    rng = np.random.default_rng((90, seed))
    return [random_market(rng, pairs=9, strict=rng.random() < 0.3) for _ in range(number)]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_stable_matching_keeps_every_comb(chunk: int) -> None:
    rng = np.random.default_rng((91, chunk))
    seen = 0
    for market in markets(chunk, MARKETS):
        pairs, stable = np.arange(market.num_pairs), weakly_stable_matchings(market)
        for _ in range(8):
            for comb in broken_combs(market, pairs, rng.random(len(pairs)) * rng.choice([0.0, 0.3, 1.0])):
                seen += 1
                assert all(np.isin(list(matching), comb.pairs).sum() >= comb.least for matching in stable)
    assert seen > 100


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_matching_that_is_not_stable_breaks_a_comb(chunk: int) -> None:
    """Where a mentor is in a blocking pair that could be full with students it likes as well as that one."""
    seen = 0
    for market in markets(chunk, MARKETS):
        pairs = np.arange(market.num_pairs)
        for matching in all_matchings(market, quotas=True):
            if (matching.load > market.mentor_upper).any():
                continue
            value = np.zeros(market.num_pairs)
            value[matching.pairs] = 1
            blocking = blocking_pairs(market, matching)
            crowd = [
                ((market.mentor == market.mentor[at]) & (market.mentor_rank <= market.mentor_rank[at])).sum()
                for at in blocking
            ]
            if any(crowd >= market.mentor_upper[market.mentor[blocking]]):
                seen += 1
                assert broken_combs(market, pairs, value)
            elif not len(blocking):
                assert not broken_combs(market, pairs, value)
    assert seen > 100


def test_the_stage_of_ranks_is_proven_by_combs() -> None:
    """Two mentors of two seats, most students tied: both stages are what enumeration finds, combs in the model."""
    rng = np.random.default_rng(92)
    used = 0
    for _ in range(40):
        student, mentor = np.repeat(np.arange(4), 2), np.tile(np.arange(2), 4)
        market = Market.from_arrays(
            student,
            mentor,
            student_rank=np.concatenate([rng.permutation(2) + 1 for _ in range(4)]),
            mentor_rank=rng.integers(1, 4, 8),
            mentor_upper=2,
        )
        result = solve(Problem(market, [Quotas(), WeakStability()], [PlacedStudents(), RankTotal()]), engine="cp_sat")
        least = min(
            (-len(pairs), int(market.student_rank[list(pairs)].sum())) for pairs in weakly_stable_matchings(market)
        )
        assert result.status is Status.OPTIMAL
        assert (-result.stages[0].value, result.stages[1].value) == least
        cost = market.student_rank.astype(np.int64)
        placed = (-np.ones(8, np.int64), least[0])
        used += len(comb_cuts(market, np.arange(8), cost, [placed], is_stopped=lambda: False))
    assert used
    assert not comb_cuts(market, np.arange(8), cost, [placed], is_stopped=lambda: True)
    nobody = market.replace(student_quota=np.array([1, 1, 1, 0]))
    assert not comb_cuts(nobody, np.arange(8), cost, [placed], is_stopped=lambda: False)
