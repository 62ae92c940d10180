"""The contract of a mechanism: a rule from preferences to a matching, composed of solvers."""

from collections.abc import Callable
from dataclasses import dataclass

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.mechanisms.properties import Claim
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.solvers.engine import Options


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A mechanism: a name, what it does, and plain functions.

    Parameters
    ----------
    name : str
    text : Text
        What it does, for a school.
    run : callable
        ``run(problem, options, engine)`` returns a checked `Result`; `engine` forces an engine where the
        mechanism has a choice.
    places_everyone : bool
        It has a coordination step, so a school may ask it to place everyone and to fill lower quotas.
    assign : callable
        ``assign(problem, options)`` returns the positions of the same pairs, without the check, the reasons and the
        proofs, or None where there is no matching: for experiments that run a mechanism thousands of times.
    claims : tuple of Claim
        What is known about it, see `mentormatch.mechanisms.properties`.
    version : str
        Of a mechanism of your own: a study takes numbers from its folder that were made under the same name and
        version. Empty: under the same code.
    """

    name: str
    text: Text
    run: Callable[[Problem, Options, str | None], Result]
    places_everyone: bool
    assign: Callable[[Problem, Options], IntArray | None]
    claims: tuple[Claim, ...] = ()
    version: str = ""
