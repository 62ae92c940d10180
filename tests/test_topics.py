"""Student-project allocation: the rule, the engine, enumeration and algmatch."""

from typing import Any

import numpy as np
import pytest
from algmatch import SPAS

from brute_force import best_of_problem, feasible_matchings
from mentormatch.base.errors import RulesError
from mentormatch.constraints import Quotas, Supervisor, TopicStability, WeakStability
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import (
    LoadBalance,
    MentorRankTotal,
    PairWeight,
    PlacedStudents,
    RankMaximal,
    RankTotal,
    Stage,
)
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.stable import student_project
from mentormatch.testing import check_constraint
from random_markets import strict_ranks


def topics_market(
    rng: np.random.Generator, *, students: int, topics: int, persons: int, ties: bool = False
) -> tuple[Market, TopicStability]:
    """Return a market of topics; each belongs to a person, who ranks all students."""
    person = np.concatenate([np.arange(persons), rng.integers(0, persons, topics - persons)])
    chosen = rng.random((students, topics)) < 0.7
    chosen[np.arange(students), rng.integers(0, topics, students)] = True
    student, topic = np.nonzero(chosen)
    order = np.stack([rng.permutation(students) + 1 for _ in range(persons)])
    if ties:
        order = (order + 1) // 2
    upper = rng.integers(1, 3, topics)
    market = Market.from_arrays(
        student,
        topic,
        student_rank=rng.integers(1, 3, len(student)) if ties else strict_ranks(rng, student),
        mentor_rank=order[person[topic], student],
        mentor_upper=upper,
        num_students=students,
        num_mentors=topics,
    )
    entries = [
        Supervisor(
            name=f"L{one}",
            topics=tuple(np.flatnonzero(person == one).tolist()),
            upper=int(rng.integers(upper[person == one].max(), upper[person == one].sum() + 1)),
        )
        for one in range(persons)
    ]
    return market, TopicStability(supervisors=tuple(entries))


@pytest.mark.parametrize("chunk", range(4))
def test_as_enumerated(chunk: int) -> None:
    rng = np.random.default_rng((80, chunk))
    for _ in range(30):
        market, rule = topics_market(rng, students=4, topics=3, persons=int(rng.integers(1, 4)), ties=chunk % 2 == 1)
        problem = Problem(market, [Quotas(), rule], [PlacedStudents(), RankTotal()])
        result, best = solve(problem), best_of_problem(problem)
        assert result.status is Status.OPTIMAL
        assert tuple(stage.value for stage in result.stages) == best.values


@pytest.mark.parametrize("chunk", range(4))
def test_the_best_for_either_side_as_enumerated(chunk: int) -> None:
    """Of all stable matchings one is best for all students, and one for all supervisors."""
    rng = np.random.default_rng((83, chunk))
    several = 0
    for _ in range(60):
        market, rule = topics_market(rng, students=4, topics=3, persons=int(rng.integers(1, 4)))
        rules = [Quotas(), rule]
        stable = [matching.pairs for matching in feasible_matchings(Problem(market, rules))]
        several += len(stable) > 1
        for stages, rank in (([RankTotal()], market.student_rank), ([MentorRankTotal()], market.mentor_rank)):
            result = solve(Problem(market, rules, stages))
            assert (result.engine, result.status) == ("student_project", Status.OPTIMAL)
            assert result.matching is not None
            mine = result.matching.pairs
            assert mine.tolist() in [pairs.tolist() for pairs in stable]
            for other in stable:
                assert len(other) == len(mine)
                assert rank[mine].sum() <= rank[other].sum()
                if rank is market.student_rank:
                    assert (rank[mine] <= rank[other]).all()
    assert several


@pytest.mark.parametrize("seed", range(6))
def test_larger_markets_as_cp_sat_finds_them(seed: int) -> None:
    rng = np.random.default_rng((84, seed))
    market, rule = topics_market(rng, students=40, topics=12, persons=5)
    for stages in ([PlacedStudents(), RankTotal()], [MentorRankTotal()], [RankMaximal()]):
        problem = Problem(market, [Quotas(), rule], stages)
        one, other = (solve(problem, engine=engine).stages for engine in ("student_project", "cp_sat"))
        assert [stage.value for stage in one] == [stage.value for stage in other]


