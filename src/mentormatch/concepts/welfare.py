"""Welfare by utilities: leximin and Nash."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.objectives import Leximin, NashWelfare


@concept
def leximin() -> Concept:
    """Return a matching whose worst-off student has as much as possible, then the second worst-off, and so on.

    Utilities are the pair attribute ``utility``; a student without a mentor has 0. A flow. `RulesError` where a student
    may have positive utilities from several mentors at once.
    """
    return Concept(stages=(Leximin(),))


@concept
def nash() -> Concept:
    """Return a matching with most students served and then the largest product of utilities.

    The product is compared by its logarithm, to a millionth.

    Utilities are the pair attribute ``utility``. A flow. `RulesError` as in `leximin`.
    """
    return Concept(stages=(NashWelfare(),))
