"""What is measured of a matching: one idea a file, and an explicit tuple of them."""

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.study.metrics import (
    blocking,
    envy,
    every_list,
    group_fairness,
    load,
    manipulability,
    placed,
    price,
    rank_profile,
    retention,
    welfare,
)
from mentormatch.study.metrics.group_fairness import fairness_between
from mentormatch.study.metrics.manipulability import manipulability_of
from mentormatch.study.metrics.metric import Metric

METRICS: tuple[Metric, ...] = (
    rank_profile.METRIC,
    placed.METRIC,
    blocking.METRIC,
    envy.METRIC,
    load.METRIC,
    retention.METRIC,
    welfare.METRIC,
    price.METRIC,
    manipulability.METRIC,
    group_fairness.METRIC,
)

"""What is measured by default."""

ON_REQUEST: tuple[Metric, ...] = (every_list.METRIC,)
"""What takes too long on any but small markets."""


def find_metric(name: str) -> Metric:
    """Return a metric by its name; `InputError` where there is none."""
    for metric in (*METRICS, *ON_REQUEST):
        if metric.name == name:
            return metric
    known = ", ".join(metric.name for metric in (*METRICS, *ON_REQUEST))
    raise InputError(
        Text(zh=f"没有名为“{name}”的指标;可用的有:{known}。", en=f"There is no metric '{name}'; there are: {known}.")
    )


__all__ = ["METRICS", "ON_REQUEST", "Metric", "fairness_between", "find_metric", "manipulability_of"]
