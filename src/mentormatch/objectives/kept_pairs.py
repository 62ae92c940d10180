"""What the stages that keep earlier pairs share: a student is lost when none of its earlier pairs is matched."""

from collections.abc import Iterable, Sequence

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_mentors, known_students, refused
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


def base_positions(kind: str, market: Market, base: Sequence[tuple[Id, Id]]) -> IntArray:
    """Return the positions of earlier pairs, ascending; `RulesError` for an unknown id and for what is no candidate."""
    num_mentors = max(market.num_mentors, 1)
    try:
        ends = [(market.student_index(s), market.mentor_index(m)) for s, m in base]
    except MarketError:
        known_students(market, (student_id for student_id, _ in base), kind)
        known_mentors(market, (mentor_id for _, mentor_id in base), kind)
        raise
    keys = np.array(ends, np.int64).reshape(-1, 2) @ [num_mentors, 1]
    candidates = market.student.astype(np.int64) * num_mentors + market.mentor
    at = np.searchsorted(candidates, keys)
    missing = np.flatnonzero(np.r_[candidates, -1][at] != keys)
    if len(missing):
        student_id, mentor_id = base[missing[0]]
        raise refused(
            kind,
            f"学生 {student_id} 与导师 {mentor_id} 不是可匹配的一对。",
            f"student {student_id!r} and mentor {mentor_id!r} are no candidate pair.",
            maybe=Text(zh="从 base 中删去这一对。", en="take the pair out of 'base'."),
        )
    return np.unique(at)


def lost_students(matching: Matching, before: Iterable[tuple[Id, Id]]) -> int:
    """Return how many students of earlier pairs are with none of their earlier mentors."""
    had: dict[Id, set[Id]] = {}
    for student_id, mentor_id in before:
        had.setdefault(student_id, set()).add(mentor_id)
    return sum(1 for student_id, mentors in had.items() if not mentors & set(matching.mentors_of(student_id)))
