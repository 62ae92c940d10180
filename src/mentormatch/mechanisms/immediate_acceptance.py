"""Immediate acceptance, the Boston mechanism: a seat that was given in an earlier round is gone.

In round r everyone who has nobody yet asks for the r-th mentor of its list, and mentors take the best of those who ask,
for good, while they have seats (Abdulkadiroglu and Sonmez 2003). The adaptive form skips mentors that have no seat
left: everyone asks for the best mentor of its list that still has one (Alcalde 1996; Mennle and Seuken 2014).
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.properties import claims


def immediate_acceptance(ballots: Ballots) -> IntArray:
    """Return the pairs of the Boston mechanism.

    Notes
    -----
    O(m log m): every pair is asked for once at most.
    """
    seats = _Seats(ballots)
    place = ballots.place_on_list()
    asked_in = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[asked_in], np.arange(int(place.max(initial=-1)) + 2))
    for low, high in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        offers = asked_in[low:high]
        seats.give(offers[seats.wants[ballots.market.student[offers]] > 0])
    return seats.given()


def adaptive_immediate_acceptance(ballots: Ballots) -> IntArray:
    """Return the pairs of the adaptive Boston mechanism.

    Notes
    -----
    O(r m) for r rounds. Each round but the last fills a cap of some mentor or serves everybody who asks.
    """
    seats = _Seats(ballots)
    place = ballots.place_on_list()
    student = ballots.market.student
    lists = np.flatnonzero(place >= 0)
    lists = lists[np.lexsort((place[lists], student[lists]))]
    while len(lists):
        lists = lists[(seats.wants[student[lists]] > 0) & seats.has_room(lists)]
        offers = lists[np.diff(student[lists], prepend=-1) != 0]
        seats.give(offers)
        lists = lists[~seats.chosen[lists]]
    return seats.given()


class _Seats:
    """Seats under nested caps that are given for good."""

    def __init__(self, ballots: Ballots) -> None:
        market = ballots.market
        self.mentor, self.student, self.order = market.mentor, market.student, ballots.mentor_order
        self.wants = market.student_quota.copy()
        self.chosen = np.zeros(market.num_pairs, bool)
        self._caps = [(cap.member, cap.upper.copy()) for cap in ballots.caps]

    def has_room(self, pairs: IntArray) -> BoolArray:
        """Tell for which pairs every cap around them has room."""
        free = np.ones(len(pairs), bool)
        for member, room in self._caps:
            free &= ~member[pairs] | (room[self.mentor[pairs]] > 0)
        return free

    def give(self, offers: IntArray) -> None:
        """Let every mentor take the best of the offers that its caps have room for."""
        ranked = offers[np.lexsort((self.order[offers], self.mentor[offers]))]
        # The best of each cap from the inside out are the best subject to all of them.
        for member, room in self._caps:
            inside = np.flatnonzero(member[ranked])
            owner = self.mentor[ranked[inside]]
            place = np.arange(len(owner)) - np.searchsorted(owner, owner)
            ranked = np.delete(ranked, inside[place >= room[owner]])
        self.chosen[ranked] = True
        np.subtract.at(self.wants, self.student[ranked], 1)
        for member, room in self._caps:
            np.subtract.at(room, self.mentor[ranked[member[ranked]]], 1)

    def given(self) -> IntArray:
        """Return the pairs, ascending."""
        return np.flatnonzero(self.chosen)


MECHANISM = choice_mechanism(
    "immediate_acceptance",
    immediate_acceptance,
    text=Text(
        zh="志愿优先:先满足第一志愿,名额用完后再看第二志愿。",
        en="First choices first: later choices compete only for the seats that are left.",
    ),
    claims=claims(
        strategy_proof=(False, "Abdulkadiroglu and Sonmez 2003"),
        stable=(False, "Abdulkadiroglu and Sonmez 2003"),
        efficient=(True, "Abdulkadiroglu and Sonmez 2003"),
        most_placed=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        most_first_choices=(True, "Kojima and Unver 2014"),
    ),
)

ADAPTIVE = choice_mechanism(
    "adaptive_immediate_acceptance",
    adaptive_immediate_acceptance,
    text=Text(zh="志愿优先,已满的导师自动跳过。", en="First choices first; mentors that are full already are skipped."),
    claims=claims(
        strategy_proof=(False, "Mennle and Seuken 2014"),
        stable=(False, "Alcalde 1996"),
        efficient=(True, "Mennle and Seuken 2014"),
        most_placed=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        most_first_choices=(True, "Mennle and Seuken 2014"),
    ),
)
