"""Upper bounds on the size of weakly stable matchings: a strong linear relaxation, its dual checked in whole numbers.

The rows say for each pair that its student is content or its mentor is full with the like of it, one row a pair and not
summed up over ties (the tightest of the models of Delorme, Garcia, Gondzio, Kalcsics, Manlove and Pettersson 2019). A
mentor with one seat needs no further variable: then the pair itself counts once for both. A mentor with several has a
variable for each rank, "full with students of this rank or better", which excludes worse students one by one.

PDLP, a first-order method that ships with OR-tools, finds prices of the rows. It works in floating point, so nothing of
it is believed: the prices are rounded to fractions, and weak duality in whole numbers gives a bound that holds whatever
they are, for each connected component by itself and rounded down there.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from mentormatch.arrays import IntArray
from mentormatch.market import Market

# Prices are fractions of this denominator.
_SCALE = 2**20
# Beyond so many entries the relaxation costs more than it brings.
_MOST_ENTRIES = 5_000_000
_TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Rows ``sum of coeff[t] * v[column[t]] over entries t of the row <= upper`` over variables from 0 to 1.

    Parameters
    ----------
    row, column, coeff : int64 arrays
        The entries, sorted by row, then column.
    upper : int64 array
        One for each row.
    num_pairs, num_columns : int
        Variables of pairs come first; the sum of them is what is bounded.
    """

    row: IntArray
    column: IntArray
    coeff: IntArray
    upper: IntArray
    num_pairs: int
    num_columns: int

    def bounds(self, prices: IntArray, label: IntArray, num_labels: int) -> IntArray:
        """Return what prices prove: no more than so many pairs in each component.

        Parameters
        ----------
        prices : int64 array
            Not negative, one for each row, in units of one over 2**20. Any such prices give a valid bound.
        label : int64 array
            Component of each pair.
        num_labels : int
        """
        of_column = np.full(self.num_columns, -1, np.int64)
        of_column[: self.num_pairs] = label
        # Every variable that is no pair's stands in a row with one, and a row stays within its component.
        of_row = np.full(len(self.upper), -1, np.int64)
        np.maximum.at(of_row, self.row, of_column[self.column])
        np.maximum.at(of_column, self.column, of_row[self.row])
        reduced = np.zeros(self.num_columns, np.int64)
        reduced[: self.num_pairs] = _SCALE
        np.subtract.at(reduced, self.column, prices[self.row] * self.coeff)
        total = np.zeros(num_labels, np.int64)
        np.add.at(total, of_row, prices * self.upper)
        np.add.at(total, of_column, np.maximum(reduced, 0))
        return total // _SCALE


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
    rows = relaxation(market, pairs)
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
            found.append(rows.bounds(whole.astype(np.int64), label, int(label.max()) + 1))
    return min(found, key=lambda bound: int(bound.sum())) if found else None


