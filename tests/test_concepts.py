"""Every concept against its definition: all matchings of small markets are tried, and the best of them compared."""

import itertools
import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from brute_force import all_matchings, blocking_pairs, stable_matchings
from mentormatch import concepts
from mentormatch.constraints import ForbiddenPairs, Popularity
from mentormatch.errors import UnsupportedError
from mentormatch.io.glasgow_couples import CouplesInstance
from mentormatch.market import Market
from mentormatch.matching import Matching
from mentormatch.result import Result, Status
from mentormatch.testing import check_constraint
from mentormatch.verify.coalitions import is_pareto_optimal, is_popular
from mentormatch.verify.kinds_of_blocking import blocking_pairs_of_kind
from random_markets import random_market, random_markets

NUMBER = 80


def within_quotas(market: Market) -> Iterator[tuple[int, ...]]:
    for matching in all_matchings(market, quotas=True):
        if (matching.load <= market.mentor_upper).all():
            yield tuple(matching.pairs.tolist())


def answer(result: Result) -> tuple[int, ...]:
    assert result.status is Status.OPTIMAL
    assert result.matching is not None
    return tuple(result.matching.pairs.tolist())


def weighted(market: Market, rng: np.random.Generator) -> Market:
    size = market.num_pairs
    return market.replace(pair_attributes={"weight": rng.integers(-3, 6, size), "utility": rng.integers(0, 5, size)})


def ranks(market: Market, pairs: tuple[int, ...]) -> list[int]:
    return sorted(market.student_rank[list(pairs)].tolist())


def profile(market: Market, pairs: tuple[int, ...], worst: int = 9) -> tuple[int, ...]:
    counts = Counter(ranks(market, pairs))
    return tuple(counts[rank] for rank in range(1, worst + 1))


def theirs(market: Market, pairs: tuple[int, ...]) -> list[int]:
    return market.mentor_rank[list(pairs)].tolist()


def utilities(market: Market, pairs: tuple[int, ...]) -> list[int]:
    got = dict.fromkeys(range(market.num_students), 0)
    for pair in pairs:
        got[int(market.student[pair])] = int(market.pair_attributes["utility"][pair])
    return sorted(got.values())


# What a concept makes as small as possible, over which matchings.
OVER_ALL = {
    concepts.maximum_weight: lambda m, p: -sum(m.pair_attributes["weight"][list(p)].tolist()),
    concepts.rank_maximal: lambda m, p: [-count for count in profile(m, p)],
    concepts.greedy: lambda m, p: (-len(p), [-count for count in profile(m, p)]),
    concepts.generous: lambda m, p: (-len(p), list(reversed(profile(m, p)))),
    concepts.minimum_regret: lambda m, p: (-len(p), max(ranks(m, p), default=0)),
    concepts.pareto_optimal: lambda m, p: (-len(p), sum(ranks(m, p))),
    concepts.leximin: lambda m, p: [-value for value in utilities(m, p)],
    concepts.nash: lambda m, p: (
        -sum(value > 0 for value in utilities(m, p)),
        -math.prod(value for value in utilities(m, p) if value > 0),
    ),
    concepts.fewest_blocking_pairs: lambda m, p: (-len(p), len(blocking_pairs(m, set(p)))),
    concepts.fewest_blocking_students: lambda m, p: (
        -len(p),
        len({int(m.student[pair]) for pair in blocking_pairs(m, set(p))}),
    ),
}
OVER_STABLE = {
    concepts.weakly_stable: lambda _m, _p: 0,
    concepts.maximum_stable: lambda _m, p: -len(p),
    concepts.maximum_weight_stable: lambda m, p: -sum(m.pair_attributes["weight"][list(p)].tolist()),
    concepts.student_optimal: lambda m, p: sum(ranks(m, p)),
    concepts.mentor_optimal: lambda m, p: sum(theirs(m, p)),
    concepts.egalitarian: lambda m, p: sum(ranks(m, p)) + sum(theirs(m, p)),
    concepts.sex_equal: lambda m, p: abs(sum(ranks(m, p)) - sum(theirs(m, p))),
    concepts.minimum_regret_stable: lambda m, p: max([*ranks(m, p), *theirs(m, p)], default=0),
}


