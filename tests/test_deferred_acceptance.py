"""Deferred acceptance against enumeration of all stable matchings, and against its classical theorems."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from matching.games import HospitalResident

from brute_force import all_matchings, weakly_stable_matchings
from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.stable.deferred_acceptance import Caps, mentor_proposing, strict_order, student_proposing

SEEDS = range(8)
MARKETS = 25


def strict_ranks(rng: np.random.Generator, owner: np.ndarray) -> IntArray:
    ranks = np.zeros(len(owner), np.int64)
    for each in np.unique(owner):
        mine = np.flatnonzero(owner == each)
        ranks[mine] = rng.permutation(len(mine)) + 1
    return ranks


def strict_market(
    rng: np.random.Generator, n: int, k: int, *, density: float = 0.8, most_seats: int = 3, several: bool = False
) -> Market:
    pairs = np.argwhere(rng.random((n, k)) < density)
    return Market.from_arrays(
        pairs[:, 0],
        pairs[:, 1],
        student_rank=strict_ranks(rng, pairs[:, 0]),
        mentor_rank=strict_ranks(rng, pairs[:, 1]),
        mentor_upper=rng.integers(0, most_seats + 1, k),
        student_quota=rng.integers(0, 3, n) if several else 1,
        num_students=n,
        num_mentors=k,
    )


def small_markets(seed: int, **more: bool) -> Iterator[tuple[Market, BoolArray]]:
    for number in range(MARKETS):
        rng = np.random.default_rng((30, seed, number))
        if number % 2:
            market = strict_market(rng, int(rng.integers(1, 6)), int(rng.integers(1, 4)), **more)
        else:  # One to one on complete lists: often several stable matchings.
            market = strict_market(rng, 3, 3, density=1.0, **more).replace(mentor_upper=np.ones(3, np.int64))
        yield market, rng.random(market.num_pairs) < 0.95


def run(
    market: Market, usable: BoolArray | None = None, *, by: str = "students", caps: list[Caps] | None = None
) -> set:
    propose = student_proposing if by == "students" else mentor_proposing
    pairs = propose(
        market,
        usable=np.ones(market.num_pairs, bool) if usable is None else usable,
        student_order=market.student_rank.astype(np.int64),
        mentor_order=market.mentor_rank.astype(np.int64),
        caps=caps,
    )
    assert (np.diff(pairs) > 0).all()
    return set(pairs.tolist())


def ranks_of(market: Market, pairs: tuple[int, ...] | set[int], student: int) -> list[int]:
    return sorted(int(market.student_rank[pair]) for pair in pairs if market.student[pair] == student)


def ranks_at(market: Market, pairs: tuple[int, ...] | set[int], mentor: int) -> list[int]:
    return sorted(int(market.mentor_rank[pair]) for pair in pairs if market.mentor[pair] == mentor)


# -- against enumeration -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_and_the_worst_stable_matching(seed: int) -> None:
    several = 0
    for market, usable in small_markets(seed):
        stable = weakly_stable_matchings(market, usable)
        students, mentors = run(market, usable), run(market, usable, by="mentors")
        assert tuple(sorted(students)) in stable
        assert tuple(sorted(mentors)) in stable
        several += len(stable) > 1
        for other in stable:
            for i in range(market.num_students):
                best, this, worst = (ranks_of(market, pairs, i) for pairs in (students, other, mentors))
                # Everyone is placed in all stable matchings or in none, and the two ends bound what it gets.
                assert best <= this <= worst
                assert len(best) == len(this) == len(worst)
            for j in range(market.num_mentors):
                best, this, worst = (ranks_at(market, pairs, j) for pairs in (mentors, other, students))
                assert best <= this <= worst
                assert len(best) == len(this) == len(worst)
                # Rural hospitals: who has a seat left has the same students in all (Roth 1986).
                if len(this) < market.mentor_upper[j]:
                    assert best == this
    assert several >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_several_mentors_a_student(seed: int) -> None:
    """Many-to-many with responsive preferences: both ends are stable, and each is best for its side (Roth 1984)."""
    for market, usable in small_markets(seed, several=True):
        stable = weakly_stable_matchings(market, usable)
        students, mentors = run(market, usable), run(market, usable, by="mentors")
        assert tuple(sorted(students)) in stable
        assert tuple(sorted(mentors)) in stable
        for other in stable:
            for i in range(market.num_students):
                best, this = ranks_of(market, students, i), ranks_of(market, other, i)
                assert len(best) == len(this)
                # The best of both together are what the student has.
                mine = [pair for pair in (*students, *other) if market.student[pair] == i]
                both = sorted({int(market.student_rank[pair]) for pair in mine})
                assert best == both[: len(best)]


# -- nested caps of types ------------------------------------------------------------------------------------------


def best_subset(pairs: list[int], order: IntArray, caps: list[tuple[BoolArray, int]]) -> set[int]:
    """Return the choice of a mentor by its meaning: of all sets within its caps the first when compared best first."""
    allowed = [
        chosen
        for size in range(len(pairs) + 1)
        for chosen in combinations(sorted(pairs, key=lambda pair: order[pair]), size)
        if all(sum(bool(member[pair]) for pair in chosen) <= upper for member, upper in caps)
    ]
    # A list that goes on is better than one that ends: infinity stands for nobody.
    return set(min(allowed, key=lambda chosen: [*(int(order[pair]) for pair in chosen), 10**9]))


def type_caps(rng: np.random.Generator, market: Market) -> list[Caps]:
    """Return key students within counted students within all."""
    counted = rng.random(market.num_students) < 0.7
    key = counted & (rng.random(market.num_students) < 0.6)
    k = market.num_mentors
    return [
        Caps(key[market.student], rng.integers(0, 3, k)),
        Caps(counted[market.student], rng.integers(0, 4, k)),
        Caps(np.ones(market.num_pairs, bool), market.mentor_upper),
    ]


def caps_of(caps: list[Caps], mentor: int) -> list[tuple[BoolArray, int]]:
    return [(cap.member, int(cap.upper[mentor])) for cap in caps]


def stable_under_choice(market: Market, caps: list[Caps]) -> list[set[int]]:
    """Return the matchings in which each mentor would choose just what it has, and no pair is wanted by both."""
    order = market.mentor_rank.astype(np.int64)
    found = []
    for matching in all_matchings(market, quotas=True):
        pairs = set(matching.pairs.tolist())
        stable = True
        for j in range(market.num_mentors):
            mine = [pair for pair in pairs if market.mentor[pair] == j]
            stable = stable and best_subset(mine, order, caps_of(caps, j)) == set(mine)
            for pair in market.pairs_of_mentor(j).tolist():
                has = ranks_of(market, pairs, int(market.student[pair]))
                wants = pair not in pairs and (not has or market.student_rank[pair] < has[0])
                stable = stable and not (wants and pair in best_subset([*mine, pair], order, caps_of(caps, j)))
        if stable:
            found.append(pairs)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_nested_caps_against_every_choice(seed: int) -> None:
    bound = 0
    for number in range(6):
        rng = np.random.default_rng((31, seed, number))
        market = strict_market(rng, 4, 2, density=0.9)
        caps = type_caps(rng, market)
        stable = stable_under_choice(market, caps)
        students, mentors = run(market, caps=caps), run(market, by="mentors", caps=caps)
        assert students in stable
        assert mentors in stable
        for other in stable:
            for i in range(market.num_students):
                best, this, worst = (ranks_of(market, pairs, i) for pairs in (students, other, mentors))
                assert len(best) == len(this) == len(worst)
                assert best <= this <= worst
        bound += students != run(market)
    # The caps did something.
    assert bound >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_one_mentor_takes_what_it_would_choose(seed: int) -> None:
    for number in range(40):
        rng = np.random.default_rng((32, seed, number))
        market = strict_market(rng, int(rng.integers(1, 8)), 1, density=1.0, most_seats=5)
        caps = type_caps(rng, market)
        order = market.mentor_rank.astype(np.int64)
        expected = best_subset(list(range(market.num_pairs)), order, caps_of(caps, 0))
        assert run(market, caps=caps) == expected
        assert run(market, by="mentors", caps=caps) == expected


# -- large enough for the rounds of numpy --------------------------------------------------------------------------


def one_by_one(market: Market) -> set[int]:
    """Gale and Shapley as in the textbook: one student proposes at a time."""
    wishes = [
        sorted(market.pairs_of_student(i).tolist(), key=lambda pair: market.student_rank[pair], reverse=True)
        for i in range(market.num_students)
    ]
    held: list[list[int]] = [[] for _ in range(market.num_mentors)]
    free = list(range(market.num_students))
    while free:
        student = free.pop()
        if not wishes[student]:
            continue
        pair = wishes[student].pop()
        j = int(market.mentor[pair])
        held[j] = sorted([*held[j], pair], key=lambda other: market.mentor_rank[other])
        if len(held[j]) > market.mentor_upper[j]:
            free.append(int(market.student[held[j].pop()]))
    return {pair for pairs in held for pair in pairs}


@pytest.mark.parametrize("seed", range(12))
def test_hundreds_of_students_as_in_the_textbook(seed: int) -> None:
    rng = np.random.default_rng((33, seed))
    n, k = int(rng.integers(100, 400)), int(rng.integers(5, 60))
    market = strict_market(rng, n, k, density=float(rng.choice([0.1, 0.6])), most_seats=int(rng.choice([2, 12])))
    assert run(market) == one_by_one(market)


@pytest.mark.parametrize("seed", range(6))
def test_mentors_propose_as_students_do_with_the_sides_turned(seed: int) -> None:
    rng = np.random.default_rng((34, seed))
    market = strict_market(rng, 150, 150, density=0.2, most_seats=1)
    market = market.replace(mentor_upper=np.ones(150, np.int64))
    turned = Market.from_arrays(
        market.mentor,
        market.student,
        student_rank=market.mentor_rank,
        mentor_rank=market.student_rank,
        num_students=150,
        num_mentors=150,
    )
    ends = {(int(market.student[pair]), int(market.mentor[pair])) for pair in run(market, by="mentors")}
    assert ends == {(int(turned.mentor[pair]), int(turned.student[pair])) for pair in one_by_one(turned)}


@pytest.mark.parametrize("seed", range(6))
def test_the_matching_package_agrees(seed: int) -> None:
    rng = np.random.default_rng((35, seed))
    market = strict_market(rng, 30, 6, density=0.7, most_seats=6)
    listed, wished = np.bincount(market.mentor, minlength=6) > 0, np.bincount(market.student, minlength=30) > 0
    market = market.replace(mentor_upper=np.maximum(market.mentor_upper, 1))
    students = {
        i: [int(market.mentor[pair]) for pair in sorted(mine, key=lambda pair: market.student_rank[pair])]
        for i in np.flatnonzero(wished).tolist()
        if len(mine := market.pairs_of_student(i).tolist())
    }
    mentors = {
        j: [int(market.student[pair]) for pair in sorted(mine, key=lambda pair: market.mentor_rank[pair])]
        for j in np.flatnonzero(listed).tolist()
        if len(mine := market.pairs_of_mentor(j).tolist())
    }
    seats = {j: int(market.mentor_upper[j]) for j in mentors}
    game = HospitalResident.create_from_dictionaries(students, mentors, seats)
    # Its other direction breaks down where a hospital runs out of residents.
    theirs = {(s.name, h.name) for h, held in game.solve(optimal="resident").items() for s in held}
    assert {(int(market.student[pair]), int(market.mentor[pair])) for pair in run(market)} == theirs


# -- what must not matter, and what must never hurt ----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_more_seats_never_place_fewer_and_hurt_no_student(seed: int) -> None:
    rng = np.random.default_rng((36, seed))
    market = strict_market(rng, 120, 12, density=0.4, most_seats=8)
    more = market.replace(mentor_upper=market.mentor_upper + rng.integers(0, 3, 12))
    before, after = run(market), run(more)
    assert len(after) >= len(before)
    for i in range(120):
        had, has = ranks_of(market, before, i), ranks_of(market, after, i)
        assert not had or has <= had
        assert len(has) >= len(had)


@pytest.mark.parametrize("seed", range(6))
def test_row_order_and_other_indices_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng((37, seed))
    n, k = 90, 9
    pairs = np.argwhere(rng.random((n, k)) < 0.6)
    columns = {
        "student_rank": rng.integers(1, 4, len(pairs)),
        "mentor_rank": rng.integers(1, 4, len(pairs)),
    }
    seats, ids = rng.integers(1, 8, k), ([f"s{i:03}" for i in range(n)], [f"m{j}" for j in range(k)])
    plain = Market.from_arrays(
        pairs[:, 0], pairs[:, 1], mentor_upper=seats, student_ids=ids[0], mentor_ids=ids[1], **columns
    )
    shuffle, of_students, of_mentors = rng.permutation(len(pairs)), rng.permutation(n), rng.permutation(k)
    new_student, new_mentor = np.argsort(of_students), np.argsort(of_mentors)
    other = Market.from_arrays(
        new_student[pairs[shuffle, 0]],
        new_mentor[pairs[shuffle, 1]],
        mentor_upper=seats[of_mentors],
        student_ids=[ids[0][i] for i in of_students],
        mentor_ids=[ids[1][j] for j in of_mentors],
        **{name: column[shuffle] for name, column in columns.items()},
    )
    # The lottery breaks the ties by id, so even with ties both answers are one.
    one, two = (solve(Problem(m, [Quotas(), WeakStability()]), seed=seed).matching for m in (plain, other))
    assert one is not None
    assert two is not None
    assert set(one.ids()) == set(two.ids())


@pytest.mark.parametrize("seed", SEEDS)
def test_with_ties_the_answer_is_stable_and_another_seed_may_give_another(seed: int) -> None:
    answers = set()
    rng = np.random.default_rng((38, seed))
    pairs = np.argwhere(rng.random((5, 3)) < 0.9)
    market = Market.from_arrays(
        pairs[:, 0],
        pairs[:, 1],
        student_rank=rng.integers(1, 3, len(pairs)),
        mentor_upper=[1, 1, int(rng.integers(0, 3))],
        num_students=5,
        num_mentors=3,
    )
    stable = weakly_stable_matchings(market)
    for draw in range(10):
        result = solve(Problem(market, [Quotas(), WeakStability()]), seed=draw)
        assert (result.engine, result.status) == ("deferred_acceptance", Status.OPTIMAL)
        assert result.matching is not None
        answers.add(tuple(result.matching.pairs.tolist()))
    assert answers <= stable
    assert len(answers) > 1


def test_nobody_and_nothing() -> None:
    empty = Market.from_arrays([], [], student_rank=[], num_students=3, num_mentors=2)
    assert run(empty) == run(empty, by="mentors") == set()
    closed = strict_market(np.random.default_rng(0), 4, 3)
    assert run(closed, np.zeros(closed.num_pairs, bool)) == set()
    assert Matching(closed, []).num_placed == 0


@pytest.mark.parametrize("large", [1, 2**40])
def test_strict_order_is_lexicographic(large: int) -> None:
    """Also where the ranges of the keys multiply to more than an integer holds."""
    rng = np.random.default_rng(5)
    keys = [rng.integers(-3, 4, 60) * large for _ in range(3)]
    keys.append(rng.permutation(60))
    order = strict_order(*keys)
    rows = list(zip(*(key.tolist() for key in keys), strict=True))
    assert np.argsort(order).tolist() == sorted(range(60), key=rows.__getitem__)
    assert len(set(order.tolist())) == 60
