"""Price certificates: true ones pass, tampered ones and tampered matchings do not."""

from dataclasses import replace

import numpy as np
import pytest

from mentormatch.constraints import Coverage, Quotas, TypeQuotas
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import LoadBalance, MinimumRegret, PlacedStudents, RankMaximal, RankTotal, Stage
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import PriceCertificate, Result, Status
from mentormatch.verify.optimality import check_prices

STAGES: dict[str, list[Stage]] = {
    "one": [RankTotal()],
    "coverage first": [PlacedStudents(), RankTotal()],
    "convex": [PlacedStudents(), LoadBalance(), RankTotal()],
    "bottleneck": [PlacedStudents(), MinimumRegret(), RankTotal()],
    "many": [RankMaximal(), LoadBalance()],
}


def problem_of(seed: int, stages: list[Stage]) -> Problem:
    rng = np.random.default_rng(seed)
    n, k = 12, 4
    pairs = [(i, j) for i in range(n) for j in range(k) if rng.random() < 0.7]
    market = Market.from_arrays(
        [i for i, _ in pairs],
        [j for _, j in pairs],
        student_rank=rng.integers(0, 4, len(pairs)),
        mentor_upper=rng.integers(1, 5, k),
        num_students=n,
        num_mentors=k,
        student_attributes={"care_level": Attribute.from_values(rng.choice(["key", "general"], n).tolist())},
    )
    rules = [Quotas(), TypeQuotas(attribute="care_level", values=("key",), upper=2)]
    return Problem(market, rules, stages)


def solved(seed: int, stages: list[Stage]) -> Result:
    return solve(problem_of(seed, stages), engine="min_cost_flow")


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("stages", STAGES.values(), ids=STAGES)
def test_prices_prove_every_flow_result(seed: int, stages: list[Stage]) -> None:
    result = solved(seed, stages)
    assert result.status is Status.OPTIMAL
    assert result.certificate is not None
    assert result.matching is not None
    assert check_prices(result.problem, result.matching, result.certificate) == ()


@pytest.mark.parametrize("seed", range(10))
def test_a_worse_matching_is_not_proven(seed: int) -> None:
    result = solved(seed, [PlacedStudents(), RankTotal()])
    assert result.certificate is not None
    assert result.matching is not None
    for drop in range(len(result.matching)):
        worse = Matching(result.problem.market, np.delete(result.matching.pairs, drop))
        assert check_prices(result.problem, worse, result.certificate)


@pytest.mark.parametrize("seed", range(10))
def test_prices_that_prove_less_are_refused(seed: int) -> None:
    """A single price moved in either direction: the check passes only where the bound is still attained."""
    result = solved(seed, [PlacedStudents(), RankTotal()])
    assert result.certificate is not None
    assert result.matching is not None
    level = result.certificate.levels[0]
    caught = 0
    for block, prices in enumerate(level.prices):
        for position in range(len(prices)):
            moved = prices.copy()
            moved[position] -= 10**6
            tampered = replace(level, prices=(*level.prices[:block], moved, *level.prices[block + 1 :]))
            certificate = PriceCertificate((tampered, *result.certificate.levels[1:]))
            caught += bool(check_prices(result.problem, result.matching, certificate))
    assert caught >= sum(len(prices) for prices in level.prices) // 2


def test_a_certificate_of_another_problem_is_refused() -> None:
    result = solved(0, [RankTotal()])
    assert result.certificate is not None
    assert result.matching is not None
    other = result.problem.replace(constraints=(*result.problem.constraints, Coverage()))
    assert check_prices(other, result.matching, result.certificate)
    more = result.problem.replace(stages=(RankTotal(), LoadBalance()))
    assert check_prices(more, result.matching, result.certificate)


def test_weights_that_are_too_small_are_refused() -> None:
    result = solved(1, [PlacedStudents(), RankTotal()])
    assert result.certificate is not None
    assert result.matching is not None
    level = result.certificate.levels[0]
    assert level.stages == (0, 1)
    certificate = PriceCertificate((replace(level, weights=(1, 1)),))
    assert check_prices(result.problem, result.matching, certificate)
