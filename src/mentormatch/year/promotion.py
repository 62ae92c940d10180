"""Promotion (升级): a school at the end of one year becomes the school of the next, with the same record."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from mentormatch.base.errors import InputError
from mentormatch.base.school_order import school_order
from mentormatch.base.text import COMMA, Text
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import class_label, grade_label
from mentormatch.record.rows import DAY, closed
from mentormatch.record.runs import new_run
from mentormatch.roster.cause import Cause
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.stage_system import StageSystem, moved_stage
from mentormatch.roster.student import Student
from mentormatch.year.class_map import GRADUATES, LEAVES, ClassMap
from mentormatch.year.entrants import Entrants, joined

COMMAND = "promote"
_FIRST_MONTH = 7
"""A promotion from July on is of the school year that begins that summer."""
_SHOWN = 12
_GONE = (GRADUATES.zh, LEAVES.zh)


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a promotion did.

    Parameters
    ----------
    school : Roster
        Of the new year, with the whole record; without last year's forms, opinions and requests.
    graduates, others_left, entrants : tuple of Student
        As they were, and as they come.
    moved : int
        Students who are in another grade or class now.
    peers_left : frozenset of str
        Older pupils who mentored and have left.
    closed : int
        Rows of the record that were ended.
    set_aside : int
        Forms, opinions and requests of last year.
    notes : tuple of Text
        What the office still has to look at.
    """

    school: Roster
    graduates: tuple[Student, ...]
    others_left: tuple[Student, ...]
    entrants: tuple[Student, ...]
    moved: int
    peers_left: frozenset[str]
    closed: int
    set_aside: int
    notes: tuple[Text, ...] = field(default=())

    @property
    def left(self) -> frozenset[str]:
        """The ids of all students who are not there any more."""
        return frozenset(student.student_id for student in (*self.graduates, *self.others_left))


def promoted(
    roster: Roster,
    on: date,
    system: StageSystem,
    *,
    classes: ClassMap | None = None,
    entrants: Entrants | None = None,
) -> Promotion:
    """Return the school of the new year.

    Grades move up by one; classes keep their numbers, or go where the map says; teachers go with their classes, or
    have those of the map. Pupils of the last grade leave: their pairings of every role end the day before with the
    cause graduation. Nobody else's pairing is touched: whether it can go on in the new class is for the next selection
    to say. Groups that lose members go on with the others.

    Parameters
    ----------
    roster : Roster
    on : date
        The first day of the new year.
    system : StageSystem
    classes : ClassMap, optional
    entrants : Entrants, optional
        New pupils, with the histories that they bring.

    Raises
    ------
    InputError
        When the school was promoted for this year already, when the map names somebody or a class that is not there,
        and for entrants whose id or class cannot be.

    Notes
    -----
    O(students + pairings). The same school, day and map give the same school, whatever the order of rows.
    """
    _refuse_second(roster, on)
    given = classes or ClassMap()
    _refuse_strangers(roster, given, entrants)
    destinations = {student.student_id: _destination(student, system, given) for student in roster.students}
    ends = {GRADUATES.zh: Cause.GRADUATION, LEAVES.zh: Cause.LEFT}
    gone = {key: ends[new] for key, new in destinations.items() if new in ends}
    stay = tuple(
        _in_class(student, destinations[student.student_id], system)
        for student in roster.students
        if student.student_id not in gone
    )
    run = new_run(roster, on, COMMAND)
    mentors = tuple(_teacher(mentor, system, given) for mentor in roster.mentors if mentor.mentor_id not in gone)
    rows = tuple(_ended(row, gone, on, run.run_id) for row in roster.pairings)
    num_closed = sum(new is not old for new, old in zip(rows, roster.pairings, strict=True))
    groups = _groups_after(roster.groups, gone, on, run.run_id)
    remaining = roster.replace(
        students=tuple(_without(student, gone) for student in stay),
        mentors=mentors,
        student_preferences=(),
        mentor_preferences=(),
        change_requests=(),
        pairings=rows,
        groups=groups,
    )
    school, new = joined(remaining, entrants, given, system, on)
    run = run.model_copy(update={"closed": num_closed, "opened": 0})
    school = school.replace(runs=(*roster.runs, run))
    return Promotion(
        school=school,
        graduates=tuple(s for s in roster.students if gone.get(s.student_id) is Cause.GRADUATION),
        others_left=tuple(s for s in roster.students if gone.get(s.student_id) is Cause.LEFT),
        entrants=new,
        moved=sum(student != roster.students_by_id[student.student_id] for student in stay),
        peers_left=frozenset(m.mentor_id for m in roster.mentors if m.mentor_id in gone),
        closed=num_closed,
        set_aside=len(roster.student_preferences) + len(roster.mentor_preferences) + len(roster.change_requests),
        notes=_notes(school, classes, roster),
    )


