"""The contract of a metric, and what it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.problem.problem import Problem
from mentormatch.solvers.engine import Options

Values = Mapping[str, float]


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """One matching of one mechanism, and everything that a metric may ask about it.

    Parameters
    ----------
    problem : Problem
        The market, its rules and stages.
    mechanism : Mechanism
    seed : int
    matching : Matching
    shared : dict
        Kept for all mechanisms on this market: what is expensive and does not depend on the mechanism.
    """

    problem: Problem
    mechanism: Mechanism
    seed: int
    matching: Matching
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def market(self) -> Market:
        """The market."""
        return self.problem.market

    def again(self, market: Market) -> IntArray | None:
        """Return the pairs of the mechanism on another market, rules and seed the same; None without a matching."""
        return self.mechanism.assign(self.problem.replace(market=market), Options(seed=self.seed))


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: a name, what it says, and one plain function.

    Parameters
    ----------
    name : str
    text : Text
    measure : callable
        From an `Measured` to one or several named numbers. A number that has no meaning there (retention where nobody
        has a mentor yet) is left out, never zero.
    version : str
        Of a metric of your own: a study takes numbers from its folder that were measured under the same name and
        version. Empty: with the same code.
    """

    name: str
    text: Text
    measure: Callable[[Measured], Values]
    version: str = ""


def rank_received(market: Market, matching: Matching) -> IntArray:
    """Return the best rank that each student received, int64 of shape (n,); 0 for none, -1 for an unlisted mentor."""
    received = np.full(market.num_students, np.iinfo(np.int64).max)
    rank = market.student_rank[matching.pairs].astype(np.int64)
    rank[rank == 0] = np.iinfo(np.int64).max - 1
    np.minimum.at(received, market.student[matching.pairs], rank)
    received[received == np.iinfo(np.int64).max] = 0
    received[received == np.iinfo(np.int64).max - 1] = -1
    return received


def has_choices(market: Market) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which students listed somebody, bool of shape (n,)."""
    listed = np.zeros(market.num_students, bool)
    listed[market.student[market.is_choice]] = True
    return listed
