"""Sex-equal stable: the sums of ranks of both sides as close as possible."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, WeakStability
from mentormatch.market import Market
from mentormatch.objectives import SexEquality
from mentormatch.result import Result


def sex_equal(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a stable matching whose sums of students' and of mentors' ranks differ least.

    NP-hard also without ties (Kato 1993): CP-SAT over the rotation poset on strict markets, over the pairs with ties.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("sex_equal", rules=(WeakStability(),), stages=(SexEquality(),)), market, rules, **options)
