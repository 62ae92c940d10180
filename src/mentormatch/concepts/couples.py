"""Couples: residents who apply in twos (HRC), solved or proven unsolvable."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.concept import Concept, SolveOptions, expect_kind, solved
from mentormatch.constraints import Constraint, Couple, CoupleStability
from mentormatch.io.instances.glasgow_couples import CouplesInstance
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.result import Result


def stable_with_couples(
    instance: CouplesInstance, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]
) -> Result:
    """Return a largest matching that is stable with couples, or the status infeasible where there is none.

    What blocks is defined in `CoupleStability` (McDermid and Manlove 2010). NP-complete (Ronn 1990); by CP-SAT.

    Parameters
    ----------
    instance : CouplesInstance
        From `mentormatch.io.instances.glasgow_couples.read_glasgow_couples`, or built.
    rules : sequence of Constraint
        Further rules.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    expect_kind(instance, CouplesInstance, "stable_with_couples")
    what = Concept(rules=(couples_rule(instance),), stages=(PlacedStudents(),))
    return solved("stable_with_couples", what, instance.market, rules, **options)


def couples_rule(instance: CouplesInstance) -> CoupleStability:
    """Return the rule that an instance with couples asks to be kept."""
    return CoupleStability(
        couples=tuple(Couple(first=a, second=b, choices=choices) for a, b, choices in instance.couples)
    )
