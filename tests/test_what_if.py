"""What if: the fewest seats by trying every number, costs to others counted again; nobody else named."""

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from mentormatch.constraints import Continuity, Quotas, Vetoes
from mentormatch.errors import InputError
from mentormatch.explain.what_if import Scenario, what_if
from mentormatch.io.read import read_roster
from mentormatch.market import Market
from mentormatch.matchmaking import match
from mentormatch.problem import Problem
from mentormatch.result import Result
from strategies import markets

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def again(result: Result):  # type: ignore[no-untyped-def]
    return lambda problem: match(problem, mechanism=result.mechanism, seed=result.seed)


def check_costs(before: Result, scenario: Scenario, student: object) -> None:
    assert before.matching is not None
    assert scenario.result.matching is not None
    market = before.problem.market

    def liking(result: Result, other: object) -> int:
        has = [market.pair_index(other, m) for m in result.matching.mentors_of(other)]  # type: ignore[union-attr]
        return max((int(market.student_rank[p]) or 10**6 for p in has if p is not None), default=10**7)

    others = [s for s in market.student_ids if s != student]
    assert scenario.better == sum(liking(scenario.result, s) < liking(before, s) for s in others)
    assert scenario.worse == sum(liking(scenario.result, s) > liking(before, s) for s in others)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(markets(max_students=5, placement=False))
def test_the_fewest_seats_are_the_fewest(market: Market) -> None:
    result = match(Problem(market, [Quotas(lower=False)]), mechanism="deferred_acceptance")
    for pair in range(min(market.num_pairs, 3)):
        student, mentor = market.student_ids[market.student[pair]], market.mentor_ids[market.mentor[pair]]
        found = {scenario.code: scenario for scenario in what_if(result, student, mentor, run=again(result))}
        for scenario in found.values():
            assert mentor in scenario.result.matching.mentors_of(student)  # type: ignore[union-attr]
            check_costs(result, scenario, student)
        if "seats" in found and result.explain_pair(student, mentor).code == "full":
            j = market.mentor_index(mentor)
            for fewer in range(1, found["seats"].amount):
                upper = market.mentor_upper.copy()
                upper[j] += fewer
                problem = Problem(market.replace(mentor_upper=upper), [Quotas(lower=False)])
                other = match(problem, mechanism="deferred_acceptance")
                assert mentor not in other.matching.mentors_of(student)  # type: ignore[union-attr]


def test_a_veto_would_have_to_go() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["b"]}, quotas=2)
    veto = [market.pair_index("s", "a") == pair for pair in range(market.num_pairs)]
    market = market.replace(pair_attributes={"mentor_veto": np.array(veto)})
    result = match(Problem(market, [Quotas(lower=False), Vetoes()]), mechanism="deferred_acceptance")
    found = what_if(result, "s", "a", run=again(result))
    assert [scenario.code for scenario in found] == ["rule"]
    assert found[0].worse == 0


def test_whoever_has_the_mentor_needs_nothing() -> None:
    market = Market.from_preferences({"s": ["a"]})
    result = match(Problem(market, [Quotas(lower=False), Continuity()]), mechanism="deferred_acceptance")
    assert what_if(result, "s", "a", run=again(result)) == ()
    other = Market.from_preferences({"s": ["a"], "t": ["b"]})
    result = match(Problem(other, [Quotas(lower=False)]), mechanism="deferred_acceptance")
    with pytest.raises(InputError, match="out of"):
        what_if(result, "s", "b", run=again(result))


@cache
def school() -> Result:
    return match(read_roster(DATA / "school.xlsx"), on=date(2024, 11, 11))


def test_a_pupil_of_the_school_learns_what_one_seat_would_change() -> None:
    result = school()
    market = result.problem.market
    student, statement = next(
        (s, said) for s in market.student_ids for said in result.explain(s).choices if said.code == "full"
    )
    found = what_if(result, student, statement.mentor, run=again(result))
    assert found
    assert found[0].code == "seats"
    ids = {str(other) for other in market.student_ids} - {str(student)}
    for scenario in found:
        check_costs(result, scenario, student)
        assert not any(other in scenario.text.zh + scenario.text.en for other in ids)
