"""Every mechanism against an independent implementation on thousands of small markets, and against two packages."""

import warnings
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from algmatch import HospitalResidentsProblem
from matching.games import HospitalResident

import simple_mechanisms as simple
from many_markets import Small, Union, random_small, union
from mentormatch.base.errors import InputError
from mentormatch.constraints import Quotas
from mentormatch.market.attribute import Attribute
from mentormatch.market.lottery import lottery, pair_lottery
from mentormatch.market.market import Market
from mentormatch.mechanisms import MECHANISMS
from mentormatch.mechanisms.chinese_parallel import parallel_choices
from mentormatch.mechanisms.rematch import rematch as repair
from mentormatch.problem.problem import Problem
from mentormatch.rules.defaults import market_stages
from mentormatch.solvers.engine import Options
from simple_mechanisms import Case

SEED = 5
BY_NAME = {mechanism.name: mechanism for mechanism in MECHANISMS}

# The reference, and in which order students choose where that matters.
REFERENCES: dict[str, tuple[Callable[[Case], list[int | None]], str]] = {
    "deferred_acceptance": (simple.gale_shapley, ""),
    "deferred_acceptance_multiple": (simple.gale_shapley, ""),
    "mentor_proposing": (simple.mentors_propose, ""),
    "chinese_parallel_2": (lambda case: simple.parallel(case, 2), ""),
    "efficiency_adjusted": (lambda case: simple.without_interrupters(case, [True] * len(case.wishes)), ""),
    "immediate_acceptance": (simple.boston, ""),
    "adaptive_immediate_acceptance": (simple.adaptive_boston, ""),
    "serial_dictatorship": (simple.one_after_the_other, "id"),
    "random_priority": (simple.one_after_the_other, "lottery"),
    "first_come_first_served": (simple.one_after_the_other, "arrival"),
    "top_trading_cycles": (simple.trading, ""),
}
PROGRAMS = ("min_cost", "rank_maximal", "optimal")


@cache
def parts(kind: str) -> tuple[Small, ...]:
    rng = np.random.default_rng([7, len(kind)])
    return tuple(random_small(rng, ties=kind == "ties", unlisted=kind == "unlisted") for _ in range(1_500))


@cache
def whole(kind: str) -> Union:
    return union(parts(kind))