@pytest.mark.parametrize("concept", OVER_ALL, ids=lambda concept: concept.__name__)
def test_best_of_all_matchings(concept) -> None:
    rng = np.random.default_rng(50)
    cost = OVER_ALL[concept]
    for market in (weighted(m, rng) for m in random_markets(51, NUMBER, pairs=8)):
        result = concept(market)
        assert result.mechanism == concept.__name__
        pairs = answer(result)
        assert cost(market, pairs) == min(cost(market, other) for other in within_quotas(market))


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("concept", OVER_STABLE, ids=lambda concept: concept.__name__)
def test_best_of_all_stable_matchings(concept, strict: bool) -> None:
    rng = np.random.default_rng(52)
    cost = OVER_STABLE[concept]
    for market in (weighted(m, rng) for m in random_markets(53, NUMBER, pairs=8, strict=strict)):
        stable = stable_matchings(market)
        pairs = answer(concept(market))
        assert pairs in stable
        assert cost(market, pairs) == min(cost(market, other) for other in stable)


@pytest.mark.parametrize("kind", ["strong", "super"])
def test_strongly_and_super_stable(kind: str) -> None:
    concept = concepts.strongly_stable if kind == "strong" else concepts.super_stable
    for market in random_markets(54, NUMBER, pairs=9):
        stable, result = stable_matchings(market, kind=kind), concept(market)
        assert (result.status is Status.INFEASIBLE) == (not stable)
        assert not stable or answer(result) in stable


def test_envy_free_within_lower_quotas() -> None:
    absent = 0
    for market in random_markets(55, NUMBER, pairs=8, lower=True):
        sizes = [
            len(pairs)
            for pairs in stable_matchings(market, kind="envy")
            if (Matching(market, np.array(pairs, np.int64)).load >= market.mentor_lower).all()
        ]
        result = concepts.envy_free(market)
        assert (result.status is Status.INFEASIBLE) == (not sizes)
        assert not sizes or len(answer(result)) == max(sizes)
        absent += not sizes
    assert 5 < absent < NUMBER - 5


# -- votes -------------------------------------------------------------------------------------------------------


