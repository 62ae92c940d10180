"""Rank profile: how many got their first, second, ... choice."""

import numpy as np

from mentormatch.base.text import Text
from mentormatch.study.metrics.metric import Measured, Metric, Values, has_choices, rank_received


def rank_profile(outcome: Measured) -> Values:
    """Return shares of the students that listed somebody.

    ``rank_1``, ``rank_2``, ...: those that got that choice; ``unlisted``: those placed with a mentor they did not list;
    ``mean_rank``: mean over those that got a choice.
    """
    market = outcome.market
    received = rank_received(market, outcome.matching)[has_choices(market)]
    if not len(received):
        return {}
    worst = int(market.student_rank.max(initial=0))
    values = {f"rank_{rank}": float(np.mean(received == rank)) for rank in range(1, worst + 1)}
    values["unlisted"] = float(np.mean(received == -1))
    if (received > 0).any():
        values["mean_rank"] = float(received[received > 0].mean())
    return values


METRIC = Metric(
    "rank_profile",
    Text(zh="志愿满足分布", en="shares that got their first, second, ... choice"),
    rank_profile,
)
