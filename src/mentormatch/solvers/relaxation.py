"""What a flow can prove of a form that it cannot take: the form without the rows and stages that stand in its way.

Leaving rows out can only make a problem easier, so the flow's values bound the stages, its infeasibility is that of
the form, and a flow that happens to keep what was left out is optimal for the whole form.
"""

from dataclasses import dataclass, replace

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.formulation.rows import Mask, Rows
from mentormatch.formulation.terms import StageForm
from mentormatch.problem.form import Form
from mentormatch.problem.result import PriceCertificate, PricedLevel, Status
from mentormatch.problem.structure import analyse
from mentormatch.problem.taken import not_taken
from mentormatch.solvers.engine import Options, Outcome
from mentormatch.solvers.flow import min_cost_flow
from mentormatch.solvers.flow.complementary_slackness import fixed_by_prices


@dataclass(frozen=True, eq=False)
class Relaxation:
    """The answer of a flow to a part of a form.

    Parameters
    ----------
    is_feasible : bool
        False proves that the whole form has no matching.
    chosen : bool array of shape (m,), or None
        The flow's matching, which may break what was left out.
    bounds : tuple of int
        Values of the first stages as engines minimise them: bounds as long as all earlier stages attain theirs.
    outcome : Outcome or None
        The flow's answer where it is one to the whole form.
    """

    is_feasible: bool
    chosen: BoolArray | None = None
    bounds: tuple[int, ...] = ()
    outcome: Outcome | None = None


def relax(form: Form, usable: BoolArray) -> Relaxation:
    """Solve as much of a form as a flow can take.

    Parameters
    ----------
    form : Form
    usable : bool array of shape (m,)
        Pairs that may stand in a matching that keeps the form.
    """
    part, kept = _flow_part(_without_search(form, usable))
    try:
        outcome = min_cost_flow.solve(part, Options())
    except MarketError:  # costs beyond the flow's range; those of CP-SAT are larger
        return Relaxation(is_feasible=True)
    if outcome.status is Status.INFEASIBLE or outcome.pairs is None:
        return Relaxation(is_feasible=outcome.status is not Status.INFEASIBLE)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[outcome.pairs] = True
    bounds = _bounds(part, outcome)
    whole = (
        len(part.stages) == len(form.stages)
        and not not_taken(min_cost_flow.TAKES, form.parts, form.stages)
        and not any(len(rows.broken(chosen)) for rows in form.rows)
    )
    return Relaxation(
        is_feasible=True, chosen=chosen, bounds=bounds, outcome=_of_whole(form, kept, outcome) if whole else None
    )


def settled_pairs(form: Form, usable: BoolArray, attained: tuple[int, ...]) -> tuple[BoolArray, BoolArray]:
    """Return the pairs that no matching has that attains some values, and those that all such matchings have.

    Parameters
    ----------
    form : Form
    usable : bool array of shape (m,)
        Pairs that may stand in a matching that keeps the form.
    attained : tuple of int
        Values of the first stages, as engines minimise them, that some matching of the form attains. Where the flow
        does not bound them all nothing is settled.

    Returns
    -------
    closed, needed : bool arrays of shape (m,)
    """
    nothing = np.zeros(form.market.num_pairs, bool)
    part, _ = _flow_part(replace(_without_search(form, usable), stages=form.stages[: len(attained)]))
    try:
        outcome = min_cost_flow.solve(part, Options())
    except MarketError:
        return nothing, nothing
    if outcome.certificate is None or _bounds(part, outcome) != attained:
        return nothing, nothing
    return fixed_by_prices(part, outcome.certificate.levels)


def _bounds(part: Form, outcome: Outcome) -> tuple[int, ...]:
    """Return the values of a flow's stages as engines minimise them."""
    return tuple(-s.value if stage.maximise else s.value for stage, s in zip(part.stages, outcome.stages, strict=True))


def _without_search(form: Form, usable: BoolArray) -> Form:
    """Return a form without what only a search can take."""
    label = Text(zh="不在任何稳定匹配中。", en="In no stable matching.")
    unusable = Mask("stability", np.flatnonzero(form.open & ~usable), label)
    return replace(form.only(min_cost_flow.TAKES), masks=(*form.masks, unusable), stages=_bounded_stages(form))


def _bounded_stages(form: Form) -> tuple[StageForm, ...]:
    """Return the first stages that a flow bounds from below: what it leaves out of their costs is never negative."""
    for number, stage in enumerate(form.stages):
        if not all(type(term) in min_cost_flow.TAKES or term.never_negative for term in stage.terms):
            return form.stages[:number]
    return form.stages


def _flow_part(form: Form) -> tuple[Form, tuple[int, ...]]:
    """Return a form that a flow takes, and which blocks of rows it kept; stages are cut off, rows are left out."""
    kept = [
        position for position, rows in enumerate(form.rows) if rows.coeffs is None or bool((rows.coeffs == 1).all())
    ]
    stages = form.stages
    while True:
        part = replace(form.with_rows([form.rows[position] for position in kept]), stages=stages)
        clash = analyse(part).clash
        if not clash:
            return part, tuple(kept)
        blocks = [position for kind, _, position in clash if kind == "rows"]
        if blocks:
            # The block that says least: a cap on a few pairs rather than everybody's quotas.
            del kept[min(blocks, key=lambda position: _weight(part.rows[position]))]
        else:
            stages = stages[: max(stage for _, stage, _ in clash)]


def _weight(rows: Rows) -> tuple[int, int]:
    return len(rows.pairs), -len(rows)


def _of_whole(form: Form, kept: tuple[int, ...], outcome: Outcome) -> Outcome:
    """Return the flow's answer with prices for every block of the form: rows that were left out cost nothing."""
    if outcome.certificate is None:
        return outcome
    levels = []
    for level in outcome.certificate.levels:
        prices: list[IntArray] = [np.zeros(len(rows), np.int64) for rows in form.rows]
        for position, known in zip(kept, level.prices, strict=True):
            prices[position] = known
        levels.append(PricedLevel(level.stages, level.weights, tuple(prices), level.convex_prices))
    return replace(outcome, certificate=PriceCertificate(tuple(levels)))
