"""The CP-SAT model of a form: a boolean for each usable pair, and what rows, stability, teams and stages ask of them.

Stability is written with one literal for each (mentor, rank), "the mentor is full with students of this rank or
better", shared by all pairs of that rank, so that the model is linear in the number of pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.form import Form
from mentormatch.rows import BottleneckTerm, ConvexTerm, LinearTerm, Rows, Stable, Teams


@dataclass
class Model:
    """A CP-SAT model and what the search needs to know of it.

    Parameters
    ----------
    proto : ortools CpModel
    pairs : int64 array
        The usable pairs; the first variables of the model stand for them.
    variables : list
        All variables, in order.
    variable_of : int64 array of shape (m,)
        Position of each pair's variable, -1 where it has none.
    """

    proto: Any
    pairs: IntArray
    variables: list[Any]
    variable_of: IntArray
    has_objective: bool = False
    is_contradictory: bool = False
    derived: list[tuple[Any, Any]] = field(default_factory=list)

    def boolean(self) -> Any:
        """Add a boolean variable."""
        variable = self.proto.new_bool_var("")
        self.variables.append(variable)
        return variable

    def integer(self, low: int, high: int) -> Any:
        """Add an integer variable."""
        variable = self.proto.new_int_var(low, high, "")
        self.variables.append(variable)
        return variable

    def sum_of(self, pairs: IntArray, coeffs: IntArray | None = None) -> Any:
        """Return the weighted sum of the booleans of some pairs; pairs without one count nothing."""
        from ortools.sat.python import cp_model

        position = self.variable_of[pairs]
        there = position >= 0
        literals = [self.variables[p] for p in position[there].tolist()]
        if coeffs is None:
            return cp_model.LinearExpr.sum(literals)
        return cp_model.LinearExpr.weighted_sum(literals, coeffs[there].tolist())

    def pin(self, objective: Any, value: int) -> None:
        """Hold a solved stage at its value or better, and drop it as the objective."""
        self.proto.clear_objective()
        self.has_objective = False
        self.proto.add(objective <= value)

    def hint(self, pairs: IntArray) -> None:
        """Start the next solve from a matching."""
        self.proto.clear_hints()
        wanted = np.zeros(len(self.pairs), bool)
        position = self.variable_of[pairs]
        wanted[position[position >= 0]] = True
        for variable, value in zip(self.variables, wanted.tolist(), strict=False):
            self.proto.add_hint(variable, value)


def build_model(form: Form, usable: BoolArray) -> Model:
    """Build the model of a form over its usable pairs."""
    from ortools.sat.python import cp_model

    proto = cp_model.CpModel()
    pairs = np.flatnonzero(usable)
    variable_of = np.full(form.market.num_pairs, -1, np.int64)
    variable_of[pairs] = np.arange(len(pairs))
    model = Model(proto, pairs, [proto.new_bool_var("") for _ in range(len(pairs))], variable_of)
    for rows in form.rows:
        _add_rows(model, rows)
    for stable in form.stable:
        _add_stable(model, form, stable)
    for teams in form.teams:
        _add_teams(model, teams)
    return model


def _row_pairs(rows: Rows, number: int) -> tuple[IntArray, IntArray | None]:
    span = slice(rows.start[number], rows.start[number + 1])
    return rows.pairs[span], None if rows.coeffs is None else rows.coeffs[span]


def _add_rows(model: Model, rows: Rows) -> None:
    for number in range(len(rows)):
        low, high = int(rows.lower[number]), int(rows.upper[number])
        if low > high:
            model.is_contradictory = True
            return
        pairs, coeffs = _row_pairs(rows, number)
        position = model.variable_of[pairs]
        there = position >= 0
        weights = np.ones(len(pairs), np.int64) if coeffs is None else coeffs
        least = int(weights[there & (weights < 0)].sum())
        most = int(weights[there & (weights > 0)].sum())
        if low > most or high < least:
            model.is_contradictory = True
            return
        if low <= least and high >= most:
            continue
        if coeffs is None and high == 1:
            literals = [model.variables[p] for p in position[there].tolist()]
            (model.proto.add_exactly_one if low == 1 else model.proto.add_at_most_one)(literals)
            continue
        model.proto.add_linear_constraint(model.sum_of(pairs, coeffs), max(low, least), min(high, most))


def _add_teams(model: Model, teams: Teams) -> None:
    opens = [model.boolean() for _ in range(int(teams.team.max(initial=-1)) + 1)]
    for number in range(len(teams.rows)):
        is_open = opens[int(teams.team[number])]
        pairs, coeffs = _row_pairs(teams.rows, number)
        total = model.sum_of(pairs, coeffs)
        low, high = int(teams.rows.lower[number]), int(teams.rows.upper[number])
        model.proto.add(total >= low).only_enforce_if(is_open)
        model.proto.add(total <= high).only_enforce_if(is_open)
        for position in model.variable_of[pairs].tolist():
            if position >= 0:
                model.proto.add_implication(model.variables[position], is_open)


def _add_stable(model: Model, form: Form, stable: Stable) -> None:
    """Forbid blocking pairs: its student is content with what it has, or its mentor is full with the like of it."""
    market = form.market
    pairs = stable.pairs[form.open[stable.pairs]]
    pairs = pairs[(market.mentor_upper[market.mentor[pairs]] > 0) & (market.student_quota[market.student[pairs]] > 0)]
    # Pairs that the reduction took out cannot block where they are missing; the others of their rank speak for them.
    full = _full_literals(model, form, pairs)
    for mine in _grouped(pairs, market.student):
        _add_student(model, form, mine, full)


def _grouped(pairs: IntArray, owner: IntArray) -> list[IntArray]:
    """Split pairs by their owner."""
    ordered = pairs[np.argsort(owner[pairs], kind="stable")]
    return np.split(ordered, np.flatnonzero(np.diff(owner[ordered])) + 1) if len(pairs) else []


def _full_literals(model: Model, form: Form, pairs: IntArray) -> dict[tuple[int, int], Any]:
    """Return a literal for each (mentor, rank): it implies that the mentor is full at that rank or better."""
    market = form.market
    literals: dict[tuple[int, int], Any] = {}
    for asked in _grouped(pairs, market.mentor):
        mentor = int(market.mentor[asked[0]])
        mine = market.pairs_of_mentor(mentor)
        mine = mine[model.variable_of[mine] >= 0]
        seats = int(market.mentor_upper[mentor])
        needed = np.unique(market.mentor_rank[asked])
        before: Any = 0
        last = 0
        for rank in needed.tolist():
            ranks = market.mentor_rank[mine]
            step = mine[(ranks > last) & (ranks <= rank)]
            last = rank
            count = model.integer(0, seats)
            model.proto.add(count == before + model.sum_of(step))
            literal = model.boolean()
            model.proto.add(count >= seats).only_enforce_if(literal)
            literals[mentor, rank] = literal
            before = count
    return literals


def _add_student(model: Model, form: Form, pairs: IntArray, full: dict[tuple[int, int], Any]) -> None:
    market = form.market
    student = int(market.student[pairs[0]])
    quota = int(market.student_quota[student])
    mine = market.pairs_of_student(student)
    mine = mine[(model.variable_of[mine] >= 0) & market.is_choice[mine]]
    content: dict[int, Sequence[Any]] = {}
    for pair in pairs.tolist():
        rank = int(market.student_rank[pair])
        better = mine[market.student_rank[mine] <= rank]
        if rank not in content:
            content[rank] = _content(model, better, quota)
        own = [model.variables[model.variable_of[pair]]] if model.variable_of[pair] >= 0 else []
        mentor = full[int(market.mentor[pair]), int(market.mentor_rank[pair])]
        model.proto.add_bool_or([*own, *content[rank], mentor])


def _content(model: Model, better: IntArray, quota: int) -> Sequence[Any]:
    """Return literals one of which holds when all places of a student are filled with these pairs."""
    literals = [model.variables[p] for p in model.variable_of[better].tolist()]
    if quota == 1:
        return literals
    if len(better) < quota:
        return []
    literal = model.boolean()
    model.proto.add(model.sum_of(better) >= quota).only_enforce_if(literal)
    return [literal]


def add_stage(model: Model, form: Form, number: int) -> Any:
    """Make a stage the objective; return its expression."""
    from ortools.sat.python import cp_model

    parts: list[Any] = []
    constant = 0
    for term in form.stages[number].terms:
        if isinstance(term, LinearTerm):
            costly = np.flatnonzero(term.cost)
            parts.append(model.sum_of(costly, term.cost[costly]))
        elif isinstance(term, BottleneckTerm):
            parts.append(_bottleneck(model, term))
        else:
            constant += term.offset
            parts += _convex(model, term)
    objective = cp_model.LinearExpr.sum(parts) + constant
    model.proto.minimize(objective)
    model.has_objective = True
    return objective


def _bottleneck(model: Model, term: BottleneckTerm) -> Any:
    level = term.level[model.pairs]
    worst = model.integer(0, int(level.max(initial=0)))
    for position, height in enumerate(level.tolist()):
        if height > 0:
            model.proto.add(worst >= height).only_enforce_if(model.variables[position])
    return worst


def _convex(model: Model, term: ConvexTerm) -> list[Any]:
    """Return the cost of each row: one unit variable for each run of equal slopes, filled in ascending order."""
    costs = []
    for number in range(len(term.start) - 1):
        span = slice(term.start[number], term.start[number + 1])
        pairs = term.pairs[span][model.variable_of[term.pairs[span]] >= 0]
        slopes, widths = np.unique(term.slopes[span][: len(pairs)], return_counts=True)
        if not len(pairs):
            continue
        units = [model.integer(0, int(width)) for width in widths]
        model.proto.add(model.sum_of(pairs) == sum(units))
        costs += [int(slope) * unit for slope, unit in zip(slopes, units, strict=True) if slope]
    return costs
