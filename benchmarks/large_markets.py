"""Large markets: our flow by price levels against one raw OR-tools call on the same arrays, family by family.

``python benchmarks/large_markets.py 1000000`` measures the one market of a million students (about five minutes), and
``python benchmarks/large_markets.py 100000 12 18`` the families 12 to 17 alone: a piece of the table.
"""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from mentormatch.constraints import Quotas
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.structure import analyse
from mentormatch.solvers.flow import circulation
from mentormatch.solvers.flow.flow_network import build_network
from mentormatch.study.generators import TheoryMarket
from mentormatch.study.generators.models import (
    Correlated,
    Euclidean,
    Mallows,
    MasterList,
    PopularMentors,
    PreferenceModel,
    Uniform,
)
from random_market import random_choices

SEATS = 15
LENGTH = 10


THEORY = {
    "uniform": Uniform(),
    "Plackett-Luce, sigma 1": PopularMentors(sigma=1.0),
    "Mallows, phi 0.8": Mallows(phi=0.8),
    "Mallows, phi 0.99": Mallows(phi=0.99),
    "Mallows, phi 0.999": Mallows(phi=0.999),
    "correlated, weight 0.5": Correlated(weight=0.5),
    "correlated, weight 0.9": Correlated(weight=0.9),
    "Euclidean, 2 dimensions": Euclidean(dimensions=2),
    "Euclidean, 5 dimensions": Euclidean(dimensions=5),
    "master list": MasterList(),
}
TIES = (0.3, 0.85)


def families(n: int, *, seed: int = 0) -> Iterator[tuple[str, Callable[[], Market]]]:
    """Yield (name, how to draw it): what demand can look like, then every model of `mentormatch.study.generators`."""
    k = int(n / 14.9)
    rng = np.random.default_rng(seed)
    uniform, _ = random_choices(n, seed=seed)
    for seats in (15, 13, 20):
        yield f"uniform, {seats} seats", partial(_market, uniform, np.full(k, seats))
    for skew in (0.5, 1.0, 1.5):
        choices = _by_appeal(rng, n, np.exp(rng.normal(0, skew, k)))
        yield f"log-normal appeal, sigma {skew}", partial(_market, choices, np.full(k, SEATS))
    yield "nearest nine on a map", partial(_market, *_on_a_map(rng, n, k))
    for noise in (0.5, 0.0):
        choices = _by_school(rng, n, k, noise)
        yield f"schools of 70 mentors, common taste, noise {noise}", partial(_market, choices, np.full(k, SEATS))
    near = rng.random(n) * (k - 30)
    line = (near[:, None] + np.argsort(rng.random((n, 30)), axis=1)[:, :LENGTH]).astype(np.int64)
    yield "mentors on a line, ten of the next thirty", partial(_market, line, np.full(k, SEATS))
    one = np.ones(n, np.int64)
    yield "one to one", partial(_market, _by_appeal(rng, n, np.ones(n)), one)
    yield "one to one, log-normal appeal", partial(_market, _by_appeal(rng, n, np.exp(rng.normal(0, 1, n))), one)
    for name, model in THEORY.items():
        yield f"model: {name}", partial(_drawn, n, model, 0.0, seed)
    for name in ("uniform", "Plackett-Luce, sigma 1", "Mallows, phi 0.99", "Euclidean, 2 dimensions", "master list"):
        for ties in TIES:
            yield f"model: {name}, ties {ties}", partial(_drawn, n, THEORY[name], ties, seed)


def _market(choices: np.ndarray, seats: np.ndarray) -> Market:
    return Market.from_choices(choices, mentor_upper=seats)


def _drawn(n: int, model: PreferenceModel, ties: float, seed: int) -> Market:
    return TheoryMarket(
        num_students=n,
        num_mentors=int(n / 14.9),
        seats=SEATS,
        length=LENGTH,
        students=model,
        mentors=None,
        student_ties=ties,
    ).market(seed)


def _by_appeal(rng: np.random.Generator, n: int, appeal: np.ndarray) -> np.ndarray:
    share = np.cumsum(appeal / appeal.sum())
    choices = np.minimum(np.searchsorted(share, rng.random((n, LENGTH))), len(appeal) - 1)
    while True:
        ordered = np.sort(choices, axis=1)
        again = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        if not again.any():
            return choices
        drawn = np.searchsorted(share, rng.random((int(again.sum()), LENGTH)))
        choices[again] = np.minimum(drawn, len(appeal) - 1)


