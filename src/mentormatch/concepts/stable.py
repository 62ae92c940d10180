"""Weakly, strongly and super-stable matchings: found, or proven not to exist."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, StrongStability, SuperStability, WeakStability
from mentormatch.market import Market
from mentormatch.result import Result


def weakly_stable(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a weakly stable matching: nobody can both strictly gain (Gale and Shapley 1962; ties by lottery).

    O(m). With ties on either side its size depends on the lottery: `maximum_stable` finds a largest one.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("weakly_stable", rules=(WeakStability(),)), market, rules, **options)


def strongly_stable(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a strongly stable matching, best for the students, or the status infeasible where there is none.

    No pair of which one would gain and the other lose nothing. Polynomial (Irving, Manlove and Scott 2003).

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("strongly_stable", rules=(StrongStability(),)), market, rules, **options)


def super_stable(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a super-stable matching, best for the students, or the status infeasible where there is none.

    Stable however the ties are broken. O(m) (Irving, Manlove and Scott 2000).

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("super_stable", rules=(SuperStability(),)), market, rules, **options)
