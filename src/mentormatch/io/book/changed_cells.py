"""Which cells of a school's file differ between the roster that was read and the one that is to be written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mentormatch.base.text import Language, Text
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
        Rows to add below the others.
    """

    kind: str
    edits: Mapping[int | str, Mapping[str, Value]]
    added: Sequence[Mapping[str, Value]] = ()


def changes_of(before: Roster, after: Roster, lang: Language) -> Iterator[SheetChange]:
    """Yield what changes on each sheet, in a fixed order; sheets without a change are left out.

    Parameters
    ----------
    before : Roster
        As the file says.
    after : Roster
        Its rows of the record begin with those of `before`, some of them ended.
    lang : {"zh", "en"}
        Of the words in the cells.
    """
    found = (
        SheetChange("students", _of_people(before.students_by_id, after.students, _student_cells)),
        SheetChange("mentors", _of_people(before.mentors_by_id, after.mentors, lambda m: _mentor_cells(m, lang))),
        SheetChange("prefs_students", _forms(before, after)),
        _of_record("pairings", before.pairings, after.pairings, lang),
        _of_record("hand_overs", before.hand_overs, after.hand_overs, lang),
        _of_record("runs", before.runs, after.runs, lang),
        _of_record("groups", before.groups, after.groups, lang),
    )
    yield from (change for change in found if change.edits or change.added)


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
    return {"grade": student.grade, "class": student.class_name}


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