def test_what_the_algorithms_do_not_take_goes_to_cp_sat() -> None:
    market, rule = topics_market(np.random.default_rng(85), students=4, topics=3, persons=2)

    def codes(market: Market, *stages: Stage) -> set[str]:
        form = compile_form(Problem(market, [Quotas(), rule], stages))
        return {reason.code for reason in student_project.ENGINE.supports(form)}

    assert codes(market, PlacedStudents(), RankTotal()) == codes(market, MentorRankTotal()) == set()
    contrary = market.replace(pair_attributes={"weight": market.student_rank + market.mentor_rank})
    assert (codes(contrary, PairWeight()), codes(market, LoadBalance())) == ({"stage"}, {"convex"})
    assert codes(market.replace(student_rank=np.ones(market.num_pairs, np.int64))) == {"student_ties"}
    assert codes(market.replace(mentor_rank=np.ones(market.num_pairs, np.int64))) == {"mentor_ties"}
    assert "lower_bounds" in codes(market.replace(mentor_lower=np.minimum(market.mentor_upper, 1)))
    for rules, expected in (([Quotas(), WeakStability()], "stability"), ([Quotas()], "no_topics")):
        plain = compile_form(Problem(market, rules))
        assert {reason.code for reason in student_project.ENGINE.supports(plain)} == {expected}


@pytest.mark.parametrize("seed", range(10))
def test_the_common_suite(seed: int) -> None:
    rng = np.random.default_rng((81, seed))
    market, rule = topics_market(rng, students=3, topics=3, persons=2, ties=seed % 2 == 0)
    check_constraint(rule, market, max_matchings=200)


@pytest.mark.parametrize("seed", range(20))
def test_algmatch_finds_the_same_best_for_students(seed: int) -> None:
    rng = np.random.default_rng((82, seed))
    market, rule = topics_market(rng, students=7, topics=5, persons=3)
    lecturers: dict[int, Any] = {}
    projects: dict[int, Any] = {}
    for number, one in enumerate(rule.supervisors, start=1):
        who = np.isin(market.mentor, one.topics)
        first = np.unique(market.student[who], return_index=True)
        ranked = sorted(zip(market.mentor_rank[who][first[1]].tolist(), first[0].tolist(), strict=True))
        lecturers[number] = {"capacity": one.upper, "preferences": [i + 1 for _, i in ranked]}
        for topic in one.topics:
            projects[int(topic) + 1] = {"capacity": int(market.mentor_upper[int(topic)]), "lecturer": number}
    students = {}
    for i in range(market.num_students):
        mine = sorted(market.pairs_of_student(i).tolist(), key=lambda pair: market.student_rank[pair])
        students[i + 1] = [int(market.mentor[pair]) + 1 for pair in mine]
    given = {"students": students, "projects": projects, "lecturers": lecturers}
    answer = SPAS(dictionary=given, optimised_side="students").get_stable_matching()
    assert answer is not None
    theirs = {(int(s[1:]) - 1, int(p[1:]) - 1) for s, p in answer["student_sided"].items() if p}
    result = solve(Problem(market, [Quotas(), rule], [PlacedStudents(), RankTotal()]))
    assert result.matching is not None
    assert {(int(i), int(j)) for i, j in result.matching.ids()} == theirs  # type: ignore[call-overload]


def test_a_student_moves_between_topics_of_one_supervisor() -> None:
    """The supervisor is full, but the student is with it already: it may have the topic that it likes better."""
    market = Market.from_arrays([0, 0], [0, 1], student_rank=[1, 2], mentor_rank=[1, 1])
    rule = TopicStability(supervisors=(Supervisor(name="L", topics=(0, 1), upper=1),)).bind(market)
    assert [v.mentors for v in rule.violations(market, Matching(market, [1]))] == [(0,)]
    assert rule.violations(market, Matching(market, [0])) == ()


def test_what_the_rule_refuses() -> None:
    market = Market.from_arrays([0, 0], [0, 1], student_rank=[1, 2], mentor_rank=[1, 2])
    one = Supervisor(name="L", topics=(0, 1), upper=1)
    for rule in (
        TopicStability(supervisors=(one,)),  # one person, two ranks for one student
        TopicStability(supervisors=(Supervisor(name="L", topics=(7,), upper=1),)),
    ):
        with pytest.raises(RulesError):
            rule.bind(market)
    with pytest.raises(RulesError):
        TopicStability(supervisors=(one, Supervisor(name="M", topics=(1,), upper=1)))
