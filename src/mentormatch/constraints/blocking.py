"""What rules about blocking pairs share: who would gain by a pair, and which pairs are no candidates."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray, distinct
from mentormatch.base.text import Text
from mentormatch.constraints.closed_pairs import KnowsClosedPairs
from mentormatch.constraints.constraint import Scope, Violation, everyone
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Stable
from mentormatch.market.market import MAX_RANK, Id, Market
from mentormatch.market.matching import Matching, Pairs

# A place that is free loses to every rank, and so does a mentor that the student did not list.
ANY_RANK = MAX_RANK + 1


class BlockingRule(KnowsClosedPairs):
    """A rule that no choice pair may break by what its two ends have.

    A pair that another rule removes is no candidate pair and cannot block: `Problem` tells the rule through `without`
    which pairs those are. A subclass says when a pair blocks, from what each end would gain.
    """

    scoping = "closed"
    free_seats_count: ClassVar[bool] = True
    """Whether a mentor with a free seat gains by anybody."""
    indifferent_students_count: ClassVar[bool] = False
    """Whether a pair can block whose student would gain nothing."""

    @property
    def local(self) -> bool:
        """Whether a pair blocks depends on the pairs of its student and of its mentor together."""
        return False

    @abstractmethod
    def blocks(self, student_gains: IntArray, mentor_gains: IntArray) -> BoolArray:
        """Tell which pairs block: gains are positive for a strict preference, 0 for indifference, never negative."""

    @abstractmethod
    def tell(self, student_id: Id, mentor_id: Id) -> Text:
        """Say that a pair blocks."""

    def choice_pairs(self, market: Market) -> IntArray:
        """Return the positions of the choice pairs that may block."""
        is_open = market.is_choice.copy()
        is_open[sorted(self._closed)] = False
        return np.flatnonzero(is_open)

    def rows(self, market: Market) -> tuple[RowPart, ...]:
        """Return the choice pairs, whole."""
        return (Stable(self.choice_pairs(market)),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every blocking pair of the students in scope."""
        students = everyone(market, scope).students
        # A matching of all students in this market has the positions at hand; anybody else is asked by ids.
        known = pairs.pairs if scope is None and isinstance(pairs, Matching) and pairs.market is market else None
        has = _positions(market, ((s, m) for s in students for m in pairs.mentors_of(s))) if known is None else known
        wish = np.where(market.student_rank[has] > 0, market.student_rank[has], ANY_RANK)
        wants_below = _worst_held(market.student[has], wish, market.student_quota, free_counts=True)
        if scope is not None:
            looked_at = np.zeros(market.num_students, bool)
            looked_at[[market.student_index(student_id) for student_id in students]] = True
            wants_below[~looked_at] = 0
        limit = wants_below + self.indifferent_students_count
        apart = market.is_choice & (market.student_rank < limit[market.student])
        apart[has] = False
        at = np.flatnonzero(apart)
        at = at[wants_below[market.student[at]] > 0]
        if known is None:
            mentors = [market.mentor_ids[j] for j in distinct(market.mentor[at]).tolist()]
            seated = _positions(market, ((s, m) for m in mentors for s in pairs.students_of(m)))
        else:
            seated = known
        welcomes_below = _worst_held(
            market.mentor[seated],
            market.mentor_rank[seated],
            market.mentor_upper,
            free_counts=self.free_seats_count,
        )
        welcome = welcomes_below[market.mentor[at]]
        at, welcome = at[welcome > 0], welcome[welcome > 0]
        mine, theirs = wants_below[market.student[at]] - market.student_rank[at], welcome - market.mentor_rank[at]
        gains = theirs >= 0
        at = at[gains][self.blocks(mine[gains], theirs[gains])]
        return tuple(self._violation(market, pair) for pair in at.tolist() if pair not in self._closed)

    def _violation(self, market: Market, pair: int) -> Violation:
        student_id, mentor_id = market.student_of(pair), market.mentor_of(pair)
        return Violation(self.kind, self.tell(student_id, mentor_id), students=(student_id,), mentors=(mentor_id,))


def _positions(market: Market, pairs: Iterable[tuple[Id, Id]]) -> IntArray:
    """Return the positions of pairs given by ids, ascending; pairs that are no candidates are left out."""
    ends = np.array([(market.student_index(s), market.mentor_index(m)) for s, m in pairs], np.int64).reshape(-1, 2)
    keys = ends @ [max(market.num_mentors, 1), 1]
    candidates = market.student.astype(np.int64) * max(market.num_mentors, 1) + market.mentor
    at = np.unique(np.searchsorted(candidates, keys))
    return at[np.isin(np.r_[candidates, -1][at], keys)]


def _worst_held(owner: IntArray, rank: IntArray, places: IntArray, *, free_counts: bool) -> IntArray:
    """Return the rank that somebody new must beat, for each owner of places: the worst held, any where one is free.

    0 where nobody can: there are no places, or nobody is held and a free place does not count.
    """
    worst = np.zeros(len(places), np.int64)
    np.maximum.at(worst, owner, rank)
    if free_counts:
        worst[np.bincount(owner, minlength=len(places)) < places] = ANY_RANK + 1
    worst[places == 0] = 0
    return worst
