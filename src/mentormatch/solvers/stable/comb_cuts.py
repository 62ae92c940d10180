"""Comb inequalities for weak stability, found by a cutting-plane loop: a tight relaxation where few are tied.

A comb (Baiou and Balinski 2000, for strict lists) belongs to a mentor with q seats, a rank t and q of its students of
rank t or better. Its shaft are the mentor's pairs of rank t or better; its teeth are, for each of the q students, the
pairs that it likes as well as this mentor. Every weakly stable matching has q pairs of the comb at least, ties or not:
either the mentor is full with students of rank t or better, which are q pairs of the shaft; or each of the q students
has somebody that it likes as well, or it would block, which is one pair of each tooth.

Without ties the relaxation by combs and quotas has stable matchings for corners. Which comb of a mentor and a rank is
broken most is told by the q students whose teeth outside of the shaft hold least.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import IntArray
from mentormatch.market.market import Market
from mentormatch.solvers.cp.prefixes import Prefixes

# Larger relaxations take longer than they save.
_MOST_PAIRS = 10_000
_MOST_ROUNDS = 40
# Rounds stop where so many of them together gain less than this share of the bound.
_WINDOW, _GAIN = 3, 0.003
# Deterministic seconds of the simplex method in all rounds together.
_WORK = 20.0
_EPSILON = 1e-6

Level = tuple[IntArray, int]
"""A cost for each pair, and the most that it may add up to."""


@dataclass(frozen=True, eq=False)
class Comb:
    """At least so many of these pairs are matched.

    Parameters
    ----------
    pairs : int64 array
        Positions among the pairs that were asked about.
    least : int
    """

    pairs: IntArray
    least: int


def comb_cuts(
    market: Market, pairs: IntArray, cost: IntArray, levels: Sequence[Level], *, is_stopped: Callable[[], bool]
) -> list[Comb]:
    """Return the combs that matter for the smallest cost of a weakly stable matching.

    Parameters
    ----------
    market : Market
        Where a student of these pairs takes no mentor, or several, there is no comb.
    pairs : int64 array
        Positions of the pairs that may be matched; none but they may block.
    cost : int64 array
        What is to be as small as possible, one for each of them.
    levels : sequence of Level
        What earlier stages allow.
    is_stopped : callable
        Asked before every round; the combs found so far are returned.

    Notes
    -----
    The simplex method of GLOP in floating point: it decides which combs are returned, and each of them is valid.
    """
    from ortools.math_opt.python import mathopt

    if not 0 < len(pairs) <= _MOST_PAIRS or (market.student_quota[market.student[pairs]] != 1).any():
        return []
    search = _Separation(market, pairs)
    model = mathopt.Model()
    x = [model.add_variable(lb=0.0, ub=1.0) for _ in range(len(pairs))]

    def total(coeffs: IntArray) -> mathopt.LinearSum:
        return mathopt.LinearSum(int(coeffs[at]) * x[at] for at in np.flatnonzero(coeffs).tolist())

    model.minimize(total(cost))
    for owner, quota in ((market.student, market.student_quota), (market.mentor, market.mentor_upper)):
        for one in np.unique(owner[pairs]).tolist():
            model.add_linear_constraint(total(owner[pairs] == one) <= int(quota[one]))
    for coeffs, most in levels:
        model.add_linear_constraint(total(coeffs) <= most)
    solver = mathopt.IncrementalSolver(model, mathopt.SolverType.GLOP)
    parameters = mathopt.SolveParameters()
    parameters.glop.max_deterministic_time = _WORK / _MOST_ROUNDS
    found: list[Comb] = []
    bounds: list[float] = []
    value = np.zeros(len(pairs))
    for _ in range(_MOST_ROUNDS):
        if is_stopped():
            break
        result = solver.solve(params=parameters)
        if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
            break
        value = np.array(result.variable_values(x))
        bounds.append(result.objective_value())
        if len(bounds) > _WINDOW and bounds[-1] - bounds[-1 - _WINDOW] < _GAIN * abs(bounds[-1]):
            break
        combs = search.broken(value)
        if not combs:
            break
        for comb in combs:
            model.add_linear_constraint(mathopt.LinearSum(x[at] for at in comb.pairs.tolist()) >= comb.least)
        found += combs
    return [comb for comb in found if value[comb.pairs].sum() <= comb.least + _EPSILON]


def broken_combs(market: Market, pairs: IntArray, value: NDArray[np.float64]) -> list[Comb]:
    """Return the comb that is broken most, if one is, for every mentor and rank.

    Parameters
    ----------
    market, pairs
        As in `comb_cuts`.
    value : float64 array
        A matching of them, perhaps fractional.
    """
    return _Separation(market, pairs).broken(value)


class _Separation:
    """Finds combs that a fractional matching breaks."""

    def __init__(self, market: Market, pairs: IntArray) -> None:
        student, self._mentor = market.student[pairs].astype(np.int64), market.mentor[pairs].astype(np.int64)
        self._rank = market.mentor_rank[pairs].astype(np.int64)
        self._seats = market.mentor_upper
        content = Prefixes(student, market.student_rank[pairs].astype(np.int64))
        number, member = content.members(np.arange(len(pairs)))
        other = number != member
        self._number, self._member = number[other], member[other]
        self._start = np.searchsorted(self._number, np.arange(len(pairs) + 1))

    def broken(self, value: NDArray[np.float64]) -> list[Comb]:
        """Return what `broken_combs` does."""
        # What a student has in its tooth beside the pair itself, which stands in the shaft.
        tooth = np.bincount(self._number, weights=value[self._member], minlength=len(value))
        order = np.lexsort((self._rank, self._mentor))
        ends = np.flatnonzero(np.diff(self._mentor[order], append=-1))
        found, begin = [], 0
        for end in (ends + 1).tolist():
            mine = order[begin:end]
            begin = end
            seats = int(self._seats[self._mentor[mine[0]]])
            if not 0 < seats <= len(mine):
                continue
            last = np.flatnonzero(np.diff(self._rank[mine], append=-1)) + 1
            for reach in last[last >= seats].tolist():
                shaft = mine[:reach]
                teeth = shaft[np.argsort(tooth[shaft], kind="stable")[:seats]]
                if value[shaft].sum() + tooth[teeth].sum() < seats - _EPSILON:
                    parts = [self._member[self._start[at] : self._start[at + 1]] for at in teeth.tolist()]
                    found.append(Comb(np.unique(np.concatenate([shaft, *parts])), seats))
        return found
