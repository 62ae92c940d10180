"""Every rule where it binds nobody: empty parameters, and a school that it does not apply to, beside other rules.

A rule that writes an empty block, a row without pairs or no row at all must stand beside any other rule as if it were
not there. The oracle enumerates matchings and reads nothing but what the rules mean.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from brute_force import best_of_problem
from mentormatch.base.errors import MentorMatchError
from mentormatch.constraints import (
    CONSTRAINTS,
    Adaptation,
    ApartStudents,
    ChiefMentors,
    ChoicesOnly,
    ClassesPerMentor,
    ClassTeams,
    ConflictsOfInterest,
    Consent,
    Constraint,
    Continuity,
    CoupleStability,
    Coverage,
    Eligibility,
    EnvyFreeness,
    FixedPairs,
    ForbiddenPairs,
    GenderRequests,
    HeadTeacherRelief,
    MustAgree,
    NobodyOrAtLeast,
    OtherClassCap,
    Popularity,
    PreferredPairs,
    QualifiedMentors,
    Quotas,
    SeparatedPairs,
    Siblings,
    StrongStability,
    SuperStability,
    TopicStability,
    TypeQuotas,
    Vetoes,
    VettedMentors,
    WeakStability,
)
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal, SoftRules
from mentormatch.problem.problem import Problem
from staffed_school import SOFT, STAFFED_EXAMPLES, staffed

PARTNERS = 3
EMPTY: dict[str, Any] = {"pairs": ()}

IDLE: list[Constraint] = [
    Adaptation(),
    MustAgree(attribute="campus"),
    MustAgree(attribute="campus", **SOFT),
    ApartStudents(),
    ApartStudents(**SOFT),
    ChiefMentors(missing="ignore"),
    ChiefMentors(missing="ignore", **SOFT),
    ChoicesOnly(),
    ClassTeams(most=9),
    ClassTeams(most=9, **SOFT),
    ClassesPerMentor(most=9),
    ClassesPerMentor(most={}),
    ClassesPerMentor(most=9, **SOFT),
    ConflictsOfInterest(shared=(("household", "household"),)),
    Consent(),
    Continuity(),
    Continuity(mode="keep_unless_asked"),
    Continuity(mode="at_most", max_changes=0),
    CoupleStability(couples=()),
    Coverage(),
    Eligibility(),
    EnvyFreeness(),
    FixedPairs(**EMPTY),
    ForbiddenPairs(**EMPTY),
    GenderRequests(),
    GenderRequests(**SOFT),
    HeadTeacherRelief(seats=0),
    HeadTeacherRelief(seats=1),
    NobodyOrAtLeast(lower={}),
    OtherClassCap(upper=9),
    OtherClassCap(upper={}),
    OtherClassCap(upper=9, **SOFT),
    Popularity(),
    PreferredPairs(**EMPTY, stage="wishes"),
    QualifiedMentors(),
    QualifiedMentors(**SOFT),
    Quotas(),
    Quotas(lower=False),
    SeparatedPairs(**EMPTY),
    Siblings(),
    Siblings(mode="apart"),
    Siblings(**SOFT),
    Siblings(mode="apart", **SOFT),
    StrongStability(),
    SuperStability(),
    TopicStability(supervisors=()),
    TypeQuotas(attribute="care_level", values=("general",), upper=9),
    TypeQuotas(attribute="care_level", values=("general",), upper=9, **SOFT),
    Vetoes(),
    VettedMentors(),
    WeakStability(),
]


def bare() -> Market:
    """Return a school of three students and three mentors, one of them on leave, of whom nothing else is known."""
    market = Market.from_preferences(
        {"s1": ["a", "b"], "s2": ["a"], "s3": ["b", "a"]},
        {"a": ["s3", "s1", "s2"], "b": ["s1", "s3"], "c": []},
        quotas={"a": (0, 1), "b": (0, 2), "c": (0, 0)},
    )
    known = staffed()
    nothing = [None] * 3
    return market.replace(
        student_attributes={
            **{name: Attribute.from_values(nothing) for name in known.student_attributes},
            "care_level": Attribute.from_values(["general", None, None]),
        },
        mentor_attributes={name: Attribute.from_values(nothing) for name in known.mentor_attributes},
        pair_attributes={"locality": np.zeros(market.num_pairs, np.int64)},
    )


def problems(rule: Constraint, rng: np.random.Generator) -> Iterator[Problem]:
    """Yield the rule in the bare school alone, and beside drawn others; and in the staffed school beside others."""
    stages = (PlacedStudents(), SoftRules(name="wishes"), RankTotal())
    yield Problem(bare(), [rule], stages)
    for number in range(PARTNERS):
        market, pool = (bare(), IDLE) if number % 2 == 0 else (staffed(), [*IDLE, *STAFFED_EXAMPLES])
        others = [pool[at] for at in rng.choice(len(pool), 1 + number % 3, replace=False)]
        rules = [Quotas(), *others, rule] if number % 3 else [rule, *others]
        try:
            yield Problem(market, rules, stages)
        except MentorMatchError:
            # A rule may refuse a school that does not know what it asks for.
            continue


@pytest.mark.parametrize("number", range(len(IDLE)))
def test_a_rule_that_binds_nobody_stands_beside_any_other(number: int) -> None:
    statuses: Counter[str] = Counter()
    for problem in problems(IDLE[number], np.random.default_rng((2026, number))):
        best, result = best_of_problem(problem), solve(problem)
        assert (result.status == "infeasible") == (not best.is_feasible), problem
        assert best.values is None or tuple(stage.value for stage in result.stages) == best.values, problem
        again = mm.match(problem)
        assert again.status == result.status, problem
        if again.matching is not None:
            for student in problem.market.student_ids:
                assert again.explain(student)
        statuses[result.status] += 1
    assert statuses["optimal"]


def test_every_rule_is_among_them() -> None:
    assert {type(rule) for rule in IDLE} == set(CONSTRAINTS)


@pytest.mark.parametrize("number", range(len(IDLE)))
def test_it_changes_nothing_in_a_school_to_which_it_does_not_apply(number: int) -> None:
    """Rules about particular people or facts leave all matchings of the bare school as they are."""
    rule = IDLE[number]
    about_all = (Quotas, Coverage, ChoicesOnly, Popularity, CoupleStability, TopicStability)
    if rule.stability or isinstance(rule, about_all) or rule.spans_schools:
        pytest.skip("binds everybody in any school")
    with_it = best_of_problem(Problem(bare(), [Quotas(), rule], [RankTotal()]))
    without = best_of_problem(Problem(bare(), [Quotas()], [RankTotal()]))
    assert (with_it.values, with_it.num_feasible) == (without.values, without.num_feasible)
