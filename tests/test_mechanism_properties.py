"""Every claim about every mechanism: no counterexample where it holds, and one where it does not."""

from collections.abc import Iterator
from functools import cache
from itertools import permutations

import numpy as np
import pytest

import simple_mechanisms as simple
from many_markets import Small, Union, random_small, union
from mentormatch.base.errors import UnsupportedError
from mentormatch.constraints import Quotas
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms import MECHANISMS, Mechanism
from mentormatch.mechanisms.properties import MEANINGS, PROPERTIES, claims
from mentormatch.problem.problem import Problem
from mentormatch.rules.defaults import market_stages
from mentormatch.solvers.engine import Options
from mentormatch.verify.blocking_pairs import blocking_pairs
from simple_mechanisms import Case

SEED = 2
PARTS, MANIPULATED = 1_200, 300


@cache
def parts() -> tuple[Small, ...]:
    rng = np.random.default_rng(17)
    return tuple(random_small(rng, students=6, mentors=3, least_seats=1) for _ in range(PARTS))


@cache
def whole() -> Union:
    return union(parts())


@cache
def outcome(name: str) -> list[list[int | None]]:
    of = whole().mentors(by_name(name), SEED)
    return [whole().part(of, number) for number in range(PARTS)]


def by_name(name: str) -> Mechanism:
    return next(mechanism for mechanism in MECHANISMS if mechanism.name == name)


def case_of(part: Small) -> Case:
    n, k = part.student_rank.shape
    wishes = [
        sorted(np.flatnonzero(part.student_rank[i] > 0).tolist(), key=lambda j, i=i: part.student_rank[i, j])
        for i in range(n)
    ]
    ranking = [sorted(range(n), key=lambda i, j=j: part.mentor_rank[i, j]) for j in range(k)]
    return Case(wishes, ranking, part.seats.tolist(), list(range(n)))


def ids() -> Iterator[tuple[str, str, bool]]:
    for mechanism in MECHANISMS:
        for claim in mechanism.claims:
            yield mechanism.name, claim.property, claim.holds


# -- what each property means, on one small market --------------------------------------------------------------------


def is_stable(case: Case, of: list[int | None]) -> bool:
    for i, wish in enumerate(case.wishes):
        for j in wish[: len(wish) if of[i] is None else wish.index(of[i])]:
            taken = [other for other, has in enumerate(of) if has == j]
            if len(taken) < case.seats[j]:
                return False
            if any(case.ranking[j].index(i) < case.ranking[j].index(other) for other in taken):
                return False
    return True


def is_efficient(case: Case, of: list[int | None]) -> bool:
    """Try to give everyone what it has or something better, and someone something better."""

    @cache
    def improvable(i: int, room: tuple[int, ...], improved: bool) -> bool:
        if i == len(of):
            return improved
        wish = case.wishes[i]
        best = len(wish) if of[i] is None else wish.index(of[i])
        for at, j in enumerate(wish[: best + 1]):
            if room[j] and improvable(i + 1, (*room[:j], room[j] - 1, *room[j + 1 :]), improved or at < best):
                return True
        return of[i] is None and improvable(i + 1, room, improved)

    return not improvable(0, tuple(case.seats), improved=False)


def places_most(case: Case, of: list[int | None]) -> bool:
    return (sum(j is None for j in of),) == simple.best_value(case, lambda rank: (0,), (1,))


def gives_most_first_choices(case: Case, of: list[int | None]) -> bool:
    first = sum(j in wish[:1] for j, wish in zip(of, case.wishes, strict=True))
    return (-first,) == simple.best_value(case, lambda rank: (-(rank == 1),), (0,))


MEANING = {
    "stable": is_stable,
    "efficient": is_efficient,
    "most_placed": places_most,
    "most_first_choices": gives_most_first_choices,
}


@pytest.mark.parametrize(("name", "prop", "holds"), [item for item in ids() if item[1] != "strategy_proof"])
def test_claims(name: str, prop: str, holds: bool) -> None:
    counterexamples = [
        number
        for number, (part, of) in enumerate(zip(parts(), outcome(name), strict=True))
        if not MEANING[prop](case_of(part), of)
    ]
    assert (not counterexamples) == holds
    if prop == "stable" and holds:
        pairs = by_name(name).assign(
            Problem(whole().market, [Quotas()], market_stages() if by_name(name).places_everyone else ()),
            Options(seed=SEED),
        )
        assert pairs is not None
        assert not len(blocking_pairs(whole().market, Matching(whole().market, pairs)))


# -- every manipulation of every student -------------------------------------------------------------------------------


def every_list(num_mentors: int) -> list[tuple[int, ...]]:
    """Return every ordered list of some mentors, the empty one too."""
    return [order for length in range(num_mentors + 1) for order in permutations(range(num_mentors), length)]


def with_list(part: Small, i: int, order: tuple[int, ...]) -> Small:
    rank = part.student_rank.copy()
    rank[i] = 0
    for place, j in enumerate(order, start=1):
        rank[i, j] = place
    return Small(rank, part.mentor_rank, part.seats, part.arrival)


@cache
def manipulations() -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    return tuple(
        (number, i, order)
        for number in range(MANIPULATED)
        for i in range(tried()[number].student_rank.shape[0])
        for order in every_list(tried()[number].student_rank.shape[1])
    )


@cache
def tried() -> tuple[Small, ...]:
    rng = np.random.default_rng(23)
    # Pairs that the student did not list exist, so that it can list anybody.
    return tuple(random_small(rng, unlisted=True, students=4, mentors=3, least_seats=1) for _ in range(MANIPULATED))


@cache
def manipulated() -> Union:
    lies = [with_list(tried()[number], i, order) for number, i, order in manipulations()]
    return union([*tried(), *lies])


