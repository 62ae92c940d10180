"""The validated world of one school."""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Self

from pydantic import model_validator

from mentormatch.base.frozen_model import FrozenModel
from mentormatch.roster.change_request import ChangeRequest
from mentormatch.roster.consistency import refuse_inconsistent
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.preference import MentorPreference, StudentPreference
from mentormatch.roster.run import Run
from mentormatch.roster.school_field import SchoolField
from mentormatch.roster.sheet_count import SheetCount
from mentormatch.roster.student import Student


class Roster(FrozenModel):
    """The validated world of one school.

    Parameters
    ----------
    students, mentors : tuple
    student_preferences : tuple of StudentPreference
        At most one form per student.
    mentor_preferences : tuple of MentorPreference
    pairings : tuple of Pairing
        The record: open rows and ended ones.
    external_mentors : tuple of ExternalMentor
    change_requests : tuple of ChangeRequest
    fields : tuple of SchoolField
        The school's own columns that rules may name; the values stand in `Student.own` and `Mentor.own`.
    runs : tuple of Run
        The commands that wrote the record, in their order.
    hand_overs : tuple of HandOverRow
    groups : tuple of GroupRecord
    issues : tuple of DataIssue
        What was found while reading, in the order of the file.
    counts : tuple of SheetCount
        One entry per sheet that was read.
    unread_sheets : tuple of str
        The names of the sheets that were not read.

    Raises
    ------
    InputError
        For ids that stand twice, references that lead nowhere, several forms of one student (`refuse_inconsistent`).
    """

    students: tuple[Student, ...] = ()
    mentors: tuple[Mentor, ...] = ()
    student_preferences: tuple[StudentPreference, ...] = ()
    mentor_preferences: tuple[MentorPreference, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    external_mentors: tuple[ExternalMentor, ...] = ()
    change_requests: tuple[ChangeRequest, ...] = ()
    fields: tuple[SchoolField, ...] = ()
    runs: tuple[Run, ...] = ()
    hand_overs: tuple[HandOverRow, ...] = ()
    groups: tuple[GroupRecord, ...] = ()
    issues: tuple[DataIssue, ...] = ()
    counts: tuple[SheetCount, ...] = ()
    unread_sheets: tuple[str, ...] = ()

    # A roster of a city's schools would fill the screen, and a log.
    def __repr__(self) -> str:
        return (
            f"Roster({len(self.students)} students, {len(self.mentors)} mentors, "
            f"{len(self.student_preferences)} forms, {len(self.pairings)} pairings, {len(self.issues)} issues)"
        )

    __str__ = __repr__

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of what the school says, whatever the order of its rows; findings and counts are not part of it."""
        digest = hashlib.sha256()
        for name in sorted(type(self).model_fields.keys() - {"issues", "counts", "unread_sheets"}):
            digest.update(f"{name}\n".encode())
            for line in sorted(entry.model_dump_json() for entry in getattr(self, name)):
                digest.update(f"{line}\n".encode())
        return digest.hexdigest()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        refuse_inconsistent(self)
        return self

    def replace(self, **changes: Any) -> Self:
        """Return a roster with some fields replaced; what was looked up in this one is looked up anew in that one."""
        return type(self)(**({name: getattr(self, name) for name in type(self).model_fields} | changes))

    @classmethod
    def of_rows(cls, **rows: Any) -> Self:
        """Return a roster of rows that have been checked before, such as the record after a run; nothing is looked at.

        What a roster does not hold is empty.
        """
        return cls.model_construct(**rows)

    @cached_property
    def students_by_id(self) -> Mapping[str, Student]:
        """The students by their ids."""
        return {student.student_id: student for student in self.students}

    @cached_property
    def mentors_by_id(self) -> Mapping[str, Mentor]:
        """The mentors by their ids."""
        return {mentor.mentor_id: mentor for mentor in self.mentors}

    @cached_property
    def external_mentors_by_id(self) -> Mapping[str, ExternalMentor]:
        """The external mentors by their ids."""
        return {external.external_id: external for external in self.external_mentors}

    @cached_property
    def people(self) -> tuple[Mentor, ...]:
        """Everybody who mentors, each once: the mentors, and the externals as mentors of their kind."""
        known = self.mentors_by_id
        outsiders = (each.as_mentor() for each in self.external_mentors if each.external_id not in known)
        return (*self.mentors, *outsiders)

    def service_end(self, mentor_id: str) -> date | None:
        """Return the last day on which somebody mentors: of the service, or of an external's check; None is open."""
        mentor, external = self.mentors_by_id.get(mentor_id), self.external_mentors_by_id.get(mentor_id)
        ends = (None if mentor is None else mentor.available_to, None if external is None else external.check_valid_to)
        return min((end for end in ends if end is not None), default=None)

    @cached_property
    def forms_by_student(self) -> Mapping[str, StudentPreference]:
        """The choice forms by the ids of their students."""
        return {form.student_id: form for form in self.student_preferences}

    @property
    def refused_rows(self) -> int:
        """How many rows were refused on all sheets."""
        return sum(count.refused for count in self.counts)

    @property
    def errors(self) -> tuple[DataIssue, ...]:
        """The issues that are errors."""
        return tuple(issue for issue in self.issues if issue.severity == "error")
