"""A proof by counting that no matching keeps some rows, where even fractions of pairs would not.

The rows are relaxed to numbers between 0 and 1, and what they miss is minimised. Where something is missed for certain,
the dual values are a ray of Farkas (1902): weights of the rows under which more is asked for than there is. The weights
are rounded to whole numbers and counted again in exact arithmetic, so that nothing rests on the solver's tolerance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.stopping import stop_is_asked
from mentormatch.formulation.rows import Rows
from mentormatch.solvers.alike import Matrix, colours
from mentormatch.solvers.cp.interruptible import wait_for

_Floats = NDArray[np.float64]

# Deterministic seconds of the simplex method: a proof that takes longer is left to the search.
_WORK = 5.0
# Weights of a vertex are fractions of small numbers; each of these denominators is tried.
_DENOMINATORS = (1, 2, 3, 4, 6, 12, 60)


@dataclass(frozen=True, eq=False)
class CountingProof:
    """Weights of rows that no matching can satisfy together.

    Parameters
    ----------
    weights : tuple of int64 arrays
        One for each block, of its length. Above 0 the lower bound of a row asks, below 0 its upper bound limits.
    worth : int64 array of shape (m,)
        What each pair gives to all rows together, under these weights.
    needed, available : int
        ``needed > available``: what the rows ask for and what the limits and the open pairs can give.
    """

    weights: tuple[IntArray, ...]
    worth: IntArray
    needed: int
    available: int


def counting_proof(
    blocks: Sequence[Rows], usable: BoolArray, *, time_limit: float | None = None
) -> CountingProof | None:
    """Return a proof that no matching keeps the rows, or None where the relaxation does not show it.

    Parameters
    ----------
    blocks : sequence of Rows
        Hard rows; others may be left out, which only makes them easier to keep.
    usable : bool array of shape (m,)
        Pairs that a matching may have.
    time_limit : float, optional
        Wall-clock seconds; a proof that takes longer is not found.

    Notes
    -----
    One linear program with a column for each kind of usable pair (`mentormatch.solvers.alike`), solved by the simplex
    method of GLOP on one thread within a fixed number of deterministic seconds: the same rows give the same proof on
    every machine.
    """
    if not any((block.lower > 0).any() or (block.upper < 0).any() for block in blocks):
        return None
    in_rows = np.zeros(len(usable), bool)
    for block in blocks:
        in_rows[block.pairs] = True
    usable = usable & in_rows
    duals = _duals(blocks, usable, time_limit)
    if duals is None:
        return None
    largest = float(np.abs(duals).max(initial=0.0))
    if largest < 1e-6:
        return None
    sizes = np.cumsum([len(block) for block in blocks])[:-1]
    for denominator in _DENOMINATORS:
        weights = np.rint(duals / largest * denominator).astype(np.int64)
        proof = _counted(blocks, usable, np.split(weights, sizes))
        if proof is not None:
            return proof
    return None


def _counted(blocks: Sequence[Rows], usable: BoolArray, weights: Sequence[IntArray]) -> CountingProof | None:
    """Count in whole numbers whether weights of rows ask for more than there is."""
    worth = np.zeros(len(usable), np.int64)
    needed = limit = 0
    for block, weight in zip(blocks, weights, strict=True):
        each = weight[block.owner]
        np.add.at(worth, block.pairs, each if block.coeffs is None else each * block.coeffs)
        asks, limits = np.maximum(weight, 0), np.maximum(-weight, 0)
        needed += sum(w * low for w, low in zip(asks.tolist(), block.lower.tolist(), strict=True) if w)
        limit += sum(w * high for w, high in zip(limits.tolist(), block.upper.tolist(), strict=True) if w)
    available = limit + int(np.maximum(worth[usable], 0).sum())
    return CountingProof(tuple(weights), worth, needed, available) if needed > available else None


def _duals(blocks: Sequence[Rows], usable: BoolArray, time_limit: float | None) -> _Floats | None:
    """Minimise what the rows miss; return a dual value for each row, None where the work did not suffice."""
    whole = _matrix(blocks, usable)
    lower, upper = (np.concatenate([getattr(block, name) for block in blocks]) for name in ("lower", "upper"))
    bounds = np.unique(np.stack([lower, upper], axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    row_of, column_of = colours(whole, bounds)
    # One row and one column for each colour; the first row of a colour tells the coefficients.
    leader = np.unique(row_of, return_index=True)[1]
    size = np.bincount(row_of)
    kept = leader[row_of[whole.row]] == whole.row
    num_columns = int(column_of.max(initial=-1)) + 1
    cell = row_of[whole.row[kept]] * max(num_columns, 1) + column_of[whole.column[kept]]
    key, place = np.unique(cell, return_inverse=True)
    coeff = np.zeros(len(key), np.int64)
    np.add.at(coeff, place.reshape(-1), whole.coeff[kept])
    small = Matrix(key // max(num_columns, 1), key % max(num_columns, 1), coeff, len(leader), num_columns)
    duals = _solved(small, lower[leader], upper[leader], size, time_limit)
    return None if duals is None else (duals / size)[row_of]


def _solved(
    matrix: Matrix, lower: IntArray, upper: IntArray, cost: IntArray, time_limit: float | None
) -> _Floats | None:
    """Return the dual values of: miss as little of the bounds as possible, at these costs."""
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt
    from ortools.util.python.solve_interrupter import SolveInterrupter

    short, over = np.flatnonzero(lower > 0), np.flatnonzero(upper < 0)
    num_slacks = len(short) + len(over)
    slacks = np.arange(matrix.num_columns, matrix.num_columns + num_slacks)
    proto = model_pb2.ModelProto()
    columns = proto.variables
    columns.ids.extend(range(matrix.num_columns + num_slacks))
    columns.lower_bounds.extend([0.0] * (matrix.num_columns + num_slacks))
    columns.upper_bounds.extend([1.0] * matrix.num_columns + [np.inf] * num_slacks)
    columns.integers.extend([False] * (matrix.num_columns + num_slacks))
    proto.objective.linear_coefficients.ids.extend(slacks.tolist())
    proto.objective.linear_coefficients.values.extend(np.concatenate([cost[short], cost[over]]).astype(float).tolist())
    constraints = proto.linear_constraints
    constraints.ids.extend(range(matrix.num_rows))
    constraints.lower_bounds.extend(lower.astype(float).tolist())
    constraints.upper_bounds.extend(upper.astype(float).tolist())
    row, column = np.concatenate([matrix.row, short, over]), np.concatenate([matrix.column, slacks])
    coeff = np.concatenate([matrix.coeff, np.ones(len(short), np.int64), -np.ones(len(over), np.int64)])
    order = np.lexsort((column, row))
    entries = proto.linear_constraint_matrix
    entries.row_ids.extend(row[order].tolist())
    entries.column_ids.extend(column[order].tolist())
    entries.coefficients.extend(coeff[order].astype(float).tolist())
    parameters = mathopt.SolveParameters(threads=1)
    parameters.glop.max_deterministic_time = _WORK
    if time_limit is not None:
        parameters.time_limit = timedelta(seconds=max(time_limit, 0.01))
    model = mathopt.Model.from_model_proto(proto)
    interrupter = SolveInterrupter()
    result, interrupted = wait_for(
        lambda: mathopt.solve(model, mathopt.SolverType.GLOP, params=parameters, interrupter=interrupter),
        stop=interrupter.interrupt,
    )
    if interrupted and not stop_is_asked():
        raise KeyboardInterrupt
    solutions = [solution.dual_solution for solution in result.solutions if solution.dual_solution is not None]
    if not solutions:
        return None
    duals = np.zeros(matrix.num_rows)
    for constraint, value in solutions[0].dual_values.items():
        duals[constraint.id] = value
    return duals


def _matrix(blocks: Sequence[Rows], usable: BoolArray) -> Matrix:
    """Return the usable pairs in all blocks, with rows numbered through."""
    column_of = np.cumsum(usable) - 1
    rows, columns, coeffs, first = [], [], [], 0
    for block in blocks:
        kept = usable[block.pairs]
        rows.append(first + block.owner[kept])
        columns.append(column_of[block.pairs[kept]])
        coeffs.append(np.ones(int(kept.sum()), np.int64) if block.coeffs is None else block.coeffs[kept])
        first += len(block)
    return Matrix(np.concatenate(rows), np.concatenate(columns), np.concatenate(coeffs), first, int(usable.sum()))
