"""Change requests worked out by hand: what becomes of each, by a selection and by a repair."""

from datetime import date
from typing import Any

import pytest

import mentormatch as mm
from mentormatch.constraints import Eligibility
from mentormatch.roster.cause import Cause
from small_rosters import mentor, pairing, request, student

DAY = date(2024, 11, 11)
SINCE = {"valid_from": date(2024, 9, 1)}


def school(had: dict[str, str], seats: dict[str, int], *asked: Any, state: str = "active") -> mm.Roster:
    """Return a school in which each student has a mentor, and some ask for another."""
    more: dict[str, Any] = {"valid_to": date(2024, 12, 20)} if state == "provisional" else {}
    return mm.Roster(
        students=tuple(student(each, grade=7 if more else 8) for each in had),
        mentors=tuple(mentor(name, number) for name, number in seats.items()),
        pairings=tuple(pairing(one, other, state=state, **SINCE, **more) for one, other in had.items()),
        change_requests=asked,
    )


TWO = {"s0": "T1", "s1": "T2"}
ROOM = {"T1": 5, "T2": 5}
CASES: dict[str, tuple[mm.Roster, dict[str, str]]] = {
    "to a mentor by name": (school(TWO, ROOM, request("R1", "s0", "T1", "T2")), {"s0": "T2", "s1": "T2"}),
    "to anybody else": (school(TWO, ROOM, request("R1", "s0", "T1")), {"s0": "T2", "s1": "T2"}),
    "the student objects": (school(TWO, ROOM, request("R1", "s0", "T1", "T2", student_opinion="disagree")), TWO),
    "the student was not asked": (school(TWO, ROOM, request("R1", "s0", "T1", "T2", student_opinion=None)), TWO),
    "not askable, with a reason": (
        school(TWO, ROOM, request("R1", "s0", "T1", "T2", student_opinion="not_askable", reason_code="住院")),
        {"s0": "T2", "s1": "T2"},
    ),
    "not askable, without one": (
        school(TWO, ROOM, request("R1", "s0", "T1", "T2", student_opinion="not_askable")),
        TWO,
    ),
    "not decided yet": (school(TWO, ROOM, request("R1", "s0", "T1", "T2", decision="pending")), TWO),
    "rejected": (school(TWO, ROOM, request("R1", "s0", "T1", "T2", decision="rejected")), TWO),
    "the mentor is full": (school(TWO, {"T1": 5, "T2": 1}, request("R1", "s0", "T1", "T2")), TWO),
    "a swap": (
        school(TWO, {"T1": 1, "T2": 1}, request("R1", "s0", "T1", "T2"), request("R2", "s1", "T2", "T1")),
        {"s0": "T2", "s1": "T1"},
    ),
    "a chain": (
        school(TWO, {"T1": 1, "T2": 1, "T3": 1}, request("R1", "s0", "T1", "T2"), request("R2", "s1", "T2", "T3")),
        {"s0": "T2", "s1": "T3"},
    ),
    "in the adaptation period": (
        school(TWO, ROOM, request("R1", "s0", "T1", "T2"), state="provisional"),
        {"s0": "T2", "s1": "T2"},
    ),
    "not the present mentor": (school(TWO, ROOM, request("R1", "s0", "T2", "T1")), TWO),
    "two granted ones": (
        school({"s0": "T1"}, {**ROOM, "T3": 1}, request("R1", "s0", "T1", "T2"), request("R2", "s0", "T1", "T3")),
        {"s0": "T1"},
    ),
}


def after(roster: mm.Roster, command: str, rules: mm.Rules | None = None) -> mm.Result:
    return mm.match(roster, on=DAY, rules=rules) if command == "solve" else mm.rematch(roster, on=DAY, rules=rules)


@pytest.mark.parametrize("command", ["solve", "rematch"])
@pytest.mark.parametrize("case", list(CASES))
def test_what_becomes_of_a_request(case: str, command: str) -> None:
    roster, expected = CASES[case]
    result = after(roster, command)
    assert {one: mentors[0] for one, mentors in result.matched.as_dict().items()} == expected
    had = {row.student_id: row.mentor_id for row in roster.pairings}
    moved = {one for one in had if expected[one] != had[one]}
    ended = {row.student_id: row.end_cause for row in result.record.closed.values()}
    assert ended == dict.fromkeys(moved, Cause.REQUEST)
    assert {outcome.student for outcome in result.requests if outcome.carried_out} == moved
    # The record after it is the whole truth: the same command again changes nothing.
    assert not after(result.record.after(), command).record.closed


@pytest.mark.parametrize("command", ["solve", "rematch"])
def test_a_full_mentor_is_the_reason_and_a_free_seat_is_not(command: str) -> None:
    (full,) = after(CASES["the mentor is full"][0], command).requests
    assert "T2 is full" in full.text.en
    (pending,) = after(CASES["not decided yet"][0], command).requests
    assert "full" not in pending.text.en


@pytest.mark.parametrize("command", ["solve", "rematch"])
def test_a_request_takes_effect_on_its_day(command: str) -> None:
    later = date(2024, 11, 18)
    roster = school(TWO, ROOM, request("R1", "s0", "T1", "T2", effective_date=later))
    old, _, new = after(roster, command).record.after().pairings
    assert (old.mentor_id, old.valid_to) == ("T1", date(2024, 11, 17))
    assert (new.mentor_id, new.valid_from, new.opened_by) == ("T2", later, Cause.REQUEST)


@pytest.mark.parametrize("command", ["solve", "rematch"])
def test_a_former_mentor_of_another_grade_is_an_original_one(command: str) -> None:
    roster = mm.Roster(
        students=(student("s0"),),
        mentors=(mentor("T1", 3, classes_taught=("七(1)班",)), mentor("T2", 3, classes_taught=("八(1)班",))),
        pairings=(
            pairing("s0", "T1", state="ended", valid_from=date(2023, 9, 1), valid_to=date(2024, 7, 1)),
            pairing("s0", "T2", **SINCE),
        ),
        change_requests=(request("R1", "s0", "T2", "T1"),),
    )
    rules = mm.Rules(constraints=(Eligibility(reach="grade"),))
    assert after(roster, command, rules).matched.mentors_of("s0") == ("T1",)