def place(part: Small, i: int, j: int | None) -> int:
    """Return how the student truly likes what it got; unlisted mentors are worse than nobody."""
    if j is None:
        return 98
    return int(part.student_rank[i, j]) or 99


def gains(mechanism: Mechanism) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield the manipulations that pay, of all there are: every student, every list."""
    if mechanism.name == "random_priority":
        # Its lottery is drawn by id, and copies in a union have other ids.
        yield from (item for item in manipulations()[::5] if gains_alone(mechanism, *item))
        return
    joined = manipulated()
    of = joined.mentors(mechanism, SEED)
    for at, (number, i, order) in enumerate(manipulations(), start=MANIPULATED):
        part = tried()[number]
        truth, lie = joined.part(of, number)[i], joined.part(of, at)[i]
        if place(part, i, lie) < place(part, i, truth):
            yield number, i, order


def gains_alone(mechanism: Mechanism, number: int, i: int, order: tuple[int, ...]) -> bool:
    """Tell whether a manipulation pays when the market is run by itself."""
    part = tried()[number]
    truth, lie = (
        joined.part(joined.mentors(mechanism, SEED), 0)[i]
        for joined in (union([part]), union([with_list(part, i, order)]))
    )
    return place(part, i, lie) < place(part, i, truth)


# Coordination and placement give unlisted mentors: then "left out" is no outcome to compare with.
# Where all priorities are strict there is nothing to improve: a market, a student, and a false list that pays.
COARSE: dict[str, tuple[list[list[int]], list[list[int]], int, tuple[int, ...]]] = {
    "stable_improvement_cycles": (
        [[2, 3, 1, 4], [4, 3, 1, 2], [2, 4, 3, 1], [2, 3, 4, 1]],
        [[2, 2, 2, 1], [2, 1, 2, 2], [2, 2, 1, 1], [2, 1, 2, 1]],
        1,
        (2, 0, 1, 3),
    ),
    "best_stable": (
        [[1, 2, 3], [3, 1, 2], [2, 1, 3], [1, 2, 3]],
        [[1, 1, 2], [2, 1, 2], [2, 2, 2], [1, 1, 2]],
        3,
        (0,),
    ),
    "best_stable_placed": (
        [[1, 3, 2], [1, 3, 2], [2, 3, 1], [2, 3, 1]],
        [[2, 2, 2], [1, 2, 1], [1, 1, 1], [2, 2, 1]],
        3,
        (1,),
    ),
}
CHOOSING = [mechanism for mechanism in MECHANISMS if not mechanism.places_everyone and mechanism.name not in COARSE]


@pytest.mark.parametrize("mechanism", CHOOSING, ids=lambda mechanism: mechanism.name)
def test_every_manipulation_of_every_student(mechanism: Mechanism) -> None:
    claim = next(claim for claim in mechanism.claims if claim.property == "strategy_proof")
    assert len(manipulations()) > 4_000
    if claim.holds:
        assert not list(gains(mechanism))
    else:
        assert any(gains_alone(mechanism, *item) for item in gains(mechanism))


@pytest.mark.parametrize("name", COARSE)
def test_what_is_better_than_the_lottery_rewards_a_false_list_where_priorities_are_coarse(name: str) -> None:
    wishes, tiers, student, order = COARSE[name]
    part = Small(np.array(wishes), np.array(tiers), np.ones(len(wishes[0]), np.int64), np.arange(len(wishes)))
    truth, lie = union([part]), union([with_list(part, student, order)])
    has, gets = (joined.part(joined.mentors(by_name(name), SEED), 0)[student] for joined in (truth, lie))
    assert place(part, student, gets) < place(part, student, has)


def test_two_rounds_and_one_program_over_choices_alone() -> None:
    """Where nobody can be placed unasked: a list may name only those whom the student truly lists."""
    for name, holds in (("two_round", True), ("optimal", False)):
        paid = 0
        for part in parts()[:150]:
            if part.student_rank.shape[0] > 3:
                continue
            truth = outcome_of(name, part)
            for i, wish in enumerate(case_of(part).wishes):
                for length in range(len(wish) + 1):
                    for order in permutations(wish, length):
                        lie = with_list(part, i, order)
                        lie.student_rank[i][lie.student_rank[i] == 0] = -1
                        paid += place(part, i, outcome_of(name, lie)[i]) < place(part, i, truth[i])
        assert (paid == 0) == holds, name


def outcome_of(name: str, part: Small) -> list[int | None]:
    joined = union([part])
    return joined.part(joined.mentors(by_name(name), SEED), 0)


# -- the tables themselves ---------------------------------------------------------------------------------------------


def test_every_mechanism_has_a_claim_for_every_property_with_a_source() -> None:
    assert set(MEANINGS) == set(PROPERTIES)
    for mechanism in MECHANISMS:
        assert [claim.property for claim in mechanism.claims] == list(PROPERTIES)
        assert all(any(letter.isdigit() for letter in claim.source) for claim in mechanism.claims)
    with pytest.raises(ValueError, match="cover"):
        claims(stable=(True, "somebody 1999"))


def test_trading_needs_students_that_take_one_mentor() -> None:
    market = Market.from_arrays([0, 0], [0, 1], student_rank=[1, 2], student_quota=2)
    with pytest.raises(UnsupportedError, match="one mentor"):
        by_name("top_trading_cycles").run(Problem(market, [Quotas()]), Options(), None)


def test_unknown_engines_are_refused() -> None:
    market = Market.from_arrays([0, 0], [0, 1], student_rank=[1, 2])
    with pytest.raises(UnsupportedError, match="abacus"):
        by_name("immediate_acceptance").run(Problem(market, [Quotas()]), Options(), "abacus")
