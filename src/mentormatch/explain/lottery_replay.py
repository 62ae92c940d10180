"""The lottery done again from its seed, and what it decided: so that a draw can be audited.

The draw names every student, because whoever audits it holds the list of ids.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.explain.standing import standing
from mentormatch.explain.why_not import why_not
from mentormatch.market.lottery import lottery, lottery_numbers, pair_lottery
from mentormatch.market.market import Id
from mentormatch.problem.result import Result

OWN_DRAWS = ("deferred_acceptance_multiple",)
"""Mechanisms in which every mentor draws an order of its own."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One line of the lottery: anybody who knows the seed can compute it again (`mentormatch.market.lottery`).

    Parameters
    ----------
    student : id
    number : int
        What it drew, from 0 to 2**44 - 1.
    place : int
        Counted from 1; the smallest number goes first.
    """

    student: Id
    number: int
    place: int


def replay_lottery(result: Result) -> tuple[Draw, ...]:
    """Return the common draw of a result computed again from its seed, in its order."""
    ids = result.problem.market.student_ids
    numbers = lottery_numbers(ids, result.seed, salt="student").tolist()
    places = lottery(ids, result.seed, salt="student").tolist()
    draws = [Draw(student, number, place + 1) for student, number, place in zip(ids, numbers, places, strict=True)]
    return tuple(sorted(draws, key=lambda draw: draw.place))


def replay_draw_at(result: Result, mentor_id: Id) -> tuple[Draw, ...]:
    """Return the draw at one mentor, over the students that may come to it, in its order.

    Where every mentor draws for itself (`OWN_DRAWS`) these are its own numbers, otherwise the common ones.

    Raises
    ------
    MarketError
        When there is no such mentor.
    """
    market = result.problem.market
    pairs = market.pairs_of_mentor(market.mentor_index(mentor_id)).astype(np.int64)
    common = lottery_numbers(market.student_ids, result.seed, salt="student")
    numbers = pair_lottery(market, result.seed) if result.mechanism in OWN_DRAWS else common[market.student]
    order = pairs[np.lexsort((common[market.student[pairs]], numbers[pairs]))]
    return tuple(
        Draw(market.student_of(pair), int(numbers[pair]), place) for place, pair in enumerate(order.tolist(), start=1)
    )


def decided_by_draw(result: Result) -> int:
    """Return how many wishes for a full mentor failed by the draw alone.

    The student stands in the same rank there as the last one admitted and drew a later place. 0 where the mechanism
    does not break ties by the common draw.
    """
    of = standing(result)
    if not of.has_common_draw:
        return 0
    market = of.market
    listed = np.flatnonzero(market.is_choice & ~of.matching.chosen).tolist()
    said = (why_not(of, market.student_of(p), market.mentor_of(p)) for p in listed)
    return sum("last_rank" in one.facts and one.facts["last_rank"] == one.facts["own_rank"] for one in said)
