"""Envy: who would rather have somebody else's mentor, and who has the better right to it."""

import numpy as np

from mentormatch.base.text import Text
from mentormatch.study.metrics.metric import Measured, Metric, Values


def envy(outcome: Measured) -> Values:
    """Return shares of all students.

    ``envious``: it prefers a mentor that has a student to what it has. ``justified_envy``: one of these students has a
    strictly worse priority at that mentor (Abdulkadiroglu and Sonmez 2003). ``wasted``: it prefers a mentor that has a
    free seat (Balinski and Sonmez 1999). A matching has no blocking pair if nobody's envy is justified and no seat is
    wasted. A student compares by the worst mentor it has, and a free place of its own quota is worse than any.
    """
    market, matching = outcome.market, outcome.matching
    if not market.num_students:
        return {}
    unlisted, nothing = 2**30, 2**31 - 1
    has = np.where(market.student_rank[matching.pairs] > 0, market.student_rank[matching.pairs], unlisted)
    worst = np.zeros(market.num_students, np.int64)
    np.maximum.at(worst, market.student[matching.pairs], has)
    worst[matching.degree < market.student_quota] = nothing
    seated = np.zeros(market.num_mentors, np.int64)
    np.maximum.at(seated, market.mentor[matching.pairs], market.mentor_rank[matching.pairs])
    wishes = market.is_choice & ~matching.chosen & outcome.problem.candidates
    wishes &= (market.student_rank < worst[market.student]) & (market.student_quota[market.student] > 0)
    taken = wishes & (matching.load > 0)[market.mentor]
    justified = taken & (market.mentor_rank < seated[market.mentor])
    wasted = wishes & (matching.load < market.mentor_upper)[market.mentor]
    return {
        name: len(np.unique(market.student[pairs])) / market.num_students
        for name, pairs in (("envious", taken), ("justified_envy", justified), ("wasted", wasted))
    }


METRIC = Metric(
    "envy", Text(zh="羡慕", en="shares of students with envy, with justified envy, before a wasted seat"), envy
)
