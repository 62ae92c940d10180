"""One file a pupil (一生一档): who was whose mentor, since when, until when, why it ended; hand-overs and groups."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from mentormatch.base.edition import Edition
from mentormatch.base.errors import InputError
from mentormatch.base.text import COMMA, Language, Text
from mentormatch.explain.fairness_told import value_name
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import class_label
from mentormatch.report.on_record import ROLES
from mentormatch.report.tables import NO, YES, ResultTable, Value
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.public_record import public_row
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student

UNTIL_NOW = Text(zh="至今", en="to this day")


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the record says of one pupil, as an edition may tell it.

    Parameters
    ----------
    student : Student
    rows : tuple of Pairing
        Of every role, in the order of time.
    hand_overs : tuple of HandOverRow
    groups : tuple of GroupRecord
    """

    student: Student
    rows: tuple[Pairing, ...]
    hand_overs: tuple[HandOverRow, ...]
    groups: tuple[GroupRecord, ...]


def dossiers(roster: Roster, students: Iterable[Student], edition: Edition) -> tuple[Dossier, ...]:
    """Return the files of some pupils, in the order of the pupils.

    Parameters
    ----------
    roster : Roster
        With the whole record.
    students : iterable of Student
    edition : Edition
        Other than for staff, causes that tell of a wish or a secret are coordination, what a supporting mentor is for
        is left out, and a hand-over tells of the day and of the growth record alone.

    Notes
    -----
    O(pupils + rows of the record).
    """
    rows: defaultdict[str, list[Pairing]] = defaultdict(list)
    passed: defaultdict[str, list[HandOverRow]] = defaultdict(list)
    groups: defaultdict[str, list[GroupRecord]] = defaultdict(list)
    for row in roster.pairings:
        rows[row.student_id].append(row if edition.staff else _told(row))
    for hand_over in roster.hand_overs:
        passed[hand_over.student_id].append(hand_over if edition.staff else _told_of(hand_over))
    for group in roster.groups:
        for member in group.students:
            groups[member].append(group)
    return tuple(
        Dossier(
            student=each,
            rows=tuple(sorted(rows[each.student_id], key=_by_time)),
            hand_overs=tuple(
                sorted(passed[each.student_id], key=lambda row: (row.effective or date.min, row.from_mentor))
            ),
            groups=tuple(
                sorted(groups[each.student_id], key=lambda group: (group.first_day or date.min, group.group_id))
            ),
        )
        for each in students
    )


def _by_time(row: Pairing) -> tuple[date, int, str, date]:
    return (row.valid_from or date.min, list(ROLES).index(row.role), row.mentor_id, row.valid_to or date.max)


def _told(row: Pairing) -> Pairing:
    """Return a row without what is for staff: what a supporting mentor is for tells what the pupil needs."""
    open_row = public_row(row)
    return open_row.model_copy(update={"role_name": None}) if row.role == "supporting" else open_row


def _told_of(row: HandOverRow) -> HandOverRow:
    """Return a hand-over without the request, the opinions, and the days of joint duty, which separated people lack."""
    hidden = dict.fromkeys(("request", "opinion_asked", "guardian_told", "overlap_until"))
    return row.model_copy(update={**hidden, "extra": ()})


def chosen_students(
    roster: Roster,
    *,
    students: Collection[str] = (),
    classes: Collection[str] = (),
    last_grades: Collection[int] = (),
) -> tuple[Student, ...]:
    """Return the pupils who are named, are in a named class, or are in one of the last grades, in the order of ids.

    Raises
    ------
    InputError
        For a pupil or a class that the school does not have, and where nobody is left.
    """
    labels = {_label(name): name for name in classes}
    known = {student.class_name for student in roster.students}
    strange = [
        *(name for name in students if name not in roster.students_by_id),
        *(said for name, said in labels.items() if name not in known),
    ]
    if strange:
        raise InputError(
            Text("本校没有:", "The school does not have: ") + COMMA.join(strange),
            maybe=Text(zh="学号、班级以“学生”表为准。", en="ids and classes are those of the sheet of students."),
        )
    found = [
        student
        for student in roster.students
        if student.student_id in students or student.class_name in labels or student.grade_number in last_grades
    ]
    if not found:
        raise InputError(Text("没有毕业年级的学生。", "There is no pupil in a last grade."))
    return tuple(sorted(found, key=lambda student: student.student_id))


def _label(name: str) -> str:
    said = parse_class(name)
    return said.label if said.grade is None or said.number is None else class_label(said.grade, said.number)


