"""Blocking pairs and the students in them."""

import numpy as np

from mentormatch.base.text import Text
from mentormatch.study.metrics.metric import Measured, Metric, Values
from mentormatch.verify.blocking_pairs import blocking_pairs


def blocking(outcome: Measured) -> Values:
    """Return ``blocking_pairs`` (a number) and ``blocking_students`` (the share of students in one).

    Pairs that a rule forbids do not block.
    """
    market = outcome.market
    pairs = blocking_pairs(market, outcome.matching, candidates=outcome.problem.candidates)
    values = {"blocking_pairs": float(len(pairs))}
    if market.num_students:
        values["blocking_students"] = len(np.unique(market.student[pairs])) / market.num_students
    return values


METRIC = Metric("blocking", Text(zh="阻塞对", en="blocking pairs, and the share of students in one"), blocking)
