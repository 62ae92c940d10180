"""Deferred acceptance: ours against a plain Python loop, the package `matching`, and scipy's assignment, in one run."""

import time
import warnings
from collections.abc import Callable
from heapq import heappush, heapreplace

import numpy as np

from mentormatch.market import Market
from mentormatch.solvers.deferred_acceptance import strict_order, student_proposing
from random_market import random_market


def _timed(call: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    placed = call()
    return time.perf_counter() - started, placed


def ours(market: Market) -> int:
    """Return the number of placed students."""
    pairs = student_proposing(
        market,
        usable=np.ones(market.num_pairs, bool),
        student_order=market.student_rank,
        mentor_order=market.mentor_rank,
    )
    return len(pairs)


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


def table(sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)) -> str:
    """Return the table: seconds of ours, and how many times as long each peer takes."""
    header = ["students x 10", "ours, strict, s", "ours, 3 tiers, s", *(f"{name}, ratio" for name, _, _ in PEERS)]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for size in sizes:
        market = random_market(size)
        ours(market)
        seconds, placed = min(_timed(lambda market=market: ours(market)) for _ in range(3))
        cells = [f"{size:,}", f"{seconds:.4f}", f"{_tied(size):.4f}"]
        for name, call, largest in PEERS:
            if size > largest:
                cells.append("-")
                continue
            theirs, number = _timed(lambda market=market, call=call: call(market))
            assert name.startswith("scipy") or number == placed
            cells.append(f"{theirs / seconds:.1f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _tied(size: int) -> float:
    market = random_market(size, tiers=3)
    lottery = np.random.default_rng(2).permutation(market.num_students)
    order = strict_order(market.mentor_rank, lottery[market.student])

    def call() -> int:
        usable = np.ones(market.num_pairs, bool)
        return len(student_proposing(market, usable=usable, student_order=market.student_rank, mentor_order=order))

    return min(_timed(call)[0] for _ in range(2))


if __name__ == "__main__":
    print(table())
