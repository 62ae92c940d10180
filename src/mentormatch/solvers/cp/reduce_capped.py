"""Preprocessing for stability within nested caps: remove pairs that are in no stable matching.

The two arguments by counting of `mentormatch.solvers.cp.reduce`, with every cap of a mentor in place of the seats:

* *Mentors offer.* Let each cap around a pair have room for all pairs in it that are left and rank as well for the
  mentor. In a stable matching the student is with the mentor or with one that the student likes as well: a cap that
  refused the pair would be full with others of these. The student's worse pairs may go.
* *Students apply.* Let a cap be filled by students whose only best mentor is this one and whose rank is t or better,
  where a cap inside it lets no more of them count than it holds. In a stable matching nobody of a worse rank stands in
  the cap: each of these students would be there, or be refused by a full cap inside it. So its worse pairs may go.

**Lemma.** The stable matchings stay what they were, and conclusions may follow one another. *Proof.* No stable matching
holds a removed pair, so each stays stable. Conversely, let a matching be stable after the removal. Both arguments hold
in it as well, since they speak of pairs that are left: a student whom mentors offer is content and wants no removed
pair, and a cap that students fill, or one around it, is full with students of rank t or better and refuses the removed
pairs. Enumeration tests it.
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.formulation.capped_stability import MentorCaps
from mentormatch.market.market import Market

_NEVER = np.iinfo(np.int32).max


def reduce_within_caps(market: Market, caps: MentorCaps, usable: BoolArray) -> BoolArray:
    """Return the usable pairs that some matching which is stable within the caps may contain.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    caps : MentorCaps
        Hard, and nested at each mentor.
    usable : bool array of shape (m,)
        The candidate pairs; no choice pair among them may block.

    Returns
    -------
    bool array of shape (m,)

    Notes
    -----
    O(c t + m log m) a round for c caps and t ranks of a mentor; as many rounds as the longest chain of consequences.
    """
    wish = np.where(market.is_choice, market.student_rank, _NEVER).astype(np.int64)
    alive = usable & (market.student_quota[market.student] > 0)
    tree = _Tree.of(caps)
    while True:
        left = int(alive.sum())
        alive &= wish <= _offered(market, wish, caps, alive)[market.student]
        _apply(market, wish, caps, tree, alive)
        if int(alive.sum()) == left:
            return alive


def _offered(market: Market, wish: IntArray, caps: MentorCaps, alive: BoolArray) -> IntArray:
    """Return the rank beyond which each student is never, int64 of shape (n,)."""
    inside = alive[caps.pairs]
    entry, owner = caps.pairs[inside], caps.owner[inside]
    span = int(market.mentor_rank.max(initial=0)) + 2
    key = owner * span + market.mentor_rank[entry]
    ordered = np.sort(key)
    reached = np.searchsorted(ordered, key, side="right") - np.searchsorted(ordered, owner * span, side="left")
    refused = np.zeros(market.num_pairs, bool)
    refused[entry[reached > caps.upper[owner]]] = True
    sure = np.flatnonzero(alive & market.is_choice & ~refused)
    best = np.full(market.num_students, _NEVER, np.int64)
    np.minimum.at(best, market.student[sure], wish[sure])
    return best


class _Tree:
    """The caps from the inside out, with those directly inside each."""

    def __init__(self, order: list[int], inside: list[list[int]], loose: list[IntArray], pairs: list[IntArray]) -> None:
        self.order = order
        self.inside = inside
        self.loose = loose
        self.pairs = pairs

    @classmethod
    def of(cls, caps: MentorCaps) -> "_Tree":
        """Return the tree of nested caps; of two with the same pairs one is inside the other."""
        pairs = caps.sets()
        order = sorted(range(len(caps)), key=lambda cap: (len(pairs[cap]), cap))
        inside: list[list[int]] = [[] for _ in order]
        loose = list(pairs)
        outermost: dict[int, int] = {}
        for cap in order:
            below = sorted({outermost[pair] for pair in pairs[cap].tolist() if pair in outermost})
            inside[cap] = below
            if below:
                loose[cap] = np.setdiff1d(pairs[cap], np.concatenate([pairs[other] for other in below]))
            outermost |= dict.fromkeys(pairs[cap].tolist(), cap)
        return cls(order, inside, loose, pairs)


def _apply(market: Market, wish: IntArray, caps: MentorCaps, tree: _Tree, alive: BoolArray) -> None:
    """Remove, in place, the pairs of caps that students fill with better ones."""
    at = np.flatnonzero(alive & market.is_choice)
    best = np.full(market.num_students, _NEVER, np.int64)
    np.minimum.at(best, market.student[at], wish[at])
    top = at[wish[at] == best[market.student[at]]]
    top = top[np.bincount(market.student[top], minlength=market.num_students)[market.student[top]] == 1]
    is_top = np.zeros(market.num_pairs, bool)
    is_top[top] = True
    ranks = np.unique(market.mentor_rank[top])
    place = np.searchsorted(ranks, market.mentor_rank)
    # How many of rank t or better count in each cap, for all t at once.
    counts = np.zeros((len(caps), len(ranks)), np.int64)
    for cap in tree.order:
        own = tree.loose[cap]
        counts[cap] = np.cumsum(np.bincount(place[own[is_top[own]]], minlength=len(ranks))[: len(ranks)])
        for other in tree.inside[cap]:
            counts[cap] += np.minimum(counts[other], caps.upper[other])
        enough = np.flatnonzero(counts[cap] >= caps.upper[cap])
        if len(enough) and caps.upper[cap] > 0:
            members = tree.pairs[cap]
            alive[members[market.mentor_rank[members] > ranks[enough[0]]]] = False
        elif caps.upper[cap] == 0:
            alive[tree.pairs[cap]] = False
