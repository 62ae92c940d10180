"""Maximum weakly stable: as many students as a weakly stable matching can place (MAX-HRT, MAX-SMTI)."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.solved import Concept, SolveOptions, solved
from mentormatch.constraints import Constraint, WeakStability
from mentormatch.market import Market
from mentormatch.objectives import PlacedStudents
from mentormatch.result import Result


def maximum_stable(market: Market, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]) -> Result:
    """Return a largest weakly stable matching.

    Without ties all stable matchings are of one size (Roth 1984). With ties NP-hard (Iwama et al. 1999; Manlove et al.
    2002) and hard to approximate; exact by CP-SAT after preprocessing, and `kiraly` has two thirds in linear time.

    Parameters
    ----------
    market : Market
    rules : sequence of Constraint
        Further rules, such as `ForbiddenPairs`.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    return solved(
        Concept("maximum_stable", rules=(WeakStability(),), stages=(PlacedStudents(),)), market, rules, **options
    )
