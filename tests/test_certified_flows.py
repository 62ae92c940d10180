"""The judge behind every flow result of the suite: it is asked, and it is not fooled."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import certified_flows
from mentormatch.matchmaking import match
from mentormatch.mechanisms import solving
from mentormatch.problem.result import PriceCertificate, Result
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.verify.check_certificate import Broken
from test_optimality import STAGES, problem_of

SEEDS = range(4)


def test_every_optimal_flow_result_is_counted() -> None:
    before = dict(certified_flows.counted)
    for seed in SEEDS:
        for stages in STAGES.values():
            assert solving.solve(problem_of(seed, stages), engine="min_cost_flow").certificate is not None
    number = len(SEEDS) * len(STAGES)
    assert certified_flows.counted["flow results"] == before["flow results"] + number
    assert certified_flows.counted["proven by prices"] == before["proven by prices"] + number


@pytest.mark.parametrize("mechanism", ["optimal", "two_round"])
def test_mechanisms_pass_it_too(mechanism: str) -> None:
    before = certified_flows.counted["flow results"]
    assert match(problem_of(1, STAGES["coverage first"]), mechanism=mechanism).engine == "min_cost_flow"
    assert certified_flows.counted["flow results"] == before + 1


def worse_matching(outcome: Outcome) -> Outcome:
    assert outcome.pairs is not None
    return replace(outcome, pairs=outcome.pairs[1:])


def forged_prices(outcome: Outcome) -> Outcome:
    assert outcome.certificate is not None
    first, *others = outcome.certificate.levels
    prices = tuple(np.full_like(block, 1) for block in first.prices)
    return replace(outcome, certificate=PriceCertificate((replace(first, prices=prices), *others)))


def wrong_value(outcome: Outcome) -> Outcome:
    first, *others = outcome.stages
    return replace(outcome, stages=(replace(first, value=first.value + 1, bound=first.value + 1), *others))


@pytest.mark.parametrize("spoil", [worse_matching, forged_prices, wrong_value])
def test_a_spoiled_result_does_not_get_through(
    spoil: Callable[[Outcome], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the package's own checker bribed, the script alone stands in the way."""
    from mentormatch.solvers import choose

    def bribed(result: Result, report: Any) -> tuple[Any, ...]:
        return ()

    monkeypatch.setattr(solving, "verify_result", bribed)
    certified_flows.install()
    flow = next(engine for engine in choose.ENGINES if engine.name == "min_cost_flow")

    def solve_and_spoil(form: Any, options: Options) -> Outcome:
        return spoil(flow.solve(form, options))

    false = Engine(flow.name, flow.takes, flow.misfits, solve_and_spoil)
    monkeypatch.setattr(choose, "ENGINES", tuple(false if engine is flow else engine for engine in choose.ENGINES))
    with pytest.raises(Broken):
        solving.solve(problem_of(3, STAGES["coverage first"]), engine="min_cost_flow")
