"""Mechanisms on random markets: seconds of each, and how many times as long as deferred acceptance it takes."""

import time

import numpy as np

from mentormatch.constraints import Quotas
from mentormatch.market.market import Market
from mentormatch.mechanisms import MECHANISMS, Mechanism
from mentormatch.problem.problem import Problem
from mentormatch.solvers.engine import Options
from random_market import random_market


def seconds(mechanism: Mechanism, market: Market) -> float:
    """Return the seconds of one run without check and reasons: compiling, ballots, the mechanism itself."""
    problem = Problem(market, [Quotas()])
    started = time.perf_counter()
    pairs = mechanism.assign(problem, Options())
    assert pairs is not None
    return time.perf_counter() - started


def table(sizes: tuple[int, ...] = (1_000, 10_000, 100_000), *, runs: int = 3) -> str:
    """Return the table: medians, and the median ratio to deferred acceptance in the same round."""
    # Two rounds and one program are measured by their engines.
    compared = [mechanism for mechanism in MECHANISMS if not mechanism.places_everyone]
    cells: dict[str, list[str]] = {mechanism.name: [] for mechanism in compared}
    for size in sizes:
        market = random_market(size, tiers=3)
        rounds = np.array([[seconds(mechanism, market) for mechanism in compared] for _ in range(runs)])
        ratios = np.median(rounds / rounds[:, :1], axis=0)
        for mechanism, took, ratio in zip(compared, np.median(rounds, axis=0), ratios, strict=True):
            cells[mechanism.name] += [f"{took:.3f}", f"{ratio:.1f}"]
    header = "".join(f" {size:,}, s | ratio |" for size in sizes)
    lines = [f"| mechanism |{header}", "|---|" + "---|" * (2 * len(sizes))]
    return "\n".join([*lines, *(f"| `{name}` | " + " | ".join(row) + " |" for name, row in cells.items())])


if __name__ == "__main__":
    print(table())
