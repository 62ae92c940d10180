"""The entities of a roster: what they refuse, and what they answer about a day."""

import pickle
from datetime import date

import pytest
from pydantic import ValidationError

import mentormatch as mm
from mentormatch.base.errors import InputError
from mentormatch.io.parse import parse_tables
from mentormatch.io.read import read_roster
from mentormatch.io.read_tables import read_tables
from mentormatch.roster.change_request import ChangeRequest
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import MentorPreference, StudentPreference
from mentormatch.roster.sheet_count import SheetCount
from mentormatch.roster.student import Student
from samples import SAMPLES

AUGUST = date(2024, 8, 31)
SEPTEMBER, OCTOBER, NOVEMBER = date(2024, 9, 1), date(2024, 10, 1), date(2024, 11, 1)
DAYS = (AUGUST, SEPTEMBER, OCTOBER, NOVEMBER)


def test_a_mentor_is_available_on_duty_and_within_the_dates():
    mentor = Mentor(mentor_id="T1", name="", capacity_max=1, available_from=SEPTEMBER, available_to=OCTOBER)
    assert [mentor.is_available(day) for day in DAYS] == [
        False,
        True,
        True,
        False,
    ]
    assert not mentor.model_copy(update={"status": "leave"}).is_available(SEPTEMBER)
    assert Mentor(mentor_id="T1", name="", capacity_max=1).is_available(date(1999, 1, 1))


def test_a_pairing_is_open_from_its_first_to_its_last_day():
    pairing = Pairing(student_id="1", mentor_id="T1", valid_from=SEPTEMBER, valid_to=OCTOBER)
    assert [pairing.is_open(day) for day in DAYS] == [
        False,
        True,
        True,
        False,
    ]
    assert not pairing.model_copy(update={"state": "ended"}).is_open(SEPTEMBER)


def test_the_check_of_an_external_mentor_holds_for_a_while():
    external = ExternalMentor(external_id="E1", check_date=SEPTEMBER, check_valid_to=OCTOBER)
    assert [external.is_vetted(day) for day in (AUGUST, OCTOBER, NOVEMBER)] == [False, True, False]


@pytest.mark.parametrize(("stance", "order"), [("ranked", None), ("acceptable", 1), ("unsuitable", 1), ("ranked", 0)])
def test_only_a_ranked_student_has_an_order(stance, order):
    with pytest.raises(InputError, match="order"):
        MentorPreference(mentor_id="T1", student_id="1", stance=stance, order=order)


def test_entities_cannot_be_changed_or_carry_unknown_fields():
    pairing = Pairing(student_id="1", mentor_id="T1")
    with pytest.raises(ValidationError, match="frozen"):
        pairing.locked = True
    with pytest.raises(InputError, match="not permitted"):
        Pairing(student_id="1", mentor_id="T1", mentr="T2")


def test_rows_read_are_accepted_plus_refused():
    assert SheetCount(sheet="学生", kind="students", accepted=3, refused=2, superseded=1).read == 5


def test_a_roster_finds_everybody_by_id():
    roster = read_roster(SAMPLES / "school.xlsx")
    assert roster.students_by_id["20240101"].class_name == "七(1)班"
    assert roster.mentors_by_id["T001"].classes_taught == ("七(3)班", "七(4)班")
    assert roster.external_mentors_by_id["E04"].check_valid_to == date(2024, 10, 20)
    assert roster.forms_by_student["20240101"].choices == ("T016", "T051", "T017")
    assert roster.refused_rows == len(roster.errors) == 0
    assert repr(roster) == str(roster) == ("Roster(1080 students, 88 mentors, 1026 forms, 723 pairings, 187 issues)")
    assert pickle.loads(pickle.dumps(roster)) == roster  # noqa: S301


def test_the_order_of_the_rows_does_not_matter():
    tables, _ = read_tables(SAMPLES / "school_dirty.xlsx")
    roster = parse_tables(tables)
    for table in tables.values():
        table.rows.reverse()
    shuffled = parse_tables(tables)
    assert shuffled.issues == roster.issues
    assert shuffled.counts == roster.counts
    assert set(shuffled.students) == set(roster.students)
    assert set(shuffled.student_preferences) == set(roster.student_preferences)


def student(student_id, **more):
    return Student(
        **{"student_id": student_id, "name": "x", "grade": "八年级", "grade_number": 8, "class_name": "八(1)班"} | more
    )


def mentor(mentor_id, **more):
    return Mentor(mentor_id=mentor_id, name="y", capacity_max=2, **more)


