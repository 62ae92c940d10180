"""The best stable matching against enumeration, and what the reductions before the search leave of it."""

from functools import cache

import numpy as np
import pytest

from capped_markets import Small, mentors_of, smalls, union
from mentormatch.base.errors import UnsupportedError
from mentormatch.constraints import Coverage, FixedPairs, Quotas, TypeQuotas, WeakStability
from mentormatch.formulation.capped_stability import StableWithinCaps
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.matchmaking import match
from mentormatch.mechanisms import MECHANISMS
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.rules.defaults import market_stages
from mentormatch.solvers.cp.reduce import usable_pairs
from mentormatch.solvers.cp.reduce_capped import reduce_within_caps
from mentormatch.solvers.engine import Options
from mentormatch.study.generators.school import School

BY_NAME = {mechanism.name: mechanism for mechanism in MECHANISMS}


@cache
def nested(number: int) -> tuple[Small, ...]:
    return tuple(part for part in smalls(number) if part.is_nested)


def value(part: Small, of: tuple[int | None, ...], *, placed_first: bool = False) -> tuple[int, ...]:
    first, placed = part.first_and_placed(of)
    total = sum(part.wish[i][j] for i, j in enumerate(of) if j is not None)
    return (placed, first, -total) if placed_first else (first, placed, -total)


@pytest.mark.parametrize(("name", "number"), [("best_stable", 1_500), ("best_stable_placed", 600)])
def test_many_small_markets(name: str, number: int) -> None:
    """Side by side: what is lexicographically best for the whole is so for every part."""
    parts = nested(number)
    market, rules = union(parts)
    pairs = BY_NAME[name].assign(Problem(market, rules), Options(seed=4))
    assert pairs is not None
    better = 0
    lottery = BY_NAME["deferred_acceptance"].assign(Problem(market, rules), Options(seed=4))
    assert lottery is not None
    for at, part in enumerate(parts):
        of = mentors_of(market, pairs, at)
        assert part.is_stable(of)
        best = max(
            value(part, other, placed_first=name.endswith("placed"))
            for other in part.matchings()
            if part.is_stable(other)
        )
        assert value(part, of, placed_first=name.endswith("placed")) == best, part
        better += best > value(part, mentors_of(market, lottery, at), placed_first=name.endswith("placed"))
    assert better > 10


