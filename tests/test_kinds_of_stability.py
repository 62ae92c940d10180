"""Strong and super stability, envy-freeness and counts of blocking pairs: engines against enumeration."""

import pytest

from brute_force import all_matchings, best_of_problem, blocking_pairs
from mentormatch.constraints import (
    Constraint,
    EnvyFreeness,
    ForbiddenPairs,
    Quotas,
    StrongStability,
    SuperStability,
    WeakStability,
)
from mentormatch.objectives import (
    Egalitarian,
    FewestBlockingPairs,
    FewestBlockingStudents,
    MentorRankTotal,
    MinimumRegret,
    PlacedStudents,
    SexEquality,
    Stage,
)
from mentormatch.problem import Problem
from mentormatch.result import Status
from mentormatch.solving import solve
from random_markets import random_markets

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
    for market in random_markets(70 + number, 120, pairs=8, **KINDS[number]):
        problem = Problem(market, [Quotas(), RULES[kind]], [PlacedStudents()])
        result, best = solve(problem, engine="cp_sat"), best_of_problem(problem)
        assert tuple(stage.value for stage in result.stages) == (best.values or ())
        assert (result.status is Status.OPTIMAL) == best.is_feasible
        exist += best.is_feasible
    assert exist > 5
    assert exist < 120 or kind in {"weak", "envy"}


@pytest.mark.parametrize("kind", RULES)
def test_the_rule_finds_what_enumeration_finds(kind: str) -> None:
    """The rule's violations against a definition of its own, on every matching of 300 markets."""
    for market in random_markets(5, 300, pairs=7, places=2):
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
    for market in random_markets(90 + number, 60, pairs=8, places=2, placement=True):
        rules: list[Constraint] = [Quotas(), *([] if rule == "none" else [RULES[rule]])]
        if market.num_pairs > 3:
            at = (int(market.student[3]), int(market.mentor[3]))
            rules.append(ForbiddenPairs(pairs=(at,)))
        problem = Problem(market, rules, STAGES[number])
        result, best = solve(problem), best_of_problem(problem)
        assert tuple(stage.value for stage in result.stages) == best.values
