"""Pareto-optimal for the students: nobody can be better off without somebody being worse off."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint
from mentormatch.market import Market
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.result import Result


def pareto_optimal(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a largest Pareto-optimal matching: of the largest ones one with the smallest sum of ranks.

    Mentors have seats and no say (Abraham, Cechlarova, Manlove and Mehlhorn 2004); ties are taken. A flow.

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
            "pareto_optimal",
            stages=(
                PlacedStudents(),
                RankTotal(),
            ),
        ),
        market,
        rules,
        **options,
    )
