"""A linear program in arrays, with whole-number data: what the engine of groups writes and four solvers read.

GLOP solves relaxations, PDLP large ones nearly, SCIP searches, CP-SAT proves in exact arithmetic; all are in the
OR-tools wheel. Variables that are fixed are taken out before a solver sees the program.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.teams.groups.engine.halt import Halt

FREE = 2**60
"""A row bound that binds nothing."""

RELAXATIONS = ("glop", "pdlp")
"""Solvers that let every variable be fractional."""

_BOUNDERS = {
    "sat_cuts": "max_num_cuts: 10000 cut_level: 2 add_lp_constraints_lazily: false",
    "sat_tree": "optimize_with_lb_tree_search: true",
}

_ROUNDS = 20

FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class ProgramAnswer:
    """What a solver says.

    Parameters
    ----------
    status : {"optimal", "feasible", "infeasible", "unknown"}
    values : float array of shape (variables,), or None
    bound : float
        What no solution can be below, as far as the solver's arithmetic goes.
    duals : float array of shape (rows,), or None
    """

    status: str
    values: FloatArray | None = None
    bound: float = -np.inf
    duals: FloatArray | None = None


@dataclass
class Program:
    """Variables with bounds, rows with bounds; minimise a cost given at solving time.

    A ladder is a set of variables whose sum is counted by steps of ascending cost: as many steps stand as variables do.
    """

    lower: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    upper: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    integer: BoolArray = field(default_factory=lambda: np.zeros(0, bool))
    ladders: list[tuple[IntArray, IntArray]] = field(default_factory=list)
    halt: Halt = field(default_factory=Halt)
    _start: list[IntArray] = field(default_factory=list)
    _entries: list[IntArray] = field(default_factory=list)
    _coeffs: list[IntArray] = field(default_factory=list)
    _low: list[IntArray] = field(default_factory=list)
    _high: list[IntArray] = field(default_factory=list)

    @property
    def num_variables(self) -> int:
        """Number of variables."""
        return len(self.lower)

    def copy(self) -> "Program":
        """Return a program that can grow and be fixed by itself."""
        lists = (self._start, self._entries, self._coeffs, self._low, self._high)
        ladders = list(self.ladders)
        copies = (list(part) for part in lists)
        return Program(self.lower.copy(), self.upper.copy(), self.integer.copy(), ladders, self.halt, *copies)

    def variables(self, count: int, lower: ArrayLike = 0, upper: ArrayLike = 1, *, integer: bool = True) -> IntArray:
        """Add variables; return their positions."""
        first = self.num_variables
        self.lower = np.concatenate([self.lower, np.broadcast_to(np.asarray(lower, np.int64), count)])
        self.upper = np.concatenate([self.upper, np.broadcast_to(np.asarray(upper, np.int64), count)])
        self.integer = np.concatenate([self.integer, np.full(count, integer)])
        return np.arange(first, first + count)

    def rows(self, length: ArrayLike, entries: ArrayLike, coeffs: ArrayLike, low: ArrayLike, high: ArrayLike) -> None:
        """Add rows of the given lengths; `coeffs`, `low` and `high` may be one number for all."""
        sizes, variables = np.asarray(length, np.int64), np.asarray(entries, np.int64)
        self._start.append(sizes)
        self._entries.append(variables)
        self._coeffs.append(np.broadcast_to(np.asarray(coeffs, np.int64), len(variables)))
        self._low.append(np.maximum(np.broadcast_to(np.asarray(low, np.int64), len(sizes)), -FREE))
        self._high.append(np.minimum(np.broadcast_to(np.asarray(high, np.int64), len(sizes)), FREE))

    def row(self, entries: ArrayLike, coeffs: ArrayLike, low: int, high: int) -> None:
        """Add one row."""
        variables = np.asarray(entries, np.int64)
        self.rows([len(variables)], variables, coeffs, low, high)

    def ladder(self, counted: IntArray, count: int) -> IntArray:
        """Add `count` steps whose sum is that of some variables; return the steps, to be priced in ascending order."""
        steps = self.variables(count)
        self.row([*counted.tolist(), *steps.tolist()], [1] * len(counted) + [-1] * count, 0, 0)
        self.ladders.append((counted, steps))
        return steps

    def on_ladders(self, values: FloatArray) -> FloatArray:
        """Return a solution with the lowest steps taken: a search that did not price them may have left any."""
        settled = values.copy()
        for counted, steps in self.ladders:
            settled[steps] = np.arange(len(steps)) < round(float(values[counted].sum()))
        return settled

    def matrix(self) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
        """Return row, variable and coefficient of every entry, and the bounds of every row."""
        nothing = [np.zeros(0, np.int64)]
        sizes = np.concatenate(nothing + self._start)
        return (
            np.repeat(np.arange(len(sizes)), sizes),
            np.concatenate(nothing + self._entries),
            np.concatenate(nothing + self._coeffs),
            np.concatenate(nothing + self._low),
            np.concatenate(nothing + self._high),
        )

    def bound_rows(self, low: IntArray, high: IntArray) -> None:
        """Replace the bounds of all rows."""
        self._low, self._high = [low], [high]

    def propagate(self) -> None:
        """Fix, in place, the variables from 0 to 1 that some row decides; a few rounds, O(entries) each."""
        row, entry, coeff, low, high = self.matrix()
        for _ in range(_ROUNDS):
            at_lower, at_upper = coeff * self.lower[entry], coeff * self.upper[entry]
            least, most = np.zeros(len(low), np.int64), np.zeros(len(low), np.int64)
            np.add.at(least, row, np.minimum(at_lower, at_upper))
            np.add.at(most, row, np.maximum(at_lower, at_upper))
            is_open = self.integer[entry] & (self.upper[entry] - self.lower[entry] == 1)
            size = np.abs(coeff)
            # The entry cannot leave the end that gives its row the larger, or the smaller, activity.
            needs_most = is_open & (most[row] - size < low[row])
            needs_least = is_open & (least[row] + size > high[row])
            up = (needs_most & (coeff > 0)) | (needs_least & (coeff < 0))
            down = (needs_most & (coeff < 0)) | (needs_least & (coeff > 0))
            if not (up | down).any():
                return
            # A contradiction leaves a variable with lower above upper; the next solve says so.
            self.lower[entry[up]] = self.upper[entry[up]]
            self.upper[entry[down & ~up]] = self.lower[entry[down & ~up]]

    def solve(
        self,
        cost: IntArray,
        *,
        solver: str,
        deadline: float | None = None,
        hint: FloatArray | None = None,
        gap: float = 0.0,
    ) -> ProgramAnswer:
        """Minimise a cost.

        Parameters
        ----------
        cost : int64 array of shape (variables,)
        solver : {"glop", "pdlp", "scip", "sat", "sat_cuts", "sat_tree"}
            The relaxation; the relaxation nearly, for large programs; a search in floating-point arithmetic; a search
            in exact arithmetic; the same on one thread with many cuts on the relaxation, and with a tree that raises
            the bound.
        deadline : float, optional
            When to stop, on the clock of `time.perf_counter`.
        hint : float array, optional
            A solution to start from.
        gap : float
            Relative gap at which a search may stop.
        """
        from ortools.linear_solver.python import model_builder_helper as helper

        left = None if deadline is None else deadline - time.perf_counter()
        if self.halt.called or (left is not None and left <= 0):
            return ProgramAnswer("unknown")
        row, entry, coeff, low, high = self.matrix()
        is_free = self.lower < self.upper
        base = np.where(is_free, 0, self.lower)
        fixed = np.zeros(len(low), np.int64)
        np.add.at(fixed, row, coeff * base[entry])
        keep = is_free[entry]
        has = np.bincount(row[keep], minlength=len(low)) > 0
        if ((fixed < low) | (fixed > high))[~has].any():
            return ProgramAnswer("infeasible")
        constant = int(cost @ base)
        if not is_free.any():
            return ProgramAnswer("optimal", base.astype(float), constant, np.zeros(len(low)))
        free, shown = np.flatnonzero(is_free), np.flatnonzero(has)
        is_integral = solver not in RELAXATIONS
        model = helper.ModelBuilderHelper()
        self._write_variables(model, free, cost, hint, is_integral=is_integral)
        floor = np.where(low <= -FREE, -np.inf, low - fixed)[shown]
        ceiling = np.where(high >= FREE, np.inf, high - fixed)[shown]
        number, place = np.cumsum(has) - 1, np.cumsum(is_free) - 1
        _write_rows(model, floor, ceiling, _merged(number[row[keep]], place[entry[keep]], coeff[keep]))
        engine = helper.ModelSolverHelper("sat" if solver.startswith("sat") else solver)
        if left is not None:
            engine.set_time_limit_in_seconds(left)
        engine.set_solver_specific_parameters(_parameters(solver, gap))
        if not self.halt.run(lambda: engine.solve(model), engine.interrupt_solve):
            return ProgramAnswer("unknown")
        return self._answer(helper, engine, base, free, shown, constant, is_integral)

    def _write_variables(
        self, model: Any, free: IntArray, cost: IntArray, hint: FloatArray | None, *, is_integral: bool
    ) -> None:
        """Write the variables that are open, their costs, and where to start."""
        for at, lo, up, c, whole in zip(
            range(len(free)),
            self.lower[free].astype(float).tolist(),
            self.upper[free].astype(float).tolist(),
            cost[free].astype(float).tolist(),
            (self.integer[free] & is_integral).tolist(),
            strict=True,
        ):
            model.add_var()
            model.set_var_lower_bound(at, lo)
            model.set_var_upper_bound(at, up)
            if c:
                model.set_var_objective_coefficient(at, c)
            if whole:
                model.set_var_integrality(at, True)
        model.set_maximize(False)
        if hint is not None:
            for at, value in enumerate(hint[free].tolist()):
                model.add_hint(at, value)

    def _answer(
        self,
        helper: Any,
        engine: Any,
        base: IntArray,
        free: IntArray,
        shown: IntArray,
        constant: int,
        is_integral: bool,
    ) -> ProgramAnswer:
        names = {
            helper.SolveStatus.OPTIMAL: "optimal",
            helper.SolveStatus.FEASIBLE: "feasible",
            helper.SolveStatus.INFEASIBLE: "infeasible",
        }
        status = names.get(engine.status(), "unknown")
        if not engine.has_solution():
            return ProgramAnswer(status if status == "infeasible" else "unknown")
        values = base.astype(float)
        found = np.asarray(engine.variable_values(), float)
        whole = self.integer[free] & is_integral
        values[free] = np.where(whole, np.rint(found), found)
        duals = None
        if not is_integral:
            duals = np.zeros(sum(len(part) for part in self._low))
            duals[shown] = np.asarray(engine.dual_values(), float)
        return ProgramAnswer(status, values, float(engine.best_objective_bound()) + constant, duals)


def _write_rows(
    model: Any, floor: FloatArray, ceiling: FloatArray, entries: tuple[IntArray, IntArray, IntArray]
) -> None:
    """Write the rows between their bounds; an entry is a row, a variable and a factor."""
    for at, (lo, up) in enumerate(zip(floor.tolist(), ceiling.tolist(), strict=True)):
        model.add_linear_constraint()
        model.set_constraint_lower_bound(at, lo)
        model.set_constraint_upper_bound(at, up)
    rows, variables, factors = entries
    for at, variable, factor in zip(rows.tolist(), variables.tolist(), factors.astype(float).tolist(), strict=True):
        model.add_term_to_constraint(at, variable, factor)


def _merged(row: IntArray, variable: IntArray, coeff: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the entries of a matrix with one for each row and variable: a solver that looks for doubles takes long."""
    key = row * (int(variable.max(initial=0)) + 1) + variable
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    if len(first) == len(key):
        return row, variable, coeff
    total = np.zeros(len(first), np.int64)
    np.add.at(total, inverse, coeff)
    order = np.argsort(first)
    return row[first[order]], variable[first[order]], total[order]


def _parameters(solver: str, gap: float) -> str:
    if solver == "scip":
        # Its own handler of Ctrl-C would hide the interrupt from us, and write to standard output.
        return f"limits/gap = {gap}\nmisc/catchctrlc = FALSE\n"
    if solver == "sat":
        # Eight sub-solvers that take turns: the same answer on every run, whatever the machine's cores.
        return f"num_workers: 8 interleave_search: true relative_gap_limit: {gap} catch_sigint_signal: false"
    if solver in _BOUNDERS:
        common = f"num_workers: 1 relative_gap_limit: {gap} catch_sigint_signal: false linearization_level: 2 "
        return common + _BOUNDERS[solver]
    if solver == "pdlp":
        # One thread: the same prices on every run. They need not be exact, since a bound is computed from any.
        return (
            "num_threads: 1 termination_criteria { simple_optimality_criteria { "
            "eps_optimal_relative: 1e-4 eps_optimal_absolute: 1e-3 } }"
        )
    return ""