def dossier_lines(dossier: Dossier, edition: Edition) -> list[Text]:
    """Return who the pupil is, a fact a line."""
    student = dossier.student
    facts = [Text("学号:", "Student id: ") + student.student_id]
    if edition.names:
        facts.append(Text("姓名:", "Name: ") + student.name)
    facts.append(Text("班级:", "Class: ") + student.class_name)
    if student.entry_date is not None:
        facts.append(Text("入学:", "Entered: ") + student.entry_date.isoformat())
    if edition.staff and (student.care_level or student.care_tags):
        level = [] if student.care_level is None else [value_name("care_level", student.care_level)]
        facts.append(Text("关爱:", "Care: ") + COMMA.join([*level, *student.care_tags]))
    return facts


def dossier_tables(dossier: Dossier, roster: Roster, edition: Edition, lang: Language) -> list[ResultTable]:
    """Return the file of a pupil as tables: mentors, hand-overs, groups; tables without a row are left out."""
    names = _names(roster) if edition.names else {}
    tables = [
        _mentors(dossier, names, edition, lang),
        _hand_overs(dossier, names, edition, lang),
        _groups(dossier, names, lang),
    ]
    return [each for each in tables if each.rows]


def _names(roster: Roster) -> dict[str, str]:
    return {person.mentor_id: person.name for person in roster.people if person.name}


def person(mentor_id: str | None, names: dict[str, str]) -> str | None:
    """Return somebody as a paper shows them: the name and the id, or the id alone."""
    if mentor_id is None:
        return None
    return f"{names[mentor_id]}({mentor_id})" if mentor_id in names else mentor_id


def _mentors(dossier: Dossier, names: dict[str, str], edition: Edition, lang: Language) -> ResultTable:
    headers = [Text("导师", "mentor"), Text("角色", "role"), Text("开始", "from"), Text("结束", "to")]
    headers += [Text("由来", "began by"), Text("结束原因", "ended by")]
    if edition.staff:
        headers.append(Text("说明", "reason"))
    rows: list[tuple[Value, ...]] = []
    for row in dossier.rows:
        role = ROLES[row.role].in_language(lang)
        last = UNTIL_NOW.in_language(lang) if _goes_on(row) else _day(row.valid_to)
        opened = row.origin if row.opened_by is None else row.opened_by.text.in_language(lang)
        ended = None if row.end_cause is None else row.end_cause.text.in_language(lang)
        cells = (
            person(row.mentor_id, names),
            f"{role}({row.role_name})" if row.role_name else role,
            *(_day(row.valid_from), last, opened, ended),
        )
        rows.append((*cells, row.reason) if edition.staff else cells)
    return _table("mentors", Text("导师", "Mentors"), headers, rows, lang)


def _goes_on(row: Pairing) -> bool:
    return row.state != "ended" and (row.valid_to is None or row.state == "provisional")


def _hand_overs(dossier: Dossier, names: dict[str, str], edition: Edition, lang: Language) -> ResultTable:
    headers = [Text("原导师", "from"), Text("新导师", "to"), Text("生效", "effective")]
    ticks = [("records_passed", Text("移交档案", "records passed on"))]
    if edition.staff:
        headers.append(Text("共同负责至", "both until"))
        ticks = [
            ("opinion_asked", Text("征求学生意见", "student asked")),
            ("guardian_told", Text("告知家长", "guardian told")),
            *ticks,
        ]
    rows: list[tuple[Value, ...]] = []
    for row in dossier.hand_overs:
        cells: list[Value] = [person(row.from_mentor, names), person(row.to_mentor, names), _day(row.effective)]
        cells += [_day(row.overlap_until)] if edition.staff else []
        rows.append((*cells, *(tick(getattr(row, name), lang) for name, _ in ticks)))
    return _table("hand_overs", Text("工作交接", "Hand-overs"), [*headers, *(text for _, text in ticks)], rows, lang)


def tick(done: bool | None, lang: Language) -> str | None:
    """Return a tick of the school: yes, no, or nothing where it is not needed."""
    return None if done is None else (YES if done else NO).in_language(lang)


def _groups(dossier: Dossier, names: dict[str, str], lang: Language) -> ResultTable:
    headers = [Text("小组", "group"), Text("校内导师", "lead"), Text("校外导师", "externals")]
    headers += [Text("开始", "from"), Text("结束", "to")]
    rows: list[tuple[Value, ...]] = [
        (
            group.group_id,
            person(group.lead_id, names),
            COMMA.in_language(lang).join(person(each, names) or "" for each in group.externals) or None,
            _day(group.first_day),
            UNTIL_NOW.in_language(lang) if group.last_day is None else _day(group.last_day),
        )
        for group in dossier.groups
    ]
    return _table("groups", Text("小组", "Groups"), headers, rows, lang)


def _table(
    kind: str, title: Text, headers: Iterable[Text], rows: list[tuple[Value, ...]], lang: Language
) -> ResultTable:
    return ResultTable(kind, title.in_language(lang), tuple(text.in_language(lang) for text in headers), rows)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
