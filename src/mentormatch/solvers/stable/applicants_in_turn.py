"""A matching that is stable with couples, by applicants who propose one after the other.

Roth and Peranson (1999): singles and couples enter one by one, each proposes down its list to mentors who would have
it, whoever is pushed out proposes again, and a seat that a couple leaves is offered to those who would rather have it.
It may go round in circles, so it stops after so many steps and begins again in another order; such a matching need not
exist. Nothing rests on it: who calls it looks whether anybody blocks.
"""

from collections import deque

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.formulation.couple_rows import Couples

_ORDERS = 3
_MOVES = 6
"""Orders that are tried, and the moves of each, for every applicant."""


def applicants_in_turn(couples: Couples, usable: BoolArray, *, seed: int) -> BoolArray | None:
    """Return a matching that is stable with couples, bool of shape (m,); None where none was found.

    Parameters
    ----------
    couples : Couples
    usable : bool array of shape (m,)
        Pairs that may be matched.
    seed : int
        Of the orders in which the applicants enter.
    """
    rng = np.random.default_rng([73, seed])
    applicants = _Applicants(couples, usable)
    for number in range(_ORDERS):
        order = np.arange(applicants.count) if not number else rng.permutation(applicants.count)
        chosen = applicants.propose(order.tolist())
        if chosen is not None and couples.is_kept(chosen):
            return chosen
    return None


class _Applicants:
    """Singles and couples with their lists, and who holds what."""

    def __init__(self, couples: Couples, usable: BoolArray) -> None:
        market = couples.market
        self.couples = couples
        self.seats = market.mentor_upper.tolist()
        self.mentor, self.rank = market.mentor.tolist(), market.mentor_rank.tolist()
        lists: dict[int, list[tuple[int, ...]]] = {}
        singles = couples.singles[usable[couples.singles]]
        for pair in singles[np.lexsort((market.student_rank[singles], market.student[singles]))].tolist():
            lists.setdefault(int(market.student[pair]), []).append((pair,))
        self.lists = list(lists.values())
        self.choices = {}
        for choices in couples.choices:
            # The positions of a couple's choices stay those of its part, so that it can be asked who would agree.
            self.choices[len(self.lists)] = choices
            self.lists.append([(p, q) if usable[p] and usable[q] else () for p, q in choices.tolist()])
        self.count = len(self.lists)
        self.owner = {pair: a for a, mine in enumerate(self.lists) for choice in mine for pair in choice}
        # Of each mentor, who lists it, and where first.
        self.wanted_by: list[dict[int, int]] = [{} for _ in self.seats]
        for a, mine in enumerate(self.lists):
            for at, choice in enumerate(mine):
                for pair in choice:
                    self.wanted_by[self.mentor[pair]].setdefault(a, at)

    def propose(self, order: list[int]) -> BoolArray | None:
        """Return the matching where nobody wants to propose any more, None where that is not reached."""
        self.held: list[list[int]] = [[] for _ in self.seats]
        self.now = [len(mine) for mine in self.lists]
        self.chosen = np.zeros(self.couples.market.num_pairs, bool)
        queue, waits = deque(order), [True] * self.count
        moves = 0
        while queue and moves < _MOVES * self.count:
            applicant = queue.popleft()
            waits[applicant] = False
            was = self.now[applicant]
            for other in self._turn(applicant):
                if not waits[other]:
                    waits[other] = True
                    queue.append(other)
            moves += self.now[applicant] != was
        return None if queue else self.chosen

    def _turn(self, applicant: int) -> list[int]:
        """Let an applicant take the best that it can have; return whose turn that makes it."""
        mine, was = self.lists[applicant], self.now[applicant]
        better = next((at for at in range(was) if mine[at] and self._would_have(applicant, at)), None)
        if better is None:
            return []
        left = self._leave(applicant)
        self.now[applicant] = better
        pushed: list[int] = []
        for pair in mine[better]:
            self._seat(pair)
        for mentor in {self.mentor[pair] for pair in mine[better]}:
            while len(self.held[mentor]) > self.seats[mentor]:
                worst = max((pair for pair in self.held[mentor] if pair not in mine[better]), key=self._least_liked)
                other = self.owner[worst]
                left |= self._leave(other)
                pushed.append(other)
        free = [mentor for mentor in left if len(self.held[mentor]) < self.seats[mentor]]
        wish = (a for mentor in sorted(free) for a, at in self.wanted_by[mentor].items() if at < self.now[a])
        return [*pushed, *wish]

    def _would_have(self, applicant: int, at: int) -> bool:
        choice = self.lists[applicant][at]
        if applicant in self.choices:
            return self.couples.mentors_agree(self.chosen, self.choices[applicant], at, self.now[applicant])
        held = self.held[self.mentor[choice[0]]]
        mine = self.rank[choice[0]]
        return len(held) < self.seats[self.mentor[choice[0]]] or any(self.rank[pair] > mine for pair in held)

    def _least_liked(self, pair: int) -> tuple[int, int]:
        return self.rank[pair], pair

    def _seat(self, pair: int) -> None:
        self.held[self.mentor[pair]].append(pair)
        self.chosen[pair] = True

    def _leave(self, applicant: int) -> set[int]:
        """Take from an applicant what it has; return the mentors whom it leaves."""
        at, mine = self.now[applicant], self.lists[applicant]
        self.now[applicant] = len(mine)
        left = set()
        for pair in mine[at] if at < len(mine) else ():
            self.held[self.mentor[pair]].remove(pair)
            self.chosen[pair] = False
            left.add(self.mentor[pair])
        return left
