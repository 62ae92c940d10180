"""Almost stable: a largest matching with the fewest blocking pairs, or with the fewest students in one."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint
from mentormatch.market import Market
from mentormatch.objectives import FewestBlockingPairs, FewestBlockingStudents, PlacedStudents
from mentormatch.result import Result


def fewest_blocking_pairs(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a largest matching with the fewest blocking pairs.

    NP-hard and hard to approximate (Biro, Manlove and Mittal 2010); by CP-SAT.

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
            "fewest_blocking_pairs",
            stages=(
                PlacedStudents(),
                FewestBlockingPairs(),
            ),
        ),
        market,
        rules,
        **options,
    )


def fewest_blocking_students(
    market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]
) -> Result:
    """Return a largest matching with the fewest students in a blocking pair. NP-hard; by CP-SAT.

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
            "fewest_blocking_students",
            stages=(
                PlacedStudents(),
                FewestBlockingStudents(),
            ),
        ),
        market,
        rules,
        **options,
    )
