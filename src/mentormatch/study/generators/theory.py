"""Markets of the theory: a model for each side, list lengths, tie densities."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.study.generators.models import AnyModel, FloatArray, Owners, Uniform


class TheoryMarket(FrozenModel):
    """A market to be drawn from a model of preferences for each side.

    Ties are made as by Gent and Prosser (2002): each entry of a list but the first is tied with the one before it with
    a given probability, the tie density.

    Examples
    --------
    >>> TheoryMarket(num_students=100, num_mentors=10, seats=10, length=4).market(seed=1)
    Market(100 students, 10 mentors, 400 pairs, 100 seats)
    """

    name: str = "theory"
    num_students: int = Field(ge=1, le=MAX_QUOTA)
    num_mentors: int = Field(ge=1, le=MAX_QUOTA)
    seats: int = Field(default=1, ge=0, le=MAX_QUOTA, description="Seats of each mentor.")
    length: int | None = Field(default=None, ge=1, description="Choices of each student; None lists everybody.")
    students: AnyModel = Uniform()
    mentors: AnyModel | None = Field(default=Uniform(), description="None leaves all mentors silent.")
    student_ties: float = Field(default=0.0, ge=0, le=1)
    mentor_ties: float = Field(default=0.0, ge=0, le=1)
    group_share: float = Field(
        default=0.0, ge=0, le=1, description="Share of students whose attribute 'group' is 'minority'."
    )

    @model_validator(mode="after")
    def _not_longer_than_the_other_side(self) -> Self:
        if self.length is not None and self.length > self.num_mentors:
            raise ValueError(f"length must not exceed num_mentors. Got {self.length} > {self.num_mentors} instead.")
        return self

    def market(self, seed: int = 0) -> Market:
        """Draw the market: a pure function of the fields and the seed.

        Notes
        -----
        O(n x length) memory. The models `Correlated` and `Euclidean`, and lists of more than a third of the mentors,
        take O(n k) time; all others O(n x length).
        """
        n, k, length = self.num_students, self.num_mentors, self.length or self.num_mentors
        choices = self.students.lists(Owners("student", n, k, (seed,)), length)
        rng = np.random.default_rng([seed, 6])
        tied = rng.random((n, length)) < self.student_ties
        tied[:, 0] = False
        rank = np.cumsum(~tied, axis=1)
        order = np.argsort(choices, axis=1)
        student, mentor = np.repeat(np.arange(n), length), np.take_along_axis(choices, order, axis=1).ravel()
        mentor_rank = None
        if self.mentors is not None:
            key = self.mentors.order(Owners("mentor", k, n, (seed,)), mentor, student)
            mentor_rank = tiers(mentor, key, rng.random(len(mentor)) < self.mentor_ties)
        is_minority = np.random.default_rng([seed, 7]).random(n) < self.group_share
        return Market.from_arrays(
            student,
            mentor,
            student_rank=np.take_along_axis(rank, order, axis=1).ravel(),
            mentor_rank=mentor_rank,
            mentor_upper=self.seats,
            num_students=n,
            num_mentors=k,
            student_attributes={"group": Attribute.from_values(np.where(is_minority, "minority", "majority").tolist())}
            if self.group_share
            else {},
        )


def tiers(owner: IntArray, key: FloatArray, tied: BoolArray) -> IntArray:
    """Return ranks 1, 2, ... within each owner by ascending key; a tied entry shares the rank of the one before it."""
    order = np.lexsort((key, owner))
    begins = np.diff(owner[order], prepend=-1) != 0
    step = np.cumsum(begins | ~tied[order])
    rank = np.empty(len(owner), np.int64)
    rank[order] = step - np.repeat(step[begins], np.diff(np.flatnonzero(begins), append=len(owner))) + 1
    return rank
