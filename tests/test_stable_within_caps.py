"""Stability within caps, against its definition: every exchange at every mentor of every matching of small markets."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pytest

from mentormatch import concepts
from mentormatch.base.errors import RulesError
from mentormatch.constraints import Constraint, OtherClassCap, Quotas, TypeQuotas, WeakStability
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.formulation.rows import Stable
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms import MECHANISMS
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankMaximal, RankTotal
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.solvers.engine import Options
from mentormatch.testing import check_constraint
from mentormatch.testing.meaning import holds

STUDENTS, MENTORS = range(4), range(2)
KINDS = ("key", "boarder")


@dataclass(frozen=True)
class Small:
    """A market of four students and two mentors, as lists; 0 in a list is no pair.

    Caps are (kind, the most of each mentor); two of them cross, one alone is nested in the seats. ``elsewhere`` are the
    pairs that an other-class cap counts.
    """

    wish: tuple[tuple[int, ...], ...]
    rank: tuple[tuple[int, ...], ...]
    seats: tuple[int, ...]
    kinds: tuple[tuple[bool, bool], ...]
    caps: tuple[tuple[int, tuple[int, ...]], ...]
    elsewhere: tuple[tuple[bool, ...], ...]
    most_elsewhere: int | None

    def within_caps(self, j: int, students: frozenset[int]) -> bool:
        """Tell whether a mentor may have these students."""
        if len(students) > self.seats[j]:
            return False
        if self.most_elsewhere is not None and sum(self.elsewhere[i][j] for i in students) > self.most_elsewhere:
            return False
        return all(sum(self.kinds[i][kind] for i in students) <= most[j] for kind, most in self.caps)

    def is_stable(self, of: tuple[int | None, ...]) -> bool:
        """Tell whether no student and mentor gain by an exchange that keeps the mentor's caps."""
        for i, j in product(STUDENTS, MENTORS):
            wish = self.wish[i][j]
            if not wish or of[i] == j or (of[i] is not None and self.wish[i][of[i]] <= wish):
                continue
            has = frozenset(other for other in STUDENTS if of[other] == j)
            if self.within_caps(j, has | {i}):
                return False
            if any(self.rank[other][j] > self.rank[i][j] and self.within_caps(j, has - {other} | {i}) for other in has):
                return False
        return True

    def matchings(self) -> Iterator[tuple[int | None, ...]]:
        """Yield every matching within the caps, the mentor of each student."""
        for of in product(*([None, *(j for j in MENTORS if self.wish[i][j])] for i in STUDENTS)):
            if all(self.within_caps(j, frozenset(i for i in STUDENTS if of[i] == j)) for j in MENTORS):
                yield of

    def first_and_placed(self, of: tuple[int | None, ...]) -> tuple[int, int]:
        return sum(j is not None and self.wish[i][j] == 1 for i, j in enumerate(of)), sum(j is not None for j in of)


def drawn(rng: np.random.Generator) -> Small:
    """Draw a market: ties on either side, caps that cross or are nested."""
    wish = rng.integers(0, 3, (4, 2))
    kinds = rng.random((4, 2)) < 0.5
    some = rng.choice([0, 1, 2, 3])
    caps = [(kind, tuple(rng.integers(0, 3, 2).tolist())) for kind in range(2) if some >> kind & 1]
    return Small(
        tuple(map(tuple, wish.tolist())),
        tuple(map(tuple, rng.integers(1, 4, (4, 2)).tolist())),
        tuple(rng.integers(0, 4, 2).tolist()),
        tuple(map(tuple, kinds.tolist())),
        tuple(caps),
        tuple(map(tuple, (rng.random((4, 2)) < 0.5).tolist())),
        int(rng.integers(0, 3)) if some in (0, 1) and rng.random() < 0.5 else None,
    )


@cache
def smalls(number: int = 600) -> tuple[Small, ...]:
    rng = np.random.default_rng(29)
    return tuple(drawn(rng) for _ in range(number))


def union(parts: tuple[Small, ...]) -> tuple[Market, list[Constraint]]:
    """Return the disjoint union of markets, and the rules with their caps."""
    pairs = [(p, i, j) for p, part in enumerate(parts) for i, j in product(STUDENTS, MENTORS) if part.wish[i][j]]
    n, k = 4 * len(parts), 2 * len(parts)
    market = Market.from_arrays(
        [4 * p + i for p, i, _ in pairs],
        [2 * p + j for p, _, j in pairs],
        student_rank=[parts[p].wish[i][j] for p, i, j in pairs],
        mentor_rank=[parts[p].rank[i][j] for p, i, j in pairs],
        mentor_upper=[seats for part in parts for seats in part.seats],
        num_students=n,
        num_mentors=k,
        student_attributes={
            name: Attribute.from_values([str(kinds[kind]) for part in parts for kinds in part.kinds])
            for kind, name in enumerate(KINDS)
        },
        pair_attributes={"locality": np.array([int(parts[p].elsewhere[i][j]) for p, i, j in pairs])},
    )
    rules: list[Constraint] = [Quotas(lower=False)]
    for kind, name in enumerate(KINDS):
        most = {
            2 * p + j: caps[1][j]
            for p, part in enumerate(parts)
            for caps in part.caps
            if caps[0] == kind
            for j in MENTORS
        }
        if most and "True" in market.student_attributes[name].labels:
            rules.append(TypeQuotas(attribute=name, values="True", upper=most))
    elsewhere = {
        2 * p + j: part.most_elsewhere
        for p, part in enumerate(parts)
        if part.most_elsewhere is not None
        for j in MENTORS
    }
    return market, [*rules, *([OtherClassCap(upper=elsewhere)] if elsewhere else [])]