def vote(market: Market, one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Return how many more students prefer the one to the other."""
    has = [{int(market.student[p]): int(market.student_rank[p]) for p in pairs} for pairs in (one, other)]
    return sum(int(np.sign(has[1].get(i, 99) - has[0].get(i, 99))) for i in range(market.num_students))


def mentors_vote(market: Market, one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Return the mentors' votes for the one, seat by seat in the way that is best for it; nobody has the rank 99."""
    total = 0
    for j in range(market.num_mentors):
        both = sum(int(market.mentor[p]) == j for p in set(one) & set(other))
        seats = min(int(market.mentor_upper[j]), int((market.mentor == j).sum())) - both
        new = [int(market.mentor_rank[p]) for p in set(one) - set(other) if market.mentor[p] == j]
        old = [int(market.mentor_rank[p]) for p in set(other) - set(one) if market.mentor[p] == j]
        new, old = new + [99] * (seats - len(new)), old + [99] * (seats - len(old))
        orders = itertools.permutations(old)
        total += max(sum(int(np.sign(b - a)) for a, b in zip(new, order, strict=True)) for order in orders)
    return total


def crowded(seed: int, number: int) -> Iterator[Market]:
    """Yield markets in which three students want the same two seats most, more or less."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        ranks_of = np.where(rng.random((3, 3)) < 0.8, [[1, 2, 3]] * 3, rng.integers(1, 4, (3, 3)))
        student, mentor = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)
        keep = (mentor < 2) | (rng.random(9) < 0.3)
        yield Market.from_arrays(
            student[keep], mentor[keep], student_rank=ranks_of.reshape(-1)[keep], num_students=3, num_mentors=3
        )


def test_popular_among_students() -> None:
    absent = 0
    for market in itertools.chain(random_markets(56, 120, pairs=9, students=6), crowded(57, 40)):
        every = list(within_quotas(market))
        favourites = [pairs for pairs in every if all(vote(market, other, pairs) <= 0 for other in every)]
        result = concepts.popular(market)
        assert result.engine == "min_cost_flow"
        assert (result.status is Status.INFEASIBLE) == (not favourites)
        if favourites:
            assert answer(result) in favourites
            assert len(answer(result)) == max(map(len, favourites))
        for pairs in every[:: max(len(every) // 10, 1)]:
            assert is_popular(market, Matching(market, np.array(pairs, np.int64))) == (pairs in favourites)
        absent += not favourites
    assert absent > 5


def test_popular_among_both_sides() -> None:
    larger = 0
    for market in random_markets(57, 150, pairs=8, strict=True):
        every = list(within_quotas(market))
        favourites = [
            pairs
            for pairs in every
            if all(vote(market, other, pairs) + mentors_vote(market, other, pairs) <= 0 for other in every)
        ]
        pairs = answer(concepts.popular_two_sided(market))
        assert pairs in favourites
        assert len(pairs) == max(map(len, favourites))
        assert stable_matchings(market) <= set(favourites)
        larger += len(pairs) > len(next(iter(stable_matchings(market))))
        for other in every[:: max(len(every) // 10, 1)]:
            matching = Matching(market, np.array(other, np.int64))
            assert is_popular(market, matching, mentors_vote=True) == (other in favourites)
    assert larger > 0


def test_two_sided_votes_with_ties_are_refused() -> None:
    market = Market.from_preferences({"s1": ["a"], "s2": ["a"]}, {"a": [["s1", "s2"]]})
    with pytest.raises(UnsupportedError):
        concepts.popular_two_sided(market)


def test_pareto_optimal_is_checked_by_its_definition() -> None:
    for market in random_markets(58, 120, pairs=8):
        every = list(within_quotas(market))
        has = [{int(market.student[p]): int(market.student_rank[p]) for p in pairs} for pairs in every]
        for number in range(0, len(every), max(len(every) // 10, 1)):
            beaten = any(
                all(other.get(i, 99) <= has[number].get(i, 99) for i in range(market.num_students))
                and any(other.get(i, 99) < has[number].get(i, 99) for i in range(market.num_students))
                for other in has
            )
            assert is_pareto_optimal(market, Matching(market, np.array(every[number], np.int64))) != beaten
        assert is_pareto_optimal(market, Matching(market, np.array(answer(concepts.pareto_optimal(market)), np.int64)))


# -- the checker of kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["weak", "strong", "super", "envy"])
def test_the_checker_of_kinds(kind: str) -> None:
    for market in random_markets(59, 60, pairs=7, places=2, placement=True):
        for matching in all_matchings(market, quotas=True):
            expected = blocking_pairs(market, set(matching.pairs.tolist()), kind=kind)
            assert blocking_pairs_of_kind(market, matching, kind).tolist() == expected  # type: ignore[arg-type]


# -- the lattice, Kiraly, couples --------------------------------------------------------------------------------


def test_the_lattice_lists_every_stable_matching() -> None:
    for market in random_markets(60, NUMBER, pairs=9, strict=True):
        lattice, stable = concepts.stable_lattice(market), stable_matchings(market)
        assert {tuple(matching.pairs.tolist()) for matching in lattice.matchings()} == stable
        assert lattice.num_matchings == len(stable)
        assert lattice.num_stable_pairs == len({pair for pairs in stable for pair in pairs})
        assert tuple(lattice.student_optimal.pairs.tolist()) == answer(concepts.student_optimal(market))
        assert tuple(lattice.mentor_optimal.pairs.tolist()) == answer(concepts.mentor_optimal(market))


def test_the_lattice_refuses_ties() -> None:
    with pytest.raises(UnsupportedError):
        concepts.stable_lattice(Market.from_preferences({"s1": ["a"], "s2": ["a"]}, {"a": [["s1", "s2"]]}))


def test_kiraly_says_how_far_the_optimum_can_be() -> None:
    for market in random_markets(61, NUMBER, pairs=8):
        result = concepts.kiraly(market)
        largest = max(map(len, stable_matchings(market)))
        stage = result.stages[0]
        assert stage.bound is not None
        assert stage.value <= largest <= stage.bound
        assert (result.status is Status.OPTIMAL) == stage.proven
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
        if concept is not concepts.stable_lattice:
            assert result.status in (Status.OPTIMAL, Status.FEASIBLE, Status.INFEASIBLE)


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


@pytest.mark.parametrize("seed", range(20))
def test_the_common_suite_on_popularity(seed: int) -> None:
    market = random_market(np.random.default_rng((64, seed)), pairs=7, placement=seed % 2 == 0)
    check_constraint(Popularity(), market, max_matchings=128)
