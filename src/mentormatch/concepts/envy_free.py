"""Envy-free with lower quotas: nobody is passed over for a student whom the mentor likes less."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, EnvyFreeness, Quotas
from mentormatch.market import Market
from mentormatch.objectives import PlacedStudents
from mentormatch.result import Result


def envy_free(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a largest envy-free matching within lower and upper quotas, or the status infeasible.

    Stable matchings that meet lower quotas need not exist; envy-free ones leave seats free instead (Wu and Roth 2018;
    Yokoi 2017). Finding a largest one is NP-hard (Krishnaa, Limaye, Nasre and Nimbhorkar 2020); by CP-SAT.

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
            "envy_free",
            rules=(
                Quotas(),
                EnvyFreeness(),
            ),
            stages=(PlacedStudents(),),
        ),
        market,
        rules,
        **options,
    )
