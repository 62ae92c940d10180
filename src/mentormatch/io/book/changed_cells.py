"""Which cells of a school's file differ between the roster that was read and the one that is to be written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import sheet_spec
from mentormatch.io.record_cells import cells_of
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.run import Run
from mentormatch.roster.student import Student

Value = str | int | None
T = TypeVar("T", Pairing, HandOverRow, Run, GroupRecord)
T_Person = TypeVar("T_Person", Student, Mentor)

LEAVE = Text(zh="请假", en="leave")


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What changes on one sheet.

    Parameters
    ----------
    kind : str
        The canonical English name of the sheet.
    edits : mapping of key to cells
        Cells to write by the canonical names of their columns. A key is the position among the accepted rows of the
        sheet (the record), or the id of a person.
    added : sequence of cells
        Rows to add below the others. A key that is no canonical name is the header of a column of the school's own.
    set_aside : frozenset of str or None
        The people whose rows move to an archive; None moves all rows.
    """

    kind: str
    edits: Mapping[int | str, Mapping[str, Value]]
    added: Sequence[Mapping[str, Value]] = ()
    set_aside: frozenset[str] | None = frozenset()

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return not self.edits and not self.added and self.set_aside == frozenset()


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a promotion moves to archives: the rows of people who have left, and whole sheets of last year.

    Parameters
    ----------
    day : date
        In the names of the archives.
    people : mapping of sheet to ids
        By the canonical names of sheets.
    sheets : tuple of str
        All of whose rows are set aside.
    """

    day: date
    people: Mapping[str, frozenset[str]]
    sheets: tuple[str, ...] = ()


def changes_of(
    before: Roster, after: Roster, lang: Language, set_aside: SetAside | None = None
) -> Iterator[SheetChange]:
    """Yield what changes on each sheet, in a fixed order; sheets without a change are left out.

    Parameters
    ----------
    before : Roster
        As the file says.
    after : Roster
        Its rows of the record begin with those of `before`, some of them ended.
    set_aside : SetAside, optional
    lang : {"zh", "en"}
        Of the words in the cells.
    """
    new = [_entrant_cells(each, lang) for each in after.students if each.student_id not in before.students_by_id]
    found = (
        SheetChange("students", _of_people(before.students_by_id, after.students, _student_cells), new),
        SheetChange("mentors", _of_people(before.mentors_by_id, after.mentors, lambda m: _mentor_cells(m, lang))),
        SheetChange("prefs_students", _forms(before, after)),
        _of_record("pairings", before.pairings, after.pairings, lang),
        _of_record("hand_overs", before.hand_overs, after.hand_overs, lang),
        _of_record("runs", before.runs, after.runs, lang),
        _of_record("groups", before.groups, after.groups, lang),
    )
    yield from (change for change in _with_archives(found, set_aside) if not change.is_none)


def _with_archives(changes: Iterable[SheetChange], set_aside: SetAside | None) -> Iterator[SheetChange]:
    """Yield the changes with the rows that are set aside, and those of sheets that change in no other way."""
    waiting = {} if set_aside is None else {**set_aside.people, **dict.fromkeys(set_aside.sheets)}
    for change in changes:
        aside = waiting.pop(change.kind, frozenset())
        # Rows that are set aside stay as they were.
        yield replace(change, edits={} if aside is None else change.edits, set_aside=aside)
    for kind, aside in waiting.items():
        yield SheetChange(kind, {}, (), aside)


def _of_record(
    kind: str,
    before: Sequence[T],
    after: Sequence[T],
    lang: Language,
) -> SheetChange:
    edits: dict[int | str, Mapping[str, Value]] = {}
    for position, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            edits[position] = _differing(cells_of(kind, old, lang), cells_of(kind, new, lang))
    return SheetChange(kind, edits, [cells_of(kind, row, lang) for row in after[len(before) :]])


def _differing(old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in new.items() if value != old[name]}


def _of_people(
    before: Mapping[str, T_Person], people: Sequence[T_Person], cells_of: Callable[[T_Person], Mapping[str, Value]]
) -> dict[int | str, Mapping[str, Value]]:
    found: dict[int | str, Mapping[str, Value]] = {}
    for person in people:
        key = person.student_id if isinstance(person, Student) else person.mentor_id
        old = before.get(key)
        if old is not None and old is not person and (cells := _differing(cells_of(old), cells_of(person))):
            found[key] = cells
    return found


def _student_cells(student: Student) -> dict[str, Value]:
    others = {name: "、".join(getattr(student, name)) or None for name in ("sibling_ids", "friend_ids", "apart_ids")}
    avoided = "、".join(student.avoid_mentor_ids) or None
    return {
        "grade": student.grade,
        "class": student.class_name,
        "stage": student.stage,
        **others,
        "avoid_mentor_ids": avoided,
    }


def _entrant_cells(student: Student, lang: Language) -> dict[str, Value]:
    specs = [spec for spec in sheet_spec("students").columns if spec.name != "grade"]
    cells = {spec.name: spec.cell(getattr(student, spec.field or spec.name), lang) for spec in specs}
    filled = {name: None if cell == "" else cell for name, cell in cells.items()}
    return {**dict(student.extra), "grade": student.grade, **filled}


def _mentor_cells(mentor: Mentor, lang: Language) -> dict[str, Value]:
    away = mentor.status_text or LEAVE.in_language(lang)
    lists = {name: "、".join(getattr(mentor, name)) or None for name in ("classes_taught", "head_of", "chief_of")}
    return {
        "status": None if mentor.status == "active" else away,
        "capacity_max": mentor.capacity_max,
        "capacity_min": mentor.capacity_min,
        **lists,
    }


def _forms(before: Roster, after: Roster) -> dict[int | str, Mapping[str, Value]]:
    used = {form.student_id: form.used_by for form in after.student_preferences}
    return {
        form.student_id: {"used_by": used[form.student_id]}
        for form in before.student_preferences
        if used.get(form.student_id) != form.used_by and form.student_id in used
    }
