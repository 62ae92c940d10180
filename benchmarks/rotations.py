"""All rotations of stable marriage with complete random lists: time for each pair must not grow with the market."""

import time

import numpy as np

from mentormatch import concepts
from mentormatch.market.market import Market


def marriage(size: int, *, seed: int = 0) -> Market:
    """Return `size` students and mentors who all rank each other at random."""
    rng = np.random.default_rng(seed)
    ours, theirs = (rng.random((size, size)).argsort(axis=1).argsort(axis=1) + 1 for _ in range(2))
    student, mentor = np.repeat(np.arange(size), size), np.tile(np.arange(size), size)
    return Market.from_arrays(student, mentor, student_rank=ours.ravel(), mentor_rank=theirs.T.ravel())


def table(sizes: tuple[int, ...] = (100, 316, 1000, 2000)) -> str:
    """Return the table; the last column is the whole solve of the egalitarian stable matching, the check included."""
    lines = [
        "| pairs | rotations | stable pairs | seconds for all rotations | ns a pair | egalitarian, seconds |",
        "|---|---|---|---|---|---|",
    ]
    concepts.egalitarian(marriage(20))
    for size in sizes:
        market = marriage(size)
        started = time.perf_counter()
        lattice = concepts.stable_lattice(market)
        seconds = time.perf_counter() - started
        started = time.perf_counter()
        concepts.egalitarian(market)
        whole = time.perf_counter() - started
        lines.append(
            f"| {market.num_pairs:,} | {lattice.num_rotations:,} | {lattice.num_stable_pairs:,} | {seconds:.2f} "
            f"| {1e9 * seconds / market.num_pairs:.0f} | {whole:.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