def school_year_of(day: date) -> int:
    """Return the calendar year in which the school year of a promotion on a day begins."""
    return day.year if day.month >= _FIRST_MONTH else day.year - 1


def _refuse_second(roster: Roster, on: date) -> None:
    for run in roster.runs:
        if run.command == COMMAND and school_year_of(run.day) == school_year_of(on):
            raise InputError(
                Text(
                    zh=f"本校在 {run.day} 已经升级过,{on} 属于同一学年,没有再升一次。",
                    en=f"The school was promoted on {run.day}; {on} lies in the same school year, so it is not again.",
                ),
                maybe=Text(
                    zh="要重做,用升级之前的工作簿。", en="to do it over, start from the workbook before the promotion."
                ),
            )


def _refuse_strangers(roster: Roster, given: ClassMap, entrants: Entrants | None) -> None:
    known = {student.class_name for student in roster.students}
    new = set() if entrants is None else {student.student_id for student in entrants.students}
    strange = (
        (Text("班级", "classes"), [name for name in given.classes if name not in known]),
        (
            Text("学号", "students"),
            [key for key in given.students if key not in roster.students_by_id and key not in new],
        ),
        (Text("工号", "mentors"), [key for key in given.teachers if key not in roster.mentors_by_id]),
    )
    told = [what + Text(" ", " ") + listed(names) for what, names in strange if names]
    if told:
        raise InputError(
            Text("编班表中有本校没有的:", "The class map names what the school does not have: ")
            + Text(";", "; ").join(told),
            maybe=Text(zh="左列写升级前的班级。", en="the old classes stand on the left."),
        )


def _destination(student: Student, system: StageSystem, given: ClassMap) -> str:
    """Return the new class of a student, or that the student leaves."""
    named = given.students.get(student.student_id) or given.classes.get(student.class_name)
    if named is not None:
        return named
    if student.grade_number in system.last_grades:
        return GRADUATES.zh
    return next_class(student.class_name, student.grade_number)


def next_class(name: str, grade: int) -> str:
    """Return what a class is called a year later; a name that says no grade stays.

    Examples
    --------
    >>> next_class("七(3)班", 7), next_class("创新班", 7)
    ('八(3)班', '创新班')
    """
    said = parse_class(name)
    if said.grade is None or said.number is None:
        return name
    return class_label(grade + 1, said.number)


def _in_class(student: Student, name: str, system: StageSystem) -> Student:
    said = parse_class(name).grade
    grade = said if said is not None else student.grade_number + 1
    return student.model_copy(
        update={
            "class_name": name,
            "grade": grade_label(grade),
            "grade_number": grade,
            "stage": moved_stage(student.stage, system.stage_of(student.grade_number), system.stage_of(grade)),
        }
    )


def _without(student: Student, gone: Collection[str]) -> Student:
    """Return a student who names nobody that has left."""
    update = {
        name: tuple(other for other in getattr(student, name) if other not in gone)
        for name in ("sibling_ids", "friend_ids", "apart_ids", "avoid_mentor_ids")
    }
    changed = {name: value for name, value in update.items() if value != getattr(student, name)}
    return student.model_copy(update=changed) if changed else student


