"""Rotations and the lattice engine: against enumeration, and against CP-SAT on the same problems."""

import itertools

import numpy as np
import pytest

from brute_force import best_of_problem, stable_matchings
from mentormatch.constraints import Quotas, StrongStability, SuperStability, WeakStability
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import (
    Egalitarian,
    FewestBlockingPairs,
    Generous,
    LoadBalance,
    MentorRankTotal,
    MinimumRegret,
    PairWeight,
    PlacedStudents,
    RankMaximal,
    RankTotal,
    SexEquality,
    Stage,
)
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.stable import stable_lattice
from mentormatch.solvers.stable.closed_sets import ClosedSets
from mentormatch.solvers.stable.rotation_poset import RotationPoset, rotation_poset
from random_markets import random_markets, strict_ranks


def poset_of(market: Market) -> RotationPoset:
    return rotation_poset(
        market,
        usable=np.ones(market.num_pairs, bool),
        student_order=market.student_rank.astype(np.int64),
        mentor_order=market.mentor_rank.astype(np.int64),
    )


def contrary_market(rng: np.random.Generator, n: int, k: int, seats: int) -> Market:
    """Everybody ranks everybody; the sides want opposite things, more or less, so that there are many rotations."""
    student, mentor = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    noise = rng.choice([0.0, 0.8, 2.0])
    far = (mentor - student) % k + noise * rng.random(n * k)
    order = np.lexsort((far, student))
    student_rank = np.zeros(n * k, np.int64)
    student_rank[order] = np.tile(np.arange(k), n) + 1
    order = np.lexsort((noise * rng.random(n * k) - (mentor - student) % k, mentor))
    mentor_rank = np.zeros(n * k, np.int64)
    mentor_rank[order] = np.tile(np.arange(n), k) + 1
    upper = rng.integers(1, seats + 1, k)
    return Market.from_arrays(
        student, mentor, student_rank=student_rank, mentor_rank=mentor_rank, mentor_upper=upper, num_students=n
    )


def enumerated(market: Market) -> set[tuple[int, ...]]:
    """Try every assignment of the students at once; the market is complete, so the pair (i, j) stands at i k + j."""
    n, k = market.num_students, market.num_mentors
    with_nobody = np.array(list(itertools.product(range(k + 1), repeat=n)))
    loads = np.stack([(with_nobody == j).sum(axis=1) for j in range(k)], axis=1)
    tables = with_nobody[(loads <= market.mentor_upper).all(axis=1)]
    loads = loads[(loads <= market.mentor_upper).all(axis=1)]
    wish = np.hstack([market.student_rank.reshape(n, k), np.full((n, 1), k + 1)])
    like = market.mentor_rank.reshape(n, k)
    got = wish[np.arange(n), tables]
    worst = np.stack(
        [
            np.where(tables == j, like[:, j], 0).max(axis=1) + (loads[:, j] < market.mentor_upper[j]) * 10**6
            for j in range(k)
        ],
        axis=1,
    )
    stable = np.ones(len(tables), bool)
    for i, j in itertools.product(range(n), range(k)):
        stable &= ~((wish[i, j] < got[:, i]) & (like[i, j] < worst[:, j]))
    return {tuple(i * k + j for i, j in enumerate(row) if j < k) for row in tables[stable].tolist()}


def lattice_as_enumerated(market: Market, expected: set[tuple[int, ...]]) -> int:
    poset = poset_of(market)
    found = [tuple(np.flatnonzero(poset.chosen(closed)).tolist()) for closed in poset.closed_sets()]
    assert len(found) == len(set(found)) == poset.count()
    assert set(found) == expected
    assert set(poset.stable_pairs.tolist()) == {pair for pairs in expected for pair in pairs}
    assert tuple(poset.last.tolist()) in expected
    return len(found)


def test_the_lattice_of_thousands_of_small_markets() -> None:
    for market in random_markets(1, 1200, strict=True, pairs=9, seats=3):
        lattice_as_enumerated(market, stable_matchings(market))


@pytest.mark.parametrize(("n", "k", "seats"), [(4, 4, 1), (5, 5, 1), (6, 3, 3), (7, 3, 2), (8, 2, 4)])
def test_the_lattice_of_complete_markets(n: int, k: int, seats: int) -> None:
    rng = np.random.default_rng((2, n, k))
    sizes = []
    for _ in range(60):
        market = contrary_market(rng, n, k, seats)
        sizes.append(lattice_as_enumerated(market, enumerated(market)))
    assert max(sizes) >= 3


def with_several_mentors(market: Market, rng: np.random.Generator) -> Market:
    return market.replace(student_quota=rng.integers(1, 3, market.num_students))


