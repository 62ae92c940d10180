"""Upper bounds on the size of weakly stable matchings: a strong linear relaxation, its dual checked in whole numbers.

PDLP, a first-order method that ships with OR-tools, finds prices of the rows of `solvers.cp.stable_rows`. It
works in floating point, so nothing of it is believed: the prices are rounded to fractions, and weak duality in whole
numbers gives a bound that holds whatever they are, for each connected component by itself and rounded down there.
"""

from datetime import timedelta

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.market.market import Market
from mentormatch.solvers.cp.interruptible import wait_for
from mentormatch.solvers.cp.stable_rows import StableRows, stable_rows

# Prices are fractions of this denominator.
_SCALE = 2**20
_TOLERANCE = 1e-5


def stable_bound(
    market: Market, pairs: IntArray, label: IntArray, *, time_limit: float | None = None
) -> IntArray | None:
    """Bound the number of matched pairs in each connected component of a reduced market.

    Parameters
    ----------
    market : Market
        Every student takes at most one mentor.
    pairs : int64 array
        Positions of the pairs that may be matched; none but they may block.
    label : int64 array
        Component of each of them, 0.. .
    time_limit : float, optional
        Wall-clock seconds.

    Returns
    -------
    int64 array, or None
        One for each component; None where the relaxation is too large or no prices were found in time.
    """
    if not len(pairs):
        return np.zeros(0, np.int64)
    rows = stable_rows(market, pairs)
    if rows is None:
        return None
    prices = _prices(rows, time_limit)
    if prices is None:
        return None
    found = []
    # Of the two signs that a dual value may be reported with, one is the price; either bound is valid.
    for sign in (1, -1):
        whole = np.rint(np.maximum(sign * prices, 0) * _SCALE)
        if float(whole.max(initial=0)) * max(float(np.abs(rows.upper).max(initial=1)), 1.0) * len(rows.row) < 2.0**62:
            found.append(priced_bounds(rows, whole.astype(np.int64), label, int(label.max()) + 1))
    return min(found, key=lambda bound: int(bound.sum())) if found else None


def priced_bounds(rows: StableRows, prices: IntArray, label: IntArray, num_labels: int) -> IntArray:
    """Return what prices prove: no more than so many pairs in each component.

    Parameters
    ----------
    rows : StableRows
    prices : int64 array
        Not negative, one for each row, in units of one over 2**20. Any such prices give a valid bound.
    label : int64 array
        Component of each pair.
    num_labels : int
    """
    num_pairs = len(rows.pairs)
    of_column = np.full(rows.num_columns, -1, np.int64)
    of_column[:num_pairs] = label
    # Every variable that is no pair's stands in a row with one, and a row stays within its component.
    of_row = np.full(len(rows.upper), -1, np.int64)
    np.maximum.at(of_row, rows.row, of_column[rows.column])
    np.maximum.at(of_column, rows.column, of_row[rows.row])
    reduced = np.zeros(rows.num_columns, np.int64)
    reduced[:num_pairs] = _SCALE
    np.subtract.at(reduced, rows.column, prices[rows.row] * rows.coeff)
    total = np.zeros(num_labels, np.int64)
    np.add.at(total, of_row, prices * rows.upper)
    np.add.at(total, of_column, np.maximum(reduced, 0))
    return total // _SCALE


def _prices(rows: StableRows, time_limit: float | None) -> np.ndarray | None:
    """Solve the relaxation with PDLP on one thread; return a dual value for each row, None where there is none."""
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt
    from ortools.util.python.solve_interrupter import SolveInterrupter

    proto = model_pb2.ModelProto()
    columns = proto.variables
    columns.ids.extend(range(rows.num_columns))
    columns.lower_bounds.extend([0.0] * rows.num_columns)
    columns.upper_bounds.extend([1.0] * rows.num_columns)
    columns.integers.extend([False] * rows.num_columns)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(range(len(rows.pairs)))
    proto.objective.linear_coefficients.values.extend([1.0] * len(rows.pairs))
    constraints = proto.linear_constraints
    constraints.ids.extend(range(len(rows.upper)))
    constraints.lower_bounds.extend([-np.inf] * len(rows.upper))
    constraints.upper_bounds.extend(rows.upper.astype(float).tolist())
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(rows.row.tolist())
    matrix.column_ids.extend(rows.column.tolist())
    matrix.coefficients.extend(rows.coeff.astype(float).tolist())
    parameters = mathopt.SolveParameters(threads=1)
    if time_limit is not None:
        parameters.time_limit = timedelta(seconds=max(time_limit, 0.01))
    criteria = parameters.pdlp.termination_criteria
    criteria.simple_optimality_criteria.eps_optimal_relative = _TOLERANCE
    criteria.simple_optimality_criteria.eps_optimal_absolute = _TOLERANCE
    model = mathopt.Model.from_model_proto(proto)
    interrupter = SolveInterrupter()
    result, interrupted = wait_for(
        lambda: mathopt.solve(model, mathopt.SolverType.PDLP, params=parameters, interrupter=interrupter),
        stop=interrupter.interrupt,
    )
    if interrupted:
        raise KeyboardInterrupt
    solutions = [solution.dual_solution for solution in result.solutions if solution.dual_solution is not None]
    if not solutions:
        return None
    prices = np.zeros(len(rows.upper))
    for constraint, value in solutions[0].dual_values.items():
        prices[constraint.id] = value
    return prices