def _on_a_map(rng: np.random.Generator, n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Students and mentors in the unit square; a student lists the mentors of the cells around its own by distance."""
    side = int(np.sqrt(k))
    cells = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1).reshape(-1, 2)
    mentors, students = (cells + rng.random(cells.shape)) / side, rng.random((n, 2))
    around = np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)])
    cell = (students * side).astype(np.int64)[:, None, :] + around
    choices = np.clip(cell[..., 0], 0, side - 1) * side + np.clip(cell[..., 1], 0, side - 1)
    outside = ((cell < 0) | (cell >= side)).any(axis=2)
    distance = np.where(outside, np.inf, ((mentors[choices] - students[:, None, :]) ** 2).sum(axis=2))
    choices[outside] = -1
    return np.take_along_axis(choices, np.argsort(distance, axis=1, kind="stable"), axis=1), np.full(side**2, SEATS)


def _by_school(rng: np.random.Generator, n: int, k: int, noise: float) -> np.ndarray:
    schools = max(k // 70, 1)
    size = k // schools
    school = rng.integers(0, schools, n)
    quality = rng.normal(0, 1, (schools, size))
    choices = np.empty((n, LENGTH), np.int64)
    for part in np.array_split(np.arange(n), max(n // 20_000, 1)):
        score = quality[school[part]] + noise * rng.normal(0, 1, (len(part), size))
        choices[part] = np.argsort(-score, axis=1, kind="stable")[:, :LENGTH] + school[part][:, None] * size
    return choices


def raw(market: Market) -> tuple[float, tuple[int, int]]:
    """Return seconds, and how many are placed at what total rank, of one SimpleMinCostFlow call on prepared arrays."""
    n, k, m = market.num_students, market.num_mentors, market.num_pairs
    worst = int(market.student_rank.max())
    tail = np.r_[market.student, np.arange(n), n + np.arange(k)].astype(np.int32)
    head = np.r_[n + market.mentor, np.full(n + k, n + k)].astype(np.int32)
    capacity = np.r_[np.ones(m + n, np.int64), market.mentor_upper]
    cost = np.r_[market.student_rank, np.full(n, worst * n + 1), np.zeros(k, np.int64)]
    supply = np.r_[np.ones(n, np.int64), np.zeros(k, np.int64), -n]
    nodes = np.arange(n + k + 1, dtype=np.int32)
    started = time.perf_counter()
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(nodes, supply)
    assert solver.solve() == SimpleMinCostFlow.OPTIMAL
    flow = solver.flows(arcs)[:m]
    return time.perf_counter() - started, (int(flow.sum()), int(flow @ market.student_rank))


def ours(market: Market) -> tuple[float, float, tuple[int, int]]:
    """Return seconds of the flow with its potentials, of the whole checked `solve`, and the same two values."""
    problem = Problem(market, [Quotas()], [PlacedStudents(), RankTotal()])
    form = compile_form(problem)
    disjoint = analyse(form).families
    assert disjoint is not None
    network = build_network(form, disjoint)
    worst = int(market.student_rank.max())
    cost = (worst * market.num_students + 1) * network.cost(form, 0) + network.cost(form, 1)
    started = time.perf_counter()
    found = circulation.circulation(network, network.lower, network.upper, cost)
    flow_only = time.perf_counter() - started
    assert found is not None
    flow, price = found
    reduced = cost + price[network.tail] - price[network.head]
    assert (flow[reduced > 0] == network.lower[reduced > 0]).all()
    assert (flow[reduced < 0] == network.upper[reduced < 0]).all()
    del found, flow, price, reduced, cost, network, form
    started = time.perf_counter()
    result = solve(problem, engine="min_cost_flow")
    whole = time.perf_counter() - started
    assert result.status == "optimal"
    return flow_only, whole, (result.stages[0].value, result.stages[1].value)


def table(size: int = 100_000, *, first: int = 0, last: int | None = None) -> str:
    """Return the table for all families, or for those from `first` up to before `last`, at one size."""
    header = "| students | family | raw OR-tools, s | flow and potentials, s | ratio | whole `solve`, s | ratio |"
    lines = [header, "|" + "---|" * 7] if first == 0 else []
    for name, draw in islice(families(size), first, last):
        market = draw()
        mine, whole, value = ours(market)
        theirs, expected = raw(market)
        assert value == expected, (name, value, expected)
        row = f"{theirs:.2f} | {mine:.2f} | {mine / theirs:.2f} | {whole:.2f} | {whole / theirs:.2f}"
        lines.append(f"| {market.num_students:,} | {name} | {row} |")
    return "\n".join(lines)


if __name__ == "__main__":
    size, *piece = map(int, sys.argv[1:] or ["100000"])
    if piece or size == 100_000:
        print(table(size, first=(piece or [0])[0], last=piece[1] if len(piece) > 1 else None), flush=True)
    else:
        print(table(size, last=1))
