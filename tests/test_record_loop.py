"""The record over drawn schools and drawn events: append-only, one primary mentor, least change, idempotent, whole."""

import os
import random
from datetime import date, timedelta

import pytest

import mentormatch as mm
from drawn_records import (
    DAY,
    START,
    check_append_only,
    check_one_primary,
    drawn_school,
    event,
    run,
)
from mentormatch.roster.cause import Cause, cause_of_word
from mentormatch.roster.standing import standing_pairings

SEEDS = range(int(os.environ.get("MENTORMATCH_DRAWN_RECORDS", "40")))
"""How many schools are drawn: 40, or 500 by ``MENTORMATCH_DRAWN_RECORDS=500 pytest tests/test_record_loop.py``."""
STEPS = 4


@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_of_drawn_events(seed):
    draw = random.Random(seed)
    roster, on = drawn_school(draw), START
    for number in range(STEPS):
        happened, before = event(roster, draw, on, number)
        command = draw.choice(["solve", "rematch"])
        result = run(before, command, on)
        if result.matching is None:
            roster, on = before, on + timedelta(days=draw.randint(1, 30))
            continue
        after = result.record.after()
        check_append_only(before, after)
        check_one_primary(before, after, on)
        _check_least_change(before, after, result, on)
        _check_idempotent(after, command, on)
        _check_other_command(after, command, on)
        assert happened is not None
        roster, on = after, on + timedelta(days=draw.randint(1, 30))


def _check_least_change(before, after, result, on):
    """R3 and R5: an open row ends only where something has happened to it that its cause names."""
    here = {s.student_id for s in before.students}
    away = {m.mentor_id for m in before.mentors if not m.is_on_duty(on)}
    expired = {e.external_id for e in before.external_mentors if not e.is_vetted(on)}
    for old, new in zip(before.pairings, after.pairings, strict=False):
        if old == new:
            if old.is_live(on) and old.student_id in here:
                assert old.mentor_id not in away | expired or old.role == "primary"
            continue
        cause = new.end_cause
        assert (old.student_id not in here) == (cause in (Cause.LEFT, Cause.GRADUATION))
        if old.role != "primary":
            assert old.student_id not in here or (old.mentor_id in away | expired and cause is Cause.MENTOR_AWAY)
        elif cause is Cause.MENTOR_AWAY:
            assert old.mentor_id in away
        elif cause is Cause.CHOICE:
            form = before.forms_by_student[old.student_id]
            assert form.submitted_at.date() > old.valid_from
            assert form.used_by is None
            assert set(result.matching.mentors_of(old.student_id)) <= set(form.choices)
        elif cause is Cause.REQUEST:
            asked = [r for r in before.change_requests if r.student_id == old.student_id]
            assert any(r.student_opinion == "agree" and r.decision == "approved" for r in asked)
        elif cause is Cause.SETTLED:
            assert old.state == "provisional"
            assert any(r.student_id == old.student_id and r.mentor_id == old.mentor_id for r in after.pairings[-60:])
        if cause in (Cause.LEFT, Cause.SETTLED, Cause.MENTOR_AWAY, Cause.REQUEST):
            continue
        assert not old.locked or cause in (Cause.RULE, Cause.EDIT)


def _check_idempotent(after, command, on):
    """R4: the same run on its own output changes nothing."""
    again = run(after, command, on)
    assert again.matching is not None
    assert again.record.changes_nothing, again.record
    assert again.record.after() is after


def _check_other_command(after, command, on):
    """What one command has decided the other one leaves alone."""
    again = run(after, "rematch" if command == "solve" else "solve", on)
    # A selection counts the forms that a repair between selections leaves to it.
    allowed = set() if command == "solve" else {Cause.CHOICE}
    assert set(again.record.closed_by_cause()) <= allowed, (again.record, again.record.closed)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("command", ["solve", "rematch"])
def test_nothing_happened_closes_nothing(seed, command):
    draw = random.Random(1000 + seed)
    first = run(drawn_school(draw), "solve", START)
    if first.matching is None:
        pytest.skip("the drawn school has no seat for somebody")
    roster = first.record.after()
    later = run(roster, command, START + 3 * DAY)
    assert not [row for row in later.record.closed.values() if row.end_cause is not Cause.SETTLED]


def test_words_and_codes_of_causes_read_back():
    for cause in Cause:
        assert cause_of_word(cause.text.zh) is cause_of_word(cause.text.en) is cause_of_word(cause.value) is cause
        assert cause.meaning.zh
        assert cause.meaning.en
    assert cause_of_word("家长要求") is None
    assert cause_of_word(None) is None


def test_a_decision_for_a_later_day_stands_until_then():
    from small_rosters import mentor, pairing, request, student

    roster = mm.Roster(
        students=(student("s0"),),
        mentors=(mentor("a", 1), mentor("b", 1)),
        pairings=(pairing("s0", "a", valid_from=date(2024, 9, 1)),),
        change_requests=(request("R1", "s0", "a", "b", effective_date=START + 7 * DAY),),
    )
    after = mm.rematch(roster, on=START).record.after()
    old, new = after.pairings
    assert (old.valid_to, old.end_cause, old.is_open(START)) == (START + 6 * DAY, Cause.REQUEST, True)
    assert (new.mentor_id, new.valid_from, new.opened_by) == ("b", START + 7 * DAY, Cause.REQUEST)
    assert [row.mentor_id for row in standing_pairings(after.pairings, START)] == ["b"]
    # The new mentor falls ill before the day comes: that row never holds, and nobody has two mentors.
    ill = after.replace(mentors=(mentor("a", 1), mentor("b", 1, status="leave"), mentor("c", 1)))
    again = mm.rematch(ill, on=START + 2 * DAY).record.after()
    assert again.pairings[1].valid_to == START + 6 * DAY
    assert again.pairings[1].end_cause is Cause.MENTOR_AWAY
    check_one_primary(after, again, START + 2 * DAY)
