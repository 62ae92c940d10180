"""Lexicographic stages under weak stability with ties: the first one from the search for a largest stable matching."""

import numpy as np
import pytest

from brute_force import best_of_form
from mentormatch.constraints import ForbiddenPairs, Quotas, TypeQuotas, WeakStability
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import LoadBalance, PlacedStudents, RankTotal
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers import cp_sat
from mentormatch.solvers.engine import Options
from mentormatch.solvers.stable_part import stable_part
from test_largest_stable import listed_market, tied_market

CHUNKS, MARKETS = 3, 40


def lexicographic(market: Market, *rules: object) -> Problem:
    return Problem(market, [Quotas(lower=False), WeakStability(), *rules], [PlacedStudents(), RankTotal()])


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_both_stages_against_enumeration(chunk: int) -> None:
    for number in range(MARKETS):
        form = compile_form(lexicographic(tied_market(np.random.default_rng((48, chunk, number)), most=5)))
        outcome = cp_sat.solve(form, Options(seed=number))
        assert outcome.status is Status.OPTIMAL
        assert tuple(stage.value for stage in outcome.stages) == best_of_form(form).values


def test_a_cap_that_the_largest_matching_breaks_only_loses_the_start() -> None:
    """Rows beyond quotas are left out of the part: its size stays a bound, and its matching may not do."""
    rng = np.random.default_rng(5)
    broke = 0
    for number in range(12):
        market = listed_market(12, length=3, ties=0.5, seed=number)
        kinds = Attribute.from_values(["x" if each else "y" for each in rng.random(market.num_students) < 0.5])
        market = market.replace(student_attributes={"kind_of": kinds}, mentor_upper=np.full(12, 2))
        problem = lexicographic(market, TypeQuotas(attribute="kind_of", values=("x",), upper=1))
        form = compile_form(problem)
        part = stable_part(form, Options())
        assert part is not None
        broke += not part.keeps_all
        result = solve(problem, engine="cp_sat")
        assert result.status in (Status.OPTIMAL, Status.INFEASIBLE)
        if result.status is Status.OPTIMAL:
            assert result.stages[0].value <= -part.bound
    assert broke


def test_what_the_other_engine_takes_alone_is_left_to_compare() -> None:
    market = listed_market(20, length=3, ties=0.6, seed=1)
    alone = Problem(market, [Quotas(), WeakStability()], [PlacedStudents()])
    assert stable_part(compile_form(alone), Options()) is None
    assert stable_part(compile_form(Problem(market, [Quotas()], [PlacedStudents()])), Options()) is None
    assert stable_part(compile_form(lexicographic(market)), Options()) is not None


def test_masks_hold_in_the_part() -> None:
    market = listed_market(20, length=3, ties=0.6, seed=1)
    gone = [{"student": market.student_ids[0], "mentor": market.mentor_ids[int(market.mentor[0])]}]
    part = stable_part(compile_form(lexicographic(market, ForbiddenPairs(pairs=gone))), Options())
    assert part is not None
    assert not part.chosen[0]


def test_a_school_of_three_hundred_is_proven_in_all_stages() -> None:
    market = listed_market(300, length=5, ties=0.6, seed=0)
    stages = [PlacedStudents(), RankTotal(), LoadBalance()]
    result = solve(Problem(market, [Quotas(lower=False), WeakStability()], stages))
    assert result.status is Status.OPTIMAL
    assert all(stage.proven for stage in result.stages)
    assert result.blocking_pairs == 0
