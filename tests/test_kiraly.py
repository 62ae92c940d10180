"""Kiraly's approximation: always weakly stable, never below two thirds, the same whatever the order of rows."""

import numpy as np
import pytest

from brute_force import blocking_pairs, stable_matchings
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.problem import Problem
from mentormatch.solvers.stable.kiraly import kiraly
from random_markets import random_markets


def run(market: Market) -> set[int]:
    pairs = kiraly(
        market,
        usable=np.ones(market.num_pairs, bool),
        student_order=market.mentor.astype(np.int64),
        mentor_order=market.student.astype(np.int64),
    )
    return set(pairs.tolist())


@pytest.mark.parametrize("chunk", range(3))
def test_two_thirds_of_thousands_of_small_markets(chunk: int) -> None:
    short = 0
    for market in random_markets(300 + chunk, 500, pairs=9, seats=1 + chunk, worst=1 + chunk):
        stable = stable_matchings(market)
        pairs = tuple(sorted(run(market)))
        assert pairs in stable
        largest = max(map(len, stable))
        assert 3 * len(pairs) >= 2 * largest
        short += len(pairs) < largest
    assert short < 50


@pytest.mark.parametrize("seed", range(15))
def test_two_thirds_of_the_proven_optimum(seed: int) -> None:
    rng = np.random.default_rng((31, seed))
    n, k = 24, int(rng.choice([8, 24]))
    student = np.repeat(np.arange(n), 4)
    mentor = np.concatenate([rng.permutation(k)[:4] for _ in range(n)])
    market = Market.from_arrays(
        student,
        mentor,
        student_rank=rng.integers(1, 3, len(student)),
        mentor_rank=rng.integers(1, 3, len(student)),
        mentor_upper=np.full(k, n // k),
        num_students=n,
        num_mentors=k,
    )
    pairs = run(market)
    assert not blocking_pairs(market, pairs)
    best = solve(Problem(market, [Quotas(), WeakStability()], [PlacedStudents()])).stages[0].value
    assert 3 * len(pairs) >= 2 * best


def test_the_promotion_finds_what_a_lottery_may_miss() -> None:
    """s1 could go to b, but a took it and turned s2 away, who has nowhere else: the second round mends it."""
    market = Market.from_preferences({"s1": ["a", "b"], "s2": ["a"]}, {"a": [["s1", "s2"]], "b": ["s1"]})
    assert len(run(market)) == 2


def test_a_flighty_student_makes_room() -> None:
    market = Market.from_preferences({"s1": [["a", "b"]], "s2": ["a"]}, {"a": [["s1", "s2"]], "b": ["s1"]})
    assert len(run(market)) == 2
