"""Topics: the part of the language between rules and engines in which several mentors share seats."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.short_repr import short_repr
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import RowPart
from mentormatch.market.market import Market


@dataclass(frozen=True, eq=False)
class Topics(RowPart):
    """No blocking pair of a student and a topic, where each topic is offered by one person; kept whole like `Stable`.

    A pair that is not matched is harmless when its student has something as good; or when the topic is full with
    students of its rank or better; or when the person is, over all topics, and the student is not with that person.

    Parameters
    ----------
    market : Market
        Its mentors are the topics; one topic for each student.
    pairs : int64 array
        Positions of choice pairs.
    person : int64 array of shape (k,)
        Who offers each topic.
    seats : int64 array
        Seats of each person.
    """

    __repr__ = short_repr

    market: Market
    pairs: IntArray
    person: IntArray
    seats: IntArray
    code: ClassVar[str] = "topics"
    words: ClassVar[Text] = Text(zh="导师有多个题目且要求稳定。", en="Supervisors offer several topics.")

    def is_kept(self, chosen: BoolArray) -> bool:
        """Tell whether nobody blocks, for a bool array of shape (m,)."""
        return not any(self._blocks(chosen, pair) for pair in self.pairs.tolist())

    def _blocks(self, chosen: BoolArray, pair: int) -> bool:
        market = self.market
        own = market.pairs_of_student(int(market.student[pair]))
        held = own[chosen[own]]
        wish = np.where(market.student_rank > 0, market.student_rank, 2**30)
        j, who = int(market.mentor[pair]), int(self.person[market.mentor[pair]])
        if chosen[pair] or market.mentor_upper[j] == 0 or self.seats[who] == 0:
            return False
        if len(held) and (wish[held] <= wish[pair]).all():
            return False
        here = np.flatnonzero(chosen & (market.mentor == j))
        there = np.flatnonzero(chosen & (self.person[market.mentor] == who))
        if self._is_full(here, int(market.mentor_upper[j]), pair):
            return False
        known = bool((self.person[market.mentor[held]] == who).any())
        return known or not self._is_full(there, int(self.seats[who]), pair) or self._prefers(here, j, pair)

    def _is_full(self, held: IntArray, seats: int, pair: int) -> bool:
        rank = self.market.mentor_rank
        return len(held) >= seats and bool((rank[held] <= rank[pair]).all())

    def _prefers(self, here: IntArray, topic: int, pair: int) -> bool:
        full = len(here) >= self.market.mentor_upper[topic]
        return full and bool((self.market.mentor_rank[here] > self.market.mentor_rank[pair]).any())
