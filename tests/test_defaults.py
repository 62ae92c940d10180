"""What holds in a school where nobody wrote a rule."""

from datetime import date

import mentormatch as mm
from mentormatch.constraints import GenderRequests
from samples import SAMPLES

DAY = date(2024, 11, 11)


def test_requests_for_a_gender_hold_without_being_asked_for() -> None:
    roster = mm.read_roster(SAMPLES / "school_english.xlsx")
    result = mm.match(roster, on=DAY)
    gender = {mentor.mentor_id: mentor.gender for mentor in roster.mentors}
    current = {(pair.student_id, pair.mentor_id) for pair in roster.pairings}
    asked = [student for student in roster.students if student.mentor_gender_req is not None]
    assert asked
    assert result.matching is not None
    for student in asked:
        for mentor in result.matching.mentors_of(student.student_id):
            assert gender[mentor] == student.mentor_gender_req or (student.student_id, mentor) in current


def test_a_school_without_requests_has_no_such_rule() -> None:
    roster = mm.read_roster(SAMPLES / "school_english.xlsx")
    silent = tuple(student.model_copy(update={"mentor_gender_req": None}) for student in roster.students)
    result = mm.match(roster.model_copy(update={"students": silent}), on=DAY)
    assert not any(isinstance(rule, GenderRequests) for rule in result.problem.constraints)
