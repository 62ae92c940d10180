"""Stability within caps, against its definition: every exchange at every mentor of every matching of small markets."""

import numpy as np
import pytest

from capped_markets import mentors_of, smalls, union
from mentormatch import concepts
from mentormatch.base.errors import RulesError
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.formulation.rows import Stable
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
    nested = tuple(part for part in smalls() if part.is_nested)
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
