"""The suites for mechanisms, metrics, generators, engines and formats: ours pass, each check catches its own flaw."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import mentormatch as mm
from mentormatch.base.text import Text
from mentormatch.mechanisms import MECHANISMS
from mentormatch.mechanisms.own_mechanism import own_mechanism
from mentormatch.mechanisms.properties import Claim
from mentormatch.problem.result import Status
from mentormatch.solvers.choose import ENGINES
from mentormatch.study.generators import TheoryMarket
from mentormatch.study.instances import GivenMarket
from mentormatch.study.metrics import METRICS, Metric
from mentormatch.testing import (
    check_engine,
    check_format,
    check_generator,
    check_mechanism,
    check_metric,
    small_choice_markets,
)
from their_parts import IN_ORDER, in_order

FEW = small_choice_markets(6)


def fails(check, *parts: object, said: str, **more: object) -> None:
    with pytest.raises(AssertionError) as error:
        check(*parts, **more)
    assert said in str(error.value)


# -- mechanisms -------------------------------------------------------------------------------------------------------


# Lotteries and forms' times are drawn by id and known of rosters; `order` is theirs, too.
@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
def test_our_mechanisms_pass(mechanism):
    check_mechanism(mechanism, FEW[:4])


@pytest.mark.parametrize("mechanism", [IN_ORDER, in_order, "serial_dictatorship"])
def test_somebody_elses_mechanism_passes(mechanism):
    check_mechanism(mechanism, FEW)


def nothing(market):
    return []


@pytest.mark.parametrize("claim", ["stable", "efficient", "most_placed", "most_first_choices"])
def test_a_false_claim_is_refuted(claim):
    liar = own_mechanism(nothing, claims=(Claim(claim, True, "nobody"),))
    fails(check_mechanism, liar, FEW, said=f"{claim}: ")


def test_a_false_claim_of_truth_telling_is_refuted():
    immediate = next(each for each in MECHANISMS if each.name == "immediate_acceptance")
    liar = replace(immediate, claims=(Claim("strategy_proof", True, "nobody"),))
    fails(check_mechanism, liar, small_choice_markets(), said="gains by listing")


def overfull(market):
    return [(market.student_ids[i], market.mentor_ids[j]) for i, j in zip(market.student, market.mentor, strict=True)]


def by_position(market):
    first = {}
    for pair in range(market.num_pairs):
        if market.is_choice[pair] and market.mentor[pair] == 0:
            first.setdefault(market.mentor_ids[0], market.student_ids[market.student[pair]])
    return [(student, mentor) for mentor, student in first.items()]


class Moody:
    __name__ = "moody"

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, market):
        self.calls += 1
        return in_order(market) if self.calls % 2 else []


@pytest.mark.parametrize(
    ("mechanism", "said"),
    [(overfull, "a quota is exceeded"), (by_position, "the order of rows"), (Moody(), "not twice")],
)
def test_flaws_of_mechanisms_are_found(mechanism, said):
    fails(check_mechanism, mechanism, FEW, said=said)


def test_a_declared_failure_is_one():
    liar = own_mechanism(in_order, text=Text("依次选择", "one by one"), claims=(Claim("stable", True, "nobody"),))
    check_mechanism(liar, FEW, expected_failures={"stable": "it is not"})
    fails(check_mechanism, in_order, FEW, said="declared to fail", expected_failures={"stable": "it is not"})


# -- metrics and generators -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_our_metrics_pass(metric):
    check_metric(metric, FEW[:2])


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (lambda outcome: {"x": float("nan")}, "must be a finite number"),
        (lambda outcome: {"x": float(outcome.matching.pairs.sum())}, "the order of rows"),
        (lambda outcome: {"x": np.random.default_rng().random()}, "the second time"),
    ],
)
def test_flaws_of_metrics_are_found(measure, said):
    fails(check_metric, Metric("own", Text("自定", "own"), measure), FEW, said=said)


@dataclass(frozen=True)
class Restless:
    name: str = "restless"

    def market(self, seed: int) -> mm.Market:
        return FEW[int(np.random.default_rng().integers(len(FEW)))]


def test_generators():
    check_generator(TheoryMarket(num_students=6, num_mentors=2, seats=3))
    check_generator(GivenMarket("given", FEW[0]), expected_failures={"seed": "it is one market"})
    fails(check_generator, GivenMarket("given", FEW[0]), said="every seed gives the same market")
    fails(check_generator, Restless(), said="differs the second time")


# -- engines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [each for each in ENGINES if each.name in ("min_cost_flow", "deferred_acceptance")])
def test_our_engines_pass(engine):
    check_engine(engine)


FLOW = next(each for each in ENGINES if each.name == "min_cost_flow")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda outcome: replace(outcome, pairs=outcome.pairs[:-1]), "can be had"),
        (lambda outcome: replace(outcome, pairs=outcome.pairs[::-1]), "pairs must ascend"),
        (lambda outcome: replace(outcome, status=Status.INFEASIBLE, pairs=None), "is called infeasible and is not"),
        (
            lambda outcome: replace(outcome, stages=tuple(replace(s, value=0) for s in outcome.stages)),
            "it tells the values",
        ),
        (lambda outcome: replace(outcome, stages=outcome.stages[::-1]), "must be told in order"),
        (lambda outcome: replace(outcome, pairs=np.arange(9)), "break a rule"),
    ],
)
def test_flaws_of_engines_are_found(change, said):
    broken = replace(FLOW, name="broken", solve=lambda form, options: change(FLOW.solve(form, options)))
    fails(check_engine, broken, said=said)
    fails(check_engine, replace(FLOW, takes=frozenset()), said="supports none of the problems")


def test_an_engine_of_ones_own_solves():
    mine = replace(FLOW, name="mine")
    problem = mm.build_problem(FEW[0])
    assert mm.solve(problem, engine=mine).engine == "mine"


# -- formats ----------------------------------------------------------------------------------------------------------

LISTED = [
    mm.Market.from_preferences({1: [1, 2], 2: [1]}, {1: [2, 1], 2: [1]}, quotas={1: 1, 2: 2}),
    mm.Market.from_preferences({1: [2], 2: [1]}, {1: [2], 2: [1]}, quotas=1),
]


def test_our_format_passes():
    check_format(mm.read_glasgow, mm.write_glasgow, LISTED)


def careless(path: Path) -> mm.Market:
    market = mm.read_glasgow(path)
    return market.replace(mentor_upper=market.mentor_upper + 1)


def trusting(path: Path) -> mm.Market:
    int(path.read_text("utf-8").split()[0])
    return mm.read_glasgow(path)


def test_flaws_of_formats_are_found():
    fails(check_format, careless, mm.write_glasgow, LISTED, said="comes back with another mentor_upper")
    fails(check_format, trusting, mm.write_glasgow, LISTED, said="raises UnicodeDecodeError")
