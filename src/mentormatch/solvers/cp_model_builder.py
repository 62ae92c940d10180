"""The CP-SAT model of a form: a boolean for each usable pair, and what rows, stability, teams and stages ask of them.

Constraints are written into the proto directly, which takes a tenth of the time of expression objects. Every variable
that is not a pair's registers how its value follows from the matched pairs, so that a hint is always complete.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.arrays import BoolArray, IntArray, group_starts
from mentormatch.errors import MarketError
from mentormatch.form import Form
from mentormatch.rows import Rows, Teams
from mentormatch.solvers.blocking_clauses import add_envy_freeness, add_firm_stability, count_blocking
from mentormatch.solvers.couple_clauses import add_couples
from mentormatch.solvers.stable_clauses import stable_clauses
from mentormatch.solvers.topic_clauses import add_topics
from mentormatch.terms import AbsoluteTerm, BlockingTerm, BottleneckTerm, ConvexTerm, LinearTerm, StageForm, TeamTerm
from mentormatch.text import Text

# CP-SAT reports bounds as floating-point numbers: whole numbers up to here are exact. It refuses sums near 2**62.
MAX_OBJECTIVE = 2**52
_MAX_ACTIVITY = 2**60

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


def build_model(form: Form, usable: BoolArray) -> Model:
    """Build the model of a form over its usable pairs.

    Parameters
    ----------
    form : Form
    usable : bool array of shape (m,)
        The open pairs, or what `mentormatch.solvers.reduce.usable_pairs` leaves of them.

    Notes
    -----
    O(entries of rows and terms + pairs) in time and in the size of the model.
    """
    from ortools.sat.python import cp_model

    pairs = np.flatnonzero(usable)
    variable_of = np.full(form.market.num_pairs, -1, np.int64)
    variable_of[pairs] = np.arange(len(pairs))
    model = Model(cp_model.CpModel(), pairs, variable_of)
    model.new_variables([1] * len(pairs))
    for rows in form.rows:
        _add_rows(model, rows, variable_of)
    for teams in form.teams:
        _add_teams(model, teams)
    for stable in form.stable:
        if stable.kind == "weak":
            _add_stable(model, form, stable.pairs)
        else:
            add_firm_stability(model, form, stable)
    for envy_free in form.envy_free:
        add_envy_freeness(model, form, envy_free)
    for couples in form.couples:
        add_couples(model, couples)
    for topics in form.topics:
        add_topics(model, topics)
    return model


def _add_rows(model: Model, rows: Rows, variable_of: IntArray) -> None:
    """Add the rows that can be missed at all, each in the form that CP-SAT propagates best."""
    variables, weights, start = _entries(rows, variable_of)
    least, most = _reach(weights, start)
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


def _entries(rows: Rows, variable_of: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return variables, coefficients and offsets of rows; entries without a variable or a weight are left out."""
    variables = variable_of[rows.pairs]
    weights = np.ones(len(variables), np.int64) if rows.coeffs is None else rows.coeffs
    keep = (variables >= 0) & (weights != 0)
    kept = np.concatenate([[0], np.cumsum(keep)])
    return variables[keep], weights[keep], kept[rows.start]


def _reach(weights: IntArray, start: IntArray) -> tuple[IntArray, IntArray]:
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


def _add_teams(model: Model, teams: Teams) -> None:
    """Ask that the rows of closed teams have activity 0, that those of open ones keep their bounds, and hard counts.

    A team gets a literal only where one can matter: for a row that is not kept as soon as a pair of it is matched, or
    for a count that can be missed.
    """
    rows, literals = teams.rows, _literals(model, teams)
    variables, weights, start = _entries(rows, model.variable_of)
    least, most = _reach(weights, start)
    low, high = np.maximum(rows.lower, least), np.minimum(rows.upper, most)
    # A matched pair lifts the only row of its team to 1 at least.
    only = np.bincount(teams.team, minlength=teams.num_teams)[teams.team] == 1
    binds = np.flatnonzero((least < 0) | (high < most) | (low > only))
    _open_literals(model, teams, np.isin(np.arange(teams.num_teams), teams.team[binds]) & literals.can_open)
    for number in binds.tolist():
        span = slice(int(start[number]), int(start[number + 1]))
        team = int(literals.variable[teams.team[number]])
        # A team without a usable pair is closed.
        if team >= 0:
            bounds = (int(low[number]), int(high[number]))
            _add_team_row(model, team, variables[span].tolist(), weights[span].tolist(), bounds)
    for count in teams.counts:
        if count.stage is None:
            _add_count(model, teams, count)


def _literals(model: Model, teams: Teams) -> TeamLiterals:
    """Return the literals of teams. At first only a team with one usable pair has one: that pair."""
    if teams not in model.literals:
        variables, _, start = _entries(teams.rows, model.variable_of)
        team = np.repeat(teams.team, np.diff(start))
        key = np.unique(team * max(model.num_variables, 1) + variables)
        team, entries = np.divmod(key, max(model.num_variables, 1))
        first = group_starts(team, teams.num_teams)
        variable = np.full(teams.num_teams, -1, np.int64)
        single = np.flatnonzero(np.diff(first) == 1)
        variable[single] = entries[first[single]]
        model.literals[teams] = TeamLiterals(first, entries, variable, variable >= 0)
    return model.literals[teams]