def test_reductions_keep_every_stable_matching_and_make_no_new_one() -> None:
    parts = nested(1_000)
    market, rules = union(parts)
    problem = Problem(market, [*rules, WeakStability(within="caps")])
    (written,) = compile_form(problem).of(StableWithinCaps)
    left = reduce_within_caps(market, written.caps, np.ones(market.num_pairs, bool))
    assert left.sum() < 0.9 * market.num_pairs
    kept = {(int(market.student[pair]), int(market.mentor[pair])) for pair in np.flatnonzero(left).tolist()}
    lost = 0
    for number, part in enumerate(parts):
        mine = {(i, j) for i, j in ((s - 4 * number, m - 2 * number) for s, m in kept if s // 4 == number)}
        fewer = tuple(tuple(w if (i, j) in mine else 0 for j, w in enumerate(row)) for i, row in enumerate(part.wish))
        smaller = Small(fewer, part.rank, part.seats, part.kinds, part.caps, part.elsewhere, part.most_elsewhere)
        before = {of for of in part.matchings() if part.is_stable(of)}
        after = {of for of in smaller.matchings() if smaller.is_stable(of)}
        assert before == after, part
        lost += fewer != part.wish
    assert lost > 50


def test_the_search_uses_the_reductions_only_where_the_caps_are_hard_rows() -> None:
    """A form that lost the rows of a cap, as an explanation makes it, keeps all its pairs."""
    part = next(
        part
        for part in nested(600)
        if part.caps and not usable(part).all() and usable(part).sum() and max(part.caps[0][1]) > 0
    )
    market, rules = union((part,))
    form = compile_form(Problem(market, [*rules, WeakStability(within="caps")]))
    without = form.with_rows([rows for rows in form.rows if rows.rule != "type_quotas"])
    assert len(without.rows) < len(form.rows)
    assert usable_pairs(without).all()


def usable(part: Small) -> np.ndarray:
    market, rules = union((part,))
    form = compile_form(Problem(market, [*rules, WeakStability(within="caps")]))
    return usable_pairs(form) if form.of(StableWithinCaps) else np.zeros(0, bool)


def held(current: bool) -> Market:
    """Return a market in which a has y and lists x alone, b comes first at x, and c wants y."""
    return Market.from_arrays(
        [0, 0, 1, 2],
        [0, 1, 0, 1],
        student_rank=[1, 0, 1, 1],
        mentor_rank=[2, 1, 1, 2],
        mentor_upper=[1, 1],
        student_ids=("a", "b", "c"),
        mentor_ids=("x", "y"),
        pair_attributes={"current": np.array([False, current, False, False])},
    )


def test_whoever_gets_no_listed_mentor_keeps_the_mentor_they_have() -> None:
    for current, expected in ((True, {"a": ("y",), "b": ("x",)}), (False, {"b": ("x",), "c": ("y",)})):
        result = BY_NAME["best_stable"].run(Problem(held(current), [Quotas()]), Options(), None)
        assert result.matching is not None
        assert result.matching.as_dict() == expected


def test_a_fixed_pair_comes_before_the_best() -> None:
    market = Market.from_preferences({"a": ["x", "y"], "b": ["x", "y"]}, {"x": ["a", "b"], "y": ["a", "b"]})
    result = BY_NAME["best_stable"].run(Problem(market, [Quotas(), FixedPairs(pairs=(("b", "x"),))]), Options(), None)
    assert result.matching is not None
    assert result.matching.as_dict() == {"a": ("y",), "b": ("x",)}


def test_two_rounds_start_from_the_best_and_place_the_rest() -> None:
    """In a drawn school: more first choices than by lottery, nobody blocks, nobody loses the mentor they have."""
    full = School(num_students=150).market(seed=3)
    problem = Problem(full, [Quotas(), Coverage()], market_stages())
    results = {name: match(problem, mechanism=name, seed=1) for name in ("two_round", "two_round_best")}
    first = {}
    for name, result in results.items():
        assert result.matching is not None
        assert result.mechanism == name
        assert result.justified_blocking_pairs == 0
        first[name] = int((full.student_rank[result.matching.pairs] == 1).sum())
    assert first["two_round_best"] > first["two_round"]
    assert "proven" in results["two_round_best"].engine_reason.en
    assert "已证明" in results["two_round_best"].engine_reason.zh


def test_the_same_seed_gives_the_same_pairs_and_another_one_is_as_good() -> None:
    full = School(num_students=80).market(seed=5)
    problem = Problem(full, [Quotas()])
    pairs = [BY_NAME["best_stable"].assign(problem, Options(seed=seed)) for seed in (1, 1, 2)]
    values = [(full.student_rank[found] == 1).sum() for found in pairs]
    assert pairs[0].tolist() == pairs[1].tolist()
    assert values[0] == values[2]


def test_what_is_not_proven_is_told_with_its_bound() -> None:
    full = School(num_students=150).market(seed=3)
    result = BY_NAME["best_stable"].run(Problem(full, [Quotas()]), Options(work=0.0), None)
    assert result.matching is not None
    assert result.justified_blocking_pairs == 0
    assert result.status.value in ("feasible", "optimal")
    if result.status.value == "feasible":
        assert any(not stage.proven for stage in result.stages)


def test_students_of_several_mentors_and_other_engines_are_refused() -> None:
    market = Market.from_preferences({"a": ["x", "y"]}).replace(student_quota=[2])
    with pytest.raises(UnsupportedError, match="one mentor at most"):
        BY_NAME["best_stable"].run(Problem(market, [Quotas()]), Options(), None)
    with pytest.raises(UnsupportedError, match="chooses its engine"):
        BY_NAME["best_stable"].run(Problem(market, [Quotas()]), Options(), "cp_sat")


def test_caps_on_kinds_of_students_hold() -> None:
    market = Market.from_preferences({"a": ["x"], "b": ["x", "y"], "c": ["x"]}, quotas={"x": 2, "y": 1})
    market = market.replace(student_attributes={"care_level": Attribute.from_values(["key", "key", "general"])})
    rules = [Quotas(), TypeQuotas(attribute="care_level", values="key", upper=1)]
    result = BY_NAME["best_stable"].run(Problem(market, rules), Options(), None)
    assert result.matching is not None
    assert len(result.matching.students_of("x")) == 2
    assert result.stages[1].value == 3
