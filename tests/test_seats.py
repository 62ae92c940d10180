"""Shortages: the cut proves itself by counting, and is the largest there is."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.constraints import Coverage, HeadTeacherRelief, Quotas
from mentormatch.explain.counted_seats import counted_seats
from mentormatch.explain.seats import shortage
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Shortage, Status
from small_rosters import mentor, pairing, student


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    pairs = [(i, j) for i in range(n) for j in range(k) if draw(st.booleans())]
    upper = [draw(st.integers(0, 3)) for _ in range(k)]
    lower = [draw(st.integers(0, most)) for most in upper]
    market = Market.from_arrays(
        np.array([i for i, _ in pairs], np.int64),
        np.array([j for _, j in pairs], np.int64),
        student_rank=np.ones(len(pairs), np.int64),
        mentor_upper=upper,
        mentor_lower=lower,
        num_students=n,
        num_mentors=k,
    )
    rules = draw(st.sampled_from([[Quotas(), Coverage()], [Quotas(lower=False), Coverage()], [Quotas()]]))
    return Problem(market, rules)


def check_cut(problem: Problem, cut: Shortage) -> None:
    """A reader's proof: whoever is in the cut can only go where there is too little room."""
    market = problem.market
    assert cut.needed > cut.available
    pairs = {(market.student_ids[i], market.mentor_ids[j]) for i, j in zip(market.student, market.mentor, strict=True)}
    students, mentors = set(cut.students), set(cut.mentors)
    if "seats" in cut.text.en:
        assert len(students) == cut.needed
        seats = dict(zip(market.mentor_ids, market.mentor_upper.tolist(), strict=True))
        assert all(mentor in mentors or not seats[mentor] for student, mentor in pairs if student in students)
        reach = sum(min(seats[m], sum((s, m) in pairs for s in students)) for m in mentors)
        assert reach <= cut.available
    else:
        waiting = sum(
            low
            for mentor, low in zip(market.mentor_ids, market.mentor_lower.tolist(), strict=True)
            if mentor in mentors
        )
        assert waiting == cut.needed
        assert all(student in students for student, mentor in pairs if mentor in mentors)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(problems())
def test_every_shortage_is_a_proof_and_every_infeasible_count_has_one(problem: Problem) -> None:
    cut = shortage(problem)
    result = solve(problem)
    if cut is not None:
        check_cut(problem, cut)
        assert result.status is Status.INFEASIBLE
    elif result.status is Status.INFEASIBLE:
        # Coverage and lower quotas fit one by one but not together: counting either alone shows nothing.
        assert {rule.kind for rule in problem.constraints} == {"quotas", "coverage"}
        assert result.conflict is not None


def test_the_largest_deficiency_is_told() -> None:
    market = Market.from_preferences({f"s{i}": ["a"] for i in range(5)} | {"t": ["b"]}, quotas={"a": 2, "b": 1})
    cut = shortage(Problem(market, [Quotas(), Coverage()]))
    assert cut is not None
    assert (cut.needed, cut.available) == (5, 2)
    assert set(cut.students) == {f"s{i}" for i in range(5)}
    assert cut.mentors == ("a",)
    assert "3 short" in cut.text.en
    assert "缺 3 个" in cut.text.zh
    assert any("Add 3 seats" in repair.en for repair in cut.repairs)


def test_lower_quotas_that_wait_for_nobody() -> None:
    market = Market.from_preferences({"s": ["a", "b"]}, quotas={"a": (1, 1), "b": (1, 1)})
    cut = shortage(Problem(market, [Quotas()]))
    assert cut is not None
    assert (cut.needed, cut.available) == (2, 1)
    assert "lower quotas" in cut.text.en


def test_only_the_students_that_coverage_names_need_a_seat() -> None:
    market = Market.from_preferences({"s": ["a"], "t": ["a"]}, quotas=1)
    market = market.replace(student_attributes={"care_level": Attribute.from_values(["key", None])})
    cover = Coverage(attribute="care_level", values=("key",))
    assert shortage(Problem(market, [Quotas(), cover])) is None
    assert shortage(Problem(market, [Quotas(), Coverage()])) is not None


def test_without_a_single_mentor_everybody_is_short_of_a_seat() -> None:
    cut = shortage(Problem(Market.from_preferences({"s": [], "t": []}), [Quotas(), Coverage()]))
    assert cut is not None
    assert (cut.needed, cut.available, cut.students) == (2, 0, ("s", "t"))


@pytest.mark.parametrize("rules", [[], [Coverage()]])
def test_without_quotas_there_is_no_seat_to_count(rules: list[Coverage]) -> None:
    market = Market.from_preferences({"s": ["a"]}, quotas={"a": 0})
    assert shortage(Problem(market, rules)) is None


def test_a_relief_and_seats_held_back_are_no_seats() -> None:
    """Fifty-five students, six mentors of eight, the head teacher three fewer: 45 seats, 10 short."""
    roster = mm.Roster(
        students=tuple(student(f"s{i:02}") for i in range(55)),
        mentors=tuple(
            mentor(f"T{i}", 8, classes_taught=("八(1)班",), head_of=("八(1)班",) if i == 1 else ()) for i in range(1, 7)
        ),
    )
    result = mm.match(roster, rules=mm.Rules(constraints=(HeadTeacherRelief(seats=3),)))
    assert result.shortage is not None
    assert (result.shortage.needed, result.shortage.available) == (55, 45)
    assert "10 short" in result.shortage.text.en
    assert "10 seats" in result.repairs[0].text.en


def test_counted_seats_against_every_matching_of_one_mentor() -> None:
    """The seats that are counted are the most students that the rules let one mentor take."""
    for seed in range(12):
        draw = random.Random(seed)
        students = [student(f"s{i}") for i in range(4)]
        staff = [
            mentor(f"T{j}", draw.randint(1, 4), head_of=("八(1)班",) if draw.random() < 0.5 else ()) for j in range(2)
        ]
        had = [pairing(each.student_id, draw.choice(staff).mentor_id) for each in students if draw.random() < 0.4]
        roster = mm.Roster(students=tuple(students), mentors=tuple(staff), pairings=tuple(had))
        relief = HeadTeacherRelief(seats=draw.randint(0, 2))
        problem = mm.build_problem(roster, extra_constraints=(relief,))
        ids = problem.market.student_ids
        for j, name in enumerate(problem.market.mentor_ids):
            possible = [
                number
                for number in range(5)
                for some in combinations(ids, number)
                if number <= problem.market.mentor_upper[j]
                and not relief.violations(
                    problem.market, Matching.from_ids(problem.market, [(one, name) for one in some])
                )
            ]
            assert counted_seats(problem)[j] == max(possible), (seed, name)
