"""A largest popular matching of a strict two-sided market: deferred acceptance in two levels.

Students propose; one whom everybody has refused goes down its list once more on the upper level, where every mentor
prefers it to all students of the lower one (Huang and Kavitha 2013; Kavitha 2014; Brandl and Kavitha 2019).
"""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason
from mentormatch.solvers.stable.proposals import Caps, Side, deferred_acceptance
from mentormatch.solvers.stable.pure_stability import reason, reasons_of_rows, reasons_of_ties


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why the algorithm does not take a market: ties, or students who take several."""
    reasons = [*reasons_of_rows(form), *reasons_of_ties(form)]
    if (form.market.student_quota > 1).any():
        reasons.append(reason("many_to_many", "有学生可有多名导师。", "Some students take several mentors."))
    return tuple(reasons)


def largest_popular(market: Market, usable: BoolArray) -> IntArray:
    """Return the positions of the pairs of a largest popular matching, ascending. O(m) proposals.

    Parameters
    ----------
    market : Market
        Strict wherever somebody must be turned away, one mentor for each student; placement pairs are left out.
    usable : bool array of shape (m,)
        Pairs that no rule removes.
    """
    pairs = np.flatnonzero(market.is_choice & usable)
    size, n = len(pairs), max(market.num_students, 1)
    level = np.repeat([0, 1], size)
    both = np.concatenate([pairs, pairs])
    # Ties that nobody is turned away for are broken by index.
    wish = market.student_rank[both].astype(np.int64) * (market.num_mentors + 1) + market.mentor[both]
    like = market.mentor_rank[both].astype(np.int64) * n + market.student[both]
    everything = np.ones(2 * size, bool)
    students = Side(
        market.student[both],
        level * (int(wish.max(initial=0)) + 1) + wish,
        (Caps(everything, market.student_quota),),
        market.num_students,
    )
    mentors = Side(
        market.mentor[both],
        (1 - level) * (int(like.max(initial=0)) + 1) + like,
        (Caps(everything, market.mentor_upper),),
        market.num_mentors,
    )
    offers = np.argsort(market.student[both], kind="stable")
    return np.unique(both[_by_owner(offers, students, mentors)])


def _by_owner(offers: IntArray, students: Side, mentors: Side) -> IntArray:
    """Run deferred acceptance over entries that come sorted by proposer; return entries."""
    sides = [Side(side.owner[offers], side.order[offers], side.caps, side.size) for side in (students, mentors)]
    return offers[deferred_acceptance(np.arange(len(offers)), *sides)]
