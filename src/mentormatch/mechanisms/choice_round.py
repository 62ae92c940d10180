"""The round of two-way choice: a stable matching over what students and mentors asked for.

Both `deferred_acceptance` and the first round of `two_round` are this round, over the ballots of `read_ballots`.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.mechanisms.ballots import Ballots, read_ballots
from mentormatch.problem.form import Form
from mentormatch.solvers.stable.deferred_acceptance import student_proposing

_DEFERRED = Text(zh="延迟接受算法", en="deferred acceptance")


@dataclass(frozen=True, eq=False)
class ChoiceRound:
    """The outcome of the round of choice.

    Parameters
    ----------
    chosen : bool array of shape (m,)
        The pairs that were made.
    fixed : bool array of shape (m,)
        Pairs that the rules leave no choice about.
    left_out : tuple of str
        Rules with caps that cross others at some mentor and were not kept in the round.
    name : Text
        How the pairs were found, for the reason of the engine.
    """

    chosen: BoolArray
    fixed: BoolArray
    left_out: tuple[str, ...] = ()
    name: Text = _DEFERRED


def choice_round(form: Form, *, seed: int, leaves_out: bool = False) -> ChoiceRound:
    """Run the round of choice under the upper quotas, type quotas, masks and fixed pairs of a form.

    Parameters
    ----------
    form : Form
    seed : int
    leaves_out : bool
        Whether caps that cross may be left to the coordination that follows (`read_ballots`).

    Raises
    ------
    UnsupportedError
        When the caps of one mentor overlap without one holding the other, and none may be left out.
    """
    ballots = read_ballots(form, seed=seed, leaves_out=leaves_out)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[stable_choice(ballots)] = True
    return ChoiceRound(chosen=chosen, fixed=ballots.fixed, left_out=ballots.left_out)


def stable_choice(ballots: Ballots) -> IntArray:
    """Return the pairs of student-proposing deferred acceptance (Gale and Shapley 1962)."""
    return student_proposing(
        ballots.market,
        usable=ballots.usable,
        student_order=ballots.student_order,
        mentor_order=ballots.mentor_order,
        caps=ballots.caps,
    )