def mentors_of(market: Market, pairs: np.ndarray, number: int) -> tuple[int | None, ...]:
    """Return the mentors of the students of one part of a union."""
    of: list[int | None] = [None] * market.num_students
    for pair in pairs.tolist():
        of[market.student[pair]] = int(market.mentor[pair]) % 2
    return tuple(of[4 * number : 4 * number + 4])


def test_the_rule_is_its_definition_on_every_matching() -> None:
    """`violations`, and what the rule writes for engines, on all matchings of 3,000 markets side by side."""
    parts = smalls(3_000)
    market, rules = union(parts)
    problem = Problem(market, [*rules, WeakStability(within="caps")])
    rule = next(rule for rule in problem.constraints if rule.kind == "weak_stability")
    (written,) = problem.parts_of(rule)
    assert isinstance(written, StableWithinCaps)
    every = [list(part.matchings()) for part in parts]
    rng, seen = np.random.default_rng(4), [0, 0]
    for _ in range(12):
        of = [found[rng.integers(len(found))] for found in every]
        ids = [(4 * p + i, 2 * p + j) for p, mine in enumerate(of) for i, j in enumerate(mine) if j is not None]
        matching = Matching.from_ids(market, ids)
        broken = {v.students[0] // 4 for v in rule.violations(problem.market, matching)}
        for p, part in enumerate(parts):
            stable = part.is_stable(of[p])
            assert (p not in broken) == stable, (part, of[p])
            seen[stable] += 1
        few = {int(market.student[pair]) // 4 for pair in written.blocking(market, matching.chosen).tolist()}
        assert few == broken
    assert min(seen) > 3_000


@pytest.mark.parametrize("stages", [(RankMaximal(), PlacedStudents()), (PlacedStudents(), RankTotal())])
def test_the_best_is_that_of_enumeration(stages: tuple[RankMaximal | PlacedStudents | RankTotal, ...]) -> None:
    """Markets side by side: stages of the whole are the sums over the parts."""
    market, rules = union(smalls())
    result = solve(Problem(market, [*rules, WeakStability(within="caps")], stages))
    assert result.matching is not None
    assert result.status.value == "optimal"
    assert result.justified_blocking_pairs == 0
    best, first = 0, isinstance(stages[0], RankMaximal)
    for number, part in enumerate(smalls()):
        of = mentors_of(market, result.matching.pairs, number)
        assert part.is_stable(of), part
        values = [part.first_and_placed(each) for each in part.matchings() if part.is_stable(each)]
        best += max(value[0 if first else 1] for value in values)
    assert result.stages[0].value == best


def test_deferred_acceptance_under_nested_caps_is_stable_within_them() -> None:
    nested = tuple(part for part in smalls() if len(part.caps) + (part.most_elsewhere is not None) <= 1)
    assert len(nested) > 100
    market, rules = union(nested)
    mechanism = next(mechanism for mechanism in MECHANISMS if mechanism.name == "deferred_acceptance")
    pairs = mechanism.assign(Problem(market, rules), Options(seed=3))
    assert pairs is not None
    for number, part in enumerate(nested):
        assert part.is_stable(mentors_of(market, pairs, number))


def test_without_further_caps_the_rule_is_the_textbook_s() -> None:
    """So every engine for weak stability takes it."""
    market = Market.from_preferences({"a": ["x", "y"], "b": ["x"]}, {"x": ["b", "a"], "y": ["a"]})
    form = compile_form(Problem(market, [Quotas(), WeakStability(within="caps")]))
    assert [type(part) for part in form.stable] == [Stable]
    assert solve(Problem(market, [Quotas(), WeakStability(within="caps")])).engine == "deferred_acceptance"


def test_concepts_take_the_rule_in_place_of_their_own() -> None:
    parts = smalls()[:60]
    market, rules = union(parts)
    within = [*rules, WeakStability(within="caps")]
    for name in ("maximum_stable", "egalitarian", "minimum_regret", "sex_equal", "weakly_stable"):
        result = getattr(concepts, name)(market, within)
        assert result.matching is not None, name
        assert result.justified_blocking_pairs == 0
        for number, part in enumerate(parts):
            assert part.is_stable(mentors_of(market, result.matching.pairs, number)), name
    most = sum(max(len(of) - of.count(None) for of in part.matchings() if part.is_stable(of)) for part in parts)
    assert concepts.maximum_stable(market, within).matching.num_placed == most


def test_the_rule_passes_the_suite_of_rules() -> None:
    part = next(part for part in smalls() if len(part.caps) == 1)
    market, _ = union((part,))
    check_constraint(WeakStability(within="caps"), market)


def test_a_wrong_word_is_refused() -> None:
    with pytest.raises(RulesError, match="within"):
        WeakStability(within="walls")


def test_what_a_part_means_is_written_a_second_time() -> None:
    rng, seen = np.random.default_rng(6), set()
    for small in smalls()[:80]:
        market, rules = union((small,))
        problem = Problem(market, [*rules, WeakStability(within="caps")])
        for part in compile_form(problem).of(StableWithinCaps):
            every = list(small.matchings())
            of = every[rng.integers(len(every))]
            chosen = Matching.from_ids(market, [(i, j) for i, j in enumerate(of) if j is not None]).chosen
            stable = not len(part.blocking(market, chosen))
            assert holds(part, market, chosen) == stable
            seen.add(stable)
    assert seen == {True, False}