def _open_literals(model: Model, teams: Teams, wanted: BoolArray) -> None:
    """Give a literal to each wanted team that has none: while it does not hold, the team's rows have activity 0."""
    literals = _literals(model, teams)
    new = np.flatnonzero(wanted & (literals.variable < 0))
    if not len(new):
        return
    first = model.new_variables([1] * len(new), lambda chosen: teams.is_open(chosen)[new].astype(np.int64))
    literals.variable[new] = np.arange(first, first + len(new))
    variables, weights, start = _entries(teams.rows, model.variable_of)
    for number in np.flatnonzero(literals.variable[teams.team] >= first).tolist():
        span = slice(int(start[number]), int(start[number + 1]))
        closed = -1 - int(literals.variable[teams.team[number]])
        entries = variables[span].tolist()
        if (weights[span] > 0).all():
            for entry in entries:
                model.clause([-1 - entry, -1 - closed])
        else:
            model.linear(entries, weights[span].tolist(), 0, 0, only_if=closed)


def _exact_literals(model: Model, teams: Teams, wanted: BoolArray) -> None:
    """Let the literals of wanted teams hold only where a pair is matched: something asks for open teams."""
    literals = _literals(model, teams)
    for team in np.flatnonzero(wanted & (literals.variable >= 0) & ~literals.is_exact).tolist():
        model.clause([-1 - int(literals.variable[team]), *literals.of(team)])
        literals.is_exact[team] = True


def _add_team_row(model: Model, team: int, entries: list[int], coeffs: list[int], bounds: tuple[int, int]) -> None:
    """Ask that a row keeps its bounds while its team is open."""
    low, high = bounds
    if low > high:
        model.clause([-1 - team])
    elif low == 1 and high == sum(coeffs) and min(coeffs) >= 1:
        model.clause([-1 - team, *entries])
    else:
        model.linear(entries, coeffs, low, high, only_if=team)


def _add_count(model: Model, teams: Teams, count: Rows) -> None:
    """Bound the number of open teams in each row; rows that cannot be missed cost no literal."""
    literals = _literals(model, teams)
    reach = count.activity(literals.can_open)
    _want(model, teams, count, (count.lower > 0) | (count.upper < reach), exact=count.lower > 0)
    _add_rows(model, count, literals.variable)


def _want(model: Model, teams: Teams, over: Rows | ConvexTerm, binds: BoolArray, *, exact: BoolArray) -> None:
    """Give literals to the teams of the rows that bind, and exact ones where rows ask for open teams."""
    literals = _literals(model, teams)
    owner = np.repeat(np.arange(len(over.start) - 1), np.diff(over.start))
    wanted, to_be_exact = np.zeros(teams.num_teams, bool), np.zeros(teams.num_teams, bool)
    wanted[over.pairs[binds[owner]]] = True
    to_be_exact[over.pairs[(binds & exact)[owner]]] = True
    _open_literals(model, teams, wanted & literals.can_open)
    _exact_literals(model, teams, to_be_exact)


def _add_stable(model: Model, form: Form, pairs: IntArray) -> None:
    """Forbid blocking pairs, with the literals of `mentormatch.solvers.stable_clauses`."""
    clauses = stable_clauses(form, pairs, model.variable_of, model.num_variables)
    model.new_variables([1] * clauses.num_literals, clauses.values)
    for literals in clauses.clauses:
        model.clause(literals)
    for literal, variables, at_least in clauses.counts:
        model.linear(variables, [1] * len(variables), at_least, len(variables), only_if=literal)


# -- stages ---------------------------------------------------------------------------------------------------


def add_stage(model: Model, form: Form, number: int, at_least: int | None = None) -> Objective:
    """Make a stage the objective; return it.

    Parameters
    ----------
    model : Model
    form : Form
    number : int
        Position of the stage.
    at_least : int, optional
        A bound known from elsewhere: no matching costs less.

    Raises
    ------
    MarketError
        When the costs are too large for exact arithmetic.
    """
    parts: list[tuple[IntArray, IntArray]] = []
    constant = 0
    for term in form.stages[number].terms:
        if isinstance(term, LinearTerm):
            parts.append(model.sparse(model.pairs, term.cost[model.pairs]))
        elif isinstance(term, BottleneckTerm):
            parts.append(_bottleneck(model, term))
        elif isinstance(term, TeamTerm):
            constant += term.cost.offset
            parts += _counted_teams(model, term)
        elif isinstance(term, BlockingTerm):
            parts.append(count_blocking(model, form, term))
        elif isinstance(term, AbsoluteTerm):
            parts.append(_absolute(model, term))
        else:
            constant += term.offset
            parts += _convex(model, term, model.variable_of, lambda chosen: chosen)
    objective = _objective(model, form.stages[number], parts, constant)
    model.minimise(objective, at_least)
    return objective


