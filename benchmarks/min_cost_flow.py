"""Min-cost flow: ours (build, solve, read, verify) against the raw OR-tools call on the same arrays, in one run."""

import time

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from mentormatch.constraints import Quotas
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.problem import Problem
from random_market import random_market


def raw(market: Market) -> tuple[float, int]:
    """Return seconds and total rank of one SimpleMinCostFlow call: most students placed, then the smallest ranks."""
    n, k = market.num_students, market.num_mentors
    unplaced = 10 * n + 1
    tail = np.r_[market.student, np.arange(n), n + np.arange(k)].astype(np.int32)
    head = np.r_[n + market.mentor, np.full(n, n + k), np.full(k, n + k)].astype(np.int32)
    capacity = np.r_[np.ones(market.num_pairs), np.ones(n), market.mentor_upper].astype(np.int64)
    cost = np.r_[market.student_rank, np.full(n, unplaced), np.zeros(k)].astype(np.int64)
    supply = np.r_[np.ones(n), np.zeros(k), -n].astype(np.int64)
    started = time.perf_counter()
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(np.arange(n + k + 1, dtype=np.int32), supply)
    assert solver.solve() == SimpleMinCostFlow.OPTIMAL
    flow = solver.flows(arcs)
    seconds = time.perf_counter() - started
    return seconds, int(flow[: market.num_pairs] @ market.student_rank)


def ours(market: Market) -> tuple[float, int]:
    """Return seconds and total rank of `solve`, the independent check and the price certificate included."""
    started = time.perf_counter()
    result = solve(Problem(market, [Quotas()], [PlacedStudents(), RankTotal()]), engine="min_cost_flow")
    seconds = time.perf_counter() - started
    assert result.status == "optimal"
    return seconds, result.stages[1].value


def table(sizes: tuple[int, ...] = (1_000, 10_000, 100_000), *, runs: int = 3) -> str:
    """Return the table; each size is run in turns and the medians are compared."""
    lines = ["| students x 10 | raw OR-tools, s | ours, s | ratio |", "|---|---|---|---|"]
    for size in sizes:
        market = random_market(size)
        pairs = [(raw(market), ours(market)) for _ in range(runs)]
        assert all(one[1] == other[1] for one, other in pairs)
        first, second = (float(np.median([pair[side][0] for pair in pairs])) for side in (0, 1))
        ratio = float(np.median([other[0] / one[0] for one, other in pairs]))
        lines.append(f"| {size:,} | {first:.3f} | {second:.3f} | {ratio:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
