"""Instances that other people wrote, with their known optima."""

import pytest

from mentormatch.constraints import Quotas, WeakStability
from mentormatch.io.instances.glasgow import read_glasgow
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from samples import published


def largest(name: str, *rules: WeakStability) -> Result:
    market = read_glasgow(published(f"{name}.instance"))
    return solve(Problem(market, [Quotas(), *rules], [PlacedStudents()]))


@pytest.mark.parametrize(("name", "size"), [("smti-simple", 3), ("smti-nocomplete", 2), ("hrt", 758), ("smti", 9_935)])
def test_maximum_weakly_stable_matchings(name: str, size: int) -> None:
    result = largest(name, WeakStability())
    assert result.status is Status.OPTIMAL
    assert (result.stages[0].value, result.stages[0].bound, result.stages[0].proven) == (size, size, True)
    assert result.blocking_pairs == 0


@pytest.mark.parametrize(("name", "size"), [("hrt", 759), ("smti", 9_941)])
def test_maximum_cardinality_matchings(name: str, size: int) -> None:
    result = largest(name)
    assert result.engine == "min_cost_flow"
    assert (result.status, result.stages[0].value) == (Status.OPTIMAL, size)


def test_the_same_answer_on_every_run() -> None:
    first, second = largest("hrt", WeakStability()), largest("hrt", WeakStability())
    assert first.matching == second.matching
