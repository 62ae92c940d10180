"""Strong and super stability, envy-freeness, and the count of blocking pairs, as clauses over the pairs of a model.

Each pair that is asked for gets one or two clauses: it is matched, or its student is served well enough, or its mentor
is. Who is served well enough is told by the literals of `mentormatch.solvers.cp.filled_places`.
"""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.formulation.rows import EnvyFree, Stable
from mentormatch.formulation.terms import BlockingTerm
from mentormatch.problem.form import Form
from mentormatch.solvers.cp.constraint_model import Model
from mentormatch.solvers.cp.filled_places import filled, none_worse, of_mentors, of_students


def add_firm_stability(model: Model, form: Form, stable: Stable) -> None:
    """Ask for strong or super stability.

    A pair that is not matched does not block in the super sense when one of its ends has all places filled with better
    ones. In the strong sense two clauses say it: not (the student gains and the mentor does not lose), and the other
    way round.
    """
    pairs = _asked(model, form, stable.pairs)
    students, mentors = of_students(form.market), of_mentors(form.market)
    i, j = form.market.student[pairs], form.market.mentor[pairs]
    wish, mine = students.rank[pairs], mentors.rank[pairs]
    own = model.variable_of[pairs]
    student_better, mentor_better = filled(model, students, i, wish - 1), filled(model, mentors, j, mine - 1)
    if stable.kind == "super":
        _clauses(model, own, student_better, mentor_better)
        return
    _clauses(model, own, filled(model, students, i, wish), mentor_better)
    _clauses(model, own, student_better, filled(model, mentors, j, mine))


def add_envy_freeness(model: Model, form: Form, envy_free: EnvyFree) -> None:
    """Ask that nobody envies with reason: the student is served as well, or the mentor has nobody that is worse."""
    pairs = _asked(model, form, envy_free.pairs)
    students, mentors = of_students(form.market), of_mentors(form.market)
    _clauses(
        model,
        model.variable_of[pairs],
        filled(model, students, form.market.student[pairs], students.rank[pairs]),
        none_worse(model, mentors, form.market.mentor[pairs], mentors.rank[pairs]),
    )


def count_blocking(model: Model, form: Form, term: BlockingTerm) -> tuple[IntArray, IntArray]:
    """Add a literal for each pair that may block, or for each of their students; return them with coefficients."""
    pairs = _asked(model, form, term.pairs)
    students, mentors = of_students(form.market), of_mentors(form.market)
    i, j = form.market.student[pairs], form.market.mentor[pairs]
    who, which = np.unique(i if term.by_student else pairs, return_inverse=True)
    content = filled(model, students, i, students.rank[pairs]), filled(model, mentors, j, mentors.rank[pairs])

    def values(chosen: np.ndarray) -> IntArray:
        found = term.blocking(chosen)
        return np.isin(who, form.market.student[found] if term.by_student else found).astype(np.int64)

    first = model.new_variables([1] * len(who), values)
    counted = first + np.arange(len(who))
    _clauses(model, model.variable_of[pairs], *content, counted[which.reshape(-1)])
    return counted, np.ones(len(who), np.int64)


def _asked(model: Model, form: Form, pairs: IntArray) -> IntArray:
    """Return the pairs that exist in the model and whose ends take anybody at all."""
    market = form.market
    asked = np.unique(pairs).astype(np.int64)
    asked = asked[(model.variable_of[asked] >= 0) & market.is_choice[asked]]
    takes = (market.mentor_upper[market.mentor[asked]] > 0) & (market.student_quota[market.student[asked]] > 0)
    return asked[takes]


def _clauses(model: Model, *columns: IntArray) -> None:
    """Ask for one literal of each row; -1 is no literal."""
    for row in zip(*(column.tolist() for column in columns), strict=True):
        model.clause([literal for literal in row if literal >= 0])
