"""Load: how evenly students are spread over mentors."""

from mentormatch.base.arrays import gini
from mentormatch.base.text import Text
from mentormatch.study.metrics.metric import Measured, Metric, Values


def load(outcome: Measured) -> Values:
    """Return ``load_gini``, ``load_max`` and ``load_min`` over the mentors that have seats."""
    loads = outcome.matching.load[outcome.market.mentor_upper > 0]
    if not len(loads):
        return {}
    values = {"load_max": float(loads.max()), "load_min": float(loads.min())}
    if loads.any():
        values["load_gini"] = gini(loads)
    return values


METRIC = Metric("load", Text(zh="导师负荷", en="Gini coefficient, largest and smallest load"), load)
