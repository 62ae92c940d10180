"""Fairness between groups of students: how far apart they are in what they get."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import Text
from mentormatch.market.attribute import Attribute
from mentormatch.study.metrics.metric import Measured, Metric, Values, has_choices, rank_received

ATTRIBUTES = ("care_level", "group")
"""The attributes that tell groups apart by default: the first one that the market has."""


def group_fairness(outcome: Measured, *, attributes: Sequence[str] = ATTRIBUTES) -> Values:
    """Return gaps between two groups of students: the mean of the first less the mean of the second.

    ``gap_first_choice`` and ``gap_welfare`` count the students that listed somebody, ``gap_placed`` all students. The
    first group is everybody that has another value of the attribute than the most frequent one (having none is one
    too): a negative gap means that this minority gets less. Left out where one of the groups is empty.
    """
    market = outcome.market
    attribute = next(
        (market.student_attributes[name] for name in attributes if name in market.student_attributes), None
    )
    if attribute is None:
        return {}
    minority = _minority(attribute)
    received, listed = rank_received(market, outcome.matching), has_choices(market)
    worst = max(1, int(market.student_rank.max(initial=0)))
    measured = {
        "gap_placed": ((received != 0).astype(float), np.ones(len(received), bool)),
        "gap_first_choice": ((received == 1).astype(float), listed),
        "gap_welfare": (np.where(received > 0, worst + 1 - received, 0) / worst, listed),
    }
    values = {}
    for name, (amount, counted) in measured.items():
        few, many = counted & minority, counted & ~minority
        if few.any() and many.any():
            values[name] = float(amount[few].mean() - amount[many].mean())
    return values


def _minority(attribute: Attribute) -> BoolArray:
    """Return who has another value than the most frequent one, having none being a value too."""
    code = np.full(len(attribute), -1)
    known = np.flatnonzero(np.diff(attribute.start) > 0)
    code[known] = attribute.codes[attribute.start[known]]
    values, counts = np.unique(code, return_counts=True)
    other: BoolArray = code != values[np.argmax(counts)]
    return other


def fairness_between(*attributes: str) -> Metric:
    """Return the metric for the first of these attributes that a market has."""
    return Metric(
        "group_fairness",
        Text(zh="群体间差距", en="gaps between a minority and the others"),
        partial(group_fairness, attributes=attributes),
    )


METRIC = fairness_between(*ATTRIBUTES)
