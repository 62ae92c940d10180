"""Rosters small enough to work out by hand."""

from datetime import date
from typing import Any

from mentormatch.roster.change_request import ChangeRequest
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.student import Student

SEPTEMBER, NOVEMBER = date(2024, 9, 10), date(2024, 11, 11)
GRADES = {5: "五年级", 6: "六年级", 7: "七年级", 8: "八年级", 9: "九年级"}


def student(student_id: str, *, grade: int = 8, class_name: str | None = None, **more: Any) -> Student:
    name = class_name or f"{GRADES[grade][0]}(1)班"
    return Student(student_id=student_id, name="某某", grade=GRADES[grade], grade_number=grade, class_name=name, **more)


def mentor(mentor_id: str, seats: int, **more: Any) -> Mentor:
    return Mentor(mentor_id=mentor_id, name="某师", capacity_max=seats, **more)


def form(student_id: str, *choices: str, **more: Any) -> StudentPreference:
    return StudentPreference(student_id=student_id, choices=choices, **more)


def pairing(student_id: str, mentor_id: str, **more: Any) -> Pairing:
    return Pairing(student_id=student_id, mentor_id=mentor_id, **more)


def request(request_id: str, student_id: str, from_mentor: str | None, to_mentor: str | None = None, **more: Any):
    """Return a request that is granted unless something else is said."""
    said = {"student_opinion": "agree", "decision": "approved"} | more
    return ChangeRequest(
        request_id=request_id, student_id=student_id, from_mentor=from_mentor, to_mentor=to_mentor, **said
    )
