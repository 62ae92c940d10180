"""Flow by price levels: against cost scaling on every network, potentials that prove, limits, and whole solves."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings

from brute_force import best_of_form
from mentormatch.base.arrays import IntArray
from mentormatch.constraints import Coverage, Quotas
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.problem.structure import analyse
from mentormatch.solvers.engine import Options
from mentormatch.solvers.flow import circulation, min_cost_flow
from mentormatch.solvers.flow.choosers import contract
from mentormatch.solvers.flow.flow_network import FlowNetwork, build_network
from mentormatch.solvers.flow.price_levels import OutOfWork, solve_by_levels
from strategies import forms, problems, without_stability, without_teams


def networks(form: Form) -> Iterator[FlowNetwork]:
    form = form.only(frozenset({Rows}))
    families = analyse(form).families
    if families is not None:
        network = build_network(form, families)
        if not network.is_contradictory:
            yield network


def check_flow(network: FlowNetwork, lower: IntArray, upper: IntArray, cost: IntArray) -> IntArray | None:
    """Compare with cost scaling; return the reduced costs, or None where the method does not apply or nothing fits."""
    plain = circulation.by_scaling(network, lower, upper, cost)
    if contract(network, lower, upper, cost) is None:
        return None
    found = circulation.by_levels(network, lower, upper, cost)
    if plain is None or found is None:
        assert plain is None
        assert found is None
        return None
    flow, price = found
    assert ((lower <= flow) & (flow <= upper)).all()
    balance = np.zeros(network.num_nodes, np.int64)
    np.add.at(balance, network.head, flow)
    np.subtract.at(balance, network.tail, flow)
    assert not balance.any()
    assert cost @ flow == cost @ plain
    reduced = cost + price[network.tail] - price[network.head]
    assert (flow[reduced > 0] == lower[reduced > 0]).all()
    assert (flow[reduced < 0] == upper[reduced < 0]).all()
    fixed = reduced != 0
    lower[fixed] = upper[fixed] = flow[fixed]
    return reduced


def check_faces(network: FlowNetwork) -> int:
    """Solve for a cost, fix what its optimum fixes, solve for the next; return how often the method applied."""
    rng = np.random.default_rng(len(network.tail))
    lower, upper, times = network.lower.copy(), network.upper.copy(), 0
    for _ in range(3):
        cost = rng.integers(-4, 5, len(network.tail))
        cost[len(network.pairs) :] = 0
        if check_flow(network, lower, upper, cost) is None:
            break
        times += 1
    return times


def test_it_agrees_with_cost_scaling_on_any_form() -> None:
    """Rows, masks and terms that no rule of ours writes, and the faces that stages leave over."""
    applied = []

    @settings(max_examples=150, derandomize=True, deadline=None, database=None)
    @given(form=forms(max_coefficient=1).map(without_stability))
    def check(form: Form) -> None:
        applied.extend(check_faces(network) for network in networks(form))

    check()
    assert sum(applied) > 100


def test_it_agrees_with_cost_scaling_on_any_problem() -> None:
    applied = []

    @settings(max_examples=100, derandomize=True, deadline=None, database=None)
    @given(problem=problems(stability=False))
    def check(problem: Problem) -> None:
        applied.extend(check_faces(network) for network in networks(compile_form(problem)))

    check()
    assert sum(applied) > 75


@settings(max_examples=100, derandomize=True, deadline=None)
@given(form=forms(max_coefficient=1).map(without_stability))
def test_the_engine_is_exact_when_every_network_counts_as_large(form: Form) -> None:
    form = without_teams(form)
    if min_cost_flow.ENGINE.supports(form):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(circulation, "LARGE", 0)
        outcome = min_cost_flow.solve(form, Options())
    best = best_of_form(form)
    if best.values is None:
        assert outcome.status is Status.INFEASIBLE
        return
    assert outcome.pairs is not None
    assert tuple(stage.value for stage in outcome.stages) == best.values
    assert tuple(outcome.pairs.tolist()) in best.matchings


def random_market(rng: np.random.Generator, *, students: int, seats: int, skew: float) -> Market:
    """Every student lists up to six of the mentors, popular ones more often."""
    mentors = max(students // seats, 8)
    appeal = np.exp(rng.normal(0, skew, mentors))
    drawn = rng.random((students, mentors)) ** (1 / appeal)
    choices = np.argsort(-drawn, axis=1)[:, :6]
    choices[rng.random(choices.shape) < 0.1] = -1
    listed = np.bincount(choices[choices >= 0], minlength=mentors)
    lower = np.minimum(rng.integers(0, 2, mentors), listed)
    return Market.from_choices(choices, mentor_upper=np.full(mentors, seats), mentor_lower=lower)


@pytest.mark.parametrize("skew", [0.0, 1.0, 2.5])
@pytest.mark.parametrize("seats", [1, 4, 5])
def test_larger_markets(skew: float, seats: int) -> None:
    """Seats nearly short, far too short for the popular, and one to one; with lower quotas."""
    rng = np.random.default_rng([int(10 * skew), seats])
    market = random_market(rng, students=700, seats=seats, skew=skew)
    form = compile_form(Problem(market, [Quotas()], [PlacedStudents(), RankTotal()]))
    for network in networks(form):
        cost = 10_000 * network.cost(form, 0) + network.cost(form, 1)
        check_flow(network, network.lower.copy(), network.upper.copy(), cost)


def test_a_large_market_is_solved_by_levels_and_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    market = random_market(np.random.default_rng(1), students=3_000, seats=5, skew=0.8)
    problem = Problem(market, [Quotas()], [PlacedStudents(), RankTotal()])
    result = solve(problem, engine="min_cost_flow")
    assert result.status is Status.OPTIMAL
    assert all(stage.proven for stage in result.stages)
    monkeypatch.setattr(circulation, "by_levels", lambda *_args, **_options: None)
    assert solve(problem, engine="min_cost_flow").stages == result.stages


def test_too_much_work_ends_in_cost_scaling_with_the_same_values(monkeypatch: pytest.MonkeyPatch) -> None:
    market = random_market(np.random.default_rng(2), students=2_500, seats=5, skew=1.0)
    problem = Problem(market, [Quotas()], [PlacedStudents(), RankTotal()])
    expected = solve(problem, engine="min_cost_flow").stages
    monkeypatch.setattr(circulation, "WORK_AN_ARC", 0)
    form = compile_form(problem)
    network = next(networks(form))
    net = contract(network, network.lower, network.upper, network.cost(form, 0))
    assert net is not None
    with pytest.raises(OutOfWork):
        solve_by_levels(net, work_limit=0)
    assert solve(problem, engine="min_cost_flow").stages == expected


def test_a_large_market_that_cannot_be_covered_is_infeasible() -> None:
    market = random_market(np.random.default_rng(3), students=3_000, seats=5, skew=2.5)
    assert solve(Problem(market, [Quotas(), Coverage()]), engine="min_cost_flow").status is Status.INFEASIBLE


def test_identical_students_take_few_steps() -> None:
    """Everybody lists the same ten mentors: ties everywhere, and all but fifty students stay away."""
    choices = np.tile(np.arange(10), (4_000, 1))
    market = Market.from_choices(choices, mentor_upper=np.full(10, 5))
    result = solve(Problem(market, [Quotas()], [PlacedStudents(), RankTotal()]), engine="min_cost_flow")
    assert [stage.value for stage in result.stages] == [50, 5 * 55]
