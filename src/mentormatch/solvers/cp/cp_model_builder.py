"""The CP-SAT model of a form: a boolean for each usable pair, and what rows, teams and stability ask of them."""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.blocking_clauses import add_envy_freeness, add_firm_stability
from mentormatch.solvers.cp.constraint_model import Model
from mentormatch.solvers.cp.couple_clauses import add_couples
from mentormatch.solvers.cp.row_clauses import add_rows
from mentormatch.solvers.cp.stable_clauses import stable_clauses
from mentormatch.solvers.cp.team_clauses import add_teams
from mentormatch.solvers.cp.topic_clauses import add_topics


def build_model(form: Form, usable: BoolArray) -> Model:
    """Build the model of a form over its usable pairs.

    Parameters
    ----------
    form : Form
    usable : bool array of shape (m,)
        The open pairs, or what `mentormatch.solvers.cp.reduce.usable_pairs` leaves of them.

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
        add_rows(model, rows, variable_of)
    for teams in form.teams:
        add_teams(model, teams)
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


def _add_stable(model: Model, form: Form, pairs: IntArray) -> None:
    """Forbid blocking pairs, with the literals of `mentormatch.solvers.cp.stable_clauses`."""
    clauses = stable_clauses(form, pairs, model.variable_of, model.num_variables)
    model.new_variables([1] * clauses.num_literals, clauses.values)
    for literals in clauses.clauses:
        model.clause(literals)
    for literal, variables, at_least in clauses.counts:
        model.linear(variables, [1] * len(variables), at_least, len(variables), only_if=literal)
