"""Placed share: who has a mentor, and who has one that it listed."""

import numpy as np

from mentormatch.base.text import Text
from mentormatch.study.metrics.metric import Measured, Metric, Values, rank_received


def placed(outcome: Measured) -> Values:
    """Return ``placed`` and ``placed_by_choice``, shares of all students."""
    received = rank_received(outcome.market, outcome.matching)
    if not len(received):
        return {}
    return {"placed": float(np.mean(received != 0)), "placed_by_choice": float(np.mean(received > 0))}


METRIC = Metric("placed", Text(zh="有导师的学生比例", en="shares of students placed, and placed by choice"), placed)
