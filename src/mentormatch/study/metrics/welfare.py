"""Welfare of the students: the sum of what ranks are worth."""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.market.market import Market
from mentormatch.study.metrics.metric import Measured, Metric, Values, has_choices, rank_received


def welfare(outcome: Measured) -> Values:
    """Return ``welfare``: mean worth over the students that listed somebody, 1 for everybody's first choice.

    With lists of at most L choices the r-th is worth ``(L + 1 - r) / L`` (Borda 1781); unlisted mentors and nobody are
    worth nothing.
    """
    market = outcome.market
    listed = has_choices(market)
    if not listed.any():
        return {}
    received = rank_received(market, outcome.matching)[listed]
    worst = int(market.student_rank.max())
    return {"welfare": float(np.where(received > 0, worst + 1 - received, 0).sum()) / (worst * int(listed.sum()))}


def worth(market: Market) -> IntArray:
    """Return L times the worth of each pair to its student, int64 of shape (m,)."""
    worst = int(market.student_rank.max(initial=0))
    return np.where(market.is_choice, worst + 1 - market.student_rank, 0).astype(np.int64)


METRIC = Metric("welfare", Text(zh="学生福利(博尔达)", en="mean worth of what students got, 1 = first choice"), welfare)
