"""Hear from CP-SAT while it searches: each better solution, and each better bound."""

import math
from collections.abc import Callable
from typing import Any


def watch(solver: Any, tell: Callable[[float, float], None]) -> Any:
    """Return a callback for a solve; bounds are heard as well once there is a solution.

    Parameters
    ----------
    solver : ortools CpSolver
    tell : callable
        Called with (best objective, bound), both as the solver counts them, on threads of the solver.
    """
    from ortools.sat.python import cp_model

    best = math.inf
    bound = -math.inf

    class Watcher(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            nonlocal best, bound
            best, bound = self.objective_value, max(bound, self.best_objective_bound)
            tell(best, bound)

    def rose(now: float) -> None:
        nonlocal bound
        bound = max(bound, now)
        if math.isfinite(best):
            tell(best, bound)

    solver.best_bound_callback = rose
    return Watcher()
