"""Markets of the theory: a model for each side, list lengths, tie densities."""

from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.market.unlisted import Unlisted
from mentormatch.study.generators.any_model import MentorModel, StudentModel
from mentormatch.study.generators.models import FloatArray, Owners, Uniform

Count = Annotated[int, Field(ge=0, le=MAX_QUOTA)]
Length = Annotated[int, Field(ge=1)]
Span = tuple[int, int]


class TheoryMarket(FrozenModel):
    """A market to be drawn from a model of preferences for each side.

    As by Gent and Prosser (2002) a pair is missing with the probability ``incomplete`` (p1), and each entry of a list
    but the first is tied with the one before it with a given probability, the tie density (p2). Seats and lengths of
    lists may be drawn, each from a lowest to a highest number.

    Examples
    --------
    >>> TheoryMarket(num_students=100, num_mentors=10, seats=10, length=4).market(seed=1)
    Market(100 students, 10 mentors, 400 pairs, 100 seats)
    """

    name: str = "theory"
    num_students: int = Field(ge=1, le=MAX_QUOTA)
    num_mentors: int = Field(ge=1, le=MAX_QUOTA)
    seats: Count | Span = Field(default=1, description="Seats of each mentor, or (fewest, most) to be drawn.")
    length: Length | Span | None = Field(
        default=None, description="Choices of each student, or (fewest, most) to be drawn; None lists everybody."
    )
    students: StudentModel = Uniform()
    mentors: MentorModel | None = Field(default=Uniform(), description="None leaves all mentors silent.")
    student_ties: float = Field(default=0.0, ge=0, le=1)
    mentor_ties: float = Field(default=0.0, ge=0, le=1)
    incomplete: float = Field(default=0.0, ge=0, le=1, description="Probability that a pair is missing.")
    keep_priorities: bool = Field(
        default=False, description="Also draw what mentors think of students who did not list them; O(n k)."
    )
    group_share: float = Field(
        default=0.0, ge=0, le=1, description="Share of students whose attribute 'group' is 'minority'."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for name, given in (("seats", self.seats), ("length", self.length)):
            if isinstance(given, tuple) and not 0 <= given[0] <= given[1] <= MAX_QUOTA:
                raise ValueError(f"{name} must rise from the fewest to the most. Got {given} instead.")
        if self.length is not None and self.longest > self.num_mentors:
            raise ValueError(f"length must not exceed num_mentors. Got {self.longest} > {self.num_mentors} instead.")
        return self

    @property
    def longest(self) -> int:
        """Choices of a student at most."""
        return self.length[1] if isinstance(self.length, tuple) else self.length or self.num_mentors

    def market(self, seed: int = 0) -> Market:
        """Draw the market: a pure function of the fields and the seed.

        Notes
        -----
        O(n x length) memory. The models `Euclidean`, `Located` and `WalkZones`, lists of more than a third of the
        mentors, and priorities that are kept take O(n k) time; all others O(n x length).
        """
        n, k = self.num_students, self.num_mentors
        of_ties = np.random.default_rng([seed, 6])
        student, mentor, student_rank = self._choices(seed, of_ties)
        mentor_rank, unlisted = self._priorities(seed, of_ties, student, mentor)
        is_minority = np.random.default_rng([seed, 7]).random(n) < self.group_share
        return Market.from_arrays(
            student,
            mentor,
            student_rank=student_rank,
            mentor_rank=mentor_rank,
            mentor_upper=_drawn(self.seats, k, np.random.default_rng([seed, 8])),
            num_students=n,
            num_mentors=k,
            student_attributes={"group": Attribute.from_values(np.where(is_minority, "minority", "majority").tolist())}
            if self.group_share
            else {},
            unlisted=unlisted,
        )

    def _choices(self, seed: int, of_ties: np.random.Generator) -> tuple[IntArray, IntArray, IntArray]:
        """Return student, mentor and rank of each pair, by student and then mentor."""
        n, length = self.num_students, self.longest
        choices = self.students.lists(Owners("student", n, self.num_mentors, (seed,)), length)
        tied = of_ties.random((n, length)) < self.student_ties
        kept = np.ones((n, length), bool)
        rng = np.random.default_rng([seed, 9])
        if isinstance(self.length, tuple):
            kept &= np.arange(length) < _drawn(self.length, n, rng)[:, None]
        if self.incomplete:
            kept &= rng.random((n, length)) >= self.incomplete
        student, mentor = np.repeat(np.arange(n), length)[kept.ravel()], choices[kept]
        rank = tiers(student, np.arange(len(student), dtype=float), tied[kept])
        order = np.lexsort((mentor, student))
        return student[order], mentor[order], rank[order]

    def _priorities(
        self, seed: int, of_ties: np.random.Generator, student: IntArray, mentor: IntArray
    ) -> tuple[IntArray | None, Unlisted | None]:
        """Return the mentors' rank of each pair, and what they think of those who did not list them."""
        n, k = self.num_students, self.num_mentors
        if self.mentors is None:
            return None, None
        ends = student, mentor
        if self.keep_priorities:
            ends = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
        key = self.mentors.order(Owners("mentor", k, n, (seed,)), ends[1], ends[0])
        tied = of_ties.random(len(key)) < self.mentor_ties
        rank = classes(ends[1], key) if self.mentors.coarse else tiers(ends[1], key, tied)
        if not self.keep_priorities:
            return rank, None
        listed = np.zeros(n * k, bool)
        listed[student * k + mentor] = True
        rest = ~listed
        return rank[listed], Unlisted(
            student=ends[0][rest].astype(np.int32),
            mentor=ends[1][rest].astype(np.int32),
            mentor_rank=rank[rest].astype(np.int32),
            rank_of_rest=np.zeros(k, np.int32),
        )


def _drawn(given: int | tuple[int, int], number: int, rng: np.random.Generator) -> IntArray:
    """Return so many numbers: the given one, or drawn from the fewest to the most, all as likely."""
    low, high = given if isinstance(given, tuple) else (given, given)
    return rng.integers(low, high + 1, number)


def tiers(owner: IntArray, key: FloatArray, tied: BoolArray) -> IntArray:
    """Return ranks 1, 2, ... within each owner by ascending key; a tied entry shares the rank of the one before it."""
    order = np.lexsort((key, owner))
    begins = np.diff(owner[order], prepend=-1) != 0
    step = np.cumsum(begins | ~tied[order])
    rank = np.empty(len(owner), np.int64)
    rank[order] = step - np.repeat(step[begins], np.diff(np.flatnonzero(begins), append=len(owner))) + 1
    return rank


def classes(owner: IntArray, key: FloatArray) -> IntArray:
    """Return ranks 1, 2, ... within each owner by ascending key; equal keys are a tie."""
    order = np.lexsort((key, owner))
    same = np.zeros(len(owner), bool)
    same[order[1:]] = (owner[order][1:] == owner[order][:-1]) & (key[order][1:] == key[order][:-1])
    return tiers(owner, key, same)
