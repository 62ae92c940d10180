"""The round of two-way choice: a stable matching over what students and mentors asked for.

Both `deferred_acceptance` and the first round of `two_round` are this round, over the ballots of `read_ballots`.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.form import Form
from mentormatch.mechanisms.ballots import Ballots, read_ballots
from mentormatch.solvers.deferred_acceptance import student_proposing


@dataclass(frozen=True, eq=False)
class ChoiceRound:
    """The outcome of the round of choice.

    Parameters
    ----------
    chosen : bool array of shape (m,)
        The pairs that were made.
    fixed : bool array of shape (m,)
        Pairs that the rules leave no choice about.
    """

    chosen: BoolArray
    fixed: BoolArray


def choice_round(form: Form, *, seed: int) -> ChoiceRound:
    """Run the round of choice under the upper quotas, type quotas, masks and fixed pairs of a form.

    Raises
    ------
    UnsupportedError
        When the type quotas of one mentor overlap without one holding the other.
    """
    ballots = read_ballots(form, seed=seed)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[stable_choice(ballots)] = True
    return ChoiceRound(chosen=chosen, fixed=ballots.fixed)


def stable_choice(ballots: Ballots) -> IntArray:
    """Return the pairs of student-proposing deferred acceptance (Gale and Shapley 1962)."""
    return student_proposing(
        ballots.market,
        usable=ballots.usable,
        student_order=ballots.student_order,
        mentor_order=ballots.mentor_order,
        caps=ballots.caps,
    )
