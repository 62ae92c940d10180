"""Deferred acceptance: ours against a compiled loop, a plain Python loop, and what packages offer, in one run.

``python benchmarks/deferred_acceptance.py 1000000 3`` takes one size and three runs of each, the shortest counts.
"""

import sys
import time
import warnings
from collections.abc import Callable
from heapq import heappush, heapreplace
from itertools import islice
from typing import TypeVar

import numpy as np

from compiled_loop import build, presorted, same_arrays
from large_markets import families
from mentormatch.market.market import Market
from mentormatch.solvers.stable.deferred_acceptance import strict_order, student_proposing
from random_market import random_market

Answer = TypeVar("Answer")


def _timed(call: Callable[[], Answer]) -> tuple[float, Answer]:
    started = time.perf_counter()
    answer = call()
    return time.perf_counter() - started, answer


def plain_loop(market: Market) -> int:
    """Gale and Shapley with lists and heaps, as one would write it."""
    order = np.lexsort((market.student_rank, market.student))
    mentors, ranks = market.mentor[order].tolist(), market.mentor_rank[order].tolist()
    start = market.student_start.tolist()
    position, quota = start[:-1].copy(), market.mentor_upper.tolist()
    held: list[list[tuple[int, int]]] = [[] for _ in quota]
    free = list(range(market.num_students - 1, -1, -1))
    while free:
        student = free.pop()
        while position[student] < start[student + 1]:
            at = position[student]
            position[student] += 1
            seats = held[mentors[at]]
            if len(seats) < quota[mentors[at]]:
                heappush(seats, (-ranks[at], student))
                break
            if -seats[0][0] > ranks[at]:
                free.append(heapreplace(seats, (-ranks[at], student))[1])
                break
    return sum(len(seats) for seats in held)


def package_matching(market: Market) -> int:
    """Run the PyPI package `matching` on dictionaries."""
    from matching.games import HospitalResident

    students: dict[str, list[str]] = {f"s{i}": [] for i in range(market.num_students)}
    mentors: dict[str, list[str]] = {f"m{j}": [] for j in range(market.num_mentors)}
    for pair in np.lexsort((market.student_rank, market.student)).tolist():
        students[f"s{market.student[pair]}"].append(f"m{market.mentor[pair]}")
    for pair in np.lexsort((market.mentor_rank, market.mentor)).tolist():
        mentors[f"m{market.mentor[pair]}"].append(f"s{market.student[pair]}")
    capacities = {f"m{j}": int(seats) for j, seats in enumerate(market.mentor_upper)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        game = HospitalResident.create_from_dictionaries(students, mentors, capacities)
        return sum(len(matched) for matched in game.solve(optimal="resident").values())


def scipy_assignment(market: Market) -> int:
    """Solve the densest form of the same market, seats as columns: an assignment, not a stable one."""
    from scipy.optimize import linear_sum_assignment

    cost = np.full((market.num_students, market.num_mentors), 1000)
    cost[market.student, market.mentor] = market.student_rank
    rows, columns = linear_sum_assignment(np.repeat(cost, market.mentor_upper, axis=1))
    return int((cost[rows, np.repeat(np.arange(market.num_mentors), market.mentor_upper)[columns]] < 1000).sum())


PEERS: tuple[tuple[str, Callable[[Market], int], int], ...] = (
    ("plain Python loop", plain_loop, 1_000_000),
    ("`matching` 1.4", package_matching, 1_000),
    ("scipy assignment", scipy_assignment, 1_000),
)
FAMILIES = (
    "uniform, 15 seats",
    "uniform, 13 seats",
    "uniform, 20 seats",
    "log-normal appeal, sigma 1.0",
    "nearest nine on a map",
    "schools of 70 mentors, common taste, noise 0.5",
    "one to one",
)


def table(sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000), *, runs: int = 5) -> str:
    """Return both tables: sizes of the uniform market with all peers, and families of the largest with the loop."""
    largest = max(sizes)
    return f"{_by_size(sizes, runs)}\n\n{largest:,} students, families of demand:\n\n{_by_family(largest, runs)}"


def _by_size(sizes: tuple[int, ...], runs: int) -> str:
    peers = [f"{name} / ours" for name, _, _ in PEERS]
    lines = _head(["students x 10", "ours, strict, s", "ours, 3 tiers, s", *_LOOP, *peers])
    for size in sizes:
        market = random_market(size)
        seconds, placed, loops = _beside_the_loop(market, runs)
        cells = [f"{size:,}", f"{seconds:.4f}", f"{_tied(size):.4f}", *loops]
        for name, call, most in PEERS:
            if size > most:
                cells.append("-")
                continue
            theirs, number = _timed(lambda market=market, call=call: call(market))
            assert name.startswith("scipy") or number == placed
            cells.append(f"{theirs / seconds:.1f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _by_family(size: int, runs: int) -> str:
    lines = _head(["family", "ours, strict, s", *_LOOP])
    drawn = (family for family in families(size) if family[0] in FAMILIES)
    for name, draw in islice(drawn, len(FAMILIES)):
        seconds, _, loops = _beside_the_loop(_strict(draw()), runs)
        lines.append("| " + " | ".join([name, f"{seconds:.4f}", *loops]) + " |")
    return "\n".join(lines)


def _strict(market: Market) -> Market:
    """Return the market with a strict order drawn for every mentor."""
    order = np.lexsort((np.random.default_rng(1).random(market.num_pairs), market.mentor))
    rank = np.empty(market.num_pairs, np.int64)
    rank[order] = np.arange(market.num_pairs) - market.mentor_start[market.mentor[order]] + 1
    return market.replace(mentor_rank=rank)


_LOOP = ["compiled, same arrays, s", "ours / it", "compiled, presorted, s", "ours / it"]


def _head(names: list[str]) -> list[str]:
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]


def _beside_the_loop(market: Market, runs: int) -> tuple[float, int, list[str]]:
    """Time ours and the compiled loop in turn; return our seconds, the number placed, and the cells of the loop."""
    usable = np.ones(market.num_pairs, bool)
    calls: list[Callable[[], np.ndarray]] = [
        lambda: student_proposing(
            market, usable=usable, student_order=market.student_rank, mentor_order=market.mentor_rank
        )
    ]
    loop = build()
    if loop is not None:
        calls += [same_arrays(loop, market), presorted(loop, market)]
    answers = [call() for call in calls]
    assert all((np.sort(answer) == answers[0]).all() for answer in answers)
    seconds = [min(column) for column in zip(*([_timed(call)[0] for call in calls] for _ in range(runs)), strict=True)]
    theirs = seconds[1:] or [float("nan")] * 2
    return seconds[0], len(answers[0]), [cell for s in theirs for cell in (f"{s:.4f}", f"{seconds[0] / s:.2f}")]


def _tied(size: int) -> float:
    market = random_market(size, tiers=3)
    lottery = np.random.default_rng(2).permutation(market.num_students)
    order = strict_order(market.mentor_rank, lottery[market.student])

    def call() -> np.ndarray:
        usable = np.ones(market.num_pairs, bool)
        return student_proposing(market, usable=usable, student_order=market.student_rank, mentor_order=order)

    return min(_timed(call)[0] for _ in range(3))


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    print(table((given[0],), runs=given[1] if len(given) > 1 else 5) if given else table())
