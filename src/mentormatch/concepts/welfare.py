"""Welfare by utilities: leximin and Nash."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint
from mentormatch.market import Market
from mentormatch.objectives import Leximin, NashWelfare
from mentormatch.result import Result


def leximin(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a matching whose worst-off student has as much as possible, then the second worst-off, and so on.

    Utilities are the pair attribute ``utility``; a student without a mentor has 0. A flow.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("leximin", stages=(Leximin(),)), market, rules, **options)


def nash(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a matching with most students served and then the largest product of utilities.

    The product is compared by its logarithm, to a millionth.

    Utilities are the pair attribute ``utility``. A flow.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("nash", stages=(NashWelfare(),)), market, rules, **options)
