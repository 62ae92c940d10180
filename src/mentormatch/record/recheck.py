"""Recheck: where a given matching, perhaps edited by hand, misses the rules as they are now."""

from collections.abc import Iterable

from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Violation
from mentormatch.market.market import Id
from mentormatch.market.matching import Matching
from mentormatch.problem.problem import Problem
from mentormatch.verify.verify import verify


def recheck(problem: Problem, pairs: Iterable[tuple[Id, Id]]) -> tuple[Violation, ...]:
    """Return every rule that a set of pairs misses.

    Pairs that are no candidates any more (a student or mentor that is not there, a mentor on leave) come first, under
    the rule name ``candidates``.
    """
    market = problem.market
    students, mentors = set(market.student_ids), set(market.mentor_ids)
    standing, lost = [], []
    for student_id, mentor_id in dict.fromkeys(pairs):
        is_there = student_id in students and mentor_id in mentors
        if is_there and market.pair_index(student_id, mentor_id) is not None:
            standing.append((student_id, mentor_id))
        else:
            lost.append(_lost(student_id, mentor_id, students, mentors))
    return (*lost, *verify(problem, Matching.from_ids(market, standing)).violations)


def _lost(student_id: Id, mentor_id: Id, students: set[Id], mentors: set[Id]) -> Violation:
    text = Text(
        zh=f"学生 {student_id} 与导师 {mentor_id} 现在不能结对:不在名单中,或导师不在岗。",
        en=f"Student {student_id} and mentor {mentor_id} cannot be paired now: not on the list, or away.",
    )
    return Violation(
        "candidates",
        text,
        students=(student_id,) if student_id in students else (),
        mentors=(mentor_id,) if mentor_id in mentors else (),
    )
