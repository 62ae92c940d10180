"""Maximum weight: the largest sum of a number that stands at every pair, with or without stability."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, WeakStability
from mentormatch.market import Market
from mentormatch.objectives import PairWeight
from mentormatch.result import Result


def maximum_weight_stable(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a stable matching of the largest weight; the market has the pair attribute ``weight``.

    Polynomial on strict markets, by a minimum cut of the rotation poset (Irving, Leather and Gusfield 1987); NP-hard
    with ties, by CP-SAT.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(
        Concept("maximum_weight_stable", rules=(WeakStability(),), stages=(PairWeight(),)), market, rules, **options
    )


def maximum_weight(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a matching of the largest weight, stable or not, by min-cost flow with prices that prove it.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("maximum_weight", stages=(PairWeight(),)), market, rules, **options)
