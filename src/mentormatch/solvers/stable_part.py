"""What the search for a largest stable matching knows of the first stage of a form that asks for more than that.

Leaving out further rows and later stages makes a problem no harder: the size of a largest stable matching under quotas
alone bounds the first stage, where that is the number of pairs, and a matching of that size that happens to keep the
other rows attains it.
"""

from dataclasses import dataclass, replace

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.problem.form import Form
from mentormatch.solvers.engine import Options
from mentormatch.solvers.stable import largest_stable
from mentormatch.solvers.stable.pure_stability import reasons_of_rows


@dataclass(frozen=True, eq=False)
class StablePart:
    """A largest stable matching under quotas alone.

    Parameters
    ----------
    chosen : bool array of shape (m,)
    keeps_all : bool
        It keeps what was left out as well.
    bound : int
        No matching of the whole form costs less in the first stage, as engines minimise it.
    interrupted : bool
    """

    chosen: BoolArray
    keeps_all: bool
    bound: int
    interrupted: bool


def stable_part(form: Form, options: Options) -> StablePart | None:
    """Search for a largest stable matching of a form without its later stages and further rows.

    Returns None where the first stage does not count pairs, or something else than rows stands in the way; and where
    nothing is left out, so that two engines can be asked the same and compared.
    """
    if not form.stable or not form.stages or not largest_stable.ENGINE.supports(form):
        return None
    quotas = tuple(
        rows for rows in form.rows if {why.code for why in reasons_of_rows(form.with_rows([rows]))} <= {"no_quotas"}
    )
    part = replace(form.with_rows(quotas), stages=form.stages[:1])
    if largest_stable.ENGINE.supports(part):
        return None
    outcome = largest_stable.solve(part, options)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[outcome.pairs] = True
    stage, said = part.stages[0], outcome.stages[0]
    limit = said.value if said.bound is None else said.bound
    return StablePart(
        chosen,
        keeps_all=not any(len(rows.broken(chosen)) for rows in form.rows),
        bound=-limit if stage.maximise else limit,
        interrupted=bool(outcome.statistics.get("interrupted")),
    )
