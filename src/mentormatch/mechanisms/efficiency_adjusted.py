"""Efficiency-adjusted deferred acceptance with consent, EADAM (Kesten 2010), in the form of Tang and Yu (2014).

Deferred acceptance respects every priority, and a student may lose by a priority that helps nobody. Here students may
waive such a priority. In each round deferred acceptance is run among those who are left. Mentors whom nobody prefers to
what he or she has can serve nobody better: their students are settled and leave. Where a leaving student has not waived
the priority, nobody who comes behind that student may take a mentor that the student would rather have.
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.market.market import Market
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.properties import claims
from mentormatch.solvers.stable.deferred_acceptance import Caps, student_proposing

WAIVES = "waives_priority"
"""Student attribute, "yes" or "是" for who waives. Everybody does where the market does not have it."""

_YES = ("yes", "是")


def efficiency_adjusted(ballots: Ballots) -> IntArray:
    """Return the pairs of efficiency-adjusted deferred acceptance.

    Raises
    ------
    UnsupportedError
        When some student takes several mentors.

    Notes
    -----
    O(k m) for k mentors: every round but the last settles some mentor.
    """
    market = ballots.market
    if (market.student_quota > 1).any():
        raise UnsupportedError(
            Text(
                zh="该机制要求每名学生至多一位导师。",
                en="Efficiency-adjusted deferred acceptance needs students that take one mentor at most.",
            ),
            maybe=Text(zh="改用机制 deferred_acceptance。", en="use the mechanism deferred_acceptance."),
        )
    waives = _waives(market)
    usable = ballots.usable.copy()
    room = [cap.upper.copy() for cap in ballots.caps]
    settled = np.zeros(market.num_pairs, bool)
    while usable.any():
        caps = [Caps(cap.member & usable, left) for cap, left in zip(ballots.caps, room, strict=True)]
        held = student_proposing(
            market,
            usable=usable,
            student_order=ballots.student_order,
            mentor_order=ballots.mentor_order,
            caps=caps,
        )
        desired = usable & _rather(ballots, held)
        in_demand = np.bincount(market.mentor[desired], minlength=market.num_mentors) > 0
        final = held[~in_demand[market.mentor[held]]]
        settled[final] = True
        for cap, left in zip(ballots.caps, room, strict=True):
            np.subtract.at(left, market.mentor[final[cap.member[final]]], 1)
        stays = np.zeros(market.num_students, bool)
        stays[market.student[held]] = True
        stays[market.student[final]] = False
        closed = _kept_free(ballots, np.flatnonzero(desired & ~stays[market.student] & ~waives[market.student]))
        usable &= stays[market.student] & in_demand[market.mentor] & ~closed
    return np.flatnonzero(settled)


def _waives(market: Market) -> BoolArray:
    attribute = market.student_attributes.get(WAIVES)
    if attribute is None:
        return np.ones(market.num_students, bool)
    return np.asarray(attribute.membership(_YES).any(axis=1))


def _rather(ballots: Ballots, held: IntArray) -> BoolArray:
    """Return the pairs that a student prefers to the one that he or she holds, bool of shape (m,)."""
    market = ballots.market
    own = np.full(market.num_students, np.iinfo(np.int64).max, np.int64)
    own[market.student[held]] = ballots.student_order[held]
    return np.asarray(ballots.student_order < own[market.student])


def _kept_free(ballots: Ballots, claims_kept: IntArray) -> BoolArray:
    """Return the pairs that come behind a kept claim at their mentor, bool of shape (m,)."""
    market = ballots.market
    best = np.full(market.num_mentors, np.iinfo(np.int64).max, np.int64)
    np.minimum.at(best, market.mentor[claims_kept], ballots.mentor_order[claims_kept])
    return np.asarray(ballots.mentor_order > best[market.mentor])


MECHANISM = choice_mechanism(
    "efficiency_adjusted",
    efficiency_adjusted,
    text=Text(
        zh="双向选择,学生可放弃对自己无用的优先权,使他人得益(EADAM)。",
        en="Two-way choice in which students waive priorities that do not help them and would harm others (EADAM).",
    ),
    claims=claims(
        strategy_proof=(False, "Kesten 2010"),
        stable=(False, "Kesten 2010"),
        efficient=(True, "Kesten 2010; Tang and Yu 2014"),
        most_placed=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        most_first_choices=(False, "Kojima and Unver 2014"),
    ),
)
