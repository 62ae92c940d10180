"""Change requests: what a student's opinion and the school's decision are worth, and the hand-over that follows."""

from datetime import date

import pytest

import mentormatch as mm
from mentormatch.constraints import Consent, Continuity
from mentormatch.objectives import GrantedRequests, RankTotal
from mentormatch.record.hand_overs import OPEN_ITEMS
from mentormatch.report.summary import summarise
from mentormatch.report.tables import result_tables
from mentormatch.roster.request_standing import MISSING, request_standings, standing_of_students
from mentormatch.roster.roster import Roster
from mentormatch.rules.rules_file import Rules
from small_rosters import NOVEMBER, form, mentor, pairing, request, student


def roster(*requests, mentors=None, students=("s1", "s2"), pairings=None, forms=()) -> Roster:
    """Return two students at a, with free seats at b."""
    return Roster(
        students=tuple(student(each) for each in students),
        mentors=mentors or (mentor("a", 3), mentor("b", 3)),
        pairings=tuple(pairing(s, "a") for s in students) if pairings is None else pairings,
        change_requests=requests,
        student_preferences=forms,
    )


def missing(*requests, on=NOVEMBER, **more) -> dict[str, tuple[str, ...]]:
    return {s.request.request_id: s.missing for s in request_standings(roster(*requests, **more), on)}


# -- what a request is worth -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ({}, ()),
        ({"student_opinion": None}, ("opinion",)),
        ({"student_opinion": "disagree"}, ("objection",)),
        ({"student_opinion": "not_askable"}, ("reason",)),
        ({"student_opinion": "not_askable", "reason_code": "住院"}, ()),
        ({"decision": None}, ("decision",)),
        ({"decision": "pending"}, ("decision",)),
        ({"decision": "rejected"}, ("rejected",)),
        ({"student_opinion": None, "decision": "pending"}, ("opinion", "decision")),
        ({"to_unreadable": True}, ("unreadable_mentor",)),
        ({"opinion_date": date(2024, 11, 12)}, None),
        ({"opinion_date": NOVEMBER}, ()),
    ],
)
def test_only_consent_and_decision_together_grant_a_request(said, lacks):
    assert missing(request("r1", "s1", "a", **said)) == ({} if lacks is None else {"r1": lacks})


def test_a_request_must_name_the_present_mentor_and_another_one_on_duty():
    away = (mentor("a", 3), mentor("b", 3, status="leave"))
    assert missing(request("r1", "s1", "b")) == {"r1": ("not_current",)}
    assert missing(request("r1", "s1", None)) == {"r1": ()}
    assert missing(request("r1", "s1", "a", "a")) == {"r1": ("same_mentor",)}
    assert missing(request("r1", "s1", "a", "b"), mentors=away) == {"r1": ("mentor_absent",)}
    assert missing(request("r1", "s1", "a"), pairings=()) == {"r1": ("not_current",)}


def test_two_granted_requests_of_one_student_grant_nothing():
    two = (request("r1", "s1", "a", "b"), request("r2", "s1", "a"))
    assert missing(*two) == {"r1": ("several",), "r2": ("several",)}
    assert missing(two[0], request("r2", "s1", "a", decision="pending")) == {"r1": (), "r2": ("decision",)}


def test_a_request_that_was_carried_out_before_does_not_matter():
    done = request("r1", "s1", "b", "a", handover_done=True)
    assert missing(done) == {}
    assert missing(request("r1", "s1", "a", "b", handover_done=True)) == {"r1": ()}


def test_the_granted_request_governs_its_student():
    both = (request("r1", "s1", "a", decision="pending"), request("r2", "s1", "a"))
    governing = standing_of_students(request_standings(roster(*both), NOVEMBER))
    assert governing["s1"].request.request_id == "r2"
    assert governing["s1"].granted


def test_every_code_has_its_words():
    assert all(text.zh and text.en for text in (*MISSING.values(), *OPEN_ITEMS.values()))


# -- what a matching makes of it -------------------------------------------------------------------------------


def test_an_objection_keeps_the_pair_and_the_request_is_listed_with_what_is_missing():
    school = roster(
        request("r1", "s1", "a", "b", student_opinion="disagree"),
        request("r2", "s2", "a", "b"),
        forms=(form("s1", "b"), form("s2", "a")),
    )
    result = mm.match(school, on=NOVEMBER)
    assert result.matching.as_dict() == {"s1": ("a",), "s2": ("b",)}
    stands, done = result.requests
    assert (stands.granted, stands.carried_out, [m.code for m in stands.missing]) == (False, False, ["objection"])
    assert "学生不同意" in stands.text.zh
    assert (done.granted, done.carried_out, done.missing) == (True, True, ())
    assert "学生不同意" in result.pair_reasons["s1", "a"].text.zh
    assert summarise(result)["requests"] == {
        "granted": 1,
        "carried_out": 1,
        "standing": [{"request": "r1", "missing": ["objection"]}],
    }


