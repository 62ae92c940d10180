"""Rows say of whom they speak: where a student has one candidate, or a mentor one, pairs alone would not tell.

Every rule of a school with very few pairs: its rows name the people whom its violations name, a concession gives up
what it says and nothing else, and a stage or an engine that could take one person's row for another's does not.
"""

import itertools
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from brute_force import all_matchings, best_of_problem
from mentormatch.base.errors import RulesError, UnsupportedError
from mentormatch.base.text import Text
from mentormatch.constraints import (
    Constraint,
    Continuity,
    Coverage,
    EnvyFreeness,
    FixedPairs,
    Popularity,
    Quotas,
    TypeQuotas,
    WeakStability,
)
from mentormatch.district.join import JointCap, join
from mentormatch.explain.concession import Concession
from mentormatch.explain.what_if import what_if
from mentormatch.formulation.rows import Rows, grouped_rows, row
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents, RankTotal, SoftRules
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.solvers.choose import ENGINES
from mentormatch.testing.meaning import holds
from small_markets import school
from staffed_school import SOFT, STAFFED_EXAMPLES, staffed

LABEL = Text(zh="甲", en="a")


def narrow(rng: np.random.Generator) -> Market:
    """Return a market in which most people have one candidate or none."""
    n, k = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    pairs = np.argwhere(rng.random((n, k)) < 0.5)
    student, mentor, m = pairs[:, 0], pairs[:, 1], len(pairs)
    upper = rng.integers(0, 3, k)
    rank = np.zeros(m, np.int64)
    for each in np.unique(student):
        mine = np.flatnonzero(student == each)
        rank[mine] = rng.permutation(len(mine)) + 1
    current = np.zeros(m, bool)
    current[[int(np.flatnonzero(student == each)[0]) for each in np.unique(student) if rng.random() < 0.4]] = True
    return Market.from_arrays(
        student,
        mentor,
        student_rank=rank,
        mentor_rank=rng.permutation(m) + 1,
        mentor_upper=upper,
        mentor_lower=rng.integers(0, upper + 1),
        num_students=n,
        num_mentors=k,
        student_attributes={
            "care": Attribute.from_values([["key"] if not i or rng.random() < 0.6 else [] for i in range(n)])
        },
        pair_attributes={"current": current, "locality": np.zeros(m, np.int64)},
    )


def rules(rng: np.random.Generator, market: Market) -> list[Constraint]:
    care: dict[str, Any] = {"attribute": "care", "values": ("key",)}
    pool: list[Constraint] = [
        Coverage(),
        EnvyFreeness(),
        WeakStability(),
        Continuity(),
        TypeQuotas(**care, upper=int(rng.integers(0, 2))),
        TypeQuotas(**care, lower=1, upper=2),
        TypeQuotas(**care, upper=0, penalty=2, stage="wishes"),
    ]
    seated = np.flatnonzero(market.mentor_upper[market.mentor] > 0)
    if len(seated):
        pair = int(rng.choice(seated))
        pool.append(FixedPairs(pairs=((int(market.student[pair]), int(market.mentor[pair])),)))
    chosen = rng.choice(len(pool), int(rng.integers(1, 4)), replace=False)
    return [Quotas(), *(pool[at] for at in chosen)]


@pytest.mark.parametrize("chunk", range(6))
def test_every_engine_takes_rows_for_what_they_mean(chunk: int) -> None:
    rng, solved = np.random.default_rng((5, chunk)), 0
    for _ in range(25):
        market = narrow(rng)
        problem = Problem(market, rules(rng, market), [PlacedStudents(), SoftRules(name="wishes"), RankTotal()])
        best, form = best_of_problem(problem), compile_form(problem)
        for engine in ENGINES:
            if not engine.supports(form):
                result = solve(problem, engine=engine.name)
                assert (result.status == "optimal") == best.is_feasible
                assert best.values is None or tuple(stage.value for stage in result.stages) == best.values
                solved += 1
        assert mm.match(problem).status == ("optimal" if best.is_feasible else "infeasible")
    assert solved > 25


def test_a_student_whose_one_mentor_has_no_seat_is_no_lower_quota_of_the_mentor() -> None:
    market = Market.from_preferences({"a": ["x"]}, {"x": ["a"]}, quotas={"x": 0})
    problem = Problem(market, [Quotas(lower=False), EnvyFreeness(), Coverage()])
    assert solve(problem).status == "infeasible"
    with pytest.raises(UnsupportedError):
        solve(problem, engine="envy_free")
    several = Market.from_preferences({"a": ["x"], "b": ["x"]}, {"x": ["a", "b"]}, quotas={"x": 1}).replace(
        student_attributes={"care": Attribute.from_values(["key", "key"])}
    )
    more = TypeQuotas(attribute="care", values=("key",), lower=2, upper=2)
    assert solve(Problem(several, [Quotas(), EnvyFreeness(), more])).status == "infeasible"


@pytest.mark.parametrize("example", range(len(STAFFED_EXAMPLES)))
def test_rows_name_the_people_whom_violations_name(example: int) -> None:
    """One pair more or less: a row that is newly broken speaks of somebody whom some violation names."""
    market, rule = staffed(), STAFFED_EXAMPLES[example]
    bound = Problem(market, [rule], [SoftRules(name="wishes")]).constraints[0]
    blocks = [part for part in bound.rows(market) if isinstance(part, Rows)]
    for matching in itertools.islice(all_matchings(market), 0, None, 7):
        found = bound.violations(market, matching)
        for block in blocks:
            for number in block.broken(matching.chosen).tolist():
                if block.students is not None:
                    who: Any = market.student_ids[block.students[number]]
                    assert any(who in violation.students for violation in found)
                if block.mentors is not None:
                    who = market.mentor_ids[block.mentors[number]]
                    assert any(who in violation.mentors for violation in found)


