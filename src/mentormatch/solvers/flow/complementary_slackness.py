"""Which pairs the optima of solved stages have in common: what the row prices of a flow fix for all later stages.

Where a flow over a part of the rows attains the values of the first stages, each of its prices is an optimal dual
solution, and a matching that attains the same values has no pair of positive and every open pair of negative reduced
cost (complementary slackness). This holds for every matching of the whole form too: it keeps the rows of the part.
"""

from collections.abc import Sequence

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm
from mentormatch.problem.form import Form
from mentormatch.problem.result import PricedLevel


def fixed_by_prices(form: Form, levels: Sequence[PricedLevel]) -> tuple[BoolArray, BoolArray]:
    """Return the pairs that no optimum has, and those that every optimum has, bool of shape (m,).

    Parameters
    ----------
    form : Form
        What the flow solved.
    levels : sequence of PricedLevel
        Its prices, of levels all of which are attained.

    Notes
    -----
    O(levels x entries of all rows). The proof ends at a level with a bottleneck: its prices prove something else.
    """
    closed, needed = ~form.open, np.zeros(form.market.num_pairs, bool)
    for level in levels:
        stages = [form.stages[stage] for stage in level.stages]
        if any(isinstance(term, BottleneckTerm) for stage in stages for term in stage.terms):
            break
        reduced = _reduced_costs(form, level)
        settled = closed | needed
        closed |= ~settled & (reduced > 0)
        needed |= ~settled & (reduced < 0)
    return closed & form.open, needed


def _reduced_costs(form: Form, level: PricedLevel) -> IntArray:
    reduced = np.zeros(form.market.num_pairs, np.int64)
    for stage, weight in zip(level.stages, level.weights, strict=True):
        for term in form.stages[stage].terms:
            if isinstance(term, LinearTerm):
                reduced += weight * term.cost
    for rows, price in zip(form.rows, level.prices, strict=True):
        np.subtract.at(reduced, rows.pairs, price[rows.owner])
    convex = [term for stage in form.stages for term in stage.terms if isinstance(term, ConvexTerm)]
    for term, price in zip(convex, level.convex_prices, strict=True):
        owner = np.repeat(np.arange(len(price)), np.diff(term.start))
        np.subtract.at(reduced, term.pairs, price[owner])
    return reduced
