"""Markets that fall apart: solved part by part, the answer is as good as that of the whole, and as well proven."""

from itertools import pairwise

import numpy as np
import pytest

from mentormatch.constraints import Coverage, Quotas, TypeQuotas
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import LoadBalance, PlacedStudents, RankMaximal, RankTotal
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.problem.structure import analyse
from mentormatch.solvers.flow import circulation
from mentormatch.solvers.flow.flow_network import build_network


def market_of_schools(rng: np.random.Generator) -> Market:
    """Return a market of one to six schools of any size, shuffled, with some people without pairs."""
    student, mentor, n, k = [], [], 0, 0
    for _ in range(int(rng.integers(1, 7))):
        students, mentors = int(rng.integers(1, 7)), int(rng.integers(1, 4))
        ends = np.argwhere(rng.random((students, mentors)) < 0.7)
        student.append(n + ends[:, 0])
        mentor.append(k + ends[:, 1])
        n, k = n + students, k + mentors
    s, m = np.concatenate(student), np.concatenate(mentor)
    return Market.from_arrays(
        rng.permutation(n)[s],
        rng.permutation(k)[m],
        student_rank=rng.integers(1, 4, len(s)),
        mentor_upper=rng.integers(0, 4, k),
        mentor_lower=0,
        num_students=n,
        num_mentors=k,
        student_attributes={"group": Attribute.from_values(rng.choice(["a", "b"], n).tolist(), known="ab")},
    )


@pytest.mark.parametrize("chunk", range(4))
def test_part_by_part_is_as_good_as_the_whole(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng((810, chunk))
    fell_apart = 0
    seen: list[int] = []
    parts_of = circulation.small_parts

    def told(*arguments: object) -> object:
        parts = parts_of(*arguments)  # type: ignore[arg-type]
        seen.append(0 if parts is None else len(parts.arcs))
        return parts

    for number in range(40):
        market = market_of_schools(rng)
        rules = [Quotas(), *([Coverage()] if number % 5 == 0 else [])]
        if number % 2:
            rules.append(TypeQuotas(attribute="group", values=("a",), upper=1))
        stages = [[PlacedStudents(), RankTotal()], [RankMaximal(), LoadBalance()], [LoadBalance(), RankTotal()]]
        problem = Problem(market, rules, stages[number % 3])
        monkeypatch.undo()
        whole = solve(problem, engine="min_cost_flow")
        monkeypatch.setattr(circulation, "LARGE", 1)
        monkeypatch.setattr(circulation, "LARGE_PART", int(rng.choice([6, 20, 60])))
        monkeypatch.setattr(circulation, "small_parts", told)
        seen.clear()
        apart = solve(problem, engine="min_cost_flow")
        fell_apart += max(seen, default=0) > 1
        assert apart.status is whole.status
        assert [stage.value for stage in apart.stages] == [stage.value for stage in whole.stages]
        assert apart.status is Status.INFEASIBLE or apart.certificate is not None
    assert fell_apart >= 6


def test_whatever_the_bounds_of_earlier_stages_have_closed() -> None:
    """Arcs that are shut may lie between parts, and what is left of a whole may be many parts."""
    rng = np.random.default_rng(812)
    fell_apart = feasible = 0
    for _ in range(200):
        form = compile_form(Problem(market_of_schools(rng), [Quotas()], [RankTotal()]))
        families = analyse(form).families
        assert families is not None
        network = build_network(form, families)
        lower, upper = network.lower.copy(), network.upper.copy()
        upper[rng.random(len(upper)) < 0.3] = 0
        held = rng.random(len(upper)) < 0.1
        lower[held] = upper[held]
        cost = rng.integers(-5, 6, len(upper))
        old, circulation.LARGE_PART = circulation.LARGE_PART, 30
        try:
            parts = circulation.small_parts(network, upper)
        finally:
            circulation.LARGE_PART = old
        if parts is None:
            continue
        fell_apart += 1
        whole, apart = (
            circulation.by_scaling(network, lower, upper, cost),
            circulation.by_parts(network, lower, upper, cost, parts),
        )
        assert (whole is None) == (apart is None)
        if whole is not None and apart is not None:
            feasible += 1
            assert int(cost @ whole) == int(cost @ apart)
            balance = np.bincount(network.head, apart, network.num_nodes) - np.bincount(
                network.tail, apart, network.num_nodes
            )
            assert not balance.any()
            assert (lower <= apart).all()
            assert (apart <= upper).all()
    assert min(fell_apart, feasible) >= 20


def test_the_parts_are_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(811)
    found = 0
    for _ in range(60):
        form = compile_form(Problem(market_of_schools(rng), [Quotas()], [RankTotal()]))
        families = analyse(form).families
        assert families is not None
        network = build_network(form, families)
        monkeypatch.undo()
        assert circulation.small_parts(network, network.upper) is None  # far below what one bin holds
        monkeypatch.setattr(circulation, "LARGE_PART", 30)
        # Later stages close arcs, and closed ones may lead from one part to another.
        upper = np.where(rng.random(len(network.upper)) < 0.2, 0, network.upper)
        parts = circulation.small_parts(network, upper)
        if parts is None:
            continue
        found += 1
        assert sorted(np.concatenate(parts.arcs).tolist()) == np.flatnonzero(upper > 0).tolist()
        homes = [set(network.tail[arcs].tolist()) | set(network.head[arcs].tolist()) for arcs in parts.arcs]
        for nodes, size in zip(homes, parts.size, strict=True):
            assert {int(parts.number[node]) for node in nodes} <= set(range(size))
            assert len({int(parts.number[node]) for node in nodes}) == len(nodes)
        for one, other in pairwise(homes):
            assert one & other <= {0}
    assert found >= 10
