"""Students choose one after the other: in the order of their ids, or in an order drawn by lot."""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.market.lottery import lottery
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.properties import Claim, claims
from mentormatch.solvers.stable.deferred_acceptance import strict_order, student_proposing


def choose_in_turn(ballots: Ballots, turn: IntArray) -> IntArray:
    """Return the pairs when students take the best mentors with a seat, one student after the other.

    Parameters
    ----------
    ballots : Ballots
        Of the mentors it reads the caps only; students in fixed pairs come first.
    turn : int64 array of shape (n,)
        Distinct; the smallest chooses first.

    Notes
    -----
    Deferred acceptance in which all mentors rank by the turn: then nobody is ever displaced by somebody of a later
    turn, which is the definition. Its engine has no loop over students.
    """
    market = ballots.market
    return student_proposing(
        market,
        usable=ballots.usable,
        student_order=ballots.student_order,
        mentor_order=strict_order(~ballots.fixed, turn[market.student]),
        caps=ballots.caps,
    )


def serial_dictatorship(ballots: Ballots) -> IntArray:
    """Return the pairs when students choose in the order of their ids."""
    ids = ballots.market.student_ids
    turn = np.empty(len(ids), np.int64)
    # Not the order in which the market holds them, which a caller may have chosen.
    turn[sorted(range(len(ids)), key=lambda i: (type(ids[i]).__name__, ids[i]))] = np.arange(len(ids))
    return choose_in_turn(ballots, turn)


def random_priority(ballots: Ballots) -> IntArray:
    """Return the pairs when students choose in the order of the lottery."""
    return choose_in_turn(ballots, lottery(ballots.market.student_ids, ballots.seed, salt="student"))


def claims_of_turns(source: str) -> tuple[Claim, ...]:
    """Return what is known of every mechanism in which students choose in turn."""
    return claims(
        strategy_proof=(True, source),
        stable=(False, "Abdulkadiroglu and Sonmez 2003"),
        efficient=(True, source),
        most_placed=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        most_first_choices=(False, "Featherstone 2020"),
    )


MECHANISM = choice_mechanism(
    "serial_dictatorship",
    serial_dictatorship,
    text=Text(zh="按学号顺序依次选择,不看导师意向。", en="Students choose in the order of their ids."),
    claims=claims_of_turns("Satterthwaite and Sonnenschein 1981; Svensson 1999"),
)

RANDOM = choice_mechanism(
    "random_priority",
    random_priority,
    text=Text(zh="按抽签顺序依次选择,不看导师意向。", en="Students choose in an order drawn by lot."),
    claims=claims_of_turns("Abdulkadiroglu and Sonmez 1998"),
)
