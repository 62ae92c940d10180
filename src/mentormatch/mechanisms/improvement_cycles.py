"""Stable improvement cycles: a lottery's stable matching, made as good for students as stability allows.

Among equals a lottery decides in deferred acceptance, and what it decides may cost students a better mentor for
nothing. From that matching, students who stand first among those who would rather have a mentor take each other's
places in cycles, until there is none: nobody is wronged, and no stable matching is better for some student and worse
for none (Erdil and Ergin 2008).
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.choice_round import stable_choice
from mentormatch.mechanisms.properties import claims
from mentormatch.solvers.stable.deferred_acceptance import strict_order


def stable_improvement_cycles(ballots: Ballots) -> IntArray:
    """Return the pairs of deferred acceptance after all stable improvement cycles.

    Students change places only where all caps around both pairs are the same, so every cap holds as before. Where a
    student has ties, the order of the ballots counts as the student's order.

    Raises
    ------
    UnsupportedError
        When some student takes several mentors.

    Notes
    -----
    O(r m) for r rounds; each but the last moves some student to a better mentor.
    """
    market = ballots.market
    if (market.student_quota > 1).any():
        raise UnsupportedError(
            Text(
                zh="该机制要求每名学生至多一位导师。",
                en="Stable improvement cycles need students that take one mentor at most.",
            ),
            maybe=Text(zh="改用机制 deferred_acceptance。", en="use the mechanism deferred_acceptance."),
        )
    holds = np.full(market.num_students, -1, np.int64)
    first = stable_choice(ballots)
    holds[market.student[first]] = first
    place = _places(ballots)
    while True:
        takes = _taken(ballots, holds, place)
        if not len(takes):
            return np.sort(holds[holds >= 0])
        holds[market.student[takes]] = takes


def _places(ballots: Ballots) -> IntArray:
    """Return a number for each pair: pairs with the same number have one mentor and stand under the same caps."""
    place = ballots.market.mentor.astype(np.int64)
    for cap in ballots.caps:
        # Numbers stay small, however many caps there are.
        place = np.unique(2 * place + cap.member, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return place


def _taken(ballots: Ballots, holds: IntArray, place: IntArray) -> IntArray:
    """Return the pairs that students take in cycles which have no student in common; empty where there are none."""
    market = ballots.market
    steps = np.flatnonzero(_stands_first(ballots, holds))
    held = holds[holds >= 0]
    while True:
        # A step needs somebody who holds its place and can step on in turn.
        leads = np.isin(place[steps], place[held])
        steps = steps[leads]
        moves = np.isin(market.student[held], market.student[steps])
        if moves.all() and leads.all():
            break
        held = held[moves]
    steps = steps[np.lexsort((ballots.student_order[steps], market.student[steps]))]
    steps = steps[np.diff(market.student[steps], prepend=-1) != 0]
    # Of those who hold a place, whoever comes last at the mentor makes room.
    held = held[np.lexsort((-ballots.mentor_order[held], place[held]))]
    held = held[np.diff(place[held], prepend=-1) != 0]
    step_of = np.full(market.num_students, -1, np.int64)
    step_of[market.student[steps]] = steps
    follower = market.student[held[np.searchsorted(place[held], place[steps])]]
    next_of = np.full(market.num_students, -1, np.int64)
    next_of[market.student[steps]] = follower
    return step_of[_on_cycles(next_of)]


def _stands_first(ballots: Ballots, holds: IntArray) -> BoolArray:
    """Return the pairs of students who would rather have the mentor, and come first among all who would; shape (m,)."""
    market = ballots.market
    own = np.full(market.num_students, np.iinfo(np.int64).max, np.int64)
    has = np.flatnonzero(holds >= 0)
    own[has] = ballots.student_order[holds[has]]
    rather = ballots.usable & (ballots.student_order < own[market.student])
    standing = strict_order(~ballots.fixed, market.mentor_rank)
    best = np.full(market.num_mentors, np.iinfo(np.int64).max, np.int64)
    np.minimum.at(best, market.mentor[rather], standing[rather])
    return np.asarray(rather & (standing == best[market.mentor]))


def _on_cycles(next_of: IntArray) -> IntArray:
    """Return who stands on a cycle of a map, ascending; -1 leads nowhere."""
    alive = next_of >= 0
    while True:
        reached = np.zeros(len(next_of), bool)
        reached[next_of[alive]] = True
        if (alive <= reached).all():
            return np.flatnonzero(alive)
        alive &= reached


MECHANISM = choice_mechanism(
    "stable_improvement_cycles",
    stable_improvement_cycles,
    text=Text(
        zh="双向选择后,在不损害任何人优先权的前提下,学生之间再作互利调换。",
        en="Two-way choice, then students change places in cycles where that wrongs nobody.",
    ),
    claims=claims(
        strategy_proof=(False, "Erdil and Ergin 2008"),
        stable=(True, "Erdil and Ergin 2008"),
        efficient=(False, "Roth 1982"),
        most_placed=(False, "Manlove, Irving, Iwama, Miyazaki and Morita 2002"),
        most_first_choices=(False, "Kojima and Unver 2014"),
    ),
)