def _teacher(mentor: Mentor, system: StageSystem, given: ClassMap) -> Mentor:
    """Return a teacher with the classes of the new year."""

    def follow(names: tuple[str, ...]) -> tuple[str, ...]:
        found = (_class_after(name, system, given) for name in names)
        return tuple(dict.fromkeys(name for name in found if name is not None))

    new = given.teachers.get(mentor.mentor_id)
    said = (None, None, None) if new is None else (new.taught, new.head_of, new.chief_of)
    fields = ("classes_taught", "head_of", "chief_of")
    update = {
        name: follow(getattr(mentor, name)) if named is None else named
        for name, named in zip(fields, said, strict=True)
    }
    changed = {name: value for name, value in update.items() if value != getattr(mentor, name)}
    return mentor.model_copy(update=changed) if changed else mentor


def _class_after(name: str, system: StageSystem, given: ClassMap) -> str | None:
    if name in given.classes:
        new = given.classes[name]
        return None if new in _GONE else new
    grade = parse_class(name).grade
    if grade is None:
        return name
    return None if grade in system.last_grades else next_class(name, grade)


def _ended(row: Pairing, gone: dict[str, Cause], on: date, run: str) -> Pairing:
    """Return a row of the record after the promotion: itself, unless the student or an older pupil has left."""
    cause = gone.get(row.student_id) or (Cause.MENTOR_AWAY if row.mentor_id in gone else None)
    if cause is None or row.is_closed:
        return row
    if not row.is_live(on):
        # It was over before; why, nobody wrote down.
        return row.model_copy(update={"state": "ended"})
    return closed(row, cause, on - DAY, run)


def _groups_after(
    groups: tuple[GroupRecord, ...], gone: Collection[str], on: date, run: str
) -> tuple[GroupRecord, ...]:
    """Return the groups: one that loses members ends, and goes on with the others."""
    found, added = [], []
    for group in groups:
        rest = tuple(student for student in group.students if student not in gone)
        if not group.is_open(on) or len(rest) == len(group.students):
            found.append(group)
            continue
        last = on - DAY if group.first_day is None or group.first_day < on else group.first_day
        found.append(group.model_copy(update={"last_day": last}))
        if rest:
            added.append(group.model_copy(update={"students": rest, "first_day": on, "run": run}))
    return (*found, *added)


def _notes(school: Roster, classes: ClassMap | None, before: Roster) -> tuple[Text, ...]:
    """Return what the office has to look at: classes without teachers, and what the map left to the rule."""
    names = sorted({student.class_name for student in school.students}, key=school_order)
    taught = {name for mentor in school.mentors for name in (*mentor.classes_taught, *mentor.head_of)}
    headed = {name for mentor in school.mentors for name in mentor.head_of}
    told = [
        (
            Text("没有任课教师的班级", "Classes that no mentor teaches"),
            [name for name in names if name not in taught],
        ),
        (
            Text("没有班主任的班级", "Classes without a head teacher"),
            [name for name in names if name in taught and name not in headed] if headed else [],
        ),
        (
            Text("已没有任教班级的教师", "Teachers who have no class any more"),
            [
                mentor.mentor_id
                for mentor in school.mentors
                if not (mentor.classes_taught or mentor.head_of)
                and (was := before.mentors_by_id.get(mentor.mentor_id)) is not None
                and (was.classes_taught or was.head_of)
            ],
        ),
    ]
    if classes is not None and classes.classes:
        old = sorted({student.class_name for student in before.students} - classes.classes.keys(), key=school_order)
        told.append((Text("编班表没有写、按原班号升级的班级", "Classes that the map does not name"), old))
    return tuple(
        Text("{what}({n}):{who}", "{what} ({n}): {who}").format(what=what, n=len(who), who=listed(who))
        for what, who in told
        if who
    )


def listed(names: Collection[str]) -> Text:
    """Return names one after another, the first twelve of many."""
    shown = COMMA.join(list(names)[:_SHOWN])
    return shown if len(names) <= _SHOWN else shown + Text(" 等", " and more")
