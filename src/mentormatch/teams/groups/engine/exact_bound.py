"""What a relaxation proves, in whole numbers: a bound and the variables that it fixes, whatever the solver rounded."""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.teams.groups.engine.program import FREE, FloatArray, Program

_SCALES = (2**24, 2**18, 2**12, 2**6, 1)
_SAFE = 2.0**61


@dataclass(frozen=True, eq=False)
class Bound:
    """A dual bound in exact arithmetic.

    Parameters
    ----------
    total, scale : int
        No solution costs less than ``total / scale``.
    reduced : int64 array of shape (variables,)
        Reduced costs times `scale`.
    prices : int64 array of shape (rows,)
        Row prices times `scale`.
    step : int
        Every solution costs a multiple of it.
    """

    total: int
    scale: int
    reduced: IntArray
    prices: IntArray
    step: int = 1

    @property
    def value(self) -> int:
        """The smallest whole number that a solution can cost."""
        return -(-self.total // (self.scale * self.step)) * self.step


def exact_bound(program: Program, cost: IntArray, duals: FloatArray) -> Bound:
    """Return the Lagrangian bound of rounded row prices.

    Any row prices give a bound (weak duality): the sum over rows of price times the bound that the price's sign names,
    plus the sum over variables of the reduced cost times the variable's bound of its sign. The prices of a
    floating-point solver, times a scale and rounded, lose a hair of the bound and none of its truth.

    Notes
    -----
    O(entries). Numbers are kept below 2^61 by choosing the scale; a scale of one still gives a true bound.
    """
    row, entry, coeff, low, high = program.matrix()
    clean = np.where(np.isfinite(duals), duals, 0.0)
    # A price against a bound that is not there would be worth minus infinity.
    clean = np.where((clean > 0) & (low <= -FREE), 0.0, clean)
    clean = np.where((clean < 0) & (high >= FREE), 0.0, clean)
    size = np.maximum(np.abs(program.lower), np.abs(program.upper)).astype(float)
    sides = np.maximum(np.where(low <= -FREE, 0, np.abs(low)), np.where(high >= FREE, 0, np.abs(high))).astype(float)
    weight = np.abs(cost).astype(float)
    np.add.at(weight, entry, np.abs(coeff * clean[row]))
    most = float(weight @ np.maximum(size, 1.0)) + float(np.abs(clean) @ np.maximum(sides, 1.0))
    scale = next((s for s in _SCALES if (most + len(weight) + len(clean)) * s < _SAFE), 1)
    price = np.rint(clean * scale).astype(np.int64)
    reduced = cost * scale
    np.subtract.at(reduced, entry, coeff * price[row])
    total = int(price[price > 0] @ low[price > 0]) + int(price[price < 0] @ high[price < 0])
    total += int(np.where(reduced > 0, reduced * program.lower, reduced * program.upper).sum())
    return Bound(total, scale, reduced, price, _step(program, cost))


def _step(program: Program, cost: IntArray) -> int:
    """Return a number that divides the cost of every solution: points often come in twos."""
    counted = cost != 0
    if not program.integer[counted].all():
        return 1
    return max(1, int(np.gcd.reduce(cost[counted]))) if counted.any() else 1


def fix(program: Program, bound: Bound, value: int) -> None:
    """Keep, in place, what every solution of cost `value` or less has.

    Moving a whole-numbered variable off the bound of its reduced cost's sign costs at least that much more, and so
    does a row of whole numbers off the bound of its price's sign. What follows from that is propagated.
    """
    room = value * bound.scale - bound.total
    free = (program.lower < program.upper) & program.integer
    down, up = free & (bound.reduced > room), free & (-bound.reduced > room)
    program.upper = np.where(down, program.lower, program.upper)
    program.lower = np.where(up, program.upper, program.lower)
    row, entry, _, low, high = program.matrix()
    count = len(bound.prices)
    whole = np.ones(len(low), bool)
    whole[row[~program.integer[entry]]] = False
    tight_low, tight_high = whole.copy(), whole.copy()
    tight_low[:count] &= bound.prices > room
    tight_high[:count] &= -bound.prices > room
    tight_low[count:] = tight_high[count:] = False
    program.bound_rows(np.where(tight_high, high, low), np.where(tight_low, low, high))
    program.propagate()
