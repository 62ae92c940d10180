"""Every list: a full search for a manipulation of a single student, on small markets."""

from itertools import permutations

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.market.market import Market
from mentormatch.market.unlisted import mentors_that_would_take, relisted
from mentormatch.study.metrics.manipulability import listed_pairs, rank_got
from mentormatch.study.metrics.metric import Measured, Metric, Values

MOST_CHOICES = 5
"""A student with five candidates has 326 lists, one with six 1,957."""


def every_list(outcome: Measured) -> Values:
    """Return what every student gains by every list, everybody else being truthful.

    ``gain_by_any_list``: the share of the students that listed somebody for whom some ordered list of some of the
    mentors that are candidates for it, or would be if it listed them (`Market.unlisted`), gives a mentor that it truly
    likes better.
    ``largest_gain``: the most ranks that anybody gains; being left out, or with a mentor not truly listed, counts as
    one rank below the list.

    Raises
    ------
    InputError
        When a student has more than five candidates: the search is meant for small markets.

    Notes
    -----
    The mechanism runs once for each student and list.
    """
    market = outcome.market
    open_to = [_open_to(market, student) for student in range(market.num_students)]
    most = max(map(len, open_to), default=0)
    if most > MOST_CHOICES:
        raise InputError(
            Text(
                zh=f"逐一尝试全部志愿表只适用于每名学生至多 {MOST_CHOICES} 位候选导师,现有 {most} 位。",
                en=f"Every list can be tried with at most {MOST_CHOICES} candidates a student; here are {most}.",
            ),
            maybe=Text(zh="改用指标 manipulability。", en="use the metric manipulability."),
        )
    tried, gainers, largest = 0, 0, 0
    for student in range(market.num_students):
        true = listed_pairs(market, student)
        if not len(true[0]):
            continue
        tried += 1
        has, left_out = rank_got(true, outcome.matching.pairs), int(true[1].max()) + 1
        truly = dict(zip(market.mentor[true[0]].tolist(), true[1].tolist(), strict=True))
        best = 0
        for length in range(len(open_to[student]) + 1):
            for order in permutations(open_to[student], length):
                lie = relisted(market, student, {mentor: rank for rank, mentor in enumerate(order, start=1)})
                got = outcome.again(lie)
                if got is not None:
                    mine = lie.mentor[got[lie.student[got] == student]].tolist()
                    best = max(best, has - min((truly.get(j, left_out) for j in mine), default=left_out))
        gainers += best > 0
        largest = max(largest, best)
    return {"gain_by_any_list": gainers / tried, "largest_gain": float(largest)} if tried else {}


def _open_to(market: Market, student: int) -> list[int]:
    """Return the mentors whom a student may list, ascending."""
    more, _ = mentors_that_would_take(market, student)
    return sorted([*market.mentor[market.pairs_of_student(student)].tolist(), *more.tolist()])


METRIC = Metric(
    "every_list",
    Text(zh="逐一尝试全部志愿表", en="share of students that gain by any list whatever, small markets only"),
    every_list,
)
