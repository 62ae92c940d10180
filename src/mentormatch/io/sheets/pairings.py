"""The sheet of pairings: the record, open rows and ended ones."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import shown_id
from mentormatch.io.cells.reading import Finding
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.self_reference import refuse_self_references
from mentormatch.roster.pairing import Pairing

_PAIRINGS = TypeAdapter(tuple[Pairing, ...])


def read_pairings(reader: SheetReader, students: StudentDirectory, mentors: MentorDirectory) -> tuple[Pairing, ...]:
    """Read the pairings; two open primary ones of one student are both refused.

    An ended row is history and stays, also where the student or the mentor is not in the school any more. An open row
    that a run has written knows its people, so one who is not there has left. Elsewhere a strange ID is a mistake, but
    for last year's graduates, whose rows are read as ended.
    """
    columns: dict[str, Sequence[Any]] = {**reader.values({}, but=("student_id", "mentor_id"))}
    known = [
        state == "ended" or run is not None or end is not None
        for state, run, end in zip(columns["state"], columns["run"], columns["valid_to"], strict=True)
    ]
    columns["student_id"] = reader.required_beside("student_id", students.resolve_in_record, known)
    columns["mentor_id"] = reader.required_beside("mentor_id", mentors.resolve_in_record, known)
    columns["state"] = [
        "ended" if run is None and _has_left(student_id, mentor_id, students, mentors) else state
        for student_id, mentor_id, state, run in zip(
            *(columns[name] for name in ("student_id", "mentor_id", "state", "run")), strict=True
        )
    ]
    reader.refuse_repeated("pairing_id", columns["pairing_id"])
    refuse_self_references(reader, columns["student_id"], columns["mentor_id"])
    _refuse_reversed(reader, columns["valid_from"], columns["valid_to"], columns["end_cause"])
    _refuse_second_primaries(reader, columns)
    return reader.entities(_PAIRINGS, {**columns, "extra": reader.extras()})


def _refuse_reversed(
    reader: SheetReader, first: Sequence[date | None], last: Sequence[date | None], causes: Sequence[object]
) -> None:
    """Refuse rows that end before they begin; a run writes such a row where it ends a pairing that never began."""
    for position, (start, end, cause) in enumerate(zip(first, last, causes, strict=True)):
        if start is not None and end is not None and end < start and not (cause and (start - end).days == 1):
            finding = Finding(
                "dates_reversed",
                Text(zh=f"结束日期 {end} 早于开始日期 {start}", en=f"The end {end} lies before the start {start}"),
                Text(zh="改正其中一个日期", en="mend one of the two days"),
            )
            reader.refuse_row(position, "valid_to", finding)


def _has_left(
    student_id: str | None, mentor_id: str | None, students: StudentDirectory, mentors: MentorDirectory
) -> bool:
    return (student_id is not None and student_id not in students) or (
        mentor_id is not None and mentor_id not in mentors
    )


def _refuse_second_primaries(reader: SheetReader, columns: dict[str, Sequence[Any]]) -> None:
    open_rows: defaultdict[object, list[int]] = defaultdict(list)
    for position in reader.accepted():
        role, state, end = (columns[name][position] for name in ("role", "state", "valid_to"))
        if role == "primary" and state != "ended" and end is None:
            open_rows[columns["student_id"][position]].append(position)
    for student_id, same in open_rows.items():
        if len(same) < 2:
            continue
        rows = reader.row_numbers(same)
        seen = shown_id(str(student_id))
        finding = Finding(
            "second_primary",
            Text(
                zh=f"学生 {seen} 同时有多位主导师(第 {rows} 行),这些行都不采用",
                en=f"Student {seen} has several open primary pairings (rows {rows}); none of them is used",
            ),
            Text(zh="给已结束的结对填写结束日期", en="give the one that is over an end"),
        )
        for position in same:
            reader.refuse_row(position, "mentor_id", finding)
