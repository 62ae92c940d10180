"""Blocking pairs of a large market: the checker's vectorised scan."""

import time

import numpy as np

from mentormatch.market.matching import Matching
from mentormatch.verify.blocking_pairs import blocking_pairs
from random_market import random_market


def table(sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)) -> str:
    """Return the table for a matching of first choices as far as seats reach."""
    lines = ["| pairs | seconds | blocking pairs |", "|---|---|---|"]
    for size in sizes:
        market = random_market(size)
        first = np.flatnonzero(market.student_rank == 1)
        first = first[np.argsort(market.mentor[first], kind="stable")]
        nth = np.arange(len(first)) - np.searchsorted(market.mentor[first], market.mentor[first])
        matching = Matching(market, first[nth < market.mentor_upper[market.mentor[first]]])
        blocking_pairs(market, matching)
        started = time.perf_counter()
        found = blocking_pairs(market, matching)
        lines.append(f"| {market.num_pairs:,} | {time.perf_counter() - started:.3f} | {len(found):,} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
