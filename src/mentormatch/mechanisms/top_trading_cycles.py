"""Top trading cycles (Shapley and Scarf 1974; for schools with quotas Abdulkadiroglu and Sonmez 2003).

Every student points to the best mentor of its list that has a seat, every mentor with a seat to the student of highest
priority that is left. In a cycle everyone gets what it points to: students trade their priorities. Under type quotas a
student points only to mentors that have a seat for it.

Nobody gains by a false list where every mentor's priorities are known, those of students who did not list the mentor
among them: pairs of student rank 0, or `Market.unlisted`. Where a list alone gives the priority, a student may gain by
listing a mentor in order to trade it.
"""

from itertools import pairwise

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.priority_queues import priority_queues
from mentormatch.mechanisms.properties import claims


def top_trading_cycles(ballots: Ballots) -> IntArray:
    """Return the pairs of top trading cycles.

    A student has a priority also at mentors that it did not list, where that pair is a candidate or the market knows
    the priority by itself (`Market.unlisted`), and may trade it.

    Raises
    ------
    UnsupportedError
        When some student takes several mentors: then there is no such mechanism.

    Notes
    -----
    O(m log m): lists and priorities are read once, from the best on; the order of the cycles does not matter.
    """
    market = ballots.market
    if (market.student_quota > 1).any():
        raise UnsupportedError(
            Text(
                zh="首位交易循环要求每名学生至多一位导师。",
                en="Top trading cycles need students that take one mentor at most.",
            ),
            maybe=Text(zh="改用机制 deferred_acceptance。", en="use the mechanism deferred_acceptance."),
        )
    return np.array(sorted(_Trade(ballots).run()), np.int64)


class _Trade:
    """Who is left, what seats are left, and how far each list was read."""

    def __init__(self, ballots: Ballots) -> None:
        market = ballots.market
        self._student: list[int] = market.student.tolist()
        self._mentor: list[int] = market.mentor.tolist()
        self._lists = _rows(ballots.usable, market.student, ballots.student_order, market.num_students)
        self._priorities = priority_queues(ballots)
        self._room = [cap.upper.tolist() for cap in ballots.caps]
        self._around: list[list[int]] = [[] for _ in range(market.num_pairs)]
        for number, cap in enumerate(ballots.caps):
            for pair in np.flatnonzero(cap.member).tolist():
                self._around[pair].append(number)
        self._left = (market.student_quota > 0).tolist()
        self._fixed = np.flatnonzero(ballots.fixed).tolist()

    def run(self) -> list[int]:
        """Trade until nobody is left that can get anybody."""
        matched = list(self._fixed)
        for pair in self._fixed:
            self._seat(pair)
        for start in range(len(self._left)):
            path: list[int] = []
            place: dict[int, int] = {}
            student = start
            while self._left[start]:
                if student in place:
                    cycle = path[place[student] :]
                    for pair in cycle:
                        self._seat(pair)
                    matched += cycle
                    del path[place[student] :]
                    for pair in cycle:
                        del place[self._student[pair]]
                    if not path:
                        student = start
                        continue
                    # The last of the path may have pointed to a mentor whose seat is gone now.
                    student = self._student[path.pop()]
                    del place[student]
                    continue
                wish = self._wish(student)
                if wish is None:
                    self._left[student] = False
                    if path:
                        student = self._student[path.pop()]
                        del place[student]
                    continue
                place[student] = len(path)
                path.append(wish)
                student = self._best_of(self._mentor[wish])
        return matched

    def _seat(self, pair: int) -> None:
        self._left[self._student[pair]] = False
        for number in self._around[pair]:
            self._room[number][self._mentor[pair]] -= 1

    def _wish(self, student: int) -> int | None:
        """Return the best pair of a student whose mentor has a seat for it."""
        wishes = self._lists[student]
        while wishes:
            pair = wishes[-1]
            if all(self._room[number][self._mentor[pair]] > 0 for number in self._around[pair]):
                return pair
            wishes.pop()
        return None

    def _best_of(self, mentor: int) -> int:
        """Return the student of highest priority that is left; whoever points here is one."""
        queue = self._priorities[mentor]
        while not self._left[queue[-1]]:
            queue.pop()
        return queue[-1]


def _rows(member: BoolArray, owner: IntArray, order: IntArray, size: int) -> list[list[int]]:
    """Return the member pairs of each owner, best last."""
    pairs = np.flatnonzero(member)
    pairs = pairs[np.lexsort((-order[pairs], owner[pairs]))]
    ends = np.searchsorted(owner[pairs], np.arange(size + 1)).tolist()
    items = pairs.tolist()
    return [items[low:high] for low, high in pairwise(ends)]


_ALL_PRIORITIES = Text(
    zh="须知道导师对全体学生的排序,未填报该导师的学生也在内。",
    en="The priorities of each mentor are known over all students, those among them who did not list the mentor.",
)

MECHANISM = choice_mechanism(
    "top_trading_cycles",
    top_trading_cycles,
    text=Text(zh="首位交易循环:学生相互交换优先权。", en="Students trade their priorities in top trading cycles."),
    claims=claims(
        strategy_proof=(True, "Roth 1982b; Abdulkadiroglu and Sonmez 2003", _ALL_PRIORITIES),
        stable=(False, "Abdulkadiroglu and Sonmez 2003"),
        efficient=(True, "Shapley and Scarf 1974; Abdulkadiroglu and Sonmez 2003"),
        most_placed=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        most_first_choices=(False, "Featherstone 2020"),
    ),
)
