"""The sheet of pairings: the record, open rows and ended ones."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.plain_text import shown_id
from mentormatch.io.cells.reading import Finding, Normaliser, Reading
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.self_reference import refuse_self_references
from mentormatch.io.tables import Cell
from mentormatch.roster.pairing import Pairing

_PAIRINGS = TypeAdapter(tuple[Pairing, ...])


def read_pairings(reader: SheetReader, students: StudentDirectory, mentors: MentorDirectory) -> tuple[Pairing, ...]:
    """Read the pairings; two open primary ones of one student are both refused.

    An ended row is history and stays, also where the student or the mentor is not in the school any more. An open row
    that a run has written knows its people, so one who is not there has left; elsewhere a strange ID is a mistake.
    """
    people = {"student_id": students.resolve, "mentor_id": mentors.resolve}
    columns: dict[str, Sequence[Any]] = {**reader.values({}, but=tuple(people))}
    known = [state == "ended" or run is not None for state, run in zip(columns["state"], columns["run"], strict=True)]
    for name, resolve in people.items():
        columns[name] = reader.required_beside(name, _or_gone(resolve), known)
    reader.refuse_repeated("pairing_id", columns["pairing_id"])
    refuse_self_references(reader, columns["student_id"], columns["mentor_id"])
    _refuse_reversed(reader, columns["valid_from"], columns["valid_to"], columns["end_cause"])
    _refuse_second_primaries(reader, columns)
    return reader.entities(_PAIRINGS, {**columns, "extra": reader.extras()})


def _or_gone(resolve: Normaliser[str]) -> Callable[[Cell, bool], Reading[str]]:
    """Return a reader that takes the ID of somebody who is not there where the row is known to be right."""

    def read(cell: Cell, is_known: bool) -> Reading[str]:
        reading = resolve(cell)
        if reading.value is not None or not is_known:
            return reading
        found = read_id(cell)
        return reading if found.value is None else Reading(found.value)

    return read


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
