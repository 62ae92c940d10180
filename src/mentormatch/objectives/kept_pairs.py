"""What the stages that keep earlier pairs share: a student is lost when none of its earlier pairs is matched."""

from collections.abc import Iterable

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching


def loss_form(name: str, market: Market, before: IntArray) -> StageForm:
    """Return the level that counts students none of whose pairs in `before` is matched.

    One earlier pair for each student is a linear cost. Where a student has several, the first of them that is kept
    saves the student and the others save nothing, which is convex.
    """
    owner = market.student[before]
    count = np.bincount(owner, minlength=market.num_students)
    num_before = int((count > 0).sum())
    order = np.argsort(owner, kind="stable")
    pairs, students = before[order], owner[order]
    if (count <= 1).all():
        cost = np.zeros(market.num_pairs, np.int64)
        cost[pairs] = -1
        constant = ConvexTerm(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), num_before)
        return StageForm(name, (LinearTerm(cost), constant))
    first = np.r_[True, students[1:] != students[:-1]]
    start = np.r_[np.flatnonzero(first), len(pairs)]
    return StageForm(name, (ConvexTerm(start, pairs, np.where(first, -1, 0), num_before),))


def lost_students(matching: Matching, before: Iterable[tuple[Id, Id]]) -> int:
    """Return how many students of earlier pairs are with none of their earlier mentors."""
    had: dict[Id, set[Id]] = {}
    for student_id, mentor_id in before:
        had.setdefault(student_id, set()).add(mentor_id)
    return sum(1 for student_id, mentors in had.items() if not mentors & set(matching.mentors_of(student_id)))
