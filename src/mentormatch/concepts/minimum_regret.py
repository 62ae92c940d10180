"""Minimum regret: the worst rank that anybody gets is as good as possible, with or without stability."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, WeakStability
from mentormatch.market import Market
from mentormatch.objectives import MinimumRegret, PlacedStudents
from mentormatch.result import Result


def minimum_regret_stable(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a stable matching whose worst rank on either side is as good as possible.

    Polynomial on strict markets (Gusfield 1987); by CP-SAT with ties.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(
        Concept("minimum_regret_stable", rules=(WeakStability(),), stages=(MinimumRegret(side="both"),)),
        market,
        rules,
        **options,
    )


def minimum_regret(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a largest matching, stable or not, whose worst rank of a student is as good as possible. A flow.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(
        Concept(
            "minimum_regret",
            stages=(
                PlacedStudents(),
                MinimumRegret(),
            ),
        ),
        market,
        rules,
        **options,
    )