@pytest.mark.parametrize(("n", "k"), [(4, 3), (3, 4), (3, 3)])
def test_the_lattice_where_students_take_several_mentors(n: int, k: int) -> None:
    """Pairwise stability, many to many (Bansal, Agrawal and Malhotra 2007)."""
    rng = np.random.default_rng((13, n, k))
    sizes = []
    for _ in range(25):
        market = with_several_mentors(contrary_market(rng, n, k, 2), rng)
        sizes.append(lattice_as_enumerated(market, stable_matchings(market)))
    assert max(sizes) >= 3
    for market in random_markets(14, 150, strict=True, pairs=8, places=2):
        lattice_as_enumerated(market, stable_matchings(market))


@pytest.mark.parametrize("number", range(7))
def test_stages_where_students_take_several_mentors(number: int) -> None:
    rng = np.random.default_rng((15, number))
    for n, k, seats in ((6, 6, 2), (5, 8, 2), (8, 5, 3)):
        market = with_several_mentors(weighted(contrary_market(rng, n, k, seats), rng), rng)
        problem = Problem(market, [Quotas(), WeakStability()], STAGES[number])
        one, other = (solve(problem, engine=engine).stages for engine in ("stable_lattice", "cp_sat"))
        assert [stage.value for stage in one] == [stage.value for stage in other]


def test_the_lattice_grows_exponentially_and_is_counted() -> None:
    """Twenty markets of two by two side by side have 2**20 stable matchings (Irving and Leather 1986)."""
    parts = np.arange(20)
    student = np.concatenate([[2 * p, 2 * p, 2 * p + 1, 2 * p + 1] for p in parts])
    mentor = np.concatenate([[2 * p, 2 * p + 1, 2 * p, 2 * p + 1] for p in parts])
    market = Market.from_arrays(
        student, mentor, student_rank=np.tile([1, 2, 2, 1], 20), mentor_rank=np.tile([2, 1, 1, 2], 20)
    )
    poset = poset_of(market)
    assert (len(poset), poset.count(), len(poset.stable_pairs)) == (20, 2**20, 80)


def test_each_rotation_is_a_step_that_students_lose_and_mentors_gain_by() -> None:
    market = contrary_market(np.random.default_rng(3), 30, 30, 1)
    poset = poset_of(market)
    assert len(poset) > 5
    assert (poset.change(market.student_rank) > 0).all()
    assert (poset.change(market.mentor_rank) < 0).all()
    everything = np.ones(len(poset), bool)
    assert np.flatnonzero(poset.chosen(everything)).tolist() == poset.last.tolist()


STAGES: list[list[Stage]] = [
    [Egalitarian()],
    [SexEquality()],
    [MinimumRegret(side="both"), Egalitarian(), SexEquality()],
    [MinimumRegret(side="mentors"), PairWeight()],
    [PairWeight(), RankTotal()],
    [LoadBalance(), FewestBlockingPairs(), PairWeight(), MinimumRegret(side="both")],
    [PairWeight(attribute="other"), PairWeight(), SexEquality()],
]


def weighted(market: Market, rng: np.random.Generator) -> Market:
    size = market.num_pairs
    return market.replace(pair_attributes={"weight": rng.integers(-2, 3, size), "other": rng.integers(0, 2, size)})


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_stages_as_enumerated(number: int) -> None:
    rng = np.random.default_rng((4, number))
    for market in random_markets(20 + number, 40, strict=True, pairs=9, seats=2):
        problem = Problem(weighted(market, rng), [Quotas(), WeakStability()], STAGES[number])
        result = solve(problem, engine="stable_lattice")
        assert (result.status, tuple(s.value for s in result.stages)) == (
            Status.OPTIMAL,
            best_of_problem(problem).values,
        )


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_stages_as_cp_sat_finds_them(number: int) -> None:
    rng = np.random.default_rng((5, number))
    for n, k, seats in ((6, 6, 1), (8, 4, 3), (8, 8, 1)):
        for _ in range(2):
            market = weighted(contrary_market(rng, n, k, seats), rng)
            problem = Problem(market, [Quotas(), WeakStability()], STAGES[number])
            answers = {
                tuple(stage.value for stage in solve(problem, engine=engine).stages)
                for engine in ("stable_lattice", "cp_sat")
            }
            assert len(answers) == 1


def test_profile_optimal_stable_matchings_of_the_mentors() -> None:
    """As many first choices of mentors as possible, and so on: one stage for each rank, without big weights."""
    rng = np.random.default_rng(6)
    for _ in range(20):
        market = contrary_market(rng, 7, 7, 1)
        turned = Market.from_arrays(
            market.mentor, market.student, student_rank=market.mentor_rank, mentor_rank=market.student_rank
        )
        stages: list[Stage] = [RankMaximal(), Generous()]
        problem = Problem(turned, [Quotas(), WeakStability()], stages)
        answer = solve(problem, engine="stable_lattice").stages
        assert answer == solve(problem, engine="deferred_acceptance").stages


