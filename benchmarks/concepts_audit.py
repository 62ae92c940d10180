"""Every concept at growing sizes, by one command: none hides behind another.

``python benchmarks/concepts_audit.py [SIZE ...]`` prints the table, default sizes 100 and 1,000; 10,000 takes a while.
On strict markets where a concept is for those alone, else with half of the mentors' neighbours tied.
"""

import inspect
import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from mentormatch import concepts
from mentormatch.io.instances.glasgow_projects import ProjectsInstance
from mentormatch.market.market import Market
from mentormatch.study import TheoryMarket
from random_couples import random_couples

SIZES = (100, 1_000)
LIMIT = 60.0
STRICT = {"stable_lattice", "popular_two_sided"}


def table(sizes: tuple[int, ...] = SIZES) -> str:
    """Return a line for each concept: CPU seconds and status at each size, and how the seconds grow a tenfold size."""
    names = [name for name in concepts.__all__ if name.islower()]
    heads = " | ".join(f"{size:,}" for size in sizes)
    lines = [f"| concept | market | {heads} | growth |", "|---|---|" + "---|" * len(sizes) + "---:|"]
    for name in names:
        seconds, cells = [], []
        for size in sizes:
            cpu, told = _ask(name, size)
            seconds.append(cpu)
            cells.append(f"{cpu:.2f} s, {told}")
            print(name, size, cells[-1], file=sys.stderr, flush=True)
        growth = " ".join(f"x{later / max(before, 0.005):.0f}" for before, later in itertools.pairwise(seconds))
        lines.append(f"| `{name}` | {_kind(name)} | {' | '.join(cells)} | {growth} |")
    return "\n".join(lines)


def _kind(name: str) -> str:
    return {"stable_with_couples": "couples", "stable_with_topics": "topics"}.get(
        name, "strict" if name in STRICT else "ties"
    )


def _ask(name: str, size: int) -> tuple[float, str]:
    concept: Callable[..., Any] = getattr(concepts, name)
    given = _instance(name, size)
    takes_limit = "options" in inspect.signature(concept).parameters
    started = time.process_time()
    answer = concept(given, **({"time_limit": LIMIT} if takes_limit else {}))
    return time.process_time() - started, str(getattr(answer, "status", "listed"))


def _instance(name: str, size: int) -> Any:
    if name == "stable_with_couples":
        return random_couples(size, seed=1)
    ties = 0.0 if name in STRICT or name == "stable_with_topics" else 0.5
    market = TheoryMarket(num_students=size, num_mentors=size // 10, seats=10, length=8, mentor_ties=ties).market(1)
    if name == "stable_with_topics":
        return _topics(market)
    rng = np.random.default_rng(size)
    numbers = rng.integers(1, 100, market.num_pairs)
    return market.replace(pair_attributes={"weight": numbers, "utility": numbers % 6})


def _topics(market: Market) -> ProjectsInstance:
    """Return the market with two mentors' offers as two topics of one lecturer, who ranks the students alike."""
    order = np.random.default_rng(1).permutation(market.num_students) + 1
    of_lecturers = market.replace(mentor_rank=order[market.student])
    number = market.num_mentors // 2
    return ProjectsInstance(of_lecturers, tuple((f"L{at}", (2 * at, 2 * at + 1), 15) for at in range(number)))


if __name__ == "__main__":
    print(table(tuple(map(int, sys.argv[1:])) or SIZES))
