"""First come, first served, as many schools do it today: whoever hands in the form first chooses first.

Truth-telling is safe once everyone has arrived, but the race to be first is part of the game and is not modelled: the
order of arrival is data. Students without a time come after all others; equal times are told apart by lottery.
"""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Market
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.serial_dictatorship import choose_in_turn, claims_of_turns

ATTRIBUTE = "submitted_at"
"""The student attribute with the time of the form, in a notation whose alphabetical order is that of time."""


def first_come_first_served(ballots: Ballots) -> IntArray:
    """Return the pairs when students choose in the order in which their forms came in."""
    return choose_in_turn(ballots, turn_of_arrival(ballots.market, ballots.seed))


def turn_of_arrival(market: Market, seed: int) -> IntArray:
    """Return the turn of each student; a market that knows no times has the order of the lottery."""
    draw = lottery(market.student_ids, seed, salt="student")
    times = market.student_attributes.get(ATTRIBUTE)
    if times is None:
        return draw
    code = np.full(market.num_students, len(times.labels))
    known = np.flatnonzero(np.diff(times.start) > 0)
    code[known] = times.codes[times.start[known]]
    turn = np.empty(market.num_students, np.int64)
    turn[np.lexsort((draw, code))] = np.arange(market.num_students)
    return turn


MECHANISM = choice_mechanism(
    "first_come_first_served",
    first_come_first_served,
    text=Text(zh="先到先得:按提交时间依次选择。", en="Students choose in the order in which their forms came in."),
    claims=claims_of_turns("Satterthwaite and Sonnenschein 1981; Svensson 1999"),
)