def relaxation(market: Market, pairs: IntArray) -> Relaxation | None:
    """Return the rows for some pairs; None where there would be too many entries."""
    i, j = market.student[pairs].astype(np.int64), market.mentor[pairs].astype(np.int64)
    wish, rank = market.student_rank[pairs].astype(np.int64), market.mentor_rank[pairs].astype(np.int64)
    seats = market.mentor_upper[j]
    # The pairs at least as good for the student, and for the mentor, as each pair; itself among them.
    content, full = _Prefixes(i, wish), _Prefixes(j, rank)
    single = seats == 1
    # Mentors with several seats: one "full" variable for each rank that enough students reach.
    can_fill = ~single & (full.count >= seats)
    tier = j * (int(rank.max(initial=0)) + 2) + rank
    tiers, at = np.unique(tier[can_fill], return_index=True)
    first: IntArray = np.flatnonzero(can_fill)[at]
    if int(content.count.sum() + full.count[single].sum() + 2 * full.size[first].sum()) > _MOST_ENTRIES:
        return None
    variable = np.where(can_fill, len(pairs) + np.searchsorted(tiers, tier), -1)
    out = _Entries()
    for owner, most in ((i, np.ones(len(i), np.int64)), (j, seats)):
        which, number = np.unique(owner, return_inverse=True)
        upper = np.zeros(len(which), np.int64)
        upper[number] = most
        out.add(number, np.arange(len(pairs)), 1, upper)
    # Content or full, as "at least one".
    row, column = content.entries(np.arange(len(pairs)))
    more_row, more_column = full.entries(np.flatnonzero(single))
    other = more_column != more_row
    literal = np.flatnonzero(variable >= 0)
    out.add(
        np.concatenate([row, more_row[other], literal]),
        np.concatenate([column, more_column[other], variable[literal]]),
        -1,
        np.full(len(pairs), -1, np.int64),
    )
    if len(tiers):
        _add_full(out, full, first, variable, seats, tiers // (int(rank.max(initial=0)) + 2))
        # Nobody worse than what a mentor is full with.
        before = np.searchsorted(tiers, tier, side="left") - 1
        after = np.flatnonzero(~single & (before >= 0) & (tiers[before] // (int(rank.max(initial=0)) + 2) == j))
        out.add(
            np.tile(np.arange(len(after)), 2),
            np.concatenate([after, len(pairs) + before[after]]),
            1,
            np.ones(len(after), np.int64),
        )
    return out.relaxation(len(pairs), len(pairs) + len(tiers))


def _add_full(
    out: "_Entries", full: "_Prefixes", first: IntArray, variable: IntArray, seats: IntArray, owner: IntArray
) -> None:
    """Define "full at this rank or better": as many of these as seats, none of the others, and full at the next."""
    number = np.arange(len(first))
    position = np.full(len(variable), -1, np.int64)
    position[first] = number
    row, column = full.entries(first)
    out.add(
        np.concatenate([position[row], number]),
        np.concatenate([column, variable[first]]),
        np.concatenate([np.full(len(row), -1, np.int64), seats[first]]),
        np.zeros(len(first), np.int64),
    )
    row, column = full.entries(first, after=True)
    out.add(
        np.concatenate([position[row], number]),
        np.concatenate([column, variable[first]]),
        np.concatenate([np.ones(len(row), np.int64), seats[first]]),
        seats[first],
    )
    step = np.flatnonzero(np.diff(owner) == 0)
    out.add(
        np.tile(np.arange(len(step)), 2),
        np.concatenate([variable[first[step]], variable[first[step + 1]]]),
        np.repeat([1, -1], len(step)),
        np.zeros(len(step), np.int64),
    )


class _Prefixes:
    """For each entry the entries of its owner with its rank or a better one."""

    def __init__(self, owner: IntArray, rank: IntArray) -> None:
        self._order = np.lexsort((rank, owner))
        span = int(rank.max(initial=0)) + 2
        key = owner * span + rank
        ordered = key[self._order]
        self._start = np.searchsorted(ordered, owner * span, side="left")
        self._stop = np.searchsorted(ordered, key, side="right")
        self._end = np.searchsorted(ordered, (owner + 1) * span, side="left")
        self.count = self._stop - self._start
        self.size = self._end - self._start

    def entries(self, of: IntArray, *, after: bool = False) -> tuple[IntArray, IntArray]:
        """Return (entry, member of its prefix) for some entries; `after` the members behind it instead."""
        low, high = (self._stop, self._end) if after else (self._start, self._stop)
        count = high[of] - low[of]
        at = np.repeat(low[of] - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
        return np.repeat(of, count), self._order[at]


class _Entries:
    """Rows put together block by block."""

    def __init__(self) -> None:
        self._blocks: list[tuple[IntArray, IntArray, IntArray]] = []
        self._upper: list[IntArray] = []
        self._rows = 0

    def add(self, row: IntArray, column: IntArray, coeff: IntArray | int, upper: IntArray) -> None:
        """Add rows numbered from 0 within the block."""
        coeffs = np.full(len(row), coeff, np.int64) if isinstance(coeff, int) else coeff.astype(np.int64)
        self._blocks.append((row + self._rows, column, coeffs))
        self._upper.append(upper)
        self._rows += len(upper)

    def relaxation(self, num_pairs: int, num_columns: int) -> Relaxation:
        """Return the whole."""
        row, column, coeff = (np.concatenate(parts) for parts in zip(*self._blocks, strict=True))
        order = np.lexsort((column, row))
        return Relaxation(row[order], column[order], coeff[order], np.concatenate(self._upper), num_pairs, num_columns)


def _prices(rows: Relaxation, time_limit: float | None) -> np.ndarray | None:
    """Solve the relaxation with PDLP on one thread; return a dual value for each row, None where there is none."""
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

    proto = model_pb2.ModelProto()
    columns = proto.variables
    columns.ids.extend(range(rows.num_columns))
    columns.lower_bounds.extend([0.0] * rows.num_columns)
    columns.upper_bounds.extend([1.0] * rows.num_columns)
    columns.integers.extend([False] * rows.num_columns)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(range(rows.num_pairs))
    proto.objective.linear_coefficients.values.extend([1.0] * rows.num_pairs)
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
    result = mathopt.solve(model, mathopt.SolverType.PDLP, params=parameters)
    solutions = [solution.dual_solution for solution in result.solutions if solution.dual_solution is not None]
    if not solutions:
        return None
    prices = np.zeros(len(rows.upper))
    for constraint, value in solutions[0].dual_values.items():
        prices[constraint.id] = value
    return prices
