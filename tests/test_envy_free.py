"""Envy-freeness with lower quotas: existence and the largest ones against enumeration; who is asked when."""

import numpy as np
import pytest

from brute_force import best_of_problem, stable_matchings
from mentormatch import concepts
from mentormatch.constraints import Coverage, EnvyFreeness, Quotas
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import LoadBalance, PlacedStudents, RankTotal, Stage
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.stable import envy_free
from random_markets import random_markets

RULES = [Quotas(), EnvyFreeness()]


@pytest.mark.parametrize("seed", range(4))
def test_existence_as_enumerated(seed: int) -> None:
    """Yokoi 2017: deferred acceptance with the lower quotas as seats decides."""
    engines, absent = set(), 0
    for market in random_markets((92, seed), 120, pairs=9, students=6, lower=True, strict=True):
        result, best = solve(Problem(market, RULES)), best_of_problem(Problem(market, RULES))
        assert (result.status is Status.OPTIMAL) == best.is_feasible
        engines.add(result.engine)
        absent += not best.is_feasible
    assert "envy_free" in engines
    assert absent > 3


@pytest.mark.parametrize("seed", range(4))
def test_the_largest_as_enumerated(seed: int) -> None:
    engines = set()
    for market in random_markets((93, seed), 80, pairs=8, students=6, lower=True, strict=True):
        problem = Problem(market, RULES, [PlacedStudents(), RankTotal()])
        result, best = solve(problem), best_of_problem(problem)
        assert (result.status is Status.OPTIMAL) == best.is_feasible
        assert tuple(stage.value for stage in result.stages) == (best.values or ())
        engines.add(result.engine)
    assert engines == {"envy_free", "cp_sat"}


def test_no_envy_free_matching_is_better_for_any_student_than_the_stable_one() -> None:
    """Wu and Roth 2018; what the engine relies on."""
    for market in random_markets(94, 60, pairs=8, strict=True):
        best = concepts.student_optimal(market).matching
        assert best is not None
        rank = np.full(market.num_students, 99)
        rank[market.student[best.pairs]] = market.student_rank[best.pairs]
        for pairs in stable_matchings(market, kind="envy"):
            at = list(pairs)
            assert (rank[market.student[at]] <= market.student_rank[at]).all()


def test_what_goes_to_cp_sat() -> None:
    market = Market.from_preferences(
        {"s1": ["a", "b"], "s2": ["a", "b"], "s3": ["a", "b"]},
        {"a": ["s1", "s2", "s3"], "b": ["s1", "s2", "s3"]},
        quotas={"a": (0, 3), "b": (1, 2)},
    )

    def codes(market: Market, *stages: Stage, rules: list = RULES) -> set[str]:
        return {reason.code for reason in envy_free.ENGINE.supports(compile_form(Problem(market, rules, stages)))}

    assert codes(market) == set()
    assert codes(market, PlacedStudents()) == {"lower_quotas"}
    assert codes(market.replace(mentor_lower=np.zeros(2, np.int64)), PlacedStudents(), RankTotal()) == set()
    assert (codes(market, RankTotal()), codes(market, LoadBalance())) == ({"stage"}, {"convex"})
    assert codes(market.replace(mentor_rank=np.ones(6, np.int64))) == {"mentor_ties"}
    assert codes(market.replace(student_rank=np.ones(6, np.int64))) == {"student_ties"}
    assert codes(market, rules=[*RULES, Coverage()]) >= {"lower_bounds"}
    assert codes(market, rules=[Quotas()]) == {"no_envy_freeness"}
    result = concepts.envy_free(market)
    assert (result.engine, result.status) == ("cp_sat", Status.OPTIMAL)
    assert result.matching is not None
    assert result.matching.as_dict()["s3"] == ("b",)
