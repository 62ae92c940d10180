"""Retention: who keeps last term's mentor."""

import numpy as np

from mentormatch.base.text import Text
from mentormatch.study.metrics.metric import Measured, Metric, Values


def retention(outcome: Measured) -> Values:
    """Return ``retained``: of the students that have a current mentor the share that keeps one."""
    market = outcome.market
    current = market.pair_flag("current")
    had, keeps = np.zeros(market.num_students, bool), np.zeros(market.num_students, bool)
    had[market.student[current]] = True
    keeps[market.student[current & outcome.matching.chosen]] = True
    return {"retained": float(keeps[had].mean())} if had.any() else {}


METRIC = Metric(
    "retention", Text(zh="保留原导师的比例", en="share of students that keep last term's mentor"), retention
)
