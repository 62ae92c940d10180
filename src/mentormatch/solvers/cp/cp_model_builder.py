"""The CP-SAT model of a form: a boolean for each usable pair, and what rows, teams and stability ask of them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.formulation.couple_rows import Couples
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import EnvyFree, Rows, Stable, StronglyStable, SuperStable, Teams
from mentormatch.formulation.topic_rows import Topics
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.blocking_clauses import add_envy_freeness, add_firm_stability
from mentormatch.solvers.cp.capped_clauses import add_capped_stability
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
    for kind, add in ADDERS.items():
        for part in form.parts:
            if type(part) is kind:
                add(model, form, part)
    return model


def _add_stable(model: Model, form: Form, stable: Stable) -> None:
    """Forbid blocking pairs, with the literals of `mentormatch.solvers.cp.stable_clauses`."""
    clauses = stable_clauses(form, np.asarray(stable.pairs, np.int64), model.variable_of, model.num_variables)
    model.new_variables([1] * clauses.num_literals, clauses.values)
    for literals in clauses.clauses:
        model.clause(literals)
    for literal, variables, at_least in clauses.counts:
        model.linear(variables, [1] * len(variables), at_least, len(variables), only_if=literal)


ADDERS: Mapping[type[RowPart], Callable[[Model, Form, Any], None]] = {
    Rows: lambda model, form, rows: add_rows(model, rows, model.variable_of),
    Teams: lambda model, form, teams: add_teams(model, teams),
    Stable: _add_stable,
    StronglyStable: add_firm_stability,
    SuperStable: add_firm_stability,
    StableWithinCaps: add_capped_stability,
    EnvyFree: add_envy_freeness,
    Couples: lambda model, form, couples: add_couples(model, couples),
    Topics: lambda model, form, topics: add_topics(model, topics),
}
"""How each kind of part is written into a model, in this order: the kinds that CP-SAT takes."""