@cache
def draws(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the lotteries of mentors, of students, and of pairs."""
    market = whole(kind).market
    return (
        lottery(market.mentor_ids, SEED, salt="mentor"),
        lottery(market.student_ids, SEED, salt="student"),
        pair_lottery(market, SEED),
    )


def case_of(kind: str, number: int, name: str) -> Case:
    """Return a part as lists, ties broken by the lotteries that the mechanism documents."""
    part, joined = parts(kind)[number], whole(kind)
    market = joined.market
    low_student, low_mentor = int(joined.first_student[number]), int(joined.first_mentor[number])
    n, k = part.student_rank.shape
    draw_of_mentors, draw, own_draw = draws(kind)

    def by_mentor(i: int, j: int) -> tuple[int, int]:
        if name == "deferred_acceptance_multiple":
            pair = market.pair_index(low_student + i, low_mentor + j)
            assert pair is not None
            return int(part.mentor_rank[i, j]), int(own_draw[pair])
        return int(part.mentor_rank[i, j]), int(draw[low_student + i])

    wishes = [
        sorted(
            np.flatnonzero(part.student_rank[i] > 0).tolist(),
            key=lambda j, i=i: (part.student_rank[i, j], draw_of_mentors[low_mentor + j]),
        )
        for i in range(n)
    ]
    ranking = [
        sorted(np.flatnonzero(part.student_rank[:, j] >= 0).tolist(), key=lambda i, j=j: by_mentor(i, j))
        for j in range(k)
    ]
    order = REFERENCES[name][1] if name in REFERENCES else ""
    keys = {"lottery": draw[low_student : low_student + n], "arrival": part.arrival}
    turn = np.argsort(keys[order]).tolist() if order in keys else list(range(n))
    return Case(wishes, ranking, part.seats.tolist(), turn)


@pytest.mark.parametrize("kind", ["strict", "ties", "unlisted"])
@pytest.mark.parametrize("name", REFERENCES)
def test_thousands_of_small_markets(name: str, kind: str) -> None:
    joined = whole(kind)
    ours = joined.mentors(BY_NAME[name], SEED)
    reference = REFERENCES[name][0]
    placed = 0
    for number in range(len(parts(kind))):
        theirs = reference(case_of(kind, number, name))
        assert joined.part(ours, number) == theirs, number
        placed += sum(j is not None for j in theirs)
    assert placed > len(parts(kind))


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_one_market_alone_is_treated_as_in_the_union(name: str) -> None:
    """And `run`, with its check, gives the pairs of `assign`."""
    for number in range(25):
        alone = union([parts("unlisted")[number]])
        problem = Problem(alone.market, [Quotas()])
        result = BY_NAME[name].run(problem, Options(seed=SEED), None)
        assert result.matching is not None
        assert result.mechanism == name
        pairs = BY_NAME[name].assign(problem, Options(seed=SEED))
        assert result.matching.pairs.tolist() == pairs.tolist()
        if REFERENCES[name][1] != "lottery":
            theirs = REFERENCES[name][0](case_of("unlisted", number, name))
            assert alone.part(alone.mentors(BY_NAME[name], SEED), 0) == theirs


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_reach_the_best_value_of_all_matchings(name: str) -> None:
    """Values are compared, not matchings: equally good ones may be many."""
    joined = whole("strict")
    ours = joined.mentors(BY_NAME[name], SEED)
    for number in range(len(parts("strict"))):
        case = case_of("strict", number, name)
        of = joined.part(ours, number)
        if name == "rank_maximal":
            value = tuple(-sum(j in wish[r : r + 1] for j, wish in zip(of, case.wishes, strict=True)) for r in range(4))
            best = simple.best_value(case, lambda rank: tuple(-(rank == r) for r in range(1, 5)), (0,) * 4)
        else:
            ranks = [wish.index(j) + 1 for j, wish in zip(of, case.wishes, strict=True) if j is not None]
            value = (-len(ranks), sum(ranks))
            best = simple.best_value(case, lambda rank: (-1, rank), (0, 0))
        assert value == best, number


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_with_ties_and_placements_reach_the_best_value(name: str) -> None:
    for kind in ("ties", "unlisted"):
        joined = whole(kind)
        ours = joined.mentors(BY_NAME[name], SEED)
        for number, part in enumerate(parts(kind)):
            wish = part.student_rank

            def cost(i: int, j: int | None, part: Small = part, market: Market = joined.market) -> tuple[int, ...]:
                place = 0 if j is None else rank(part, i, j, market)
                if name == "rank_maximal":
                    return tuple(-int(place == r) for r in range(1, 5))
                return (-int(j is not None), place)

            of = joined.part(ours, number)
            value = tuple(map(sum, zip(*(cost(i, j) for i, j in enumerate(of)), strict=True)))
            # Choice alone places nobody unasked.
            least = 0 if name == "optimal" else 1
            table = [
                {j: cost(i, j) for j in (None, *np.flatnonzero(wish[i] >= least).tolist())} for i in range(len(wish))
            ]
            assert value == simple.best_assignment(table, part.seats.tolist()), (kind, number)


def test_coordination_moves_the_fewest_of_round_one_and_then_places_best() -> None:
    """Two rounds with placement pairs: every part against deferred acceptance by lists and all assignments."""
    joined = whole("unlisted")
    ours, placement = joined.mentors(BY_NAME["two_round"], SEED), joined.market.placement_rank
    coordinated = 0
    for number, part in enumerate(parts("unlisted")):
        first = simple.gale_shapley(case_of("unlisted", number, "deferred_acceptance"))
        table = [
            {
                j: repaired(part, i, j, moved=first[i] is not None and j != first[i], placement=placement)
                for j in (None, *np.flatnonzero(part.student_rank[i] >= 0).tolist())
            }
            for i in range(len(first))
        ]
        of = joined.part(ours, number)
        value = tuple(map(sum, zip(*(table[i][j] for i, j in enumerate(of)), strict=True)))
        assert value == simple.best_assignment(table, part.seats.tolist()), number
        coordinated += of != first
    assert coordinated > 200


def repaired(part: Small, i: int, j: int | None, *, moved: bool, placement: int) -> tuple[int, ...]:
    """Return what a student costs: moved or not, placed or not, and its rank."""
    rank = 0 if j is None else int(part.student_rank[i, j]) or placement
    return int(moved), -int(j is not None), rank


def test_rematch_repairs_thousands_of_matchings_with_the_fewest_moves() -> None:
    """Placing as many as possible comes first, then the fewest moves, then ranks: every part by all assignments."""
    rng = np.random.default_rng(12)
    for kind in ("strict", "unlisted"):
        joined = whole(kind)
        market = joined.market
        had: list[list[int | None]] = []
        pairs: list[tuple[object, object]] = []
        for number, part in enumerate(parts(kind)):
            own: list[int | None] = []
            for i in range(len(part.student_rank)):
                there = np.flatnonzero(part.student_rank[i] >= 0)
                own.append(int(rng.choice(there)) if len(there) and rng.random() < 0.7 else None)
            had.append(own)
            low, first = int(joined.first_student[number]), int(joined.first_mentor[number])
            pairs += [
                (market.student_ids[low + i], market.mentor_ids[first + j]) for i, j in enumerate(own) if j is not None
            ]
        result = repair(Problem(market, [Quotas()], market_stages()), pairs, Options(seed=SEED))
        assert result.matching is not None
        ours = np.full(market.num_students, -1)
        ours[market.student[result.matching.pairs]] = market.mentor[result.matching.pairs]
        for number, part in enumerate(parts(kind)):
            own = had[number]
            table = [
                {
                    j: (
                        -int(j is not None),
                        int(own[i] is not None and j != own[i]),
                        0 if j is None else rank(part, i, j, market),
                    )
                    for j in (None, *np.flatnonzero(part.student_rank[i] >= 0).tolist())
                }
                for i in range(len(own))
            ]
            of = joined.part(ours, number)
            value = tuple(map(sum, zip(*(table[i][j] for i, j in enumerate(of)), strict=True)))
            assert value == simple.best_assignment(table, part.seats.tolist()), (kind, number)


def rank(part: Small, i: int, j: int, market: Market) -> int:
    return int(part.student_rank[i, j]) or market.placement_rank


def test_blocks_of_one_are_immediate_acceptance_and_long_ones_deferred_acceptance() -> None:
    for kind in ("strict", "ties"):
        for permanence, name in ((1, "immediate_acceptance"), (9, "deferred_acceptance")):
            ours = whole(kind).mentors(parallel_choices(permanence), SEED)
            assert np.array_equal(ours, whole(kind).mentors(BY_NAME[name], SEED))
    for number in range(len(parts("strict"))):
        three = whole("strict").part(whole("strict").mentors(parallel_choices(3), SEED), number)
        assert three == simple.parallel(case_of("strict", number, "chinese_parallel_2"), 3)
        if number > 200:
            break
    for wrong in (0, -1, 2.0, True):
        with pytest.raises(InputError, match="permanence"):
            parallel_choices(wrong)  # type: ignore[arg-type]


def test_a_priority_that_was_not_waived_is_kept() -> None:
    """Against the rule of Kesten (2010), with half of the students consenting."""
    joined = whole("strict")
    waives = np.random.default_rng(3).random(joined.market.num_students) < 0.5
    answers = Attribute.from_values(["yes" if one else "no" for one in waives.tolist()])
    market = joined.market.replace(student_attributes={**joined.market.student_attributes, "waives_priority": answers})
    ours = Union(market, joined.first_student, joined.first_mentor).mentors(BY_NAME["efficiency_adjusted"], SEED)
    plain, full = (joined.mentors(BY_NAME[name], SEED) for name in ("deferred_acceptance", "efficiency_adjusted"))
    assert not np.array_equal(ours, plain)
    assert not np.array_equal(ours, full)
    for number in range(len(parts("strict"))):
        low, high = joined.first_student[number], joined.first_student[number + 1]
        case = case_of("strict", number, "efficiency_adjusted")
        assert joined.part(ours, number) == simple.without_interrupters(case, waives[low:high].tolist()), number


def got(part: Small, of: list[int | None]) -> list[int]:
    """Return the rank of what each student has, 99 for nobody."""
    return [99 if j is None else int(part.student_rank[i, j]) for i, j in enumerate(of)]


def test_improvement_cycles_end_where_no_stable_matching_is_better_for_all() -> None:
    """Coarse priorities, by enumeration: stable, at least as good as the lottery's, and not to be improved."""
    coarse = []
    for part in parts("strict"):
        tiers = np.where(part.mentor_rank > 0, (part.mentor_rank + 1) // 3 + 1, -1)
        coarse.append(Small(part.student_rank, tiers, part.seats, part.arrival))
    joined = union(coarse)
    ours, lottery_alone = (
        joined.mentors(BY_NAME[name], SEED) for name in ("stable_improvement_cycles", "deferred_acceptance")
    )
    improved = 0
    for number, part in enumerate(coarse):
        mine, before = joined.part(ours, number), joined.part(lottery_alone, number)
        stable = list(simple.weakly_stable(part.student_rank, part.mentor_rank, part.seats.tolist()))
        assert mine in stable, number
        own, old = (
            [99 if j is None else int(part.student_rank[i, j]) for i, j in enumerate(of)] for of in (mine, before)
        )
        assert all(new <= was for new, was in zip(own, old, strict=True))
        improved += own != old
        for other in stable:
            theirs = got(part, other)
            assert theirs == own or any(new > was for new, was in zip(theirs, own, strict=True)), number
    assert improved > 5


def test_two_rounds_over_choices_alone_are_deferred_acceptance() -> None:
    joined = whole("strict")
    both = [joined.mentors(BY_NAME[name], SEED) for name in ("two_round", "deferred_acceptance")]
    assert np.array_equal(*both)


def test_with_silent_mentors_deferred_acceptance_is_random_priority() -> None:
    """One lottery and no priorities (Abdulkadiroglu and Sonmez 1998); trading cycles come to the same."""
    rng = np.random.default_rng(11)
    silent = [
        Small(part.student_rank, np.ones_like(part.mentor_rank), part.seats, part.arrival)
        for part in (random_small(rng) for _ in range(800))
    ]
    joined = union(silent)
    names = ("deferred_acceptance", "random_priority", "top_trading_cycles")
    first, *others = (joined.mentors(BY_NAME[name], 3) for name in names)
    assert all(np.array_equal(first, other) for other in others)
    assert not np.array_equal(first, joined.mentors(BY_NAME["deferred_acceptance_multiple"], 3))


# -- other people's packages -----------------------------------------------------------------------------------------


def peers(count: int) -> list[int]:
    """Return the parts that the packages take: everybody lists somebody, every mentor has a seat and an applicant."""
    fit = [
        number
        for number, part in enumerate(parts("strict"))
        if (part.student_rank > 0).any(axis=1).all() and (part.student_rank > 0).any(axis=0).all() and part.seats.all()
    ]
    assert len(fit) >= count
    return fit[:count]


def listed_ranking(case: Case, j: int) -> list[int]:
    return [i for i in case.ranking[j] if j in case.wishes[i]]


@pytest.mark.parametrize(("name", "side"), [("deferred_acceptance", "resident"), ("mentor_proposing", "hospital")])
def test_the_package_matching_agrees(name: str, side: str) -> None:
    joined = whole("strict")
    ours = joined.mentors(BY_NAME[name], SEED)
    for number in peers(250):
        case = case_of("strict", number, name)
        students = {f"s{i}": [f"m{j}" for j in wish] for i, wish in enumerate(case.wishes)}
        mentors = {f"m{j}": [f"s{i}" for i in listed_ranking(case, j)] for j in range(len(case.seats))}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            game = HospitalResident.create_from_dictionaries(
                students, mentors, {f"m{j}": seats for j, seats in enumerate(case.seats)}
            )
            held = game.solve(optimal=side)
        theirs: list[int | None] = [None] * len(case.wishes)
        for mentor, taken in held.items():
            for student in taken:
                theirs[int(student.name[1:])] = int(mentor.name[1:])
        assert joined.part(ours, number) == theirs


@pytest.mark.parametrize(("name", "side"), [("deferred_acceptance", "residents"), ("mentor_proposing", "hospitals")])
def test_the_package_algmatch_agrees(name: str, side: str) -> None:
    joined = whole("strict")
    ours = joined.mentors(BY_NAME[name], SEED)
    for number in peers(300):
        case = case_of("strict", number, name)
        instance = {
            "residents": {i + 1: [j + 1 for j in wish] for i, wish in enumerate(case.wishes)},
            "hospitals": {
                j + 1: {"capacity": seats, "preferences": [i + 1 for i in listed_ranking(case, j)]}
                for j, seats in enumerate(case.seats)
            },
        }
        answer = HospitalResidentsProblem(dictionary=instance, optimised_side=side).get_stable_matching()
        assert answer is not None
        theirs = [answer["resident_sided"][f"r{i + 1}"] for i in range(len(case.wishes))]
        assert joined.part(ours, number) == [None if not h else int(str(h)[1:]) - 1 for h in theirs]
