"""What a school knows about its students and mentors, as attributes of a market. Never a name."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from mentormatch.market.attribute import Attribute
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.families import families
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.request_standing import RequestStanding
from mentormatch.roster.school_field import SchoolField
from mentormatch.roster.student import Student


def student_attributes(
    students: Sequence[Student],
    *,
    provisional: Mapping[str, date],
    requests: Mapping[str, RequestStanding],
    arrived: Mapping[str, datetime | None],
    fields: Sequence[SchoolField] = (),
) -> dict[str, Attribute]:
    """Return the attributes of the students, in their order.

    Parameters
    ----------
    students : sequence of Student
    provisional : mapping of student id to date
        Students in an adaptation period, with its last day.
    requests : mapping of student id to RequestStanding
        The change request that governs a student.
    arrived : mapping of student id to datetime
        When a form came in.
    fields : sequence of SchoolField
        The school's own columns; a field that no student has a value of is no attribute of theirs.
    """
    family = families(students)
    governing = [requests.get(student.student_id) for student in students]
    ends = [provisional.get(student.student_id) for student in students]
    return {
        "apart": Attribute.from_values(_keep_apart(students), confidential=True),
        "boarding": Attribute.from_values([_yes_or_no(student.boarding) for student in students]),
        "care_level": Attribute.from_values([student.care_level for student in students]),
        "care_tags": Attribute.from_values([student.care_tags for student in students]),
        "class_name": Attribute.from_values([student.class_name for student in students]),
        "family": Attribute.from_values([family.get(student.student_id) for student in students]),
        "gender": Attribute.from_values([student.gender for student in students]),
        "grade": Attribute.from_values([student.grade for student in students]),
        "mentor_gender_req": Attribute.from_values([student.mentor_gender_req for student in students]),
        "provisional_until": Attribute.from_values([None if end is None else end.isoformat() for end in ends]),
        "request": Attribute.from_values([None if s is None else s.request.request_id for s in governing]),
        "request_missing": Attribute.from_values([() if s is None else s.missing for s in governing]),
        "stage": Attribute.from_values([student.stage for student in students]),
        "submitted_at": Attribute.from_values([_time(arrived.get(student.student_id)) for student in students]),
        "themes": Attribute.from_values([student.themes for student in students]),
        **dict(_own_attributes(fields, students)),
    }


def mentor_attributes(
    mentors: Sequence[Mentor], externals: Mapping[str, ExternalMentor], fields: Sequence[SchoolField] = ()
) -> dict[str, Attribute]:
    """Return the attributes of the mentors, in their order.

    Parameters
    ----------
    mentors : sequence of Mentor
    externals : mapping of id to ExternalMentor
        The checks of those from outside.
    fields : sequence of SchoolField
        The school's own columns; a field that no mentor has a value of is no attribute of theirs.
    """
    checks = [externals.get(mentor.mentor_id) for mentor in mentors]
    return {
        "check_from": Attribute.from_values(
            [None if c is None or c.check_date is None else c.check_date.isoformat() for c in checks]
        ),
        "check_valid_to": Attribute.from_values([None if c is None else c.check_valid_to.isoformat() for c in checks]),
        "chief_of": Attribute.from_values([mentor.chief_of for mentor in mentors]),
        "classes_taught": Attribute.from_values([mentor.classes_taught for mentor in mentors]),
        "gender": Attribute.from_values([mentor.gender for mentor in mentors]),
        "head_of": Attribute.from_values([mentor.head_of for mentor in mentors]),
        "kind": Attribute.from_values([mentor.kind for mentor in mentors]),
        "subject": Attribute.from_values([mentor.subject for mentor in mentors]),
        "tags": Attribute.from_values([mentor.tags for mentor in mentors]),
        **dict(_own_attributes(fields, mentors)),
    }


def _own_attributes(
    fields: Sequence[SchoolField], people: Sequence[Student] | Sequence[Mentor]
) -> Iterator[tuple[str, Attribute]]:
    values = [dict(person.own) for person in people]
    for field in fields:
        found = [own.get(field.name, ()) for own in values]
        if any(found):
            yield field.name, Attribute.from_values(found, order=field.order, confidential=not field.public)


def _keep_apart(students: Sequence[Student]) -> list[set[str]]:
    """Return for each student a label for each other student from whom it is kept apart; the two have it in common."""
    labels: dict[str, set[str]] = {student.student_id: set() for student in students}
    for student in students:
        for other in student.apart_ids:
            if other in labels and other != student.student_id:
                one, two = sorted((student.student_id, other))
                for member in (one, two):
                    labels[member].add(f"{one} {two}")
    return [labels[student.student_id] for student in students]


def _yes_or_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(sep=" ")
