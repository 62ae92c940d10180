"""A weakly stable matching of at least two thirds of the largest size, in linear time (Kiraly 2013).

Students propose. One that has been refused by everybody goes round a second time, *promoted*: among equals a mentor
then prefers it. A student that could as well have taken a free seat elsewhere is *flighty*: its mentor lets it go for
anybody, and it does not strike the mentor from its list. Ties may stand on both sides; quotas as in Kiraly's extension.
"""

from collections import deque

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market

_PROMOTED = 1


def kiraly(market: Market, *, usable: BoolArray, student_order: IntArray, mentor_order: IntArray) -> IntArray:
    """Return a weakly stable matching with at least two thirds of the pairs of any other.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor; ranks may tie.
    usable : bool array of shape (m,)
        Choice pairs that may be made.
    student_order, mentor_order : int64 array of shape (m,)
        In which order equals are tried, so that the answer does not depend on the order of rows.

    Returns
    -------
    int64 array
        Positions of the matched pairs, ascending.

    Notes
    -----
    O(m) proposals; a look at the rest of a tie for each. Kiraly, "Linear time local approximation algorithm for
    maximum stable marriage", Algorithms 6 (2013).
    """
    takes = (market.student_quota[market.student] > 0) & (market.mentor_upper[market.mentor] > 0)
    run = _Run(market, np.flatnonzero(usable & takes), student_order, mentor_order)
    run.propose()
    return np.array(sorted(pair for held in run.held for pair in held), np.int64)


class _Run:
    def __init__(self, market: Market, pairs: IntArray, student_order: IntArray, mentor_order: IntArray) -> None:
        self.student: list[int] = market.student.tolist()
        self.mentor: list[int] = market.mentor.tolist()
        self.seats: list[int] = market.mentor_upper.tolist()
        self.rank: list[int] = market.mentor_rank.tolist()
        self.order: list[int] = mentor_order.tolist()
        self.tiers: list[list[list[int]]] = [[] for _ in range(market.num_students)]
        last = (-1, -1)
        keys = (student_order[pairs], market.student_rank[pairs], market.student[pairs])
        for pair in pairs[np.lexsort(keys)].tolist():
            key = (self.student[pair], int(market.student_rank[pair]))
            if key != last:
                self.tiers[key[0]].append([])
            self.tiers[key[0]][-1].append(pair)
            last = key
        self.left = [[list(tier) for tier in tiers] for tiers in self.tiers]
        self.at = [0] * market.num_students
        self.promoted = [0] * market.num_students
        self.held: list[set[int]] = [set() for _ in self.seats]

    def propose(self) -> None:
        """Let students propose until each is placed or has gone round twice."""
        waiting = deque(range(len(self.tiers)))
        while waiting:
            student = waiting.popleft()
            tier = self._best_left(student)
            if tier is None:
                if self.promoted[student] < _PROMOTED and self.tiers[student]:
                    self.promoted[student] = _PROMOTED
                    self.at[student] = 0
                    self.left[student] = [list(each) for each in self.tiers[student]]
                    waiting.appendleft(student)
                continue
            out = self._offer(next((pair for pair in tier if self._has_room(pair)), tier[0]))
            if out >= 0:
                waiting.append(self.student[out])

    def _best_left(self, student: int) -> list[int] | None:
        left = self.left[student]
        while self.at[student] < len(left) and not left[self.at[student]]:
            self.at[student] += 1
        return left[self.at[student]] if self.at[student] < len(left) else None

    def _has_room(self, pair: int) -> bool:
        return len(self.held[self.mentor[pair]]) < self.seats[self.mentor[pair]]

    def _offer(self, pair: int) -> int:
        """Offer a pair to its mentor; return the pair that is refused, -1 for none."""
        held = self.held[self.mentor[pair]]
        if self._has_room(pair):
            held.add(pair)
            return -1
        flighty = [other for other in held if self._is_flighty(other)]
        if flighty:
            out = max(flighty, key=self._dislike)
            held.remove(out)
            held.add(pair)
            return out
        out = max(held, key=self._dislike)
        if self._dislike(pair)[:2] < self._dislike(out)[:2]:
            held.remove(out)
            held.add(pair)
        else:
            out = pair
        self.left[self.student[out]][self.at[self.student[out]]].remove(out)
        return out

    def _is_flighty(self, pair: int) -> bool:
        """Whether the student could as well have a free seat elsewhere; what it has is in the tier it has come to."""
        student = self.student[pair]
        return any(other != pair and self._has_room(other) for other in self.left[student][self.at[student]])

    def _dislike(self, pair: int) -> tuple[int, int, int]:
        return self.rank[pair], -self.promoted[self.student[pair]], self.order[pair]
