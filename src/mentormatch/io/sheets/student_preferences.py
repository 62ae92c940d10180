"""The sheet of choice forms."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.reading import Finding
from mentormatch.io.cells.roles import role_choice_reader
from mentormatch.io.columns.choices import CHOICES, OFFERED_CHOICES
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.tables import Several
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
        "mentor": mentors.resolve,
        "external": externals.resolve,
        "anybody": everybody.resolve,
        "role_choice": role_choice_reader(everybody.resolve),
    }
    offered = tuple(spec.name for spec in CHOICES[:OFFERED_CHOICES])
    columns: dict[str, Sequence[Any]] = {**reader.values(readers, but=(*offered, "acceptable"))}
    student_ids, submitted = columns["student_id"], columns["submitted_at"]
    columns["choices"] = _read_choices(reader, student_ids, mentors)
    columns["acceptable"] = _read_acceptable(reader, student_ids, mentors, columns["choices"])
    columns["extra"] = reader.extras()
    counting = _latest_forms(reader, student_ids, submitted)
    return reader.entities(_FORMS, columns, counting)


def _read_choices(
    reader: SheetReader, student_ids: Sequence[str | None], mentors: MentorDirectory
) -> list[tuple[str, ...]]:
    """Return the numbered choices of each row, and report gaps and repetitions."""
    chosen: list[dict[str, None]] = [{} for _ in student_ids]
    empty_before: list[list[str]] = [[] for _ in student_ids]
    for name in _choice_columns(reader):
        for position, readings in enumerate(reader.list_readings(name, mentors.resolve)):
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
    for position, readings in enumerate(reader.list_readings("acceptable", mentors.resolve)):
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


def _latest_forms(
    reader: SheetReader, student_ids: Sequence[str | None], submitted: Sequence[datetime | None]
) -> list[int]:
    """Return the positions of the forms that count; refuse all forms of a student whose latest cannot be told."""
    forms: defaultdict[str, list[int]] = defaultdict(list)
    for position in reader.accepted():
        student_id = student_ids[position]
        if student_id is not None:
            forms[student_id].append(position)
    counting = []
    for same in forms.values():
        latest = same[0] if len(same) == 1 else _latest(same, submitted)
        if latest is None:
            _refuse_undecided(reader, same)
            continue
        counting.append(latest)
        for position in same:
            if position != latest:
                reader.supersede(
                    position,
                    "superseded_form",
                    f"该学生后来又提交了一份(第 {reader.row_number(latest)} 行),以后者为准",
                    f"The student handed in a later form (row {reader.row_number(latest)}), which counts",
                )
    return sorted(counting)


def _latest(positions: list[int], submitted: Sequence[datetime | None]) -> int | None:
    times = [(moment, position) for position in positions if (moment := submitted[position]) is not None]
    if len(times) < len(positions):
        return None
    last, latest = max(times)
    return latest if sum(moment == last for moment, _ in times) == 1 else None


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
