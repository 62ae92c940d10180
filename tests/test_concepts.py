"""Every concept against its definition: all matchings of small markets are tried, and the best of them compared."""

import inspect
import json
import math

import numpy as np
import pytest

from brute_force import all_matchings, blocking_pairs, stable_matchings
from definitions import DEFINITIONS, answer, crowded, favourites, is_beaten, utilities, within_quotas
from mentormatch import concepts
from mentormatch.base.errors import InputError, RulesError, UnsupportedError
from mentormatch.constraints import FixedPairs, ForbiddenPairs, Popularity
from mentormatch.io.instances.glasgow_couples import CouplesInstance
from mentormatch.io.instances.glasgow_projects import read_glasgow_projects
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.market.some_pairs import some_pairs
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers import cp_sat
from mentormatch.solvers.engine import Options
from mentormatch.study import TheoryMarket
from mentormatch.testing import check_constraint
from mentormatch.verify.coalitions import is_pareto_optimal, is_popular
from mentormatch.verify.kinds_of_blocking import blocking_pairs_of_kind
from mentormatch.verify.verify import verify
from random_markets import random_market, random_markets
from samples import published

NUMBER = 80
SOMETIMES_NONE = {"strongly_stable", "super_stable", "stable_with_couples", "envy_free", "popular"}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_as_defined(name: str) -> None:
    found, absent = DEFINITIONS[name].run(51, NUMBER)
    assert found > NUMBER // 2
    # Where a concept may have no matching, some of the markets have none.
    assert (absent > 0) == (name in SOMETIMES_NONE)


def test_every_concept_has_a_definition() -> None:
    assert sorted(DEFINITIONS) == sorted(name for name in concepts.__all__ if name.islower())


