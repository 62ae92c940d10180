"""Generators: a school and a market of the theory, drawn; against drawing as many random numbers as it has pairs."""

import time
from collections.abc import Callable

import numpy as np

from mentormatch.study.generators import (
    Correlated,
    Euclidean,
    Mallows,
    MasterList,
    PopularMentors,
    School,
    TheoryMarket,
    Uniform,
)


def seconds(call: Callable[[int], object], *, runs: int) -> float:
    """Return the median of some runs, each with another seed; the first of several warms up."""
    times = []
    for seed in range(runs):
        started = time.perf_counter()
        call(seed)
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def table() -> str:
    """Return the table."""
    lines = ["| what | pairs | seconds | times as long as as many random numbers |", "|---|---|---|---|"]
    schools = [
        (f"`School`, 1,000 students, {which}", School(num_students=1_000, candidates=which), 15)
        for which in ("all", "choices")
    ]
    markets = [
        (
            f"`TheoryMarket`, 100,000 students x 10, {model.kind}",
            TheoryMarket(num_students=100_000, num_mentors=6_711, seats=15, length=10, students=model, mentors=model),
            1,
        )
        for model in (Uniform(), PopularMentors(), Mallows(), MasterList(), Correlated(), Euclidean())
    ]
    for name, instance, runs in (*schools, *markets):
        pairs = instance.market(0).num_pairs
        took = seconds(instance.market, runs=runs)
        plain = seconds(lambda seed, pairs=pairs: np.random.default_rng(seed).random(pairs), runs=max(runs, 3))
        lines.append(f"| {name} | {pairs:,} | {took:.4f} | {took / plain:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
