"""Egalitarian stable: the ranks of both sides, added up, as small as possible."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, WeakStability
from mentormatch.market import Market
from mentormatch.objectives import Egalitarian
from mentormatch.result import Result


def egalitarian(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a stable matching with the smallest sum of both sides' ranks.

    Polynomial on strict markets (Irving, Leather and Gusfield 1987: a minimum cut of the rotation poset); NP-hard with
    ties (Manlove et al. 2002), by CP-SAT.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("egalitarian", rules=(WeakStability(),), stages=(Egalitarian(),)), market, rules, **options)
