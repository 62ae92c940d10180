"""Rematch: after a leave, a new pupil, a lost seat or an edit, the fewest students move, and each move is named."""

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.constraints import Coverage, Quotas, Vetoes
from mentormatch.market.market import Market
from mentormatch.matchmaking import build_problem
from mentormatch.mechanisms import MECHANISMS
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.record.recheck import recheck
from mentormatch.record.staffing import with_leave, with_seats
from mentormatch.report.summary import summarise, summary_lines
from mentormatch.roster.roster import Roster
from samples import SAMPLES
from small_rosters import NOVEMBER, form, mentor, student


def market(choices: dict[str, list[str]], seats: dict[str, int]) -> Market:
    return Market.from_preferences(choices, dict.fromkeys(seats), quotas=seats)


def problem(choices: dict[str, list[str]], seats: dict[str, int]) -> Problem:
    return Problem(market(choices, seats), [Quotas(), Coverage(), Vetoes()])


def moved(result: mm.Result) -> dict[object, tuple[tuple[object, ...], tuple[object, ...]]]:
    return {c.student: (c.before, c.after) for c in result.changes if c.since == "given"}


BEFORE = (("s1", "a"), ("s2", "b"), ("s3", "b"))


def test_nothing_changed_nobody_moves():
    result = mm.rematch(problem({"s1": ["b", "a"], "s2": ["a", "b"], "s3": ["b"]}, {"a": 1, "b": 2}), BEFORE)
    assert result.matching.as_dict() == {"s1": ("a",), "s2": ("b",), "s3": ("b",)}
    assert moved(result) == {}
    assert {reason.origin for reason in result.pair_reasons.values()} == {"kept"}
    assert result.mechanism == "rematch"


def test_where_seats_do_not_suffice_a_chain_of_moves_is_found_and_named():
    # a loses its seat; s1 can go to b only, b is full, and only s3 of b can go on, to c.
    now = problem({"s1": ["a", "b"], "s2": ["b"], "s3": ["b", "c"]}, {"a": 0, "b": 2, "c": 1})
    result = mm.rematch(now, BEFORE)
    assert moved(result) == {"s1": (("a",), ("b",)), "s3": (("b",), ("c",))}
    assert result.stages[0].name == "fewest_moves"
    assert (result.stages[0].value, result.stages[0].proven) == (1, True)
    texts = {c.student: c.text.en for c in result.changes}
    assert texts["s1"] == "Mentor a is on leave or takes nobody."
    assert texts["s3"] == "The seat with mentor b goes to student s1."
    assert "其中 1 人原导师仍可带(已证明最少)" in "\n".join(summary_lines(result, "zh"))
    assert summarise(result)["moved"] == 2


def test_a_lost_seat_moves_one_student():
    result = mm.rematch(problem({s: ["b", "a"] for s in ("s1", "s2", "s3")}, {"a": 2, "b": 1}), BEFORE)
    assert len(moved(result)) == 1
    (change,) = (c for c in result.changes if c.since == "given")
    assert change.text.en == "Mentor b takes at most 1 students."


def test_a_new_pupil_makes_room_with_one_move():
    now = problem({"s1": ["a"], "s2": ["b", "a", "c"], "s3": ["b", "c"], "s4": ["b"]}, {"a": 1, "b": 2, "c": 1})
    result = mm.rematch(now, BEFORE)
    assert result.matching.mentors_of("s4") == ("b",)
    assert len(moved(result)) == 1
    assert "s4" in next(c.text.zh for c in result.changes)


def test_a_student_that_left_school_frees_its_seat():
    result = mm.rematch(problem({"s1": ["a"], "s2": ["b"]}, {"a": 1, "b": 1}), BEFORE)
    assert moved(result) == {}
    assert len(result.matching) == 2


def test_a_mentor_that_is_no_longer_on_the_list():
    result = mm.rematch(problem({"s1": ["a"], "s2": ["a"], "s3": ["a"]}, {"a": 3}), BEFORE)
    assert moved(result) == {"s2": (("b",), ("a",)), "s3": (("b",), ("a",))}
    assert "已不在名单中" in result.changes[0].text.zh
    # Nobody could have saved these moves.
    assert result.stages[0].value == 0


def test_a_coordinators_edit_stands_and_the_rest_is_repaired():
    now = problem({"s1": ["a", "b"], "s2": ["b", "c"], "s3": ["b"]}, {"a": 1, "b": 2, "c": 1})
    result = mm.rematch(now, BEFORE, fixed=[("s1", "b")])
    assert result.matching.as_dict() == {"s1": ("b",), "s2": ("c",), "s3": ("b",)}
    assert result.pair_reasons["s1", "b"].origin == "fixed"
    assert {c.student: c.text.en for c in result.changes if c.since == "given"} == {
        "s1": "Set by a coordinator.",
        "s2": "The seat with mentor b goes to student s1.",
    }
    with pytest.raises(mm.RulesError, match="no candidate pair"):
        mm.rematch(now, BEFORE, fixed=[("s3", "a")])


