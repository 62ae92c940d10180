"""Chinese parallel: choices are settled in blocks; within a block nothing is final (平行志愿; Chen and Kesten 2017).

The first ``permanence`` choices of everybody go through deferred acceptance; whoever is placed then is placed for good.
The next block of choices competes for the seats that are left, and so on. With a permanence of one this is immediate
acceptance, with a permanence of the longest list deferred acceptance; in between it is less easy to gain by a false
list the longer the blocks are.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.properties import claims
from mentormatch.solvers.stable.deferred_acceptance import Caps, student_proposing


def chinese_parallel(ballots: Ballots, *, permanence: int) -> IntArray:
    """Return the pairs of the Chinese parallel mechanism.

    Parameters
    ----------
    ballots : Ballots
    permanence : int
        Choices in a block, at least one.

    Returns
    -------
    int64 array
        Positions of the matched pairs, ascending.

    Notes
    -----
    O(m) for each block, and as many blocks as the longest list has.
    """
    market, place = ballots.market, ballots.place_on_list()
    wants = market.student_quota.copy()
    room = [cap.upper.copy() for cap in ballots.caps]
    chosen = np.zeros(market.num_pairs, bool)
    for first in range(0, int(place.max(initial=-1)) + 1, permanence):
        block = (place >= first) & (place < first + permanence) & (wants[market.student] > 0)
        given = student_proposing(
            market.replace(student_quota=wants),
            usable=block,
            student_order=ballots.student_order,
            mentor_order=ballots.mentor_order,
            caps=[Caps(cap.member, left) for cap, left in zip(ballots.caps, room, strict=True)],
        )
        chosen[given] = True
        np.subtract.at(wants, market.student[given], 1)
        for cap, left in zip(ballots.caps, room, strict=True):
            np.subtract.at(left, market.mentor[given[cap.member[given]]], 1)
    return np.flatnonzero(chosen)


def parallel_choices(permanence: int) -> Mechanism:
    """Return the Chinese parallel mechanism with a permanence of your own.

    Parameters
    ----------
    permanence : int
        Choices in a block, at least one.

    Raises
    ------
    InputError
        When the permanence is no whole number of at least one.

    Examples
    --------
    >>> from mentormatch.mechanisms.chinese_parallel import parallel_choices
    >>> parallel_choices(3).name
    'chinese_parallel_3'
    """
    if isinstance(permanence, bool) or not isinstance(permanence, int) or permanence < 1:
        raise InputError(
            Text(
                zh=f"每批平行志愿数须为不小于 1 的整数;现为 {permanence!r}。",
                en=f"The permanence must be a whole number of at least 1. Got {permanence!r} instead.",
            )
        )
    assign: Callable[[Ballots], IntArray] = partial(chinese_parallel, permanence=permanence)
    return choice_mechanism(
        f"chinese_parallel_{permanence}",
        assign,
        text=Text(
            zh=f"平行志愿:每 {permanence} 个志愿为一批,批内可比较,批后不再变动。",
            en=f"Choices in blocks of {permanence}: within a block nothing is final, after it everything is.",
        ),
        claims=claims(
            strategy_proof=(False, "Chen and Kesten 2017"),
            stable=(False, "Chen and Kesten 2017"),
            # With blocks of one it is immediate acceptance, which is efficient and gives most first choices.
            efficient=(permanence == 1, "Chen and Kesten 2017"),
            most_placed=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
            most_first_choices=(permanence == 1, "Kojima and Unver 2014"),
        ),
    )


MECHANISM = parallel_choices(2)
"""Blocks of two, as Shanghai's schools have had (Chen and Kesten 2017)."""