def test_all_kinds_of_stability_are_one_without_ties() -> None:
    market = contrary_market(np.random.default_rng(7), 6, 6, 1)
    values = {
        tuple(stage.value for stage in solve(Problem(market, [Quotas(), rule], [Egalitarian()])).stages)
        for rule in (WeakStability(), StrongStability(), SuperStability())
    }
    assert len(values) == 1


def test_the_chooser_takes_the_lattice_where_deferred_acceptance_cannot() -> None:
    market = contrary_market(np.random.default_rng(8), 6, 6, 1)
    rules = [Quotas(), WeakStability()]
    assert solve(Problem(market, rules, [Egalitarian()])).engine == "stable_lattice"
    assert solve(Problem(market, rules, [PlacedStudents(), RankTotal()])).engine == "deferred_acceptance"
    # The mentors propose where the stages follow their ranks.
    mentors_best = solve(Problem(market, rules, [MentorRankTotal()]))
    assert mentors_best.engine == "deferred_acceptance"
    assert mentors_best.matching is not None
    assert mentors_best.matching.pairs.tolist() == poset_of(market).last.tolist()


def test_what_the_lattice_cannot_take_is_told() -> None:
    market = contrary_market(np.random.default_rng(9), 4, 4, 1)

    def codes(changed: Market, stages: list[Stage]) -> set[str]:
        form = compile_form(Problem(changed, [Quotas(), WeakStability()], stages))
        return {reason.code for reason in stable_lattice.ENGINE.supports(form)}

    assert codes(market, [SexEquality()]) == set()
    assert codes(market, [SexEquality(), Egalitarian()]) == {"stage"}
    assert codes(market.replace(student_quota=np.full(4, 2)), []) == set()
    assert codes(market.replace(mentor_rank=np.ones(16, np.int64)), []) == {"mentor_ties"}
    assert codes(market.replace(student_rank=np.ones(16, np.int64)), []) == {"student_ties"}


def test_ties_of_mentors_with_seats_for_all_do_not_matter() -> None:
    rng = np.random.default_rng(10)
    for market in random_markets(11, 80, strict=True, pairs=9):
        rank = market.mentor_rank.copy()
        roomy = np.bincount(market.mentor, minlength=market.num_mentors) <= market.mentor_upper
        rank[roomy[market.mentor]] = 1
        problem = Problem(weighted(market.replace(mentor_rank=rank), rng), [Quotas(), WeakStability()], [PairWeight()])
        assert tuple(s.value for s in solve(problem, engine="stable_lattice").stages) == best_of_problem(problem).values


@pytest.mark.parametrize("seed", range(5))
def test_cheapest_closed_sets_one_after_the_other(seed: int) -> None:
    """Three costs over random orders, lexicographically, against every closed set."""
    rng = np.random.default_rng((12, seed))
    for _ in range(40):
        size = int(rng.integers(1, 8))
        arcs = [(u, v) for u in range(size) for v in range(size) if u != v and rng.random() < 0.2]
        costs = rng.integers(-2, 3, (3, size))
        sets = ClosedSets.of(size, arcs)
        for cost in costs:
            sets = sets.cheapest(cost)
        every = [
            members
            for members in itertools.product([0, 1], repeat=size)
            if all(not members[u] or members[v] for u, v in arcs)
        ]
        best = min(tuple(int(cost @ members) for cost in costs) for members in every)
        assert tuple(int(cost[sets.inside].sum()) for cost in costs) == best
        # All optima are left, not one.
        optima = [m for m in every if tuple(int(cost @ m) for cost in costs) == best]
        left = [
            m
            for m in every
            if all(not m[u] or m[v] for u, v in sets.requires)
            and all(m[k] for k in np.flatnonzero(sets.inside))
            and not any(m[k] for k in np.flatnonzero(sets.outside))
        ]
        assert left == optima


def test_a_time_limit_leaves_a_bound() -> None:
    rng = np.random.default_rng(13)
    n = 60
    student, mentor = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    market = Market.from_arrays(
        student, mentor, student_rank=strict_ranks(rng, student), mentor_rank=strict_ranks(rng, mentor)
    )
    result = solve(Problem(market, [Quotas(), WeakStability()], [SexEquality()]), time_limit=1e-9)
    stage = result.stages[0]
    assert stage.bound is not None
    assert stage.bound <= stage.value
    assert (result.status is Status.OPTIMAL) == (stage.bound == stage.value)