@pytest.mark.parametrize("chunk", range(4))
def test_a_concession_is_as_strict_in_rows_as_it_is_told(chunk: int) -> None:
    """What the rows of a conceded rule let through breaks nothing that the concession still asks; soft rules too."""
    rng = np.random.default_rng((6, chunk))
    for _ in range(15):
        market = narrow(rng)
        given: dict[str, Any] = {
            "students": tuple(int(i) for i in range(market.num_students) if rng.random() < 0.4),
            "raised": tuple((int(j), int(rng.integers(1, 3))) for j in range(market.num_mentors) if rng.random() < 0.4),
            "lowered": tuple((int(j), 1) for j in range(market.num_mentors) if rng.random() < 0.3),
        }
        conceded = [Concession(rule=rule, **given) for rule in rules(rng, market)]
        problem = Problem(market, conceded, [SoftRules(name="wishes")])
        form = compile_form(problem)
        for matching in all_matchings(market):
            if form.open[matching.pairs].all() and all(holds(part, market, matching.chosen) for part in form.parts):
                assert all(v.soft for rule in problem.constraints for v in rule.violations(market, matching))
        result = solve(problem)
        assert result.status in ("optimal", "infeasible")


def test_a_rule_that_is_conceded_in_part_still_binds_the_others() -> None:
    market = Market.from_preferences({"a": ["x"], "b": ["x"]}, quotas={"x": 1})
    for students, placed in (((), None), (("a",), 1), (("a", "b"), 0)):
        problem = Problem(market, [Quotas(), Concession(rule=Coverage(), students=students)], [PlacedStudents()])
        least = min((len(m.pairs) for m in all_matchings(market) if _keeps(problem, m)), default=None)
        assert (solve(problem).status == "infeasible") == (placed is None)
        assert least == placed


def _keeps(problem: Problem, matching: Any) -> bool:
    form = compile_form(problem)
    return all(holds(part, problem.market, matching.chosen) for part in form.parts)


def test_what_if_is_answered_where_mentors_have_one_candidate() -> None:
    """The row of a student's only pair, and that of a mentor's only pair, are different rows."""
    answered = 0
    for seed in range(24):
        rng = np.random.default_rng((7, seed))
        market = narrow(rng)
        result = mm.match(Problem(market, rules(rng, market), [SoftRules(name="wishes"), RankTotal()]))
        if result.matching is None:
            continue
        for pair in np.flatnonzero(~result.matching.chosen).tolist():
            student, mentor = market.student_ids[market.student[pair]], market.mentor_ids[market.mentor[pair]]
            answer = what_if(result, student, mentor, run=mm.match)
            assert answer.lines("en")
            answered += 1
    assert answered > 5


def test_two_stages_of_soft_rules_of_one_name_are_refused() -> None:
    market = school()
    with pytest.raises(RulesError, match="called 'soft_rules'") as caught:
        Problem(market, [Quotas()], [SoftRules(), RankTotal(), SoftRules()])
    assert caught.value.text.zh
    assert len(Problem(market, [Quotas()], [SoftRules(), SoftRules(name="wishes")]).stages) == 2
    assert SOFT["stage"] == "wishes"


def test_schools_with_a_shared_mentor_vote_together() -> None:
    a = Market.from_preferences(
        {"a": ["X", "P"], "b": ["X", "P"]}, {"X": ["a", "b"], "P": ["a", "b"]}, quotas={"X": 1, "P": 2}
    )
    b = Market.from_preferences(
        {"c": ["X", "Q"], "d": ["X", "Q"]}, {"X": ["c", "d"], "Q": ["c", "d"]}, quotas={"X": 1, "Q": 2}
    )
    asked = [Quotas(), Popularity()]
    joint = join(
        {"A": Problem(a, asked, [RankTotal()]), "B": Problem(b, asked, [RankTotal()])},
        [JointCap("X", (("A", "X"), ("B", "X")), 1)],
        shared={"X"},
    )
    whole = Market.from_preferences(
        {"a": ["X", "P"], "b": ["X", "P"], "c": ["X", "Q"], "d": ["X", "Q"]},
        {"X": ["a", "b", "c", "d"], "P": ["a", "b"], "Q": ["c", "d"]},
        quotas={"X": 1, "P": 2, "Q": 2},
    )
    one = solve(Problem(whole, asked, [RankTotal()]))
    assert [stage.value for stage in solve(joint.problem).stages] == [stage.value for stage in one.stages]


def test_rows_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="not of both"):
        grouped_rows("r", [0], [0], lower=[0], upper=[1], label=lambda _: LABEL, students=[0], mentors=[0])
    with pytest.raises(ValueError, match="one entry for each row"):
        grouped_rows("r", [0], [0], lower=[0], upper=[1], label=lambda _: LABEL, students=[0, 1])
    block = grouped_rows(
        "r",
        [0, 1, 2],
        [0, 0, 2],
        lower=[0, 1, 2],
        upper=[3, 4, 5],
        label=lambda i: Text(zh=str(i), en=str(i)),
        mentors=[7, 8, 9],
    )
    some = block.some(np.array([0, 2]))
    assert (some.pairs.tolist(), some.start.tolist(), some.mentors.tolist()) == ([0, 1, 2], [0, 2, 3], [7, 9])
    assert [some.label(i).en for i in range(2)] == ["0", "2"]
    assert row("r", [0], lower=0, upper=1, label=LABEL, mentor=3).mentors.tolist() == [3]
