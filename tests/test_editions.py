"""Editions: two schools that differ in one secret and are matched alike have the same public outputs, to the byte."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import mentormatch as mm
from mentormatch.base.edition import PUBLIC, SCHOOL, STAFF, edition_of
from mentormatch.constraints import ForbiddenPairs, Siblings, Vetoes
from mentormatch.report.page import page_html
from mentormatch.report.summary import summarise, summary_lines
from mentormatch.report.workbook import write_result
from mentormatch.roster.preference import MentorPreference
from mentormatch.roster.roster import Roster
from small_rosters import form, mentor, pairing, request, student

DAY = date(2024, 11, 11)
GENDERS = ("male", "female")


def drawn(rng: random.Random) -> Roster:
    """A school of a few classes, with forms, a record, vetoes and care."""
    number, mentors = rng.randint(4, 9), rng.randint(2, 4)
    staff = [
        mentor(
            f"m{j}",
            rng.randint(2, number // mentors + 3),
            care_max=rng.choice([None, 2, 3]),
            gender=rng.choice(GENDERS),
            classes_taught=(f"八({1 + j % 2})班",),
        )
        for j in range(mentors)
    ]
    ids = [each.mentor_id for each in staff]
    pupils = [
        student(
            f"s{i}",
            class_name=f"八({1 + i % 2})班",
            gender=rng.choice(GENDERS),
            care_level=rng.choice([None, None, "key", "general"]),
        )
        for i in range(number)
    ]
    forms = tuple(
        form(each.student_id, *rng.sample(ids, rng.randint(1, mentors))) for each in pupils if rng.random() < 0.8
    )
    record = [
        pairing(each.student_id, rng.choice(ids), valid_from=date(2023, 9, 1)) for each in pupils if rng.random() < 0.4
    ]
    refusals = tuple(veto(rng.choice(ids), each.student_id) for each in pupils if rng.random() < 0.15)
    asked = tuple(request(f"r{row.student_id}", row.student_id, None) for row in record if rng.random() < 0.3)
    beside = [
        pairing(row.student_id, rng.choice(ids), role="supporting", role_name="心理", reason="旧", origin="申请")
        for row in record
        if rng.random() < 0.5
    ]
    return mm.Roster(
        students=tuple(pupils),
        mentors=tuple(staff),
        student_preferences=forms,
        pairings=(*record, *beside),
        mentor_preferences=refusals,
        change_requests=asked,
    )


def veto(mentor_id: str, student_id: str) -> MentorPreference:
    return MentorPreference(mentor_id=mentor_id, student_id=student_id, stance="unsuitable", reason_code="沟通")


def with_student(roster: Roster, rng: random.Random, **change: Any) -> Roster:
    at = rng.randrange(len(roster.students))
    return roster.replace(
        students=tuple(each.model_copy(update=change) if i == at else each for i, each in enumerate(roster.students))
    )


def flip_veto(roster: Roster, rng: random.Random) -> Roster:
    pair = rng.choice(roster.mentors).mentor_id, rng.choice(roster.students).student_id
    others = tuple(each for each in roster.mentor_preferences if (each.mentor_id, each.student_id) != pair)
    there = len(others) < len(roster.mentor_preferences)
    return roster.replace(mentor_preferences=others if there else (*others, veto(*pair)))


def flip_avoid_in_form(roster: Roster, rng: random.Random) -> Roster:
    avoid = (rng.choice(roster.mentors).mentor_id,)
    forms = list(roster.student_preferences)
    if forms:
        at = rng.randrange(len(forms))
        forms[at] = forms[at].model_copy(update={"avoid": avoid})
    return roster.replace(student_preferences=tuple(forms))


def flip_papers(roster: Roster, rng: random.Random) -> Roster:
    told = rng.choice([True, False])
    other = tuple(
        each.model_copy(update={"request_id": f"q{each.student_id}", "guardian_notified": told, "reason_code": "性格"})
        for each in roster.change_requests
    )
    return roster.replace(change_requests=other)


def flip_reason(roster: Roster, rng: random.Random) -> Roster:
    other = tuple(each.model_copy(update={"reason_code": "性格"}) for each in roster.mentor_preferences)
    return roster.replace(mentor_preferences=other)


SECRETS: dict[str, Callable[[Roster, random.Random], Roster]] = {
    "a veto": flip_veto,
    "a mentor avoided in a form": flip_avoid_in_form,
    "a mentor to be avoided": lambda roster, rng: with_student(
        roster, rng, avoid_mentor_ids=(rng.choice(roster.mentors).mentor_id,)
    ),
    "a level of care": lambda roster, rng: with_student(roster, rng, care_level=rng.choice([None, "general", "key"])),
    "a tag of care": lambda roster, rng: with_student(roster, rng, care_tags=("留守",)),
    "a wish for a gender": lambda roster, rng: with_student(roster, rng, mentor_gender_req=rng.choice(GENDERS)),
    "a family": lambda roster, rng: with_student(roster, rng, sibling_ids=(roster.students[-1].student_id,)),
    "the reason of a veto": flip_reason,
    "the papers of a request": flip_papers,
}


def outputs(roster: Roster, result: mm.Result, tmp_path: Any) -> dict[str, Any]:
    """Everything that a school may post, and what a parent may be told."""
    # The checker's counts and the time are the operator's: they are on no page, no sheet and in no message.
    summary = summarise(result.in_edition("public"))
    for name in ("runtime_s", "blocking_pairs", "justified_blocking_pairs"):
        summary.pop(name)
    book = tmp_path / "result.xlsx"
    write_result(result, book, "zh", issues=roster.issues, on=DAY, roster=roster, with_classes=True, names=True)
    return {
        "page": page_html(result, "zh", issues=roster.issues, on=DAY, roster=roster),
        "page with names": page_html(result, "en", issues=roster.issues, on=DAY, roster=roster, edition=SCHOOL),
        "workbook": book.read_bytes(),
        "summary": summary,
        "terminal": summary_lines(result.in_edition("public"), "zh"),
        "students": [result.explain(each.student_id).as_data() for each in roster.students],
        "mentors": [result.explain_mentor(each.mentor_id, edition="school").as_data() for each in roster.mentors],
        "pairs": [
            result.explain_pair(one.student_id, other.mentor_id).as_data()
            for one in roster.students
            for other in roster.mentors
        ],
    }


def both_rounds(result: mm.Result) -> Any:
    """Return how a school is matched: the pairs, and whom coordination moved away from their pair of round one."""
    moved = [(each.student, each.before, each.after) for each in result.changes if each.since == "round_one"]
    return None if result.matching is None else (result.matching.as_dict(), moved)


@pytest.mark.parametrize("secret", list(SECRETS))
def test_a_secret_that_moves_nobody_changes_no_public_byte(secret: str, tmp_path: Any) -> None:
    alike = 0
    for seed in range(40):
        rng = random.Random(seed * 100 + len(secret))
        one = drawn(rng)
        other = SECRETS[secret](one, rng)
        mechanism = rng.choice(["two_round", "optimal"])
        results = [mm.match(each, on=DAY, mechanism=mechanism) for each in (one, other)]
        matched = [both_rounds(each) for each in results]
        if one == other or matched[0] != matched[1] or matched[0] is None:
            continue
        assert outputs(one, results[0], tmp_path) == outputs(other, results[1], tmp_path), seed
        alike += 1
        if alike == 8:
            return
    assert alike >= 4


def vetoed() -> tuple[Roster, mm.Result]:
    """One student who wants one mentor, who will not have them; there is a free seat."""
    roster = mm.Roster(
        students=(student("s1"), student("s2")),
        mentors=(mentor("m1", 2), mentor("m2", 2)),
        student_preferences=(form("s1", "m1"),),
        mentor_preferences=(veto("m1", "s1"),),
    )
    return roster, mm.match(roster, on=DAY)


def test_explanations_are_public_unless_the_staff_ask_by_name() -> None:
    _, result = vetoed()
    (public,) = result.explain("s1").choices
    (school,) = result.explain("s1", edition="school").choices
    (staff,) = result.explain("s1", edition="staff").choices
    assert (public.code, public.text.zh) == ("not_arranged", "第 1 志愿 m1:未能安排与这位导师结对。")
    assert public == school
    assert public.facts == {}
    assert (staff.code, staff.text.zh) == ("closed", "第 1 志愿 m1:导师认为不适合。")
    assert result.explain_pair("s1", "m1") == public
    assert result.explain_pair("s1", "m1", edition="staff") == staff


def test_a_pair_without_a_public_reason_gets_the_same_sentence_whatever_the_reason_is() -> None:
    told = set()
    people: dict[str, Any] = {"mentors": (mentor("m1", 2, gender="male"), mentor("m2", 2, gender="female"))}
    for change, rules in (
        ({"mentor_preferences": (veto("m1", "s1"),)}, ()),
        ({"students": (student("s1", avoid_mentor_ids=("m1",)), student("s2"))}, ()),
        ({"students": (student("s1", mentor_gender_req="female"), student("s2"))}, ()),
        ({}, (ForbiddenPairs(pairs=({"student": "s1", "mentor": "m1"},)),)),
    ):
        roster = mm.Roster(
            **people | {"students": (student("s1"), student("s2")), "student_preferences": (form("s1", "m1"),)} | change
        )
        result = mm.match(roster, on=DAY, rules=mm.Rules(constraints=rules))
        assert result.matching is not None
        assert result.matching.mentors_of("s1") == ("m2",)
        told.add(repr(result.explain("s1")))
    assert len(told) == 1


def test_a_public_view_is_a_result_of_public_rules_alone() -> None:
    roster, result = vetoed()
    view = result.in_edition("public")
    assert view.edition == "public"
    assert all(rule.public for rule in view.problem.constraints)
    assert not any(isinstance(rule, Vetoes) for rule in view.problem.constraints)
    assert "mentor_veto" not in view.problem.market.pair_attributes
    assert "care_level" not in view.problem.market.student_attributes
    assert view.matching is not None
    assert result.matching is not None
    assert view.matching.as_dict() == result.matching.as_dict()
    assert view.in_edition("school") is view
    assert result.in_edition("staff") is result
    with pytest.raises(mm.InputError, match="public view"):
        view.explain("s1", edition="staff")
    with pytest.raises(mm.InputError, match="no edition 'parents'"):
        result.explain("s1", edition="parents")  # type: ignore[arg-type]
    assert roster.issues == ()


def test_a_rule_says_for_itself_whether_it_is_public() -> None:
    assert not Siblings(mode="together").public
    assert (edition_of("public"), edition_of("school"), edition_of(STAFF)) == (PUBLIC, SCHOOL, STAFF)


def test_the_staff_workbook_is_asked_for_by_name(tmp_path: Any) -> None:
    from openpyxl import load_workbook

    roster, result = vetoed()
    texts = {}
    for edition in ("public", "staff"):
        path = tmp_path / f"{edition}.xlsx"
        write_result(result, path, "zh", on=DAY, roster=roster, edition=edition)  # type: ignore[arg-type]
        book = load_workbook(path)
        texts[edition] = (book.sheetnames, [cell for sheet in book for row in sheet.values for cell in row])
    assert "调换申请处理" not in texts["public"][0]
    assert "调换申请处理" in texts["staff"][0]
    assert not any("不适合" in str(cell) for cell in texts["public"][1])
    assert any("不适合" in str(cell) for cell in texts["staff"][1])