PEOPLE = {"students": (student("1"), student("2")), "mentors": (mentor("a"), mentor("b"))}
SLIPS = {
    "a student twice": ({"students": (student("1"), student("1"))}, "students: 1 stands 2 times"),
    "a mentor twice": ({"mentors": (mentor("a"), mentor("a"))}, "mentors: a stands 2 times"),
    "a form of nobody": ({"student_preferences": (StudentPreference(student_id="9"),)}, "[0].student_id: there is no"),
    "a choice of nobody": (
        {"student_preferences": (StudentPreference(student_id="1", choices=("a", "z")),)},
        "[0].choices: there is no mentor of the school z",
    ),
    "two forms": (
        {"student_preferences": (StudentPreference(student_id="1", choices=("a",)), StudentPreference(student_id="1"))},
        "student_preferences: 1 stands 2 times",
    ),
    "a choice twice": (
        {"student_preferences": (StudentPreference(student_id="1", choices=("a", "a")),)},
        "stands twice among the choices",
    ),
    "a role choice of nobody": (
        {"student_preferences": (StudentPreference(student_id="1", role_choices=(("心理", "z"),)),)},
        "[0].role_choices: there is no mentor z",
    ),
    "a wish about nobody": (
        {"mentor_preferences": (MentorPreference(mentor_id="a", student_id="9", stance="unsuitable"),)},
        "[0].student_id: there is no student 9",
    ),
    "two opinions": (
        {"mentor_preferences": 2 * (MentorPreference(mentor_id="a", student_id="1", stance="unsuitable"),)},
        "a - 1 stands 2 times",
    ),
    "a pairing with nobody": ({"pairings": (Pairing(student_id="1", mentor_id="z"),)}, "[0].mentor_id: there is no"),
    "an avoid id mistyped": (
        {"students": (student("1", avoid_mentor_ids=("aa",)), student("2"))},
        "students[0].avoid_mentor_ids: there is no mentor aa",
    ),
    "a sibling of nobody": ({"students": (student("1", sibling_ids=("9",)),)}, "students[0].sibling_ids"),
    "a request to nobody": (
        {"change_requests": (ChangeRequest(request_id="C1", student_id="1", to_mentor="z"),)},
        "[0].to_mentor: there is no mentor z",
    ),
    "an external led by nobody": (
        {"external_mentors": (ExternalMentor(external_id="E", check_valid_to=NOVEMBER, lead_mentor_id="z"),)},
        "[0].lead_mentor_id: there is no mentor of the school z",
    ),
}


@pytest.mark.parametrize("slip", list(SLIPS))
def test_a_roster_refuses_what_contradicts_itself_whoever_builds_it(slip):
    change, said = SLIPS[slip]
    with pytest.raises(mm.InputError) as caught:
        mm.Roster(**PEOPLE | change)
    assert said in str(caught.value)
    assert "roster_from_tables" in str(caught.value)
    with pytest.raises(mm.InputError):
        mm.Roster(**PEOPLE).replace(**change)


def test_the_record_may_name_people_who_have_left():
    ended = Pairing(student_id="9", mentor_id="z", state="ended")
    assert mm.Roster(**PEOPLE, pairings=(ended,)).pairings == (ended,)


def test_ids_and_classes_have_one_normal_form_whoever_writes_them():
    roster = mm.Roster(
        students=(student(" 1 ", class_name="八（1）班"), student("２", class_name=" 八(1) 班 ", sibling_ids=("１",))),
        mentors=(mentor("ａ", classes_taught=("八（1）班",), head_of=("八(1)班 ",)),),
        student_preferences=(StudentPreference(student_id="1", choices=("a",)),),
    )
    assert {each.class_name for each in roster.students} == {"八(1)班"}
    assert roster.mentors[0].classes_taught == roster.mentors[0].head_of == ("八(1)班",)
    assert set(roster.students_by_id) == {"1", "2"}
    assert roster.students_by_id["2"].sibling_ids == ("1",)
    assert student("1", class_name="Blue  House").class_name == "Blue House"


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\ufe0f", "\u2060", "\u3000", "\x07"])
def test_what_nobody_sees_makes_no_second_person(unseen):
    student = Student(student_id=f"2{unseen}1", name="", grade="七年级", grade_number=7, class_name=f"七(1){unseen}班")
    assert (student.student_id, student.class_name) == ("21", "七(1)班")
    with pytest.raises(InputError):
        Student(student_id=unseen, name="", grade="七年级", grade_number=7, class_name="七(1)班")
