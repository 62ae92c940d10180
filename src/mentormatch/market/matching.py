"""Matching: a set of pairs of a market."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from mentormatch.base.arguments import checked_pairs
from mentormatch.base.arrays import BoolArray, IndexArray, IntArray, frozen
from mentormatch.base.errors import MarketError
from mentormatch.market.graph import graph_of
from mentormatch.market.market import Id, Market

if TYPE_CHECKING:
    import networkx as nx


class Pairs(Protocol):
    """Who is paired with whom, by id: what a rule's `violations` may read of a matching."""

    def mentors_of(self, student_id: Id) -> tuple[Id, ...]:
        """Return the mentors of one student."""
        ...

    def students_of(self, mentor_id: Id) -> tuple[Id, ...]:
        """Return the students of one mentor."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class Matching:
    """A set of pairs of a market, immutable; nothing is promised about its feasibility.

    Parameters
    ----------
    market : Market
        The market that the positions refer to.
    pairs : integer array
        Distinct positions of the matched pairs in the market; sorted on construction.
    """

    market: Market
    pairs: IndexArray | IntArray

    def __post_init__(self) -> None:
        pairs = np.sort(np.asarray(self.pairs, np.int64))
        if (pairs[1:] == pairs[:-1]).any():
            raise MarketError("A matching must not hold a pair twice.")
        if len(pairs) and (pairs[0] < 0 or pairs[-1] >= self.market.num_pairs):
            raise MarketError(f"A matching refers to a pair outside 0..{self.market.num_pairs - 1}.")
        object.__setattr__(self, "pairs", frozen(pairs.astype(np.int32)))

    @classmethod
    def from_ids(cls, market: Market, pairs: Iterable[tuple[Id, Id]]) -> "Matching":
        """Build from (student id, mentor id); `MarketError` for an unknown id or no candidate pair."""
        if not isinstance(market, Market):
            raise MarketError(f"A matching is one of a Market; got a {type(market).__name__}.")
        positions = []
        for student_id, mentor_id in checked_pairs(pairs, "pairs"):
            at = market.pair_index(student_id, mentor_id)
            if at is None:
                raise MarketError(f"{student_id!r} and {mentor_id!r} are no candidate pair of this market.")
            positions.append(at)
        return cls(market, np.array(positions, np.int64))

    @classmethod
    def from_mask(cls, market: Market, chosen: ArrayLike) -> "Matching":
        """Build from a bool array of shape (m,)."""
        return cls(market, np.flatnonzero(chosen))

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        return f"Matching({len(self)} pairs, {self.num_placed} of {self.market.num_students} students placed)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matching) and self.as_dict() == other.as_dict()

    @property
    def num_placed(self) -> int:
        """Number of students with at least one mentor."""
        return int((self.degree > 0).sum())

    @cached_property
    def chosen(self) -> BoolArray:
        """Bool array of shape (m,): the pair is matched."""
        mask = np.zeros(self.market.num_pairs, bool)
        mask[self.pairs] = True
        return frozen(mask)

    @cached_property
    def load(self) -> IntArray:
        """int64 array of shape (k,): students of each mentor."""
        return frozen(np.bincount(self.market.mentor[self.pairs], minlength=self.market.num_mentors))

    @cached_property
    def degree(self) -> IntArray:
        """int64 array of shape (n,): mentors of each student."""
        return frozen(np.bincount(self.market.student[self.pairs], minlength=self.market.num_students))

    def rank_profile(self) -> dict[str, int]:
        """Return how many pairs have each rank ("1".."n"), and how many the student had not listed ("placed")."""
        ranks = self.market.student_rank[self.pairs]
        worst = int(self.market.student_rank.max(initial=0))
        counts = np.bincount(ranks, minlength=worst + 1)
        return {**{str(rank): int(counts[rank]) for rank in range(1, worst + 1)}, "placed": int(counts[0])}

    def ids(self) -> Iterator[tuple[Id, Id]]:
        """Yield (student id, mentor id) in the order of ids."""
        students, mentors = self.market.student_ids, self.market.mentor_ids
        for i, j in zip(self.market.student[self.pairs].tolist(), self.market.mentor[self.pairs].tolist(), strict=True):
            yield students[i], mentors[j]

    def as_dict(self) -> dict[Id, tuple[Id, ...]]:
        """Return the mentors of every placed student."""
        return dict(self._mentors_of)

    def mentors_of(self, student_id: Id) -> tuple[Id, ...]:
        """Return the mentors of one student; empty where it is not placed."""
        return self._mentors_of.get(student_id, ())

    def students_of(self, mentor_id: Id) -> tuple[Id, ...]:
        """Return the students of one mentor."""
        return self._students_of.get(mentor_id, ())

    def to_networkx(self) -> "nx.Graph[tuple[str, Any]]":
        """Return the graph of `Market.to_networkx` with the matched pairs as its only edges."""
        return graph_of(self.market, self.pairs)

    @cached_property
    def _mentors_of(self) -> dict[Id, tuple[Id, ...]]:
        table: dict[Id, tuple[Id, ...]] = {}
        for student_id, mentor_id in self.ids():
            table[student_id] = (*table.get(student_id, ()), mentor_id)
        return table

    @cached_property
    def _students_of(self) -> dict[Id, tuple[Id, ...]]:
        lists: dict[Id, list[Id]] = {}
        for student_id, mentor_id in self.ids():
            lists.setdefault(mentor_id, []).append(student_id)
        return {mentor_id: tuple(students) for mentor_id, students in lists.items()}
