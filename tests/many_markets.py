"""Thousands of small markets as one: mechanisms run on their disjoint union in one call.

A mechanism that treats the parts of a union otherwise than alone would be found by `test_simple_mechanisms`, which
compares each part with an implementation that never saw the union.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.constraints import Quotas
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms import Mechanism
from mentormatch.problem.problem import Problem
from mentormatch.solvers.engine import Options


@dataclass(frozen=True, eq=False)
class Small:
    """One small market: dense matrices of ranks, students by mentors.

    Parameters
    ----------
    student_rank : int array of shape (n, k)
        0 where the student did not list the mentor, -1 where the pair does not exist.
    mentor_rank : int array of shape (n, k)
    seats : int array of shape (k,)
    arrival : int array of shape (n,)
        Distinct.
    """

    student_rank: IntArray
    mentor_rank: IntArray
    seats: IntArray
    arrival: IntArray


def random_small(
    rng: np.random.Generator,
    *,
    ties: bool = False,
    unlisted: bool = False,
    students: int = 6,
    mentors: int = 4,
    least_seats: int = 0,
) -> Small:
    """Return a market of a few students and mentors; lists are strict unless there are ties."""
    n, k = int(rng.integers(1, students + 1)), int(rng.integers(1, mentors + 1))
    if ties:
        student_rank, mentor_rank = rng.integers(1, 4, (n, k)), rng.integers(1, 4, (n, k))
    else:
        student_rank = rng.random((n, k)).argsort(axis=1).argsort(axis=1) + 1
        mentor_rank = rng.random((n, k)).argsort(axis=0).argsort(axis=0) + 1
    listed = rng.random((n, k)) < rng.choice([0.5, 0.8, 1.0])
    student_rank = np.where(listed, student_rank, 0)
    if not ties:
        # Close the gaps: ranks are places on the list.
        student_rank = np.where(listed, _places(np.where(listed, student_rank, 99)), 0)
    if not unlisted:
        student_rank[~listed] = -1
    seats = np.maximum(rng.integers(0, 3, k) + (rng.random(k) < 0.5), least_seats)
    return Small(student_rank, mentor_rank, seats, rng.permutation(n))


def _places(rank: IntArray) -> IntArray:
    return rank.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 1


@dataclass(frozen=True, eq=False)
class Union:
    """The disjoint union of small markets.

    Parameters
    ----------
    market : Market
    first_student, first_mentor : int array of shape (parts + 1,)
        Where each part begins.
    """

    market: Market
    first_student: IntArray
    first_mentor: IntArray

    def mentors(self, mechanism: Mechanism, seed: int = 0) -> IntArray:
        """Return the mentor of every student of the union, -1 for none, after one run."""
        problem = Problem(self.market, [Quotas()])
        if mechanism.places_everyone:
            from mentormatch.rules.defaults import market_stages

            problem = problem.replace(stages=market_stages())
        pairs = mechanism.assign(problem, Options(seed=seed))
        assert pairs is not None
        of = np.full(self.market.num_students, -1)
        of[self.market.student[pairs]] = self.market.mentor[pairs]
        return of

    def part(self, values: IntArray, number: int) -> list[int | None]:
        """Return the mentors of one part in the part's own numbers."""
        mine = values[self.first_student[number] : self.first_student[number + 1]]
        return [None if j < 0 else j - int(self.first_mentor[number]) for j in mine.tolist()]


def union(parts: Sequence[Small]) -> Union:
    """Return the disjoint union of small markets."""
    first_student = np.cumsum([0, *(part.student_rank.shape[0] for part in parts)])
    first_mentor = np.cumsum([0, *(part.student_rank.shape[1] for part in parts)])
    at = [np.nonzero(part.student_rank >= 0) for part in parts]
    market = Market.from_arrays(
        np.concatenate([i + low for (i, _), low in zip(at, first_student[:-1], strict=True)]),
        np.concatenate([j + low for (_, j), low in zip(at, first_mentor[:-1], strict=True)]),
        student_rank=np.concatenate([part.student_rank[where] for part, where in zip(parts, at, strict=True)]),
        mentor_rank=np.concatenate([part.mentor_rank[where] for part, where in zip(parts, at, strict=True)]),
        mentor_upper=np.concatenate([part.seats for part in parts]),
        num_students=int(first_student[-1]),
        num_mentors=int(first_mentor[-1]),
        student_attributes={
            "submitted_at": Attribute.from_values([f"{a:03}" for part in parts for a in part.arrival.tolist()])
        },
    )
    return Union(market, first_student, first_mentor)
