"""The mechanisms on schools small enough to check by hand, and their promises on random ones."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.constraints import Coverage, FixedPairs, Quotas, TypeQuotas, Vetoes
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.objectives import PlacedStudents, RankTotal
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import MentorPreference, StudentPreference
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student

DAY = datetime.date(2024, 11, 11)


def student(number: int, class_name: str = "七(1)班", **more: object) -> Student:
    return Student(student_id=f"s{number}", name="某某", grade="七年级", grade_number=7, class_name=class_name, **more)


def mentor(name: str, seats: int, *, least: int = 0, classes: tuple[str, ...] = (), status: str = "active") -> Mentor:
    return Mentor(
        mentor_id=name, name="某师", capacity_max=seats, capacity_min=least, classes_taught=classes, status=status
    )


def form(number: int, *choices: str) -> StudentPreference:
    return StudentPreference(student_id=f"s{number}", choices=choices)


def pairing(number: int, name: str, *, locked: bool = False) -> Pairing:
    return Pairing(student_id=f"s{number}", mentor_id=name, role="primary", locked=locked)


def who(result: mm.Result) -> dict[object, object]:
    assert result.matching is not None
    return {s: m for s, (m,) in result.matching.as_dict().items()}


def test_a_continuing_student_keeps_its_seat_against_everybody() -> None:
    roster = Roster(
        students=(student(1), student(2)),
        mentors=(mentor("a", 1), mentor("b", 1)),
        student_preferences=(form(1, "a"), form(2, "a")),
        mentor_preferences=(MentorPreference(mentor_id="a", student_id="s2", stance="ranked", order=1),),
        pairings=(pairing(1, "a"),),
    )
    result = mm.match(roster, on=DAY)
    assert who(result) == {"s1": "a", "s2": "b"}
    assert result.pair_reasons["s1", "a"].origin == "kept"
    assert result.pair_reasons["s2", "b"].origin == "coordinated"


def test_a_student_without_a_form_keeps_its_mentor_and_one_with_a_form_may_go() -> None:
    roster = Roster(
        students=(student(1), student(2)),
        mentors=(mentor("a", 2), mentor("b", 2)),
        student_preferences=(form(2, "b"),),
        pairings=(pairing(1, "a"), pairing(2, "a")),
    )
    result = mm.match(roster, on=DAY)
    assert who(result) == {"s1": "a", "s2": "b"}
    assert [(change.student, change.before, change.after) for change in result.changes] == [("s2", ("a",), ("b",))]
    assert result.changes[0].text.en == "By the student's own form: choice 1."


def test_nobody_loses_its_mentor_for_a_wish_that_is_not_met() -> None:
    roster = Roster(
        students=(student(1), student(2)),
        mentors=(mentor("a", 1), mentor("b", 1), mentor("c", 1)),
        student_preferences=(form(1, "b"),),
        pairings=(pairing(1, "a"), pairing(2, "b")),
    )
    assert who(mm.match(roster, on=DAY)) == {"s1": "a", "s2": "b"}


def test_a_veto_and_a_leave_end_a_pair_with_their_reason() -> None:
    roster = Roster(
        students=(student(1), student(2)),
        mentors=(mentor("a", 5), mentor("b", 5), mentor("c", 5, status="leave")),
        mentor_preferences=(MentorPreference(mentor_id="a", student_id="s1", stance="unsuitable"),),
        pairings=(pairing(1, "a"), pairing(2, "c", locked=True)),
    )
    result = mm.match(roster, on=DAY)
    assert who(result)["s1"] == "b"
    texts = {change.student: change.text.en for change in result.changes}
    assert texts["s1"] == "The mentor finds the pair unsuitable."
    assert "on leave" in texts["s2"]


def test_placements_go_to_the_own_class_first() -> None:
    roster = Roster(
        students=(student(1), student(2, "七(2)班")),
        mentors=(mentor("a", 1, classes=("七(2)班",)), mentor("b", 1, classes=("七(1)班",))),
    )
    assert who(mm.match(roster, on=DAY)) == {"s1": "b", "s2": "a"}


def test_a_lower_quota_moves_the_fewest_of_round_one_and_names_them() -> None:
    roster = Roster(
        students=(student(1), student(2), student(3)),
        mentors=(mentor("a", 3), mentor("b", 3, least=1)),
        student_preferences=(form(1, "a"), form(2, "a"), form(3, "a")),
    )
    result = mm.match(roster, on=DAY)
    assert result.stages[0].name == "fewest_moves"
    assert result.stages[0].value == 1
    moved = [change for change in result.changes if change.since == "round_one"]
    assert len(moved) == 1
    assert moved[0].after == ("b",)
    assert "Mentor b takes at least 1" in moved[0].text.en
    # Moving back would leave b below its lower quota, so the claim is heard but not justified.
    assert result.blocking_pairs == 1
    assert result.justified_blocking_pairs == 0


def test_published_priorities_decide_between_strangers() -> None:
    school = {
        "students": (student(1), student(2, "七(2)班"), student(3, "七(2)班")),
        "mentors": (mentor("a", 1, classes=("七(2)班",)), mentor("b", 5)),
        "student_preferences": (form(1, "a"), form(2, "a")),
    }
    named = MentorPreference(mentor_id="a", student_id="s1", stance="acceptable")
    assert who(mm.match(Roster(**school), on=DAY))["s2"] == "a"
    assert who(mm.match(Roster(**school, mentor_preferences=(named,)), on=DAY))["s1"] == "a"
    rules = mm.Rules.model_validate({"priorities": ["own_class", "named"]})
    assert who(mm.match(Roster(**school, mentor_preferences=(named,)), on=DAY, rules=rules))["s2"] == "a"


def test_fixed_pairs_come_before_choices() -> None:
    market = Market.from_preferences({"s1": ["a"], "s2": ["a", "b"]}, {"a": ["s1", "s2"]})
    problem = Problem(market, [Quotas(), FixedPairs(pairs=[("s2", "a")])])
    result = mm.match(problem)
    assert who(result) == {"s2": "a"}
    assert result.pair_reasons["s2", "a"].origin == "fixed"


def test_deferred_acceptance_refuses_rules_that_need_coordination() -> None:
    market = Market.from_preferences({"s1": ["a"], "s2": ["a"]})
    with pytest.raises(mm.UnsupportedError, match="two_round"):
        mm.match(Problem(market, [Quotas(), Coverage()]), mechanism="deferred_acceptance")


def test_caps_that_cross_wait_for_round_two() -> None:
    attributes = {
        "boarding": Attribute.from_values(["yes", "yes", "no", "no"]),
        "gender": Attribute.from_values(["f", "m", "f", "m"]),
    }
    market = Market.from_preferences(
        {f"s{i}": ["a", "b"] for i in range(4)}, {"a": [f"s{i}" for i in range(4)], "b": None}, quotas={"a": 4, "b": 4}
    ).replace(student_attributes=attributes)
    caps = [
        TypeQuotas(attribute="boarding", values="yes", upper={"a": 1}),
        TypeQuotas(attribute="gender", values="f", upper={"a": 1}),
    ]
    result = mm.match(Problem(market, [Quotas(), *caps, Coverage()], [RankTotal()]))
    assert result.violations == ()
    assert "type_quotas" in result.engine_reason.en
    # Round one keeps the first cap and takes s0, s2 and s3; a has two girls then, and one of them moves.
    assert result.stages[0].value == 1
    with pytest.raises(mm.UnsupportedError, match="overlap"):
        mm.match(Problem(market, [Quotas(), *caps]), mechanism="deferred_acceptance")
    alone = mm.match(Problem(market, [Quotas(), caps[0], Coverage()], [RankTotal()]))
    assert "wait" not in alone.engine_reason.en


def test_unknown_mechanisms_and_engines_are_refused() -> None:
    market = Market.from_preferences({"s1": ["a"]})
    with pytest.raises(mm.InputError, match="two_round"):
        mm.match(market, mechanism="draw_straws")
    with pytest.raises(mm.UnsupportedError, match="min_cost_flow"):
        mm.match(market, engine="abacus")


@st.composite
def markets(draw: st.DrawFn) -> Market:
    n, k = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    upper = [draw(st.integers(0, 4)) for _ in range(k)]
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    size = n * k
    return Market.from_arrays(
        np.repeat(np.arange(n), k),
        np.tile(np.arange(k), n),
        student_rank=rng.integers(0, 4, size),
        mentor_rank=rng.integers(1, 4, size),
        mentor_upper=upper,
        pair_attributes={"mentor_veto": rng.random(size) < 0.1, "locality": rng.integers(0, 3, size)},
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(markets(), st.integers(0, 3))
def test_two_rounds_without_lower_quotas_have_no_blocking_pair(market: Market, seed: int) -> None:
    result = mm.match(market, seed=seed)
    assert result.status is Status.OPTIMAL
    assert result.blocking_pairs == 0
    assert result.stages[0].value == 0


@settings(max_examples=80, deadline=None, derandomize=True)
@given(markets())
def test_one_more_seat_never_places_fewer(market: Market) -> None:
    before = mm.match(market)
    after = mm.match(market.replace(mentor_upper=market.mentor_upper + np.eye(market.num_mentors, dtype=int)[0]))
    assert before.matching is not None
    assert after.matching is not None
    assert after.matching.num_placed >= before.matching.num_placed


@settings(max_examples=80, deadline=None, derandomize=True)
@given(markets(), st.randoms(use_true_random=False))
def test_row_order_does_not_matter(market: Market, random: object) -> None:
    order = np.random.default_rng(random.randint(0, 10**6)).permutation(market.num_pairs)  # type: ignore[attr-defined]
    shuffled = Market.from_arrays(
        market.student[order],
        market.mentor[order],
        student_rank=market.student_rank[order],
        mentor_rank=market.mentor_rank[order],
        mentor_upper=market.mentor_upper,
        num_students=market.num_students,
        num_mentors=market.num_mentors,
        pair_attributes={name: values[order] for name, values in market.pair_attributes.items()},
    )
    assert mm.match(market).matching == mm.match(shuffled).matching


@settings(max_examples=60, deadline=None, derandomize=True)
@given(markets())
def test_one_program_is_never_worse_than_two_rounds(market: Market) -> None:
    rounds = mm.match(market)
    whole = mm.match(Problem(market, [Quotas(), Vetoes()], [PlacedStudents(), RankTotal()]), mechanism="optimal")
    placed, ranks = (rounds.stages[position].value for position in (1, 2))
    assert whole.stages[0].value >= placed
    if whole.stages[0].value == placed:
        assert whole.stages[1].value <= ranks
