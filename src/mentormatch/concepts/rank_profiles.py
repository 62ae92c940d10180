"""Rank profiles without stability: rank-maximal, greedy and generous matchings."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint
from mentormatch.market import Market
from mentormatch.objectives import Generous, PlacedStudents, RankMaximal
from mentormatch.result import Result


def rank_maximal(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a rank-maximal matching: most first choices, then most second ones, ... (Irving et al. 2006). A flow.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(Concept("rank_maximal", stages=(RankMaximal(),)), market, rules, **options)


def greedy(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a greedy maximum matching: rank-maximal among the largest ones (Manlove 2013, chapter 8). A flow.

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
            "greedy",
            stages=(
                PlacedStudents(),
                RankMaximal(),
            ),
        ),
        market,
        rules,
        **options,
    )


def generous(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a generous maximum matching: of the largest ones, fewest at the worst rank, then at the second worst, ...

    Also called fair (Mehlhorn and Michail 2006). A flow.

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
            "generous",
            stages=(
                PlacedStudents(),
                Generous(),
            ),
        ),
        market,
        rules,
        **options,
    )
