"""Every concept against its definition, by trying all matchings of a small market.

`DEFINITIONS` has one entry for each concept: on which random markets it is asked, and a check that fails where the
answer is not what the definition says. ``python benchmarks/by_definition.py 3000`` asks so many of each; the test suite
asks fewer.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from brute_force import all_matchings, best_of_problem, blocking_pairs, stable_matchings
from mentormatch import concepts
from mentormatch.constraints import Couple, CoupleStability, Quotas, Supervisor, TopicStability
from mentormatch.io.instances.glasgow_couples import CouplesInstance
from mentormatch.io.instances.glasgow_projects import ProjectsInstance
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from random_markets import random_market, strict_ranks

Pairs = tuple[int, ...]


@dataclass(frozen=True)
class Definition:
    """How a concept is checked.

    Parameters
    ----------
    draw : callable
        Returns a random instance from a generator.
    check : callable
        Asks the concept, compares, and tells whether there was a matching of its kind.
    """

    draw: Callable[[np.random.Generator], Any]
    check: Callable[[Any], bool]

    def run(self, seed: int, number: int) -> tuple[int, int]:
        """Check so many instances; return how many had a matching, and how many had none."""
        rng = np.random.default_rng(seed)
        found = sum(self.check(self.draw(rng)) for _ in range(number))
        return found, number - found


# -- what definitions are made of --------------------------------------------------------------------------------


def within_quotas(market: Market) -> Iterator[Pairs]:
    for matching in all_matchings(market, quotas=True):
        if (matching.load <= market.mentor_upper).all():
            yield tuple(matching.pairs.tolist())


def answer(result: Result) -> Pairs:
    assert result.status is Status.OPTIMAL
    assert result.matching is not None
    return tuple(result.matching.pairs.tolist())


def ranks(market: Market, pairs: Pairs) -> list[int]:
    return sorted(market.student_rank[list(pairs)].tolist())


def profile(market: Market, pairs: Pairs, worst: int = 9) -> Pairs:
    counts = Counter(ranks(market, pairs))
    return tuple(counts[rank] for rank in range(1, worst + 1))


def theirs(market: Market, pairs: Pairs) -> list[int]:
    return market.mentor_rank[list(pairs)].tolist()


def utilities(market: Market, pairs: Pairs) -> list[int]:
    got = dict.fromkeys(range(market.num_students), 0)
    for pair in pairs:
        got[int(market.student[pair])] += int(market.pair_attributes["utility"][pair])
    return sorted(got.values())


def vote(market: Market, one: Pairs, other: Pairs) -> int:
    """Return how many more students prefer the one to the other."""
    has = [{int(market.student[p]): int(market.student_rank[p]) for p in pairs} for pairs in (one, other)]
    return sum(int(np.sign(has[1].get(i, 99) - has[0].get(i, 99))) for i in range(market.num_students))


def mentors_vote(market: Market, one: Pairs, other: Pairs) -> int:
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


def favourites(market: Market, every: list[Pairs], *, both_sides: bool) -> list[Pairs]:
    """Return the popular ones of all matchings: no other would win a vote."""

    def gain(other: Pairs, pairs: Pairs) -> int:
        return vote(market, other, pairs) + (mentors_vote(market, other, pairs) if both_sides else 0)

    return [pairs for pairs in every if all(gain(other, pairs) <= 0 for other in every)]


def is_beaten(market: Market, pairs: Pairs, every: list[Pairs]) -> bool:
    """Tell whether some other matching is better for a student and worse for none."""
    wish = np.full((len(every), market.num_students), 99)
    for number, other in enumerate(every):
        wish[number, market.student[list(other)]] = market.student_rank[list(other)]
    mine = wish[every.index(pairs)]
    return bool(((wish <= mine).all(axis=1) & (wish < mine).any(axis=1)).any())


# -- on which markets --------------------------------------------------------------------------------------------


def weighted(market: Market, rng: np.random.Generator) -> Market:
    size = market.num_pairs
    return market.replace(pair_attributes={"weight": rng.integers(-3, 6, size), "utility": rng.integers(0, 5, size)})


def drawn(**kinds: Any) -> Callable[[np.random.Generator], Market]:
    return lambda rng: weighted(random_market(rng, **kinds), rng)


def with_ties_or_without(rng: np.random.Generator) -> Market:
    return weighted(random_market(rng, pairs=8, strict=rng.random() < 0.4), rng)


def strict(rng: np.random.Generator) -> Market:
    """Return a strict market, of one mentor each or of several; a third are complete: often several are stable."""
    kind = rng.integers(3)
    if kind < 2:
        return random_market(rng, pairs=9, strict=True, places=1 + int(kind))
    student, mentor = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    both = strict_ranks(rng, student), strict_ranks(rng, mentor)
    seats = rng.permutation([1, 1, 2])
    return Market.from_arrays(student, mentor, student_rank=both[0], mentor_rank=both[1], mentor_upper=seats)


def crowded(rng: np.random.Generator) -> Market:
    """Return a market in which three students want the same two seats most, more or less, or a larger one."""
    if rng.random() < 0.7:
        return random_market(rng, pairs=9, students=6)
    ranks_of = np.where(rng.random((3, 3)) < 0.8, [[1, 2, 3]] * 3, rng.integers(1, 4, (3, 3)))
    student, mentor = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)
    keep = (mentor < 2) | (rng.random(9) < 0.3)
    return Market.from_arrays(
        student[keep], mentor[keep], student_rank=ranks_of.reshape(-1)[keep], num_students=3, num_mentors=3
    )


def couples(rng: np.random.Generator, *, mentors: int = 2) -> CouplesInstance:
    """Return one or two couples and a few others."""
    number = int(rng.integers(1, 3))
    n = 2 * number + int(rng.integers(0, 4 - number))
    ends = np.argwhere(rng.random((n, mentors)) < 0.75)
    wish = strict_ranks(rng, ends[:, 0])
    wish[ends[:, 0] < 2 * number] = 0
    market = Market.from_arrays(
        ends[:, 0],
        ends[:, 1],
        student_rank=wish,
        mentor_rank=strict_ranks(rng, ends[:, 1]) if rng.random() < 0.7 else rng.integers(1, 3, len(ends)),
        mentor_upper=rng.integers(1, 4, mentors),
        num_students=n,
        num_mentors=mentors,
    )
    every = list(itertools.product(range(mentors), repeat=2))
    picked = [tuple(every[i] for i in rng.permutation(len(every))[: rng.integers(1, 5)]) for _ in range(number)]
    return CouplesInstance(market, tuple((2 * c, 2 * c + 1, choices) for c, choices in enumerate(picked)))


def topics(rng: np.random.Generator, *, students: int = 4, number: int = 3) -> ProjectsInstance:
    """Return topics of a few supervisors, each of whom ranks all students, strictly or with ties."""
    persons, ties = int(rng.integers(1, number + 1)), rng.random() < 0.4
    person = np.concatenate([np.arange(persons), rng.integers(0, persons, number - persons)])
    student, topic = np.nonzero(rng.random((students, number)) < 0.7)
    order = np.stack([rng.permutation(students) + 1 for _ in range(persons)])
    upper = rng.integers(1, 3, number)
    market = Market.from_arrays(
        student,
        topic,
        student_rank=rng.integers(1, 3, len(student)) if ties else strict_ranks(rng, student),
        mentor_rank=((order + 1) // 2 if ties else order)[person[topic], student],
        mentor_upper=upper,
        num_students=students,
        num_mentors=number,
    )
    whose = [np.flatnonzero(person == one) for one in range(persons)]
    seats = [int(rng.integers(upper[mine].max(), upper[mine].sum() + 1)) for mine in whose]
    return ProjectsInstance(
        market, tuple((f"L{p}", tuple(mine.tolist()), s) for p, (mine, s) in enumerate(zip(whose, seats, strict=True)))
    )


# -- checks ------------------------------------------------------------------------------------------------------


def best_of_all(concept: Any, cost: Callable[[Market, Pairs], Any]) -> Definition:
    """A concept that makes a cost as small as possible over all matchings."""

    def check(market: Market) -> bool:
        result = concept(market)
        assert result.mechanism == concept.__name__
        pairs = answer(result)
        assert cost(market, pairs) == min(cost(market, other) for other in within_quotas(market))
        return True

    return Definition(drawn(pairs=8), check)


def best_of_stable(concept: Any, cost: Callable[[Market, Pairs], Any]) -> Definition:
    """A concept that makes a cost as small as possible over the stable matchings."""

    def check(market: Market) -> bool:
        stable, pairs = stable_matchings(market), answer(concept(market))
        assert pairs in stable
        assert cost(market, pairs) == min(cost(market, other) for other in stable)
        return True

    return Definition(with_ties_or_without, check)


def of_kind(concept: Any, kind: str) -> Definition:
    """Strong and super stability: found, or proven not to exist."""

    def check(market: Market) -> bool:
        stable, result = stable_matchings(market, kind=kind), concept(market)
        assert (result.status is Status.INFEASIBLE) == (not stable)
        assert not stable or answer(result) in stable
        return bool(stable)

    return Definition(drawn(pairs=9), check)


def envy_free(market: Market) -> bool:
    sizes = [
        len(pairs)
        for pairs in stable_matchings(market, kind="envy")
        if (Matching(market, np.array(pairs, np.int64)).load >= market.mentor_lower).all()
    ]
    result = concepts.envy_free(market)
    assert (result.status is Status.INFEASIBLE) == (not sizes)
    assert not sizes or len(answer(result)) == max(sizes)
    return bool(sizes)


def popular(market: Market) -> bool:
    liked = favourites(market, list(within_quotas(market)), both_sides=False)
    result = concepts.popular(market)
    assert (result.status is Status.INFEASIBLE) == (not liked)
    assert not liked or (answer(result) in liked and len(answer(result)) == max(map(len, liked)))
    return bool(liked)


def popular_two_sided(market: Market) -> bool:
    liked = favourites(market, list(within_quotas(market)), both_sides=True)
    pairs = answer(concepts.popular_two_sided(market))
    assert pairs in liked
    assert len(pairs) == max(map(len, liked))
    assert stable_matchings(market) <= set(liked)
    return True


def pareto_optimal(market: Market) -> bool:
    every, pairs = list(within_quotas(market)), answer(concepts.pareto_optimal(market))
    assert not is_beaten(market, pairs, every)
    least = min((-len(other), sum(ranks(market, other))) for other in every)
    assert (-len(pairs), sum(ranks(market, pairs))) == least
    return True


def stable_lattice(market: Market) -> bool:
    lattice, stable = concepts.stable_lattice(market), stable_matchings(market)
    listed = [tuple(matching.pairs.tolist()) for matching in lattice.matchings()]
    assert len(listed) == len(set(listed)) == lattice.num_matchings
    assert set(listed) == stable
    assert set(lattice.stable_pairs.tolist()) == {pair for pairs in stable for pair in pairs}
    assert tuple(lattice.student_optimal.pairs.tolist()) == min(stable, key=lambda p: sum(ranks(market, p)))
    assert tuple(lattice.mentor_optimal.pairs.tolist()) == min(stable, key=lambda p: sum(theirs(market, p)))
    return True


def kiraly(market: Market) -> bool:
    result = concepts.kiraly(market)
    assert result.matching is not None
    stable, stage = stable_matchings(market), result.stages[0]
    largest = max(map(len, stable))
    assert tuple(result.matching.pairs.tolist()) in stable
    assert 3 * len(result.matching) >= 2 * largest
    assert stage.bound is not None
    assert stage.value <= largest <= stage.bound
    assert (result.status is Status.OPTIMAL) == stage.proven
    return True


def _as_enumerated(result: Result, market: Market, rule: Any) -> bool:
    best = best_of_problem(Problem(market, [Quotas(), rule], [PlacedStudents()]))
    assert (result.status is Status.OPTIMAL) == best.is_feasible
    assert tuple(stage.value for stage in result.stages) == (best.values or ())
    return best.is_feasible


def stable_with_couples(instance: CouplesInstance) -> bool:
    entries = tuple(Couple(first=a, second=b, choices=choices) for a, b, choices in instance.couples)
    return _as_enumerated(concepts.stable_with_couples(instance), instance.market, CoupleStability(couples=entries))


def stable_with_topics(instance: ProjectsInstance) -> bool:
    entries = tuple(Supervisor(name=name, topics=mine, upper=upper) for name, mine, upper in instance.supervisors)
    return _as_enumerated(concepts.stable_with_topics(instance), instance.market, TopicStability(supervisors=entries))


def all_stable(market: Market) -> bool:
    for kind in ("weak", "strong", "super"):
        found = concepts.all_stable(market, kind=kind)  # type: ignore[arg-type]
        listed = [tuple(matching.pairs.tolist()) for matching in found]
        assert len(listed) == len(set(listed))
        assert found.is_complete
        assert set(listed) == set(stable_matchings(market, kind=kind))
    return True


DEFINITIONS: dict[str, Definition] = {
    "all_stable": Definition(drawn(pairs=8), all_stable),
    "weakly_stable": best_of_stable(concepts.weakly_stable, lambda _m, _p: 0),
    "strongly_stable": of_kind(concepts.strongly_stable, "strong"),
    "super_stable": of_kind(concepts.super_stable, "super"),
    "maximum_stable": best_of_stable(concepts.maximum_stable, lambda _m, p: -len(p)),
    "maximum_weight_stable": best_of_stable(
        concepts.maximum_weight_stable, lambda m, p: -sum(m.pair_attributes["weight"][list(p)].tolist())
    ),
    "student_optimal": best_of_stable(concepts.student_optimal, lambda m, p: (-len(p), sum(ranks(m, p)))),
    "mentor_optimal": best_of_stable(concepts.mentor_optimal, lambda m, p: (-len(p), sum(theirs(m, p)))),
    "egalitarian": best_of_stable(concepts.egalitarian, lambda m, p: (-len(p), sum(ranks(m, p)) + sum(theirs(m, p)))),
    "sex_equal": best_of_stable(concepts.sex_equal, lambda m, p: (-len(p), abs(sum(ranks(m, p)) - sum(theirs(m, p))))),
    "minimum_regret_stable": best_of_stable(
        concepts.minimum_regret_stable, lambda m, p: (-len(p), max([*ranks(m, p), *theirs(m, p)], default=0))
    ),
    "stable_lattice": Definition(strict, stable_lattice),
    "kiraly": Definition(drawn(pairs=8), kiraly),
    "stable_with_couples": Definition(couples, stable_with_couples),
    "stable_with_topics": Definition(topics, stable_with_topics),
    "envy_free": Definition(drawn(pairs=8, lower=True), envy_free),
    "fewest_blocking_pairs": best_of_all(
        concepts.fewest_blocking_pairs, lambda m, p: (-len(p), len(blocking_pairs(m, set(p))))
    ),
    "fewest_blocking_students": best_of_all(
        concepts.fewest_blocking_students,
        lambda m, p: (-len(p), len({int(m.student[pair]) for pair in blocking_pairs(m, set(p))})),
    ),
    "popular": Definition(crowded, popular),
    "popular_two_sided": Definition(drawn(pairs=8, strict=True), popular_two_sided),
    "pareto_optimal": Definition(drawn(pairs=8), pareto_optimal),
    "rank_maximal": best_of_all(concepts.rank_maximal, lambda m, p: [-count for count in profile(m, p)]),
    "greedy": best_of_all(concepts.greedy, lambda m, p: (-len(p), [-count for count in profile(m, p)])),
    "generous": best_of_all(concepts.generous, lambda m, p: (-len(p), list(reversed(profile(m, p))))),
    "minimum_regret": best_of_all(concepts.minimum_regret, lambda m, p: (-len(p), max(ranks(m, p), default=0))),
    "maximum_weight": best_of_all(
        concepts.maximum_weight, lambda m, p: -sum(m.pair_attributes["weight"][list(p)].tolist())
    ),
    "leximin": best_of_all(concepts.leximin, lambda m, p: [-value for value in utilities(m, p)]),
    "nash": best_of_all(
        concepts.nash,
        lambda m, p: (
            -sum(value > 0 for value in utilities(m, p)),
            -math.prod(value for value in utilities(m, p) if value > 0),
        ),
    ),
}
