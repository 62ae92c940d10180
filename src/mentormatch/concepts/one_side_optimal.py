"""The stable matching that is best for all students at once, and the one that is best for all mentors."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, WeakStability
from mentormatch.market import Market
from mentormatch.objectives import MentorRankTotal, RankTotal
from mentormatch.result import Result


def student_optimal(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return the student-optimal stable matching: the smallest sum of students' ranks among stable ones.

    On a strict market it is the one of Gale and Shapley (1962), best for each student at once, in O(m). With ties there
    may be none of that kind; then the sum of ranks is minimised exactly by CP-SAT, which favours matchings that place
    few: put `PlacedStudents` first in a problem of your own where that matters.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("student_optimal", rules=(WeakStability(),), stages=(RankTotal(),)), market, rules, **options)


def mentor_optimal(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return the mentor-optimal stable matching: the smallest sum of mentors' ranks among stable ones.

    On a strict market it is best for each mentor at once (Gale and Shapley 1962; Roth 1984), in O(m).

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(
        Concept("mentor_optimal", rules=(WeakStability(),), stages=(MentorRankTotal(),)), market, rules, **options
    )
