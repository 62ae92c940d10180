"""Entrants: new pupils, and the histories that they bring from the schools they come from (档案交接)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from mentormatch.base.errors import InputError
from mentormatch.base.text import COMMA, Text
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import grade_label
from mentormatch.io.cells.ids import read_id
from mentormatch.roster.entity import Entity
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.stage_system import StageSystem, moved_stage
from mentormatch.roster.student import Student

if TYPE_CHECKING:
    from mentormatch.year.class_map import ClassMap

FROM_SCHOOL = Text(zh="原学校", en="from_school")
NEW_CLASS = Text(zh="新班级", en="new_class")
NEW_ID = Text(zh="新学号", en="new_student_id")
BROUGHT = (FROM_SCHOOL, NEW_CLASS, NEW_ID)
"""The columns of a package that only the receiving school reads."""

_LONGEST = 64
_SHOWN = 12
T = TypeVar("T", bound=Entity)


@dataclass(frozen=True, slots=True)
class Entrants:
    """New pupils as their file tells of them.

    Parameters
    ----------
    students : tuple of Student
        Whoever comes with a package says in ``extra`` from which school, and there stands the new class.
    pairings, hand_overs, groups : tuple
        The record of the former schools.
    """

    students: tuple[Student, ...]
    pairings: tuple[Pairing, ...] = ()
    hand_overs: tuple[HandOverRow, ...] = ()
    groups: tuple[GroupRecord, ...] = ()

    def __add__(self, other: "Entrants") -> "Entrants":
        return Entrants(
            self.students + other.students,
            self.pairings + other.pairings,
            self.hand_overs + other.hand_overs,
            self.groups + other.groups,
        )


def of_roster(roster: Roster) -> Entrants:
    """Return the pupils of a list or of a package."""
    return Entrants(roster.students, roster.pairings, roster.hand_overs, roster.groups)


def brought(student: Student, column: Text) -> str | None:
    """Return what a pupil's row says in a column of a package; None where it says nothing."""
    found = dict(student.extra)
    return found.get(column.zh) or found.get(column.en)


def joined(
    roster: Roster, entrants: Entrants | None, given: "ClassMap", system: StageSystem, on: date
) -> tuple[Roster, tuple[Student, ...]]:
    """Return a school with its new pupils and their histories, and the pupils as they are in it.

    Ids of another school's mentors, groups and runs get the name of that school behind them (``T001@城东小学``), so
    that nobody takes them for people of this one. All of the history is closed.

    Raises
    ------
    InputError
        For ids that the school has already, and for pupils of a package without a class of this school.
    """
    if entrants is None or not entrants.students:
        return roster, ()
    homes = {student.student_id: brought(student, FROM_SCHOOL) for student in entrants.students}
    ids = {student.student_id: brought(student, NEW_ID) or student.student_id for student in entrants.students}
    known = [key for key in ids.values() if key in roster.students_by_id]
    if known:
        raise InputError(
            Text("本校已有这些学号:", "The school already has these student ids: ") + _listed(known),
            maybe=Text(zh=f"在新生表加一列“{NEW_ID.zh}”写本校学号。", en=f"give new ids in a column {NEW_ID.en!r}."),
        )
    classes = {student.student_id: _class_of(student, given) for student in entrants.students}
    without = [key for key, name in classes.items() if name is None]
    if without:
        raise InputError(
            Text(
                f"{len(without)} 名新生还没有本校的班级:", f"{len(without)} entrants have no class of this school yet: "
            )
            + _listed(without),
            maybe=Text(
                zh=f"在新生表的“{NEW_CLASS.zh}”列填写,或写进编班表(学号、新班级)。",
                en=f"fill the column {NEW_CLASS.en!r}, or name them in the class map (student_id, new_class).",
            ),
        )
    siblings = {*roster.students_by_id, *ids.values()}
    mentors = {mentor.mentor_id for mentor in roster.people}
    new = tuple(
        _admitted(student, ids, classes[student.student_id] or "", homes, system, on, siblings | mentors)
        for student in entrants.students
    )
    history = tuple(
        _abroad_pairing(row, ids[row.student_id], homes[row.student_id])
        for row in entrants.pairings
        if row.student_id in ids
    )
    hand_overs = tuple(
        row.model_copy(
            update={
                "student_id": ids[row.student_id],
                "from_mentor": abroad(row.from_mentor, homes[row.student_id]),
                "to_mentor": _abroad(row.to_mentor, homes[row.student_id]),
                "run": _abroad(row.run, homes[row.student_id]),
                "request": _abroad(row.request, homes[row.student_id]),
            }
        )
        for row in entrants.hand_overs
        if row.student_id in ids
    )
    school = roster.replace(
        students=(*roster.students, *new),
        pairings=(*roster.pairings, *history),
        hand_overs=(*roster.hand_overs, *hand_overs),
        groups=(*roster.groups, *(group for each in entrants.groups for group in _abroad_groups(each, ids, homes))),
    )
    return school, new