def test_a_hand_over_names_both_mentors_the_days_and_what_is_open():
    asked = request("r1", "s1", "a", "b", effective_date=date(2024, 11, 18), guardian_notified=True)
    result = mm.match(roster(asked), on=NOVEMBER)
    (item,) = result.hand_overs
    assert (item.student, item.from_mentor, item.to_mentor, item.request) == ("s1", "a", "b", "r1")
    assert (item.effective, item.overlap_until) == (date(2024, 11, 18), date(2024, 12, 1))
    assert [each.code for each in item.open_items] == ["records"]
    (change,) = result.changes
    assert "r1" in change.text.en
    told = {}
    for edition in ("staff", "public"):
        table = next(t for t in result_tables(result, "zh", on=NOVEMBER, edition=edition) if t.kind == "changes")
        row = dict(zip(table.headers, table.rows[0], strict=True))
        told[edition] = (row["依据申请"], row["生效"], row["共同负责至"], row["交接完成"])
    assert told["staff"] == ("r1", "2024-11-18", "2024-12-01", "否")
    # Who shares a duty with whom, and who was asked what, follows from what is confidential.
    assert told["public"] == (None, "2024-11-18", None, None)


def test_a_day_that_is_over_gives_way_to_the_day_of_the_matching():
    asked = request("r1", "s1", "a", effective_date=date(2024, 10, 1), guardian_notified=True, handover_done=True)
    rules = Rules(constraints=(Consent(overlap_days=0),))
    (item,) = mm.match(roster(asked), on=NOVEMBER, rules=rules).hand_overs
    assert (item.effective, item.overlap_until, item.open_items) == (NOVEMBER, None, ())
    (undated,) = mm.match(roster(asked)).hand_overs
    assert undated.effective == date(2024, 10, 1)


def test_a_mentor_on_leave_cannot_stay_beside_the_new_one():
    result = mm.match(roster(mentors=(mentor("a", 3, status="leave"), mentor("b", 3))), on=NOVEMBER)
    for item in result.hand_overs:
        assert (item.from_mentor, item.to_mentor, item.overlap_until) == ("a", "b", None)
        assert [each.code for each in item.open_items] == ["opinion", "guardian", "records_of_absent"]
    assert len(result.hand_overs) == 2


def test_the_form_is_an_opinion():
    result = mm.match(roster(forms=(form("s1", "b"),)), on=NOVEMBER)
    (item,) = result.hand_overs
    assert [each.code for each in item.open_items] == ["guardian", "records"]


def test_a_student_that_nobody_takes_has_an_open_hand_over():
    school = roster(mentors=(mentor("a", 3, status="leave"),), students=("s1",))
    result = mm.match(school, on=NOVEMBER, mechanism="deferred_acceptance")
    (item,) = result.hand_overs
    assert (item.to_mentor, item.overlap_until) == (None, None)
    assert "no_mentor" in [each.code for each in item.open_items]


# -- granting requests moves nobody else ------------------------------------------------------------------------


FULL = {
    "mentors": (mentor("a", 2), mentor("b", 1), mentor("c", 1)),
    "students": ("s1", "s2", "s3"),
    "pairings": (pairing("s1", "a"), pairing("s2", "a"), pairing("s3", "b")),
}


def test_a_granted_request_waits_where_its_seat_is_taken():
    result = mm.match(roster(request("r1", "s1", "a", "b"), **FULL), on=NOVEMBER)
    assert result.matching.mentors_of("s3") == ("b",)
    assert result.matching.mentors_of("s1") == ("a",)
    assert (result.requests[0].granted, result.requests[0].carried_out) == (True, False)
    assert "名额" in result.requests[0].text.zh


def test_by_option_others_move_for_a_request_and_then_the_fewest():
    free = Rules(stages=(GrantedRequests(move_others=True), RankTotal()), constraints=(Continuity(mode="locked_only"),))
    result = mm.match(roster(request("r1", "s1", "a", "b"), **FULL), on=NOVEMBER, rules=free)
    # Somebody of b must go, or s1 goes to c: nobody else moves, and the request is carried out.
    assert result.requests[0].carried_out
    assert {c.student for c in result.changes if c.since == "last_term"} == {"s1"}
    only_b = FULL | {"mentors": (mentor("a", 2), mentor("b", 1))}
    result = mm.match(roster(request("r1", "s1", "a", "b"), **only_b), on=NOVEMBER, rules=free)
    assert result.matching.as_dict() == {"s1": ("b",), "s2": ("a",), "s3": ("a",)}
    assert {c.student for c in result.changes if c.since == "last_term"} == {"s1", "s3"}
