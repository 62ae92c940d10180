"""Stable matchings with couples: the published instances, and random ones like them, solved or proven to have none.

``python benchmarks/couples.py FILE`` solves one instance in the hrtc text format.
"""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from mentormatch import concepts
from mentormatch.io.instances.glasgow_couples import CouplesInstance, read_glasgow_couples
from mentormatch.problem.result import Status
from random_couples import random_couples

PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "published"
SIZES, MARKETS, LIMIT = (110, 300, 1_000), 10, 20.0


def table() -> str:
    """Return a line for each published instance and each size of random ones."""
    lines = ["| instance | couples | stable matching | CPU s |", "|---|---|---|---|"]
    paths = sorted(PUBLISHED.glob("hrtc-*.instance"))
    lines += [_line(f"`published/{path.stem}`", [read_glasgow_couples(path)]) for path in paths]
    for size in SIZES:
        drawn = [random_couples(size, seed=seed) for seed in range(MARKETS)]
        lines.append(_line(f"{size:,} residents, {MARKETS} random instances", drawn))
    return "\n".join(lines)


def _line(name: str, instances: Iterable[CouplesInstance]) -> str:
    results, seconds = [], []
    for instance in instances:
        started = time.process_time()
        results.append(concepts.stable_with_couples(instance, time_limit=LIMIT))
        seconds.append(time.process_time() - started)
    found = [result for result in results if result.status is Status.OPTIMAL]
    none = sum(result.status is Status.INFEASIBLE for result in results)
    told = f"{len(found)} of {len(results)} with the largest proven, {none} proven to have none"
    if len(results) == 1:
        told = (
            f"largest places {found[0].stages[0].value}, proven" if found else "none exists, proven" if none else "open"
        )
    return f"| {name} | {len(instance.couples)} | {told} | {np.median(seconds):.2f} ({max(seconds):.2f}) |"


if __name__ == "__main__":
    print(_line(sys.argv[1], [read_glasgow_couples(sys.argv[1])]) if sys.argv[1:] else table())
