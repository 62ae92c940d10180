"""Couples: the part of the language between rules and engines that speaks of two students at once."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.short_repr import short_repr
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import RowPart
from mentormatch.market.market import Market


@dataclass(frozen=True, eq=False)
class Couples(RowPart):
    """Stability where some students apply in twos; kept whole like `Stable` (McDermid and Manlove 2010).

    A couple is matched by one of its joint choices or not at all. A single student blocks as in `Stable`. A couple
    blocks by a joint choice that it prefers, where it changes one mentor or two; see `mentors_agree`.

    Parameters
    ----------
    market : Market
    singles : int64 array
        Positions of the choice pairs of students who apply alone.
    members : tuple of (int64 array, int64 array)
        For each couple the positions of all candidate pairs of its two students.
    choices : tuple of int64 array of shape (c, 2)
        For each couple its joint choices, best first: the pair of the first student and that of the second.
    """

    __repr__ = short_repr

    market: Market
    singles: IntArray
    members: tuple[tuple[IntArray, IntArray], ...]
    choices: tuple[IntArray, ...]
    code: ClassVar[str] = "couples"
    words: ClassVar[Text] = Text(zh="有同伴共同志愿。", en="There are couples.")

    def is_kept(self, chosen: BoolArray) -> bool:
        """Tell whether a matching within the quotas is stable, for a bool array of shape (m,)."""
        for (first, second), choices in zip(self.members, self.choices, strict=True):
            at = [k for k, (p, q) in enumerate(choices.tolist()) if chosen[p] and chosen[q]]
            if int(chosen[first].sum()) != len(at) or int(chosen[second].sum()) != len(at) or len(at) > 1:
                return False
            now = at[0] if at else len(choices)
            if any(self.mentors_agree(chosen, choices, k, now) for k in range(now)):
                return False
        return not any(self._single_blocks(chosen, pair) for pair in self.singles.tolist())

    def _single_blocks(self, chosen: BoolArray, pair: int) -> bool:
        market = self.market
        mine = market.pairs_of_student(int(market.student[pair]))
        held = mine[chosen[mine]]
        served = len(held) and (market.student_rank[held] <= market.student_rank[pair]).all()
        return not chosen[pair] and not served and self._takes(chosen, pair)

    def mentors_agree(self, chosen: BoolArray, choices: IntArray, wanted: int, now: int) -> bool:
        """Tell whether the mentors of a joint choice would take the couple that has another one (or none) now.

        One mentor changes: it has a free seat, or prefers its new student to one it has who is not the partner. Two
        mentors: each has a free seat or prefers its new student to one it has. The same mentor for both: two free
        seats; or one, and it prefers one of the two to somebody; or none, and it prefers each to somebody else.
        """
        p, q = (int(pair) for pair in choices[wanted])
        was = choices[now].tolist() if now < len(choices) else [-1, -1]
        if p == was[0]:
            return self._takes(chosen, q, but=p)
        if q == was[1]:
            return self._takes(chosen, p, but=q)
        if self.market.mentor[p] != self.market.mentor[q]:
            return self._takes(chosen, p) and self._takes(chosen, q)
        free, worse_p, worse_q = self._room(chosen, p), self._worse(chosen, p), self._worse(chosen, q)
        most, least = max(worse_p, worse_q), min(worse_p, worse_q)
        return free >= 2 or (free == 1 and most >= 1) or (free <= 0 and least >= 1 and most >= 2)

    def _room(self, chosen: BoolArray, pair: int) -> int:
        j = int(self.market.mentor[pair])
        return int(self.market.mentor_upper[j] - chosen[self.market.pairs_of_mentor(j)].sum())

    def _worse(self, chosen: BoolArray, pair: int, but: int = -1) -> int:
        """Return how many students of a pair's mentor it likes less; one pair does not count."""
        mine = self.market.pairs_of_mentor(int(self.market.mentor[pair]))
        held = mine[chosen[mine] & (mine != but)]
        return int((self.market.mentor_rank[held] > self.market.mentor_rank[pair]).sum())

    def _takes(self, chosen: BoolArray, pair: int, but: int = -1) -> bool:
        return self._room(chosen, pair) > 0 or self._worse(chosen, pair, but) > 0

    def joint(self, chosen: BoolArray) -> IntArray:
        """Return for every joint choice of all couples, one after the other, whether it is made."""
        parts = [chosen[choices].all(axis=1).astype(np.int64) for choices in self.choices if len(choices)]
        return np.concatenate([np.zeros(0, np.int64), *parts])
