"""A CP-SAT model under construction: its variables, how to add to it, and what the search needs to know of it.

Constraints are written into the proto directly, which takes a tenth of the time of expression objects. Every variable
that is not a pair's registers how its value follows from the matched pairs, so that a hint is always complete.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.formulation.rows import Teams

# CP-SAT reports bounds as floating-point numbers: whole numbers up to here are exact. It refuses sums near 2**62.
MAX_OBJECTIVE = 2**52

Values = Callable[[BoolArray], IntArray]
"""The values of some derived variables, given which pairs of the market are matched."""


@dataclass(frozen=True, eq=False)
class Objective:
    """A stage as a linear function of the model's variables: ``constant + scale * (coeffs . variables)``."""

    variables: IntArray
    coeffs: IntArray
    constant: int
    scale: int = 1


@dataclass(frozen=True, eq=False)
class TeamLiterals:
    """The literals of teams, each made when something first needs it.

    Parameters
    ----------
    start, entries : int64 arrays
        The variables of team t's usable pairs are ``entries[start[t]:start[t + 1]]``.
    variable : int64 array of shape (t,)
        The literal "team t is open", -1 where there is none yet.
    is_exact : bool array of shape (t,)
        The literal holds only where a pair of the team is matched; without, it may hold for nothing.
    """

    start: IntArray
    entries: IntArray
    variable: IntArray
    is_exact: BoolArray

    @property
    def can_open(self) -> BoolArray:
        """Bool array of shape (t,): the team has a usable pair."""
        return np.asarray(np.diff(self.start) > 0)

    def of(self, team: int) -> list[int]:
        """Return the variables of a team's usable pairs."""
        return list(map(int, self.entries[self.start[team] : self.start[team + 1]]))


@dataclass
class Model:
    """A CP-SAT model and what the search needs to know of it.

    Parameters
    ----------
    proto : ortools CpModel
    pairs : int64 array
        The usable pairs; the first variables of the model stand for them.
    variable_of : int64 array of shape (m,)
        Variable of each pair, -1 where it has none.
    highs : list of int
        Largest value of each variable; the smallest is 0.
    is_contradictory : bool
        Some row cannot be kept whatever the pairs are.
    """

    proto: Any
    pairs: IntArray
    variable_of: IntArray
    highs: list[int] = field(default_factory=list)
    is_contradictory: bool = False
    has_objective: bool = False
    derived: list[Values] = field(default_factory=list)
    literals: dict[Teams, TeamLiterals] = field(default_factory=dict)

    @property
    def num_variables(self) -> int:
        """Number of variables so far."""
        return len(self.highs)

    def new_variables(self, highs: Sequence[int], values: Values | None = None) -> int:
        """Add variables from 0 to these highs, derived ones with their values; return the first."""
        first = self.num_variables
        variables = self.proto.proto.variables
        for high in highs:
            variables.add().domain.extend((0, high))
        self.highs += highs
        if values is not None:
            self.derived.append(values)
        return first

    def linear(
        self, variables: Sequence[int], coeffs: Sequence[int], low: int, high: int, *, only_if: int | None = None
    ) -> None:
        """Ask for ``low <= coeffs . variables <= high``, perhaps only if a literal holds."""
        constraint = self.proto.proto.constraints.add()
        if only_if is not None:
            constraint.enforcement_literal.append(only_if)
        constraint.linear.vars.extend(variables)
        constraint.linear.coeffs.extend(coeffs)
        constraint.linear.domain.extend((low, high))

    def clause(self, literals: Sequence[int]) -> None:
        """Ask for one of some literals; ``-1 - v`` is the negation of variable v."""
        self.proto.proto.constraints.add().bool_or.literals.extend(literals)

    def at_most_one(self, literals: Sequence[int]) -> None:
        """Ask for at most one of some literals."""
        self.proto.proto.constraints.add().at_most_one.literals.extend(literals)

    def exactly_one(self, literals: Sequence[int]) -> None:
        """Ask for exactly one of some literals."""
        self.proto.proto.constraints.add().exactly_one.literals.extend(literals)

    def minimise(self, objective: Objective, at_least: int | None = None) -> None:
        """Make a stage the objective; a value below `at_least` need not be looked for."""
        self.proto.clear_objective()
        # An objective without variables, core-guided and without presolve, kept OR-tools 9.15 busy for ever.
        self.has_objective = len(objective.variables) > 0
        if self.has_objective:
            target = self.proto.proto.objective
            target.vars.extend(objective.variables.tolist())
            target.coeffs.extend(objective.coeffs.tolist())
            if at_least is not None:
                low = -((objective.constant - at_least) // objective.scale)
                target.domain.extend((low, max(low, MAX_OBJECTIVE)))

    def pin(self, objective: Objective, value: int) -> None:
        """Hold a solved stage at its value or better, and drop it as the objective."""
        self.proto.clear_objective()
        self.has_objective = False
        if len(objective.variables):
            most = (value - objective.constant) // objective.scale
            variables, coeffs = objective.variables.tolist(), objective.coeffs.tolist()
            self.linear(variables, coeffs, -MAX_OBJECTIVE, most)

    def settle(self, closed: BoolArray, needed: BoolArray) -> None:
        """Leave pairs out and take others for good, given as bools of shape (m,)."""
        out, taken = self.variable_of[np.flatnonzero(closed)], self.variable_of[np.flatnonzero(needed)]
        literals = [*(-1 - out[out >= 0]).tolist(), *taken[taken >= 0].tolist()]
        if literals:
            self.proto.proto.constraints.add().bool_and.literals.extend(literals)

    def hint(self, chosen: BoolArray) -> None:
        """Start the next solve from a matching, given as bools of shape (m,); derived variables follow from it."""
        parts = [chosen[self.pairs], *(values(chosen) for values in self.derived)]
        self.proto.clear_hints()
        hint = self.proto.proto.solution_hint
        hint.vars.extend(range(self.num_variables))
        hint.values.extend(np.concatenate(parts).astype(np.int64).tolist())

    def sparse(self, pairs: IntArray, coeffs: IntArray | None) -> tuple[IntArray, IntArray]:
        """Return variables and coefficients of a weighted sum over pairs; pairs without a variable count nothing."""
        variables = self.variable_of[pairs]
        there = variables >= 0
        weights = np.ones(int(there.sum()), np.int64) if coeffs is None else coeffs[there]
        return variables[there], weights
