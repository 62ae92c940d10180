"""The flow engine: against enumeration, prices that prove, corruptions that are caught, costs as large as they come."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute_force import best_of_form, best_of_problem, feasible_matchings
from mentormatch.base.errors import MarketError
from mentormatch.constraints import Coverage, Quotas
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import LoadBalance, MinimumRegret, PlacedStudents, RankMaximal, RankTotal
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import PriceCertificate, Status
from mentormatch.solvers import cp_sat
from mentormatch.solvers.engine import Options
from mentormatch.solvers.flow import min_cost_flow
from mentormatch.verify.optimality import check_prices
from strategies import forms, markets, problems, upper_quota_rows, without_stability, without_teams


@settings(max_examples=400, derandomize=True, deadline=None)
@given(form=forms(max_coefficient=1).map(without_stability))
def test_every_form_that_it_takes_is_solved_exactly(form: Form) -> None:
    """Rows, masks and terms that no rule of ours writes."""
    form = without_teams(form)
    if min_cost_flow.ENGINE.supports(form):
        return
    outcome, best = min_cost_flow.solve(form, Options()), best_of_form(form)
    if best.values is None:
        assert outcome.status is Status.INFEASIBLE
        return
    assert outcome.status is Status.OPTIMAL
    assert outcome.pairs is not None
    assert tuple(stage.value for stage in outcome.stages) == best.values
    assert tuple(outcome.pairs.tolist()) in best.matchings


def test_it_takes_many_of_those_forms() -> None:
    taken = []

    @settings(max_examples=200, derandomize=True, deadline=None, database=None)
    @given(form=forms(max_coefficient=1).map(without_stability))
    def count(form: Form) -> None:
        taken.append(not min_cost_flow.ENGINE.supports(without_teams(form)))

    count()
    assert sum(taken) > 50


# -- certificates --------------------------------------------------------------------------------------------------


@settings(max_examples=150, derandomize=True, deadline=None)
@given(problem=problems(stability=False, max_student_quota=2), data=st.data())
def test_no_other_matching_passes_with_the_prices_unless_it_is_as_good(problem: Problem, data: st.DataObject) -> None:
    """`check_prices` is sound: with true or false prices it lets only optimal matchings pass."""
    form = compile_form(problem)
    if min_cost_flow.ENGINE.supports(form):
        return
    result, best = solve(problem, engine="min_cost_flow"), best_of_problem(problem)
    assert (result.status is Status.OPTIMAL) == best.is_feasible
    if result.certificate is None or result.matching is None:
        return
    assert check_prices(problem, result.matching, result.certificate) == ()
    assert tuple(result.matching.pairs.tolist()) in best.matchings
    feasible = [tuple(m.pairs.tolist()) for m in feasible_matchings(problem)]
    other = data.draw(st.sampled_from(feasible))
    corrupted = data.draw(corruptions(result.certificate))
    for certificate in (result.certificate, corrupted):
        if not check_prices(problem, Matching(problem.market, np.array(other, np.int64)), certificate):
            assert other in best.matchings


@st.composite
def corruptions(draw: st.DrawFn, certificate: PriceCertificate) -> PriceCertificate:
    """Return the certificate with a single price moved."""
    places = [
        (number, name, block, position)
        for number, level in enumerate(certificate.levels)
        for name in ("prices", "convex_prices")
        for block, prices in enumerate(getattr(level, name))
        for position in range(len(prices))
    ]
    if not places:
        return certificate
    number, name, block, position = draw(st.sampled_from(places))
    level = certificate.levels[number]
    blocks = [prices.copy() for prices in getattr(level, name)]
    blocks[block][position] += draw(st.sampled_from([-100, -2, -1, 1, 2, 100]))
    moved = replace(level, **{name: tuple(blocks)})
    return PriceCertificate((*certificate.levels[:number], moved, *certificate.levels[number + 1 :]))


@pytest.fixture
def contested() -> Market:
    """Three students want the one seat of mentor 0; each has a second choice with a seat of its own.

    ::

        student  mentor 0  mentor 1  mentor 2  mentor 3
        0        1         2
        1        1                   3
        2        1                             4
    """
    return Market.from_arrays(
        [0, 0, 1, 1, 2, 2], [0, 1, 0, 2, 0, 3], student_rank=[1, 2, 1, 3, 1, 4], mentor_upper=[1, 1, 1, 1]
    )


def test_every_single_price_is_checked(contested: Market) -> None:
    """Every row of this problem binds, and so every price moved far enough in the wrong direction is caught."""
    problem = Problem(contested, [Quotas(), Coverage()], [RankTotal()])
    result = solve(problem, engine="min_cost_flow")
    assert result.matching is not None
    assert result.certificate is not None
    assert result.matching.pairs.tolist() == [1, 3, 4]
    assert result.stages[0].value == 6
    level = result.certificate.levels[0]
    for block, prices in enumerate(level.prices):
        for position in range(len(prices)):
            caught = []
            for step in (-(10**6), 10**6):
                moved = prices.copy()
                moved[position] += step
                blocks = (*level.prices[:block], moved, *level.prices[block + 1 :])
                tampered = PriceCertificate((replace(level, prices=blocks),))
                caught.append(bool(check_prices(problem, result.matching, tampered)))
            assert any(caught), (block, position)


def test_a_matching_one_swap_away_is_refused(contested: Market) -> None:
    problem = Problem(contested, [Quotas(), Coverage()], [RankTotal()])
    result = solve(problem, engine="min_cost_flow")
    assert result.certificate is not None
    for pairs in ([0, 3, 5], [1, 2, 5]):
        assert check_prices(problem, Matching(contested, np.array(pairs)), result.certificate)


# -- large numbers -------------------------------------------------------------------------------------------------


def huge_form(rng: np.random.Generator, largest: int) -> Form:
    n, k = 4, 3
    market = Market.from_arrays(
        np.repeat(np.arange(n), k),
        np.tile(np.arange(k), n),
        student_rank=np.ones(n * k, np.int64),
        mentor_upper=[2, 1, 1],
    )
    most = StageForm("most", (LinearTerm(np.full(n * k, -1, np.int64)),), maximise=True)
    cost = [rng.integers(-largest, largest, n * k, endpoint=True) for _ in range(3)]
    stages = [StageForm(f"cost {number}", (LinearTerm(each),)) for number, each in enumerate(cost)]
    return Form(market, parts=upper_quota_rows(market), stages=(most, *stages))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("exponent", [3, 12, 20, 30, 40, 50])
def test_huge_costs_are_exact(exponent: int, seed: int) -> None:
    """Weighted together these stages would overflow 64 bits many times over."""
    form = huge_form(np.random.default_rng((40, exponent, seed)), 2**exponent)
    outcome, best = min_cost_flow.solve(form, Options()), best_of_form(form)
    assert tuple(stage.value for stage in outcome.stages) == best.values


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("exponent", [54, 56, 58])
def test_costs_beyond_exact_arithmetic_are_right_or_refused(exponent: int, seed: int) -> None:
    form = huge_form(np.random.default_rng((41, exponent, seed)), 2**exponent)
    try:
        outcome = min_cost_flow.solve(form, Options())
    except MarketError as error:
        right_or_refused = "too large" in error.text.en
    else:
        right_or_refused = tuple(stage.value for stage in outcome.stages) == best_of_form(form).values
    assert right_or_refused


def test_seats_without_end(contested: Market) -> None:
    market = contested.replace(mentor_upper=np.full(4, 10**9), student_quota=np.full(3, 10**9))
    result = solve(Problem(market, [Quotas()], [PlacedStudents(), LoadBalance(), RankTotal()]), engine="min_cost_flow")
    assert result.status is Status.OPTIMAL
    assert result.stages[0].value == 3


# -- larger than enumeration reaches -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_as_cp_sat_on_sixty_students(seed: int) -> None:
    rng = np.random.default_rng((42, seed))
    n, k = 60, 8
    pairs = np.argwhere(rng.random((n, k)) < 0.5)
    market = Market.from_arrays(
        pairs[:, 0],
        pairs[:, 1],
        student_rank=rng.integers(0, 5, len(pairs)),
        mentor_upper=rng.integers(3, 10, k),
        mentor_lower=rng.integers(0, 3, k),
        num_students=n,
        num_mentors=k,
    )
    stages = [PlacedStudents(), MinimumRegret(), LoadBalance(), RankMaximal()][seed % 2 :]
    problem = Problem(market, [Quotas()], stages)
    flow, search = (solve(problem, engine=engine.name) for engine in (min_cost_flow.ENGINE, cp_sat.ENGINE))
    assert flow.status is search.status is Status.OPTIMAL
    assert [stage.value for stage in flow.stages] == [stage.value for stage in search.stages]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(market=markets(max_students=4, lower=True))
def test_infeasible_is_proven_only_where_it_is(market: Market) -> None:
    problem = Problem(market, [Quotas(), Coverage()])
    result = solve(problem, engine="min_cost_flow")
    assert (result.status is Status.INFEASIBLE) != best_of_problem(problem).is_feasible


def test_a_limit_of_no_time_still_gives_a_matching(contested: Market) -> None:
    result = solve(Problem(contested, [Quotas()], [RankTotal()]), engine="min_cost_flow", time_limit=0.0)
    assert (result.status, result.stopped_by_limit) == (Status.FEASIBLE, True)
    assert result.stages[0].bound is None
    assert result.certificate is None


def test_nobody() -> None:
    nobody = Market.from_arrays([], [], student_rank=[], num_students=2, num_mentors=1)
    result = solve(Problem(nobody, [Quotas()], [PlacedStudents()]), engine="min_cost_flow")
    assert (result.status, result.stages[0].value) == (Status.OPTIMAL, 0)
    refused = solve(Problem(nobody, [Quotas(), Coverage()]), engine="min_cost_flow")
    assert refused.status is Status.INFEASIBLE