def abroad(name: str, school: str | None) -> str:
    """Return an id of another school as this school keeps it.

    Examples
    --------
    >>> abroad("T001", "城东小学"), abroad("T001@城东小学", "城南初中"), abroad("T001", None)
    ('T001@城东小学', 'T001@城东小学', 'T001')
    """
    if school is None or "@" in name:
        return name
    home = school[: max(4, _LONGEST - len(name) - 3)]
    found = f"{name}@{home}"
    # A word without a digit in another script than Latin would be read as a name.
    return found if read_id(found).value is not None else f"{name}@{home}#1"


def _abroad(name: str | None, school: str | None) -> str | None:
    return None if name is None else abroad(name, school)


def _abroad_pairing(row: Pairing, student_id: str, school: str | None) -> Pairing:
    return row.model_copy(
        update={
            "student_id": student_id,
            "mentor_id": abroad(row.mentor_id, school),
            "pairing_id": None,
            "state": "ended",
            "locked": False,
            **{name: _abroad(getattr(row, name), school) for name in ("group", "run", "end_run")},
        }
    )


def _abroad_groups(
    group: GroupRecord, ids: Mapping[str, str], homes: Mapping[str, str | None]
) -> Iterable[GroupRecord]:
    """Yield what a group of another school is for the pupils who come from it; the other members are left out."""
    members = [student for student in group.students if student in ids]
    for school in sorted({homes[member] or "" for member in members}):
        yield group.model_copy(
            update={
                "group_id": abroad(group.group_id, school or None),
                "lead_id": _abroad(group.lead_id, school or None),
                "externals": tuple(abroad(each, school or None) for each in group.externals),
                "students": tuple(ids[member] for member in members if (homes[member] or "") == school),
                "run": _abroad(group.run, school or None),
            }
        )


def _class_of(student: Student, given: "ClassMap") -> str | None:
    """Return the class of this school; the class that a package names is that of the old one."""
    named = given.students.get(student.student_id) or brought(student, NEW_CLASS)
    if named is not None:
        return named
    return None if brought(student, FROM_SCHOOL) is not None else student.class_name


def _admitted(
    student: Student,
    ids: Mapping[str, str],
    name: str,
    homes: Mapping[str, str | None],
    system: StageSystem,
    on: date,
    here: set[str],
) -> Student:
    said = parse_class(name).grade
    comes_from = homes[student.student_id]
    grade = said if said is not None else student.grade_number + (comes_from is not None)
    stage = moved_stage(student.stage, system.stage_of(student.grade_number), system.stage_of(grade))
    names = {
        field: tuple(new for other in getattr(student, field) if (new := ids.get(other, other)) in here)
        for field in ("sibling_ids", "friend_ids", "apart_ids", "avoid_mentor_ids")
    }
    if comes_from is not None:
        # They were mentors of the old school, whose ids may be those of others here.
        names["avoid_mentor_ids"] = ()
    return student.model_copy(
        update={
            "student_id": ids[student.student_id],
            "class_name": name,
            "grade": grade_label(grade),
            "grade_number": grade,
            "stage": stage,
            "entry_date": on if comes_from is not None else student.entry_date,
            "extra": tuple((key, cell) for key, cell in student.extra if key not in _BROUGHT_HEADERS),
            **names,
        }
    )


_BROUGHT_HEADERS = {name for text in BROUGHT for name in (text.zh, text.en)}


def _listed(names: list[str]) -> Text:
    shown = COMMA.join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else shown + Text(" 等", " and more")
