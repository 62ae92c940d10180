"""From stages to a mechanism that optimises them over what students listed, whatever the mentors prefer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.choices_only import ChoicesOnly
from mentormatch.mechanisms import optimal
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.properties import Claim
from mentormatch.objectives.stage import Stage
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.solvers.engine import Options

Stages = Callable[[], Sequence[Stage]]


def choice_program(name: str, stages: Stages, *, text: Text, claims: tuple[Claim, ...]) -> Mechanism:
    """Return a mechanism that replaces the stages of a problem by its own and places nobody unasked.

    Parameters
    ----------
    name : str
    stages : callable
        Returns the stages.
    text : Text
        What it does, for a school.
    claims : tuple of Claim
    """
    return Mechanism(
        name=name,
        text=text,
        run=partial(_run, name, stages),
        places_everyone=False,
        assign=partial(_assign, stages),
        claims=claims,
    )


def _run(name: str, stages: Stages, problem: Problem, options: Options, engine: str | None = None) -> Result:
    return replace(optimal.optimal(_over_choices(problem, stages), options, engine), mechanism=name)


def _assign(stages: Stages, problem: Problem, options: Options) -> IntArray | None:
    return optimal.assign(_over_choices(problem, stages), options)


def _over_choices(problem: Problem, stages: Stages) -> Problem:
    return problem.replace(constraints=(*problem.constraints, ChoicesOnly()), stages=tuple(stages()))