# -- the checkers of definitions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("both_sides", [False, True])
def test_popularity_is_checked_by_its_definition(both_sides: bool) -> None:
    rng = np.random.default_rng(57)
    for _ in range(100):
        market = random_market(rng, pairs=8, strict=True) if both_sides else crowded(rng)
        every = list(within_quotas(market))
        liked = favourites(market, every, both_sides=both_sides)
        for pairs in every[:: max(len(every) // 10, 1)]:
            matching = Matching(market, np.array(pairs, np.int64))
            assert is_popular(market, matching, mentors_vote=both_sides) == (pairs in liked)


def test_popular_matchings_of_both_sides_may_be_larger_than_stable_ones() -> None:
    larger = 0
    for market in random_markets(57, 150, pairs=8, strict=True):
        larger += len(answer(concepts.popular_two_sided(market))) > len(next(iter(stable_matchings(market))))
    assert larger > 0


def test_two_sided_votes_with_ties_are_refused() -> None:
    market = Market.from_preferences({"s1": ["a"], "s2": ["a"]}, {"a": [["s1", "s2"]]})
    with pytest.raises(UnsupportedError):
        concepts.popular_two_sided(market)


def test_pareto_optimal_is_checked_by_its_definition() -> None:
    for market in random_markets(58, 120, pairs=8):
        every = list(within_quotas(market))
        for pairs in every[:: max(len(every) // 10, 1)]:
            matching = Matching(market, np.array(pairs, np.int64))
            assert is_pareto_optimal(market, matching) != is_beaten(market, pairs, every)


@pytest.mark.parametrize("kind", ["weak", "strong", "super", "envy"])
def test_the_checker_of_kinds(kind: str) -> None:
    for market in random_markets(59, 60, pairs=7, places=2, placement=True):
        for matching in all_matchings(market, quotas=True):
            expected = blocking_pairs(market, set(matching.pairs.tolist()), kind=kind)
            assert blocking_pairs_of_kind(market, matching, kind).tolist() == expected  # type: ignore[arg-type]


# -- what is refused, and couples who are none -------------------------------------------------------------------


def test_the_lattice_refuses_ties() -> None:
    with pytest.raises(UnsupportedError):
        concepts.stable_lattice(Market.from_preferences({"s1": ["a"], "s2": ["a"]}, {"a": [["s1", "s2"]]}))


def test_kiraly_refuses_several_mentors() -> None:
    market = random_market(np.random.default_rng(61))
    with pytest.raises(UnsupportedError):
        concepts.kiraly(market.replace(student_quota=np.full(market.num_students, 2)))


def test_couples_without_couples_are_stable_matching() -> None:
    for market in random_markets(62, 40, pairs=8):
        result = concepts.stable_with_couples(CouplesInstance(market, ()))
        assert len(answer(result)) == max(map(len, stable_matchings(market)))


# -- input that users of other libraries stumble over ------------------------------------------------------------


CONCEPTS = [getattr(concepts, name) for name in concepts.__all__ if name.islower()]
PLAIN = [c for c in CONCEPTS if c not in (concepts.stable_with_couples, concepts.stable_with_topics)]


@pytest.mark.parametrize("concept", PLAIN, ids=lambda concept: concept.__name__)
def test_empty_lists_silent_sides_and_nobody_at_all(concept) -> None:
    one_sided = Market.from_preferences({"s1": ["a", "b"], "s2": [], "s3": ["b"]}, quotas={"a": 1, "b": 2})
    only_mentors = Market.from_preferences({"s1": None, "s2": None, "s3": []}, {"a": ["s2", "s1"], "b": []})
    nobody = Market.from_preferences({})
    no_pairs = Market.from_preferences({"s1": []}, {"a": []})
    for market in (one_sided, only_mentors, nobody, no_pairs):
        size = market.num_pairs
        market = market.replace(pair_attributes={"weight": np.ones(size, np.int64), "utility": np.ones(size, np.int64)})
        try:
            result = concept(market)
        except UnsupportedError:
            # Two-sided votes and the lattice are for strict preferences.
            assert concept in (concepts.popular_two_sided, concepts.stable_lattice)
            assert market.num_pairs
            continue
        if concept is concepts.all_stable:
            assert len(list(result))
        elif concept is not concepts.stable_lattice:
            assert result.status in (Status.OPTIMAL, Status.FEASIBLE, Status.INFEASIBLE)


@pytest.mark.parametrize(
    "concept",
    [
        concepts.student_optimal,
        concepts.mentor_optimal,
        concepts.egalitarian,
        concepts.sex_equal,
        concepts.minimum_regret_stable,
    ],
    ids=lambda concept: concept.__name__,
)
def test_nobody_is_left_out_for_a_smaller_sum_of_ranks(concept) -> None:
    # s1 is indifferent, and s2 has only a: with a left to s1 the sum is smaller and s2 has nothing.
    market = Market.from_preferences({"s1": [["a", "b"]], "s2": ["a"]}, {"a": [["s1", "s2"]], "b": ["s1"]})
    assert concept(market).matching.as_dict() == {"s1": ("b",), "s2": ("a",)}


def test_a_silent_student_takes_whoever_lists_it() -> None:
    market = Market.from_preferences({"s1": None, "s2": ["b"]}, {"a": ["s1"], "b": ["s2", "s1"], "c": []})
    assert {
        (market.student_ids[i], market.mentor_ids[j]) for i, j in zip(market.student, market.mentor, strict=True)
    } == {
        ("s1", "a"),
        ("s1", "b"),
        ("s2", "b"),
    }
    assert set(market.student_rank.tolist()) == {1}


def test_further_rules_and_options_are_passed_on() -> None:

    market = random_market(np.random.default_rng(63), strict=True)
    pairs = list(Matching(market, np.arange(market.num_pairs)).ids())
    result = concepts.egalitarian(market, [ForbiddenPairs(pairs=(pairs[0],))], engine="cp_sat", seed=3)
    assert (result.engine, result.seed, result.mechanism) == ("cp_sat", 3, "egalitarian")
    assert result.matching is not None
    assert pairs[0] not in set(result.matching.ids())


@pytest.mark.parametrize("concept", [concepts.fewest_blocking_pairs, concepts.fewest_blocking_students])
def test_nothing_is_searched_where_a_largest_stable_matching_is_as_large_as_any(concept) -> None:
    for ties in (0.0, 0.8):
        market = TheoryMarket(num_students=200, num_mentors=40, seats=6, length=6, mentor_ties=ties).market(seed=2)
        result = concept(market)
        assert [stage.value for stage in result.stages] == [200, 0]
        outcome = cp_sat.solve(compile_form(result.problem), Options())
        assert "variables" not in outcome.statistics


TAKES_RULES = [concept for concept in PLAIN if "rules" in inspect.signature(concept).parameters]


@pytest.mark.parametrize("concept", TAKES_RULES, ids=lambda concept: concept.__name__)
def test_a_forbidden_pair_is_as_if_it_were_not_there(concept) -> None:
    """It blocks nothing, envies nobody and has no vote."""
    rng = np.random.default_rng(66)
    for _ in range(12):
        market = DEFINITIONS[concept.__name__].draw(rng)
        keep = rng.random(market.num_pairs) < 0.7
        pairs = Matching(market, np.flatnonzero(~keep)).ids()
        results = concept(market, [ForbiddenPairs(pairs=tuple(pairs))]), concept(some_pairs(market, keep))
        if concept in (concepts.stable_lattice, concepts.all_stable):
            listed = [each.matchings() if concept is concepts.stable_lattice else each for each in results]
            every = [{frozenset(matching.ids()) for matching in each} for each in listed]
            assert every[0] == every[1]
            continue
        assert results[0].status is results[1].status
        # Levels for ranks or utilities that only forbidden pairs have count nothing new.
        values = [[stage.value for stage in result.stages] for result in results]
        if concept not in (concepts.leximin, concepts.rank_maximal, concepts.greedy, concepts.generous):
            assert values[0] == values[1]
        assert results[0].blocking_pairs == results[1].blocking_pairs or values[0]


def test_rules_that_do_more_than_remove_pairs_are_refused_where_an_algorithm_knows_pairs_alone() -> None:
    market = Market.from_preferences({"Ann": ["Lee", "Wu"], "Bo": ["Lee"]}, {"Lee": ["Ann", "Bo"], "Wu": ["Ann"]})
    for concept in (concepts.popular_two_sided, concepts.kiraly, concepts.stable_lattice):
        with pytest.raises(UnsupportedError):
            concept(market, [FixedPairs(pairs=(("Ann", "Wu"),))])


@pytest.mark.parametrize("draw", ["stable_with_couples", "stable_with_topics"])
def test_all_stable_matchings_of_couples_and_topics_with_forced_pairs(draw: str) -> None:
    """By the rule's own definition over every matching; then those that hold a pair, and a cap."""
    rng, several = np.random.default_rng(68), 0
    for _ in range(12):
        instance = DEFINITIONS[draw].draw(rng)
        found = concepts.all_stable(instance, seed=2)
        listed = {tuple(matching.pairs.tolist()) for matching in found}
        assert found.is_complete
        market = found.problem.market
        every = {
            tuple(matching.pairs.tolist())
            for matching in all_matchings(market, quotas=True)
            if verify(found.problem, matching).is_feasible
        }
        assert listed == every
        several += len(every) > 1
        if every:
            forced = min(every)[:1]
            pairs = tuple(Matching(market, np.array(forced, np.int64)).ids())
            some = concepts.all_stable(instance, [FixedPairs(pairs=pairs)])
            assert {tuple(m.pairs.tolist()) for m in some} == {each for each in every if set(forced) <= set(each)}
            capped = concepts.all_stable(instance, most=1)
            assert len(list(capped)) == 1
            assert capped.is_complete == (len(every) == 1)
    assert several


@pytest.mark.parametrize("wrong", [{"kind": "firm"}, {"most": 0}, {"most": True}])
def test_all_stable_refuses_nonsense(wrong) -> None:
    with pytest.raises(InputError):
        concepts.all_stable(Market.from_preferences({"a": ["b"]}), **wrong)


@pytest.mark.parametrize("number", range(1, 21))
def test_the_published_stable_matchings_of_topics_are_all_that_there_are(number: int) -> None:
    folder = published("spa-s/stable_matchings.json")
    told = json.loads(folder.read_text("utf-8")).get(f"instance{number}.txt")
    if told is None:
        pytest.skip("no list of its stable matchings was published")
    instance = read_glasgow_projects(published(f"spa-s/instance{number}.txt"))
    found = {frozenset(matching.ids()) for matching in concepts.all_stable(instance)}
    assert found == {frozenset(map(tuple, each)) for each in told}


@pytest.mark.parametrize("concept", [concepts.leximin, concepts.nash], ids=lambda concept: concept.__name__)
def test_welfare_is_refused_where_utilities_would_have_to_be_added(concept) -> None:
    """By the sums of students, so also where a quota of two leaves nothing to add."""
    rng, refused = np.random.default_rng(67), 0
    for _ in range(80):
        market = DEFINITIONS["leximin"].draw(rng)
        market = market.replace(student_quota=rng.integers(1, 3, market.num_students))
        utility = market.pair_attributes["utility"]
        useful = [int(((market.student == i) & (utility > 0)).sum()) for i in range(market.num_students)]
        adds = any(min(a, b) > 1 for a, b in zip(useful, market.student_quota.tolist(), strict=True))
        if adds:
            with pytest.raises(RulesError, match="several mentors"):
                concept(market)
            refused += 1
        else:
            got = utilities(market, answer(concept(market)))
            every = [utilities(market, other) for other in within_quotas(market)]
            best = max(
                (sum(v > 0 for v in each), math.prod(v for v in each if v)) if concept is concepts.nash else each
                for each in every
            )
            mine = (sum(v > 0 for v in got), math.prod(v for v in got if v)) if concept is concepts.nash else got
            assert mine == best
    assert 20 < refused < 70


@pytest.mark.parametrize("seed", range(20))
def test_the_common_suite_on_popularity(seed: int) -> None:
    market = random_market(np.random.default_rng((64, seed)), pairs=7, placement=seed % 2 == 0)
    check_constraint(Popularity(), market, max_matchings=128)


def test_popularity_asks_for_no_lower_quota() -> None:
    """A mentor may ask for two; where only one student comes, a popular matching is popular all the same."""
    market = Market.from_preferences({"s1": ["a"], "s2": ["b"]}, quotas={"a": (2, 2), "b": 1})
    assert market.mentor_lower.tolist() == [2, 0]
    result = solve(Problem(market, [Popularity()], [PlacedStudents()]))
    assert result.matching is not None
    assert result.matching.as_dict() == {"s1": ("a",), "s2": ("b",)}
    check_constraint(Popularity(), market)
