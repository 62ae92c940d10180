"""Matchings that keep a whole form and cost next to nothing to find: a search may have nothing left to do.

Where such a matching attains the bound of a flow in every stage, it is optimal: a largest stable matching that is as
large as any has no blocking pairs, so none has fewer.
"""

from dataclasses import replace

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.formulation.couple_rows import Couples
from mentormatch.formulation.rows import Rows, Stable
from mentormatch.formulation.terms import BlockingTerm
from mentormatch.problem.form import Form
from mentormatch.problem.result import StageValue, Status
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable import deferred_acceptance, largest_stable, stable_lattice
from mentormatch.solvers.stable.applicants_in_turn import applicants_in_turn

_OF_STABLE: tuple[Engine, ...] = (deferred_acceptance.ENGINE, stable_lattice.ENGINE, largest_stable.ENGINE)


def known_start(form: Form, usable: BoolArray, options: Options) -> BoolArray | None:
    """Return a matching that keeps a form, bool of shape (m,), where there is a quick way to one.

    Parameters
    ----------
    form : Form
    usable : bool array of shape (m,)
        Pairs that may stand in a matching that keeps the form.
    options : Options
        Its limit is for this search alone.
    """
    if all(isinstance(part, Rows) for part in form.parts):
        found = _without_blocking_pairs(form, options)
    elif len(form.of(Couples)) == 1 and all(isinstance(part, (Rows, Couples)) for part in form.parts):
        found = applicants_in_turn(form.of(Couples)[0], usable, seed=options.seed)
    else:
        return None
    return found if found is not None and not any(len(rows.broken(found)) for rows in form.rows) else None


def optimal_by_bounds(form: Form, chosen: BoolArray, bounds: tuple[int, ...]) -> Outcome | None:
    """Return a matching as the answer where it attains the bounds of all stages, else None."""
    costs = tuple(stage.cost(chosen) for stage in form.stages)
    if costs != bounds:
        return None
    stages = tuple(
        StageValue.of(stage, cost, cost, proven=True) for stage, cost in zip(form.stages, costs, strict=True)
    )
    return Outcome(status=Status.OPTIMAL, pairs=np.flatnonzero(chosen), stages=stages)


def _without_blocking_pairs(form: Form, options: Options) -> BoolArray | None:
    """Return a stable matching, best in the stages that do not count what blocks; None where no such stage counts."""
    counted = [term for stage in form.stages for term in stage.terms if isinstance(term, BlockingTerm)]
    others = tuple(s for s in form.stages if not any(isinstance(term, BlockingTerm) for term in s.terms))
    if not counted or len(counted) + len(others) != len(form.stages):
        return None
    asked = replace(form, parts=(*form.parts, Stable(counted[0].pairs)), stages=others)
    engine = next((engine for engine in _OF_STABLE if not engine.supports(asked)), None)
    outcome = None if engine is None else engine.solve(asked, options)
    if outcome is None or outcome.pairs is None:
        return None
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[outcome.pairs] = True
    return chosen
