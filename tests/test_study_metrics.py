"""Metrics against hand-made schools, their definitions, and each other."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.base.arrays import gini
from mentormatch.constraints import Quotas
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.matchmaking import find_mechanism
from mentormatch.problem.problem import Problem
from mentormatch.study.generators import School, TheoryMarket
from mentormatch.study.metrics import METRICS, fairness_between, find_metric, manipulability_of
from mentormatch.study.metrics.manipulability import manipulations
from mentormatch.study.metrics.metric import Measured, Values
from strategies import markets


def outcome(market: Market, pairs: Any, mechanism: str = "deferred_acceptance", seed: int = 0) -> Measured:
    return Measured(
        problem=Problem(market, [Quotas(lower=False)]),
        mechanism=find_mechanism(mechanism),
        seed=seed,
        matching=pairs if isinstance(pairs, Matching) else Matching.from_ids(market, pairs),
    )


def measured(name: str, market: Market, pairs: Any) -> Values:
    return find_metric(name).measure(outcome(market, pairs))


def small() -> Market:
    """Five students, two mentors of two seats; e listed nobody but may go to y."""
    return Market.from_arrays(
        [0, 0, 1, 1, 2, 3, 3, 4],
        [0, 1, 0, 1, 0, 0, 1, 1],
        student_rank=[1, 2, 1, 2, 1, 2, 1, 0],
        mentor_rank=[1, 2, 2, 1, 3, 4, 3, 4],
        mentor_upper=2,
        student_ids="abcde",
        mentor_ids="xy",
        student_attributes={"care_level": Attribute.from_values(["key", None, None, "key", None])},
        pair_attributes={"current": np.array([0, 1, 1, 0, 0, 0, 0, 0], bool)},
    )


PAIRS = [("b", "x"), ("c", "x"), ("a", "y"), ("e", "y")]


def test_a_school_counted_by_hand() -> None:
    market = small()
    profile = measured("rank_profile", market, PAIRS)
    assert profile == {"rank_1": 0.5, "rank_2": 0.25, "unlisted": 0.0, "mean_rank": pytest.approx(4 / 3)}
    assert measured("placed", market, PAIRS) == {"placed": 0.8, "placed_by_choice": 0.6}
    # a would have x, which prefers it to both it has; d would have y, which prefers it to e.
    assert measured("blocking", market, PAIRS) == {"blocking_pairs": 2.0, "blocking_students": 0.4}
    # d envies at x too, but x prefers both it has.
    assert measured("envy", market, PAIRS) == {"envious": 0.4, "justified_envy": 0.4, "wasted": 0.0}
    assert measured("load", market, PAIRS) == {"load_gini": 0.0, "load_max": 2.0, "load_min": 2.0}
    assert measured("retention", market, PAIRS) == {"retained": 1.0}
    # Worth 2 for a first and 1 for a second choice: b, c, a have 5 of the 8 of the four that listed somebody.
    assert measured("welfare", market, PAIRS) == {"welfare": 5 / 8}
    # The best gives two first choices at x, one at y, and one second choice.
    assert measured("price", market, PAIRS) == {"price": 7 / 5}
    gaps = measured("group_fairness", market, PAIRS)
    assert gaps == {
        "gap_placed": pytest.approx(1 / 2 - 1),
        "gap_first_choice": pytest.approx(0 - 1),
        "gap_welfare": pytest.approx(1 / 4 - 1),
    }


def test_numbers_without_a_meaning_are_left_out() -> None:
    market = Market.from_preferences({"a": ["x"], "b": []}, {"x": ["a"]}, quotas={"x": 1})
    assert measured("retention", market, []) == {}
    assert measured("price", market, []) == {}
    assert measured("group_fairness", market, []) == {}
    assert measured("manipulability", market, []) == {}
    assert "mean_rank" not in measured("rank_profile", market, [])
    assert measured("load", market, []) == {"load_max": 0.0, "load_min": 0.0}
    nobody = Market.from_arrays([], [], student_rank=[], num_students=0, num_mentors=1)
    for metric in METRICS:
        assert all(np.isfinite(value) for value in metric.measure(outcome(nobody, [])).values()), metric.name


@settings(max_examples=300, deadline=None, derandomize=True)
@given(markets(max_student_quota=2), st.data())
def test_no_blocking_pair_is_no_justified_envy_and_no_wasted_seat(market: Market, data: st.DataObject) -> None:
    chosen: list[int] = []
    load, degree = np.zeros(market.num_mentors), np.zeros(market.num_students)
    for pair in data.draw(st.permutations(range(market.num_pairs))):
        i, j = market.student[pair], market.mentor[pair]
        if load[j] < market.mentor_upper[j] and degree[i] < market.student_quota[i] and data.draw(st.booleans()):
            chosen.append(pair)
            load[j] += 1
            degree[i] += 1
    matching = Matching(market, np.array(chosen, np.int64))
    blocking, envy = measured("blocking", market, matching), measured("envy", market, matching)
    assert (blocking["blocking_pairs"] == 0) == (envy["justified_envy"] == 0 and envy["wasted"] == 0)
    assert envy["justified_envy"] <= envy["envious"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=12).filter(any))
def test_gini_is_half_the_mean_difference_over_the_mean(loads: list[int]) -> None:
    amounts = np.array(loads)
    difference = np.abs(amounts[:, None] - amounts[None, :]).mean()
    assert gini(amounts) == pytest.approx(difference / (2 * amounts.mean()))


def test_price_is_one_of_the_best_and_never_less() -> None:
    for seed in range(20):
        market = TheoryMarket(num_students=12, num_mentors=4, seats=2, length=3).market(seed)
        best = mm.match(market, mechanism="min_cost").matching
        stable = mm.match(market, mechanism="deferred_acceptance").matching
        assert best is not None
        assert stable is not None
        values = [measured("price", market, matching)["price"] for matching in (best, stable)]
        assert min(values) >= 1
        assert measured("welfare", market, best)["welfare"] * values[0] == pytest.approx(
            measured("welfare", market, stable)["welfare"] * values[1]
        )


# -- manipulability --------------------------------------------------------------------------------------------------


def test_the_families_of_manipulations_of_a_list_of_three() -> None:
    market = Market.from_preferences({"a": ["x", "y", "z"], "b": ["y"]})
    lists: dict[str, set[tuple[int, ...]]] = {}
    for kind, pairs, ranks in manipulations(market, 0):
        assert ranks.tolist() in ([1], [1, 2], [1, 3], [2, 3], [1, 2, 3])
        lists.setdefault(kind, set()).add(tuple(market.mentor[pairs].tolist()))
    assert lists == {
        "truncation": {(0,), (0, 1)},
        "reordering": {(1, 0, 2), (2, 1, 0), (0, 2, 1), (2, 0, 1)},
        "dropping": {(1, 2), (0, 2)},
    }


def test_the_textbook_manipulation_of_immediate_acceptance() -> None:
    """x is full of better students, and y is lost unless it stands first (Abdulkadiroglu and Sonmez 2003)."""
    market = Market.from_preferences(
        {"a": ["x", "y"], "b": ["x", "y"], "c": ["y"]}, {"x": ["a", "b", "c"], "y": ["b", "c", "a"]}
    )
    everybody = manipulability_of(None)
    values = {}
    for name in ("immediate_acceptance", "deferred_acceptance"):
        matching = mm.match(market, mechanism=name).matching
        assert matching is not None
        values[name] = everybody.measure(outcome(market, matching, name))
    assert values["immediate_acceptance"] == {
        "gain_truncation": 0.0,
        "gain_reordering": 0.5,
        "gain_dropping": 0.5,
        "manipulable": 0.5,
        "gain": 0.5,
    }
    assert not any(values["deferred_acceptance"].values())


@pytest.mark.parametrize(
    ("mechanism", "gains"),
    [
        ("deferred_acceptance", False),
        ("serial_dictatorship", False),
        ("random_priority", False),
        ("top_trading_cycles", False),
        ("first_come_first_served", False),
        ("immediate_acceptance", True),
        ("min_cost", True),
        ("rank_maximal", True),
    ],
)
def test_who_gains_in_a_generated_school(mechanism: str, gains: bool) -> None:
    manipulable = 0.0
    for seed in range(3):
        market = School(num_students=60, candidates="choices").market(seed)
        result = mm.match(market, mechanism=mechanism)
        assert result.matching is not None
        manipulable += manipulability_of(25).measure(outcome(market, result.matching, mechanism))["manipulable"]
    assert (manipulable > 0) == gains


def test_fairness_between_other_groups_and_unknown_metrics() -> None:
    market = School(num_students=120).market(0)
    matching = mm.match(market, mechanism="first_come_first_served").matching
    assert matching is not None
    assert set(fairness_between("boarding").measure(outcome(market, matching))) == {
        "gap_placed",
        "gap_first_choice",
        "gap_welfare",
    }
    assert fairness_between("no_such_attribute").measure(outcome(market, matching)) == {}
    with pytest.raises(mm.InputError, match="blocking"):
        find_metric("happiness")


# -- the full search ---------------------------------------------------------------------------------------------------


def test_a_full_search_finds_what_no_family_holds() -> None:
    """Immediate acceptance by hand: b gains one rank by naming y first, and nobody else gains."""
    market = Market.from_preferences(
        {"a": ["x", "y"], "b": ["x", "y"], "c": ["y"]}, {"x": ["a", "b", "c"], "y": ["b", "c", "a"]}
    )
    search = find_metric("every_list")
    values = {}
    for name in ("immediate_acceptance", "deferred_acceptance", "top_trading_cycles", "serial_dictatorship"):
        matching = mm.match(market, mechanism=name).matching
        assert matching is not None
        values[name] = search.measure(outcome(market, matching, name))
    assert values.pop("immediate_acceptance") == {"gain_by_any_list": 1 / 3, "largest_gain": 1.0}
    assert all(not any(found.values()) for found in values.values())


@pytest.mark.parametrize("seed", range(4))
def test_the_families_never_find_more_than_the_full_search(seed: int) -> None:
    market = TheoryMarket(num_students=7, num_mentors=4, seats=1, length=4).market(seed)
    for name in ("immediate_acceptance", "rank_maximal"):
        matching = mm.match(market, mechanism=name).matching
        assert matching is not None
        found = outcome(market, matching, name)
        families, everything = manipulability_of(None).measure(found), find_metric("every_list").measure(found)
        assert families["manipulable"] <= everything["gain_by_any_list"]


def test_the_full_search_is_for_small_markets() -> None:
    market = TheoryMarket(num_students=3, num_mentors=6).market()
    with pytest.raises(mm.InputError, match="at most 5"):
        measured("every_list", market, [])
