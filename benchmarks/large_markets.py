"""Large markets: our flow by price levels against one raw OR-tools call on the same arrays, family by family.

``python benchmarks/large_markets.py 1000000`` measures the one market of a million students (about five minutes).
"""

import sys
import time
from collections.abc import Iterator

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from mentormatch.constraints import Quotas
from mentormatch.form import compile_form
from mentormatch.market import Market
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem import Problem
from mentormatch.solvers import circulation
from mentormatch.solvers.flow_network import build_network
from mentormatch.solving import solve
from mentormatch.structure import analyse
from random_market import random_choices

SEATS = 15
LENGTH = 10


def families(n: int, *, seed: int = 0) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield (name, matrix of choices, seats of each mentor): what demand can look like, tight, short and one to one."""
    rng = np.random.default_rng(seed)
    k = int(n / 14.9)
    uniform, _ = random_choices(n, seed=seed)
    for seats in (15, 13, 20):
        yield f"uniform, {seats} seats", uniform, np.full(k, seats)
    for skew in (0.5, 1.0, 1.5):
        yield f"log-normal appeal, sigma {skew}", _by_appeal(rng, n, np.exp(rng.normal(0, skew, k))), np.full(k, SEATS)
    yield "nearest nine on a map", *_on_a_map(rng, n, k)
    for noise in (0.5, 0.0):
        yield f"schools of 70 mentors, common taste, noise {noise}", _by_school(rng, n, k, noise), np.full(k, SEATS)
    near = rng.random(n) * (k - 30)
    line = (near[:, None] + np.argsort(rng.random((n, 30)), axis=1)[:, :LENGTH]).astype(np.int64)
    yield "mentors on a line, ten of the next thirty", line, np.full(k, SEATS)
    yield "one to one", _by_appeal(rng, n, np.ones(n)), np.ones(n, np.int64)
    yield "one to one, log-normal appeal", _by_appeal(rng, n, np.exp(rng.normal(0, 1, n))), np.ones(n, np.int64)


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


def raw(choices: np.ndarray, seats: np.ndarray) -> tuple[float, tuple[int, int]]:
    """Return seconds, and how many are placed at what total rank, of one SimpleMinCostFlow call on prepared arrays."""
    n, k = len(choices), len(seats)
    student, column = np.nonzero(choices >= 0)
    m = len(student)
    tail = np.r_[student, np.arange(n), n + np.arange(k)].astype(np.int32)
    head = np.r_[n + choices[student, column], np.full(n + k, n + k)].astype(np.int32)
    capacity = np.r_[np.ones(m + n, np.int64), seats]
    cost = np.r_[column + 1, np.full(n, 10 * n + 1), np.zeros(k, np.int64)]
    supply = np.r_[np.ones(n, np.int64), np.zeros(k, np.int64), -n]
    nodes = np.arange(n + k + 1, dtype=np.int32)
    started = time.perf_counter()
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(nodes, supply)
    assert solver.solve() == SimpleMinCostFlow.OPTIMAL
    flow = solver.flows(arcs)[:m]
    return time.perf_counter() - started, (int(flow.sum()), int(flow @ (column + 1)))


def ours(choices: np.ndarray, seats: np.ndarray) -> tuple[float, float, tuple[int, int]]:
    """Return seconds of the flow with its potentials, of the whole checked `solve`, and the same two values."""
    market = Market.from_choices(choices, mentor_upper=seats)
    problem = Problem(market, [Quotas()], [PlacedStudents(), RankTotal()])
    form = compile_form(problem)
    families = analyse(form).families
    assert families is not None
    network = build_network(form, families)
    cost = (10 * len(choices) + 1) * network.cost(form, 0) + network.cost(form, 1)
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


def table(size: int = 100_000, *, only: int | None = None) -> str:
    """Return the table for all families, or the first `only`, at one size."""
    header = "| students | family | raw OR-tools, s | flow and potentials, s | ratio | whole `solve`, s | ratio |"
    lines = [header, "|" + "---|" * 7]
    for number, (name, choices, seats) in enumerate(families(size)):
        if only is not None and number >= only:
            break
        mine, whole, value = ours(choices, seats)
        theirs, expected = raw(choices, seats)
        assert value == expected, (name, value, expected)
        row = f"{theirs:.2f} | {mine:.2f} | {mine / theirs:.2f} | {whole:.2f} | {whole / theirs:.2f}"
        lines.append(f"| {len(choices):,} | {name} | {row} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(int(sys.argv[1]), only=1) if len(sys.argv) > 1 else table())
