"""The same answers as `algmatch` and `matching` (PyPI), where they take the case; and what they do with the others."""

import warnings
from typing import Any

import numpy as np
import pytest
from algmatch import HR, HRT, SM
from matching.games import HospitalResident

from mentormatch import concepts
from mentormatch.market.market import Market
from mentormatch.problem.result import Result, Status
from random_markets import strict_ranks


def market_of(seed: int, *, tied: float, n: int = 12, k: int = 5, seats: int = 3) -> Market:
    """Return a market in which everybody lists somebody: the peers refuse or break down elsewhere."""
    rng = np.random.default_rng((70, seed))
    chosen = rng.random((n, k)) < 0.6
    chosen[np.arange(n), rng.integers(0, k, n)] = True
    chosen[rng.integers(0, n, k), np.arange(k)] = True
    student, mentor = np.nonzero(chosen)
    student_rank, mentor_rank = strict_ranks(rng, student), strict_ranks(rng, mentor)
    tie = rng.random(len(student)) < tied
    return Market.from_arrays(
        student,
        mentor,
        student_rank=student_rank,
        mentor_rank=np.where(tie, np.maximum(mentor_rank - 1, 1), mentor_rank),
        mentor_upper=rng.integers(1, seats + 1, k),
        num_students=n,
        num_mentors=k,
    )


def lists(market: Market, *, of_mentors: bool) -> dict[int, list[Any]]:
    """Return the preferences from one; a tie is a list."""
    found: dict[int, list[Any]] = {}
    for one in range(market.num_mentors if of_mentors else market.num_students):
        mine = market.pairs_of_mentor(one) if of_mentors else market.pairs_of_student(one)
        rank, other = (market.mentor_rank, market.student) if of_mentors else (market.student_rank, market.mentor)
        tiers: dict[int, list[int]] = {}
        for pair in sorted(mine.tolist(), key=lambda pair: rank[pair]):
            tiers.setdefault(int(rank[pair]), []).append(int(other[pair]) + 1)
        found[one + 1] = [tier[0] if len(tier) == 1 else tier for tier in tiers.values()]
    return found


def algmatch_input(market: Market) -> dict[str, Any]:
    hospitals = lists(market, of_mentors=True)
    seats = market.mentor_upper.tolist()
    return {
        "residents": lists(market, of_mentors=False),
        "hospitals": {j: {"capacity": seats[j - 1], "preferences": mine} for j, mine in hospitals.items()},
    }


def ours(result: Result) -> set[tuple[int, int]] | None:
    return None if result.matching is None else {(int(i), int(j)) for i, j in result.matching.ids()}  # type: ignore[call-overload]


def of_algmatch(answer: Any) -> set[tuple[int, int]] | None:
    if answer is None:
        return None
    matches = answer["resident_sided"]
    return {(int(r[1:]) - 1, int(h[1:]) - 1) for r, h in matches.items() if h}


@pytest.mark.parametrize("seed", range(25))
def test_hospitals_and_residents(seed: int) -> None:
    market = market_of(seed, tied=0)
    theirs = {
        side: of_algmatch(HR(dictionary=algmatch_input(market), optimised_side=side).get_stable_matching())
        for side in ("residents", "hospitals")
    }
    assert ours(concepts.student_optimal(market)) == theirs["residents"]
    assert ours(concepts.mentor_optimal(market)) == theirs["hospitals"]
    residents, hospitals = lists(market, of_mentors=False), lists(market, of_mentors=True)
    seats = {j + 1: int(upper) for j, upper in enumerate(market.mentor_upper)}
    game = HospitalResident.create_from_dictionaries(residents, hospitals, seats)
    matched = {(s.name - 1, h.name - 1) for h, held in game.solve(optimal="resident").items() for s in held}
    assert matched == theirs["residents"]
    # All stable matchings have one size, and that is the largest.
    assert concepts.maximum_stable(market).stages[0].value == len(matched)


@pytest.mark.parametrize("kind", ["strong", "super"])
@pytest.mark.parametrize("seed", range(40))
def test_ties(kind: str, seed: int) -> None:
    """Algmatch finds strongly and super-stable matchings, or none, where we do, and of the same size."""
    market = market_of(seed, tied=0.1, n=8, k=4)
    theirs = of_algmatch(HRT(dictionary=algmatch_input(market), stability_type=kind).get_stable_matching())
    result = (concepts.strongly_stable if kind == "strong" else concepts.super_stable)(market)
    assert (result.status is Status.INFEASIBLE) == (theirs is None)
    if theirs is not None and result.matching is not None:
        assert len(result.matching) == len(theirs)


@pytest.mark.parametrize("seed", range(10))
def test_stable_marriage(seed: int) -> None:
    rng = np.random.default_rng((71, seed))
    n = 7
    student, mentor = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    market = Market.from_arrays(
        student, mentor, student_rank=strict_ranks(rng, student), mentor_rank=strict_ranks(rng, mentor)
    )
    given = {"men": lists(market, of_mentors=False), "women": lists(market, of_mentors=True)}
    answer = SM(dictionary=given, optimised_side="men").get_stable_matching()
    assert answer is not None
    matches = {(int(m[1:]) - 1, int(w[1:]) - 1) for m, w in answer["man_sided"].items() if w}
    assert matches == ours(concepts.student_optimal(market))


# -- what they cannot: the table of docs/concepts/peers.md --------------------------------------------------------


def test_matching_takes_no_ties_and_no_silent_side() -> None:
    # A tie is not a name; and a resident whom nobody lists is dropped with a warning that is an error here.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Exception):  # noqa: B017, PT011  # whatever it is, it is no answer
            HospitalResident.create_from_dictionaries({1: [[1, 2]]}, {1: [1], 2: [1]}, {1: 1, 2: 1}).solve()
        with pytest.raises(Exception):  # noqa: B017, PT011
            HospitalResident.create_from_dictionaries({1: [1], 2: []}, {1: [1]}, {1: 1}).solve()


def test_algmatch_has_no_weak_stability_with_ties() -> None:
    given = {"residents": {1: [1], 2: [1]}, "hospitals": {1: {"capacity": 1, "preferences": [[1, 2]]}}}
    with pytest.raises(Exception):  # noqa: B017, PT011
        HRT(dictionary=given, stability_type="weak").get_stable_matching()
    market = Market.from_preferences({1: [1], 2: [1]}, {1: [[1, 2]]})
    assert concepts.maximum_stable(market).stages[0].value == 1
