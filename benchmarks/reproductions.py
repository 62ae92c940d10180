"""Published results, measured again: ``python benchmarks/reproductions.py [SIZE ...]``, default 100 and 500.

Balanced and unbalanced random markets, one seat each, complete uniform lists. Who proposes gets about the harmonic
number ``H_n`` on average, the other side ``n / H_n`` (Wilson 1972; Knuth 1976; Pittel 1989). With one mentor too many
the side that is short gets about ``H_n`` whoever proposes, and hardly anybody has two stable partners (Ashlagi, Kanoria
and Leshno 2017).
"""

import sys
from dataclasses import dataclass

import numpy as np

from mentormatch import concepts
from mentormatch.study import TheoryMarket

SIZES, SEEDS = (100, 500), 5


@dataclass(frozen=True)
class Market:
    """What was measured of markets of one size.

    Parameters
    ----------
    students, mentors : int
    proposing, receiving : float
        Mean rank that students get in the student-optimal and in the mentor-optimal matching.
    theirs : float
        Mean rank that matched mentors get in the student-optimal one.
    share : float
        Share of the students whose two mentors differ.
    """

    students: int
    mentors: int
    proposing: float
    receiving: float
    theirs: float
    share: float

    @property
    def harmonic(self) -> float:
        """The harmonic number of the students."""
        return float((1 / np.arange(1, self.students + 1)).sum())


def measured(students: int, mentors: int, *, seeds: int = SEEDS) -> Market:
    """Return the means over some markets."""
    found = []
    for seed in range(seeds):
        market = TheoryMarket(num_students=students, num_mentors=mentors).market(seed)
        ends = [concept(market).matching for concept in (concepts.student_optimal, concepts.mentor_optimal)]
        first, last = (end.pairs for end in ends if end is not None)
        ranks = market.student_rank[first].mean(), market.student_rank[last].mean(), market.mentor_rank[first].mean()
        found.append((*ranks, (market.mentor[first] != market.mentor[last]).mean()))
    return Market(students, mentors, *np.mean(found, axis=0).tolist())


def table(sizes: tuple[int, ...] = SIZES) -> str:
    """Return a line for each size, balanced and with one mentor too many, beside what the theory says."""
    heads = ["students", "mentors", "students propose", "mentors propose", "`H_n`"]
    heads += ["mentors, students propose", "`n / H_n`", "two partners"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for size in sizes:
        for mentors in (size, size + 1):
            one = measured(size, mentors)
            ranks = f"{one.proposing:.2f} | {one.receiving:.2f} | {one.harmonic:.2f} | {one.theirs:.1f}"
            lines.append(f"| {size} | {mentors} | {ranks} | {size / one.harmonic:.1f} | {one.share:.0%} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(tuple(map(int, sys.argv[1:])) or SIZES))
