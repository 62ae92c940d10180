"""The stable matching that is best for all students at once, and the one that is best for all mentors."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import WeakStability
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives import MentorRankTotal, PlacedStudents, RankTotal
from mentormatch.verify.one_side_optimal import is_mentor_optimal, is_strict, is_student_optimal


def _best_for_students(market: Market, matching: Matching) -> bool:
    return not is_strict(market) or is_student_optimal(market, matching)


def _best_for_mentors(market: Market, matching: Matching) -> bool:
    return not is_strict(market) or is_mentor_optimal(market, matching)


@concept
def student_optimal() -> Concept:
    """Return the student-optimal stable matching: of the largest stable ones, the smallest sum of students' ranks.

    On a strict market it is the one of Gale and Shapley (1962), best for each student at once, in O(m). With ties there
    may be none of that kind; then most students are placed first and the sum of ranks is minimised exactly by CP-SAT.
    So no other stable matching is as good for every student and better for one (Erdil and Ergin 2008), where students
    take one mentor each.
    """
    return Concept(rules=(WeakStability(),), stages=(PlacedStudents(), RankTotal()), holds=_best_for_students)


@concept
def mentor_optimal() -> Concept:
    """Return the mentor-optimal stable matching: of the largest stable ones, the smallest sum of mentors' ranks.

    On a strict market it is best for each mentor at once (Gale and Shapley 1962; Roth 1984), in O(m).
    """
    return Concept(rules=(WeakStability(),), stages=(PlacedStudents(), MentorRankTotal()), holds=_best_for_mentors)