def test_an_edit_against_the_rules_is_infeasible_and_says_why():
    now = problem({"s1": ["a", "b"], "s2": ["b"], "s3": ["b"]}, {"a": 1, "b": 2})
    result = mm.rematch(now, BEFORE, fixed=[("s1", "b")])
    assert result.status is Status.INFEASIBLE
    assert "s2" in str(result)


def test_placing_everybody_goes_before_moves_in_a_bare_market():
    bare = market({"s1": ["a"], "s2": ["b", "c"], "s3": ["b"], "s4": ["b"]}, {"a": 1, "b": 2, "c": 1})
    result = mm.rematch(bare, BEFORE)
    assert result.matching.num_placed == 4
    assert moved(result) == {"s2": (("b",), ("c",))}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_other_matching_moves_fewer(data):
    """Every matching that keeps the rules moves at least as many students, by enumeration."""
    n, k = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))
    names, mentors = [f"s{i}" for i in range(n)], ["a", "b", "c"][:k]
    lists = {s: data.draw(st.lists(st.sampled_from(mentors), unique=True, min_size=1)) for s in names}
    seats = {m: data.draw(st.integers(0, 2)) for m in mentors}
    before = {s: data.draw(st.sampled_from(["a", "b", "c"])) for s in names if data.draw(st.booleans())}
    result = mm.rematch(problem(lists, seats), before.items())
    feasible = [
        pick
        for pick in product(*(lists[s] for s in names))
        if all(sum(m == one for m in pick) <= number for one, number in seats.items())
    ]
    if not feasible:
        assert result.status is Status.INFEASIBLE
        return
    least = min(sum(before.get(s, m) != m for s, m in zip(names, pick, strict=True)) for pick in feasible)
    assert len(moved(result)) == least
    assert result.status is Status.OPTIMAL


# -- schools ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def school() -> Roster:
    return mm.read_roster(SAMPLES / "school.xlsx")


@pytest.fixture(scope="module")
def before(school) -> mm.Result:
    return mm.match(school, on=NOVEMBER)


# Granted requests ask for T002 and T009: with the mentor away they are not granted any more, and send nobody back.
@pytest.mark.parametrize("away", ["T001", "T002", "T009", "T088"])
def test_when_a_mentor_goes_on_leave_only_its_students_move(school, before, away):
    theirs = set(before.matching.students_of(away))
    result = mm.rematch(with_leave(school, [away]), before, on=NOVEMBER)
    assert result.status is Status.OPTIMAL
    assert set(moved(result)) == theirs
    assert result.stages[0].name == "fewest_moves"
    assert (result.stages[0].value, result.stages[0].proven) == (0, True)
    due = {item.student: item for item in result.hand_overs}
    assert set(due) == theirs
    assert all(item.from_mentor == away and item.overlap_until is None for item in due.values())


def test_staffing_refuses_what_makes_no_sense(school):
    with pytest.raises(mm.InputError, match="no mentor with the id T0001") as caught:
        with_leave(school, ["T0001"])
    assert "Maybe you meant T001" in str(caught.value)
    with pytest.raises(mm.InputError, match="must not be negative"):
        with_seats(school, {"T001": -1})
    fewer = with_seats(school, {"T006": 3}).mentors_by_id["T006"]
    assert (fewer.capacity_max, fewer.capacity_min) == (3, 3)
    assert with_leave(school, ["T006"]).mentors_by_id["T006"].status == "leave"
    assert school.mentors_by_id["T006"].status == "active"


def test_recheck_lists_what_an_edited_result_misses():
    roster = Roster(
        students=(student("s1"), student("s2"), student("s3")),
        mentors=(mentor("a", 1), mentor("b", 2, status="leave"), mentor("c", 2)),
        student_preferences=(form("s1", "a"),),
    )
    now = build_problem(roster, MECHANISMS[0], on=NOVEMBER)
    broken = recheck(now, [("s1", "a"), ("s2", "a"), ("s3", "b"), ("s9", "a"), ("s1", "zz")])
    assert [v.rule for v in broken] == ["candidates", "candidates", "candidates", "quotas", "coverage"]
    assert [v.students for v in broken[:3]] == [("s3",), (), ("s1",)]
    assert recheck(now, mm.match(roster, on=NOVEMBER).matching.ids()) == ()


def test_same_bytes_whatever_the_order(before, school):
    pairs = list(before.matching.ids())
    one = mm.rematch(with_leave(school, ["T030"]), pairs, on=NOVEMBER)
    other = mm.rematch(with_leave(school, ["T030"]), np.random.default_rng(1).permutation(pairs).tolist(), on=NOVEMBER)
    assert one.matching == other.matching
    assert one.changes == other.changes
    assert one.hand_overs == other.hand_overs
