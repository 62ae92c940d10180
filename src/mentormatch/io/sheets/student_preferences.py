"""The sheet of choice forms."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.dates import read_moment
from mentormatch.io.cells.reading import Finding, Normaliser, Reading
from mentormatch.io.cells.roles import role_choice_reader
from mentormatch.io.cells.words import is_no_wish
from mentormatch.io.columns.choices import CHOICES, OFFERED_CHOICES
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.tables import Cell, Several
from mentormatch.roster.preference import StudentPreference

_FORMS = TypeAdapter(tuple[StudentPreference, ...])


def read_student_preferences(
    reader: SheetReader,
    students: StudentDirectory,
    mentors: MentorDirectory,
    *,
    externals: MentorDirectory,
    everybody: MentorDirectory,
) -> tuple[StudentPreference, ...]:
    """Read the forms; of several forms from one student the latest counts. `everybody` is mentors and externals."""
    readers = {
        "student": students.resolve,
        "mentor": _wish_reader(mentors.resolve),
        "external": _wish_reader(externals.resolve),
        "anybody": _wish_reader(everybody.resolve),
        "role_choice": role_choice_reader(everybody.resolve),
    }
    offered = tuple(spec.name for spec in CHOICES[:OFFERED_CHOICES])
    apart = ("submitted_at", *offered, "acceptable")
    columns: dict[str, Sequence[Any]] = {**reader.values(readers, but=apart, is_label=everybody.is_label)}
    student_ids = columns["student_id"]
    moments = reader.readings("submitted_at", read_moment)
    columns["submitted_at"] = [reading.value for reading in moments]
    columns["choices"] = _read_choices(reader, student_ids, mentors)
    columns["acceptable"] = _read_acceptable(reader, student_ids, mentors, columns["choices"])
    columns["extra"] = reader.extras()
    counting = _latest_forms(reader, columns, moments)
    return reader.entities(_FORMS, columns, counting)


def _read_choices(
    reader: SheetReader, student_ids: Sequence[str | None], mentors: MentorDirectory
) -> list[tuple[str, ...]]:
    """Return the numbered choices of each row, and report gaps and repetitions."""
    chosen: list[dict[str, None]] = [{} for _ in student_ids]
    empty_before: list[list[str]] = [[] for _ in student_ids]
    for name in _choice_columns(reader):
        for position, readings in enumerate(
            reader.list_readings(name, _wish_reader(mentors.resolve), mentors.is_label)
        ):
            if not readings:
                empty_before[position].append(name)
                continue
            for gap in empty_before[position]:
                reader.warn(
                    position, gap, "choice_gap", "志愿有空缺,后面的志愿依次前移", "A gap between choices was closed"
                )
            empty_before[position] = []
            if len(readings) > 1 and not isinstance(reader.cells(name)[position], Several):
                reader.warn(
                    position,
                    name,
                    "several_choices",
                    "一格中有多个志愿,按书写顺序依次计入",
                    "Several choices in one cell were taken in the order in which they stand",
                )
            mentor_ids = reader.noted(position, name, readings)
            _add_choices(reader, position, name, mentors, mentor_ids, student_ids[position], chosen[position])
    return [tuple(mentor_ids) for mentor_ids in chosen]


def _choice_columns(reader: SheetReader) -> list[str]:
    """Return the names of the numbered choices up to the last one that the sheet has."""
    there = {column.name for column in reader.table.columns}
    names = [spec.name for spec in CHOICES]
    return names[: max((at for at, name in enumerate(names, start=1) if name in there), default=0)]


def _read_acceptable(
    reader: SheetReader,
    student_ids: Sequence[str | None],
    mentors: MentorDirectory,
    choices: Sequence[tuple[str, ...]],
) -> list[tuple[str, ...]]:
    """Return the acceptable mentors of each row, without those who are a numbered choice."""
    acceptable = []
    for position, readings in enumerate(
        reader.list_readings("acceptable", _wish_reader(mentors.resolve), mentors.is_label)
    ):
        found = dict.fromkeys(choices[position])
        mentor_ids = reader.noted(position, "acceptable", readings)
        _add_choices(reader, position, "acceptable", mentors, mentor_ids, student_ids[position], found)
        acceptable.append(tuple(found)[len(choices[position]) :])
    return acceptable


def _add_choices(
    reader: SheetReader,
    position: int,
    name: str,
    mentors: MentorDirectory,
    mentor_ids: Iterable[str],
    student_id: str | None,
    chosen: dict[str, None],
) -> None:
    """Add the mentors of one cell to those that the row chose already."""
    for mentor_id in mentor_ids:
        if mentor_id == student_id:
            reader.refuse_cell(position, name, _OWN_MENTOR)
        elif mentors.is_on_leave(mentor_id):
            reader.refuse_cell(position, name, _on_leave(mentor_id), "warning")
        elif mentor_id in chosen:
            reader.warn(
                position,
                name,
                "duplicate_choice",
                f"{mentor_id} 重复填写,只算第一次",
                f"{mentor_id} was chosen before; the first time counts",
            )
        else:
            chosen[mentor_id] = None


_OWN_MENTOR = Finding(
    "self_reference",
    Text(zh="学生不能选自己做导师", en="A student cannot choose himself or herself as mentor"),
)


def _on_leave(mentor_id: str) -> Finding:
    return Finding(
        "mentor_on_leave",
        Text(zh=f"{mentor_id} 目前不在岗,此志愿不计", en=f"{mentor_id} is on leave, so this choice does not count"),
        Text(zh="如已返岗,请改导师的状态", en="if the mentor is back, change the status"),
    )


def _wish_reader(resolve: Normaliser[str]) -> Normaliser[str]:
    """Return the reader of a wish, which is none where it says that any mentor will do."""

    def read(cell: Cell) -> Reading[str]:
        reading = resolve(cell)
        return _NO_WISH if reading.value is None and is_no_wish(cell) else reading

    return read


_NO_WISH: Reading[str] = Reading(
    None,
    Finding(
        "no_wish",
        Text(
            zh="写的是“服从安排”一类的话,按没有填写处理", en="This says that any mentor will do, and counts as no wish"
        ),
        refuses=False,
    ),
)

_CONTENT = ("choices", "acceptable", "avoid", "external_choices", "role_choices")


def _latest_forms(
    reader: SheetReader, columns: Mapping[str, Sequence[Any]], moments: Sequence[Reading[datetime]]
) -> list[int]:
    """Return the positions of the forms that count; refuse all forms of a student whose latest cannot be told."""
    forms: defaultdict[str, list[int]] = defaultdict(list)
    for position in reader.accepted():
        student_id = columns["student_id"][position]
        if student_id is not None:
            forms[student_id].append(position)
    counting = []
    for same in forms.values():
        differ = len({tuple(columns[name][position] for name in _CONTENT) for position in same}) > 1
        _note_times(reader, same, moments, decides=differ)
        latest = same[0] if len(same) == 1 else _latest(same, columns, differ=differ)
        if latest is None:
            _refuse_undecided(reader, same)
            continue
        counting.append(latest)
        for position in same:
            if position != latest:
                reader.supersede(position, *_superseded(reader.row_number(latest), differ=differ))
    return sorted(counting)


def _note_times(
    reader: SheetReader, positions: Sequence[int], moments: Sequence[Reading[datetime]], *, decides: bool
) -> None:
    """Note the times that cannot be read: no error where the time decides nothing."""
    for position in positions:
        finding = moments[position].finding
        if finding is not None:
            reader.refuse_cell(position, "submitted_at", finding, "error" if decides else "warning")


def _superseded(row: int, *, differ: bool) -> tuple[str, str, str]:
    if differ:
        return (
            "superseded_form",
            f"该学生后来又提交了一份(第 {row} 行),以后者为准",
            f"The student handed in a later form (row {row}), which counts",
        )
    return "repeated_form", f"与第 {row} 行的志愿完全相同,只算一份", f"The same form as in row {row}, counted once"


def _latest(positions: list[int], columns: Mapping[str, Sequence[Any]], *, differ: bool) -> int | None:
    """Return the form that was handed in last, the first of equal ones; None where that cannot be told."""
    times = [(columns["submitted_at"][position], position) for position in positions]
    if not differ:
        return max(times, key=lambda each: (each[0] is not None, each[0] or datetime.min, -each[1]))[1]
    if any(moment is None for moment, _ in times):
        return None
    last = max(moment for moment, _ in times)
    tied = [position for moment, position in times if moment == last]
    same = len({tuple(columns[name][position] for name in _CONTENT) for position in tied}) == 1
    return tied[0] if same else None


def _refuse_undecided(reader: SheetReader, positions: list[int]) -> None:
    rows = reader.row_numbers(positions)
    finding = Finding(
        "latest_form_unknown",
        Text(
            zh=f"该学生有多份志愿(第 {rows} 行),无法判断哪一份最新,都不采用",
            en=f"The student has several forms (rows {rows}), and which is the latest cannot be told; none is used",
        ),
        Text(zh="填写提交时间,或只保留一份", en="fill in submitted_at, or keep one of them"),
    )
    for position in positions:
        reader.refuse_row(position, "submitted_at", finding)
