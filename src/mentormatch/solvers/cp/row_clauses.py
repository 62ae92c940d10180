"""Linear rows in a CP-SAT model: those that can be missed at all, each in the form that CP-SAT propagates best."""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.formulation.rows import Rows
from mentormatch.solvers.cp.constraint_model import Model

_MAX_ACTIVITY = 2**60


def add_rows(model: Model, rows: Rows, variable_of: IntArray) -> None:
    """Add the rows that can be missed at all, each in the form that CP-SAT propagates best."""
    variables, weights, start = entries_of(rows, variable_of)
    least, most = reach_of(weights, start)
    low, high = np.maximum(rows.lower, least), np.minimum(rows.upper, most)
    if (low > high).any():
        model.is_contradictory = True
        return
    entries, coeffs = variables.tolist(), weights.tolist()
    is_unit = weights == 1
    units = np.concatenate([[0], np.cumsum(is_unit)])
    plain = (units[start[1:]] - units[start[:-1]]) == np.diff(start)
    for number in np.flatnonzero((low > least) | (high < most)).tolist():
        span = slice(int(start[number]), int(start[number + 1]))
        bounds = (int(low[number]), int(high[number]))
        if plain[number] and bounds == (1, 1):
            model.exactly_one(entries[span])
        elif plain[number] and bounds == (0, 1):
            model.at_most_one(entries[span])
        elif plain[number] and bounds == (1, most[number]):
            model.clause(entries[span])
        else:
            model.linear(entries[span], coeffs[span], *bounds)


def entries_of(rows: Rows, variable_of: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return variables, coefficients and offsets of rows; entries without a variable or a weight are left out."""
    variables = variable_of[rows.pairs]
    weights = np.ones(len(variables), np.int64) if rows.coeffs is None else rows.coeffs
    keep = (variables >= 0) & (weights != 0)
    kept = np.concatenate([[0], np.cumsum(keep)])
    return variables[keep], weights[keep], kept[rows.start]


def reach_of(weights: IntArray, start: IntArray) -> tuple[IntArray, IntArray]:
    """Return the smallest and the largest activity of each row."""
    if float(np.abs(weights.astype(float)).sum()) > _MAX_ACTIVITY:
        raise MarketError(
            Text(
                zh="规则的系数过大,无法精确计算。", en="The coefficients of a rule are too large for exact arithmetic."
            )
        )
    below = np.concatenate([[0], np.cumsum(np.minimum(weights, 0))])
    above = np.concatenate([[0], np.cumsum(np.maximum(weights, 0))])
    return below[start[1:]] - below[start[:-1]], above[start[1:]] - above[start[:-1]]
