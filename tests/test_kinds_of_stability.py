"""Strong and super stability, envy-freeness and counts of blocking pairs: engines against enumeration."""

import numpy as np
import pytest

from brute_force import all_matchings, best_of_problem, blocking_pairs, stable_matchings
from mentormatch.constraints import (
    Constraint,
    EnvyFreeness,
    ForbiddenPairs,
    Quotas,
    StrongStability,
    SuperStability,
    WeakStability,
)
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import (
    Egalitarian,
    FewestBlockingPairs,
    FewestBlockingStudents,
    MentorRankTotal,
    MinimumRegret,
    PlacedStudents,
    RankTotal,
    SexEquality,
    Stage,
)
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from random_markets import random_markets, strict_ranks

RULES: dict[str, Constraint] = {
    "weak": WeakStability(),
    "strong": StrongStability(),
    "super": SuperStability(),
    "envy": EnvyFreeness(),
}
KINDS = [
    {"places": 1, "placement": False},
    {"places": 2, "placement": False},
    {"places": 1, "placement": True},
    {"places": 2, "placement": True, "lower": True},
]


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("number", range(len(KINDS)))
def test_existence_and_size_as_enumerated(kind: str, number: int) -> None:
    exist = 0
    for market in random_markets(70 + number, 50, pairs=8, **KINDS[number]):
        problem = Problem(market, [Quotas(), RULES[kind]], [PlacedStudents()])
        result, best = solve(problem, engine="cp_sat"), best_of_problem(problem)
        assert tuple(stage.value for stage in result.stages) == (best.values or ())
        assert (result.status is Status.OPTIMAL) == best.is_feasible
        exist += best.is_feasible
    assert exist > 2
    assert exist < 50 or kind in {"weak", "envy"}


@pytest.mark.parametrize("kind", RULES)
def test_the_rule_finds_what_enumeration_finds(kind: str) -> None:
    """The rule's violations against a definition of its own, on every matching of 300 markets."""
    for market in random_markets(5, 150, pairs=7, places=2):
        rule = Problem(market, [RULES[kind]]).constraints[0]
        for matching in all_matchings(market, quotas=True):
            if (matching.load <= market.mentor_upper).all():
                expected = blocking_pairs(market, set(matching.pairs.tolist()), kind=kind)
                ends = [(market.student_ids[market.student[p]], market.mentor_ids[market.mentor[p]]) for p in expected]
                found = rule.violations(market, matching)
                assert [(*violation.students, *violation.mentors) for violation in found] == ends


STAGES: list[list[Stage]] = [
    [PlacedStudents(), FewestBlockingPairs()],
    [PlacedStudents(), FewestBlockingStudents()],
    [FewestBlockingStudents(), FewestBlockingPairs(), MentorRankTotal()],
    [PlacedStudents(), SexEquality(), Egalitarian()],
    [MinimumRegret(side="both"), SexEquality()],
    [PlacedStudents(), MinimumRegret(side="mentors"), FewestBlockingPairs()],
]


@pytest.mark.parametrize("number", range(len(STAGES)))
@pytest.mark.parametrize("rule", ["none", "weak", "envy"])
def test_stages_as_enumerated(number: int, rule: str) -> None:
    for market in random_markets(90 + number, 25, pairs=8, places=2, placement=True):
        rules: list[Constraint] = [Quotas(), *([] if rule == "none" else [RULES[rule]])]
        if market.num_pairs > 3:
            at = (int(market.student[3]), int(market.mentor[3]))
            rules.append(ForbiddenPairs(pairs=(at,)))
        problem = Problem(market, rules, STAGES[number])
        result, best = solve(problem), best_of_problem(problem)
        assert tuple(stage.value for stage in result.stages) == best.values


@pytest.mark.parametrize("kind", ["strong", "super"])
@pytest.mark.parametrize("chunk", range(4))
def test_irving_manlove_scott_as_enumerated(kind: str, chunk: int) -> None:
    """The algorithm and its proof of absence against every matching, on 1,000 markets."""
    exist = 0
    for market in random_markets(200 + chunk, 125, pairs=7, seats=2 + chunk % 2, worst=2 + chunk // 2):
        stable = stable_matchings(market, kind=kind)
        result = solve(Problem(market, [Quotas(lower=False), RULES[kind]]), engine="strong_super_stability")
        assert (result.status is Status.OPTIMAL) == bool(stable)
        exist += bool(stable)
        if result.matching is None:
            continue
        assert tuple(result.matching.pairs.tolist()) in stable
        mine = {int(market.student[p]): int(market.student_rank[p]) for p in result.matching.pairs.tolist()}
        for pairs in stable:
            theirs = {int(market.student[p]): int(market.student_rank[p]) for p in pairs}
            # The same students, and none of them better off.
            assert mine.keys() == theirs.keys()
            assert all(mine[i] <= theirs[i] for i in mine)
    assert 25 < exist < 250


@pytest.mark.parametrize("kind", ["strong", "super"])
def test_irving_manlove_scott_as_cp_sat(kind: str) -> None:
    """Markets too large to enumerate, with few ties, so that some have such a matching."""
    exist = 0
    for seed in range(20):
        rng = np.random.default_rng((9, seed))
        n, k = 12, 8
        ends = np.argwhere(rng.random((n, k)) < 0.5)
        student_rank, mentor_rank = strict_ranks(rng, ends[:, 0]), strict_ranks(rng, ends[:, 1])
        tied = rng.random(len(ends)) < 0.15
        market = Market.from_arrays(
            ends[:, 0],
            ends[:, 1],
            student_rank=student_rank,
            mentor_rank=np.where(tied, np.maximum(mentor_rank - 1, 1), mentor_rank),
            mentor_upper=rng.integers(1, 3, k),
            num_students=n,
            num_mentors=k,
        )
        stages = [PlacedStudents(), RankTotal()]
        problem = Problem(market, [Quotas(), RULES[kind]], stages)
        one, two = solve(problem, engine="strong_super_stability"), solve(problem, engine="cp_sat")
        assert (one.status, one.stages) == (two.status, two.stages)
        exist += one.status is Status.OPTIMAL
    assert 2 < exist < 20


def test_a_textbook_case_of_each_kind() -> None:
    """Two students, one seat, a tie: weakly stable either way, strongly and super-stable not at all."""
    market = Market.from_preferences({"s1": ["a"], "s2": ["a"]}, {"a": [["s1", "s2"]]})
    status = {kind: solve(Problem(market, [Quotas(), rule])).status for kind, rule in RULES.items()}
    assert status == {
        "weak": Status.OPTIMAL,
        "strong": Status.INFEASIBLE,
        "super": Status.INFEASIBLE,
        "envy": Status.OPTIMAL,
    }
    # Both students tie both mentors, who tie both: strongly stable, but one could as well swap.
    market = Market.from_preferences(
        {"s1": [["a", "b"]], "s2": [["a", "b"]]}, {"a": [["s1", "s2"]], "b": [["s1", "s2"]]}
    )
    status = {kind: solve(Problem(market, [Quotas(), rule])).status for kind, rule in RULES.items()}
    assert (status["strong"], status["super"]) == (Status.OPTIMAL, Status.INFEASIBLE)
