"""A package for a receiving school (档案交接): its new pupils and the record that they bring, as a school."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from mentormatch.base.edition import Edition
from mentormatch.base.text import Language, Text
from mentormatch.documents.school_document import SchoolDocument
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.headers import ALL_SHEETS
from mentormatch.io.record_cells import cells_of
from mentormatch.io.school_workbook import Row, write_school_workbook
from mentormatch.record.rows import closed
from mentormatch.roster.cause import Cause
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student
from mentormatch.year.dossiers import Dossier
from mentormatch.year.entrants import FROM_SCHOOL, NEW_CLASS, NEW_ID

TO_SCHOOL = ("升入学校", "毕业去向", "录取学校", "to_school")
"""Headers of the office's own column that says to which school a pupil goes."""


def by_receiving_school(students: Iterable[Student]) -> dict[str, list[Student]]:
    """Return the pupils by the school that their row names; those without one under an empty name."""
    found: defaultdict[str, list[Student]] = defaultdict(list)
    for student in students:
        own = dict(student.extra)
        found[next((own[name].strip() for name in TO_SCHOOL if own.get(name)), "")].append(student)
    return dict(sorted(found.items()))


def package(files: Iterable[Dossier], roster: Roster, edition: Edition, *, from_school: str, last_day: date) -> Roster:
    """Return pupils and their history as a school that `mentormatch promote --entrants` reads.

    Parameters
    ----------
    files : iterable of Dossier
        In the edition.
    roster : Roster
        The school that they leave.
    edition : Edition
        Names without which it is ids alone; care for staff only. No column of the school's own goes along.
    from_school : str
    last_day : date
        Rows that go on end on it, with the cause graduation.
    """
    files = tuple(files)
    ids = {each.student.student_id for each in files}
    rows = tuple(_ended(row, last_day) for each in files for row in each.rows)
    groups = {(group.group_id, group.first_day): group for each in files for group in each.groups}
    hand_overs = tuple(row for each in files for row in each.hand_overs)
    people = {row.mentor_id for row in rows} | {row.from_mentor for row in hand_overs}
    people |= {row.to_mentor for row in hand_overs if row.to_mentor is not None}
    return Roster(
        students=tuple(_sent(each.student, edition, from_school, ids) for each in files),
        mentors=tuple(_named(each, edition) for each in roster.people if each.mentor_id in people),
        pairings=rows,
        hand_overs=hand_overs,
        groups=tuple(
            group.model_copy(update={"students": tuple(each for each in group.students if each in ids), "extra": ()})
            for _, group in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1] or date.min))
        ),
    )


def _ended(row: Pairing, last_day: date) -> Pairing:
    """Return a row as the receiving school keeps it: closed, without the school's own cells."""
    if not row.is_closed:
        over = row.valid_to is not None and row.valid_to < last_day and row.state != "provisional"
        row = row.model_copy(update={"state": "ended"}) if over else closed(row, Cause.GRADUATION, last_day, None)
    return row.model_copy(update={"extra": (), "pairing_id": None, "locked": False})


def _sent(student: Student, edition: Edition, from_school: str, ids: set[str]) -> Student:
    return Student(
        student_id=student.student_id,
        name=student.name if edition.names else student.student_id,
        grade=student.grade,
        grade_number=student.grade_number,
        class_name=student.class_name,
        gender=student.gender if edition.names else None,
        stage=student.stage,
        entry_date=student.entry_date,
        sibling_ids=tuple(each for each in student.sibling_ids if each in ids) if edition.staff else (),
        care_tags=student.care_tags if edition.staff else (),
        care_level=student.care_level if edition.staff else None,
        extra=((FROM_SCHOOL.zh, from_school),),
    )


def _named(mentor: Mentor, edition: Edition) -> Mentor:
    return Mentor(
        mentor_id=mentor.mentor_id,
        name=mentor.name if edition.names and mentor.name else mentor.mentor_id,
        capacity_max=0,
        kind=mentor.kind,
    )


def write_package(school: Roster, stem: Path, lang: Language) -> tuple[Path, Path]:
    """Write a package as a workbook and as a document, each whole or not at all; return the two paths."""
    book, document = stem.with_name(f"{stem.name}.xlsx"), stem.with_name(f"{stem.name}.json")
    tables = SchoolDocument.from_roster(school)
    sheets: dict[str, list[Row]] = {}
    for spec in ALL_SHEETS:
        entities = getattr(school, _FIELDS.get(spec.kind, spec.kind))
        if not entities:
            continue
        if spec.kind in ("students", "mentors"):
            sheets[spec.kind] = [_cells(row, lang) for row in getattr(tables, spec.kind)]
        else:
            rows = (cells_of(spec.kind, entity, lang) for entity in entities)
            sheets[spec.kind] = [{name: cell for name, cell in row.items() if cell is not None} for row in rows]
    blank: Row = {text.in_language(lang): "" for text in (NEW_CLASS, NEW_ID)}
    sheets["students"] = [{**row, **blank} for row in sheets["students"]]
    write_school_workbook(book, sheets, lang)
    with atomic_path(document) as temp:
        temp.write_text(tables.to_json(), encoding="utf-8")
    return book, document


_FIELDS = {
    "prefs_students": "student_preferences",
    "prefs_mentors": "mentor_preferences",
    "externals": "external_mentors",
    "changes": "change_requests",
}


def _cells(row: dict[str, object], lang: Language) -> Row:
    """Return a row of a document as the cells of a workbook in a language."""
    found: Row = {}
    for name, value in row.items():
        header = FROM_SCHOOL.in_language(lang) if name == FROM_SCHOOL.zh else name
        found[header] = (
            value
            if isinstance(value, str | int)
            else Text("、", ", ").in_language(lang).join(map(str, value if isinstance(value, list) else [value]))
        )
    return found