def _objective(model: Model, stage: StageForm, parts: list[tuple[IntArray, IntArray]], constant: int) -> Objective:
    nothing = np.zeros(0, np.int64)
    variables = np.concatenate([nothing, *(part for part, _ in parts)])
    coeffs = np.concatenate([nothing, *(part for _, part in parts)])
    highs = np.array(model.highs, np.int64)
    magnitude = float(np.abs(coeffs.astype(float)) @ highs[variables]) + abs(constant)
    if magnitude > MAX_OBJECTIVE:
        raise MarketError(
            Text(
                zh=f"目标 {stage.name} 的数值过大,无法精确计算。",
                en=f"The costs of the stage {stage.name} are too large for exact integer arithmetic.",
            )
        )
    total = np.zeros(model.num_variables, np.int64)
    np.add.at(total, variables, coeffs)
    used = np.flatnonzero(total)
    scale = int(np.gcd.reduce(total[used])) if len(used) else 1
    return Objective(used, total[used] // scale, constant, scale)


def _bottleneck(model: Model, term: BottleneckTerm) -> tuple[IntArray, IntArray]:
    """Add a variable that is at least the level of every matched pair."""
    level = term.level[model.pairs]

    def worst(chosen: BoolArray) -> IntArray:
        return np.array([term.level[chosen].max(initial=0)], np.int64)

    variable = model.new_variables([int(level.max(initial=0))], worst)
    for pair, height in enumerate(level.tolist()):
        if height > 0:
            model.linear([variable], [1], height, int(level.max()), only_if=pair)
    return np.array([variable]), np.ones(1, np.int64)


def _absolute(model: Model, term: AbsoluteTerm) -> tuple[IntArray, IntArray]:
    """Add a variable that is at least the term and at least its negative."""
    cost = term.cost[model.pairs].tolist()
    most = sum(map(abs, cost))
    variable = model.new_variables([most], lambda chosen: np.array([term.value(chosen)], np.int64))
    for sign in (1, -1):
        model.linear([*range(len(cost)), variable], [*(sign * each for each in cost), -1], -2 * most, 0)
    return np.array([variable]), np.ones(1, np.int64)


def _counted_teams(model: Model, term: TeamTerm) -> list[tuple[IntArray, IntArray]]:
    """Return the cost of each row of teams; rows that cost nothing whatever is open need no literal."""
    cost, literals = term.cost, _literals(model, term.teams)
    owner = np.repeat(np.arange(len(cost.start) - 1), np.diff(cost.start))
    unit = np.arange(len(cost.pairs)) - cost.start[owner]
    reach = np.bincount(owner[literals.can_open[cost.pairs]], minlength=len(cost.start) - 1)
    counts = unit < reach[owner]
    binds, asks = (
        np.bincount(owner[counts & matters], minlength=len(reach)) > 0
        for matters in (cost.slopes != 0, cost.slopes < 0)
    )
    _want(model, term.teams, cost, binds, exact=asks)
    return _convex(model, cost, literals.variable, term.teams.is_open)


def _convex(
    model: Model, term: ConvexTerm, variable_of: IntArray, chosen_of: Callable[[BoolArray], BoolArray]
) -> list[tuple[IntArray, IntArray]]:
    """Return the cost of each row: one unit variable for each run of equal slopes, filled in ascending order.

    Parameters
    ----------
    variable_of : int64 array
        Variable of each entry of a row, -1 where it has none.
    chosen_of : callable
        Which entries count, given which pairs of the market are matched.
    """
    parts: list[tuple[IntArray, IntArray]] = []
    bent: list[tuple[IntArray, IntArray]] = []
    units = model.num_variables
    for number in range(len(term.start) - 1):
        low, high = int(term.start[number]), int(term.start[number + 1])
        variables = variable_of[term.pairs[low:high]]
        variables = variables[variables >= 0]
        slopes, widths = np.unique(term.slopes[low : low + len(variables)], return_counts=True)
        if len(slopes) <= 1:
            # Straight: every unit costs the same.
            parts.append((variables, np.repeat(slopes, widths)))
            continue
        steps = np.arange(units, units + len(slopes))
        units += len(slopes)
        bent.append((term.pairs[low:high], widths))
        model.linear([*variables.tolist(), *steps.tolist()], [1] * len(variables) + [-1] * len(slopes), 0, 0)
        parts.append((steps, slopes))
    if bent:
        model.new_variables(np.concatenate([widths for _, widths in bent]).tolist(), _filled(bent, chosen_of))
    return parts


def _filled(rows: list[tuple[IntArray, IntArray]], chosen_of: Callable[[BoolArray], BoolArray]) -> Values:
    def values(chosen: BoolArray) -> IntArray:
        counted = chosen_of(chosen)
        filled = [
            np.clip(int(counted[entries].sum()) - (np.cumsum(widths) - widths), 0, widths) for entries, widths in rows
        ]
        return np.concatenate(filled)

    return values
