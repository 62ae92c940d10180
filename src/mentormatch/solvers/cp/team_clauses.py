"""Teams in a CP-SAT model: a literal "the team is open" where one can matter, what it asks, and counts."""

import numpy as np

from mentormatch.base.arrays import BoolArray, group_starts
from mentormatch.formulation.rows import Rows, Teams
from mentormatch.formulation.terms import ConvexTerm
from mentormatch.solvers.cp.constraint_model import Model, TeamLiterals
from mentormatch.solvers.cp.row_clauses import add_rows, entries_of, reach_of


def add_teams(model: Model, teams: Teams) -> None:
    """Ask that the rows of closed teams have activity 0, that those of open ones keep their bounds, and hard counts.

    A team gets a literal only where one can matter: for a row that is not kept as soon as a pair of it is matched, or
    for a count that can be missed.
    """
    rows, literals = teams.rows, literals_of(model, teams)
    variables, weights, start = entries_of(rows, model.variable_of)
    least, most = reach_of(weights, start)
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


def literals_of(model: Model, teams: Teams) -> TeamLiterals:
    """Return the literals of teams. At first only a team with one usable pair has one: that pair."""
    if teams not in model.literals:
        variables, _, start = entries_of(teams.rows, model.variable_of)
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
    literals = literals_of(model, teams)
    new = np.flatnonzero(wanted & (literals.variable < 0))
    if not len(new):
        return
    first = model.new_variables([1] * len(new), lambda chosen: teams.is_open(chosen)[new].astype(np.int64))
    literals.variable[new] = np.arange(first, first + len(new))
    variables, weights, start = entries_of(teams.rows, model.variable_of)
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
    literals = literals_of(model, teams)
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
    literals = literals_of(model, teams)
    reach = count.activity(literals.can_open)
    want_literals(model, teams, count, (count.lower > 0) | (count.upper < reach), exact=count.lower > 0)
    add_rows(model, count, literals.variable)


def want_literals(model: Model, teams: Teams, over: Rows | ConvexTerm, binds: BoolArray, *, exact: BoolArray) -> None:
    """Give literals to the teams of the rows that bind, and exact ones where rows ask for open teams."""
    literals = literals_of(model, teams)
    owner = np.repeat(np.arange(len(over.start) - 1), np.diff(over.start))
    wanted, to_be_exact = np.zeros(teams.num_teams, bool), np.zeros(teams.num_teams, bool)
    wanted[over.pairs[binds[owner]]] = True
    to_be_exact[over.pairs[(binds & exact)[owner]]] = True
    _open_literals(model, teams, wanted & literals.can_open)
    _exact_literals(model, teams, to_be_exact)
