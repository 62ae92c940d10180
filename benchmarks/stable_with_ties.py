"""Largest weakly stable matchings with ties, proven: published and random instances, our engine and plain CP-SAT."""

import time
from pathlib import Path

import numpy as np

from listed_market import listed_market
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.io.instances.glasgow import read_glasgow
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.problem import Problem
from reductions import hospitals

PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "published"
SEEDS = 20
LIMIT = 20.0


def timed(market: Market, *, seed: int = 0, engine: str | None = None, limit: float | None = None) -> tuple[str, float]:
    """Return size and bound, and seconds of CPU time of a whole `solve`: reduction, search, proof, check."""
    problem = Problem(market, [Quotas(), WeakStability()], [PlacedStudents()])
    started = time.process_time()
    stage = solve(problem, seed=seed, engine=engine, time_limit=limit).stages[0]
    seconds = time.process_time() - started
    return f"{stage.value:,}" if stage.proven else f"{stage.value:,} to {stage.bound:,}", seconds


def lexicographic() -> list[str]:
    """Return the lines on most students placed, then the smallest sum of ranks: the default stages of a market."""
    lines = []
    for name, market in (
        ("300 x 300, lists of 5, ties 0.60", listed_market(300, length=5, ties=0.6, seed=0)),
        ("1,000 x 1,000, lists of 5, ties 0.40", listed_market(1_000, length=5, ties=0.4, seed=0)),
        ("HRT 1,000 x 100, lists of 5, ties 0.60", hospitals(1_000, 100, length=5, ties=0.6, seed=0)),
        ("HRT 1,000 x 100, lists of 5, ties 0.20", hospitals(1_000, 100, length=5, ties=0.2, seed=0)),
    ):
        problem = Problem(market, [Quotas(), WeakStability()], [PlacedStudents(), RankTotal()])
        started = time.process_time()
        result = solve(problem, time_limit=LIMIT)
        seconds = time.process_time() - started
        answers = [f"{s.value:,}" if s.proven else f"{s.bound:,} to {s.value:,}" for s in result.stages]
        lines.append(f"| {name}, then ranks | `{result.engine}` | {', then '.join(answers)} | {seconds:.2f} |")
    return lines


def table() -> str:
    """Return the table; the solvers are imported before the clock starts."""
    timed(listed_market(60, length=3, ties=0.7, seed=2))
    lines = ["| instance | engine | answer | CPU s |", "|---|---|---|---|"]
    for name, runs in (("hrt", 5), ("smti", 3)):
        market = read_glasgow(PUBLISHED / f"{name}.instance")
        found = [timed(market, seed=seed) for seed in range(runs)]
        answers = " / ".join(sorted({answer for answer, _ in found}))
        spread = (
            f"{np.median([s for _, s in found]):.2f} ({min(s for _, s in found):.2f}-{max(s for _, s in found):.2f})"
        )
        lines.append(f"| `published/{name}`, {runs} seeds | `largest_stable` | {answers} | {spread} |")
    answer, seconds = timed(read_glasgow(PUBLISHED / "hrt.instance"), engine="cp_sat", limit=LIMIT)
    lines.append(f"| `published/hrt` | `cp_sat` | {answer} | {seconds:.2f} |")
    markets = [listed_market(1_000, length=5, ties=0.85, seed=seed) for seed in range(SEEDS)]
    found = [timed(market) for market in markets]
    proven = sum("to" not in answer for answer, _ in found)
    times = [s for _, s in found]
    lines.append(
        f"| 1,000 x 1,000, lists of 5, ties 0.85, {SEEDS} markets | `largest_stable` | {proven} of {SEEDS} proven | "
        f"{np.median(times):.2f} ({min(times):.2f}-{max(times):.2f}) |"
    )
    answer, seconds = timed(markets[0], engine="cp_sat", limit=LIMIT)
    lines.append(f"| the first of them | `cp_sat` | {answer} | {seconds:.2f} |")
    return "\n".join([*lines, *lexicographic()])


if __name__ == "__main__":
    print(table())
