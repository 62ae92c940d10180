"""The sheet of pairings."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import shown_id
from mentormatch.io.cells.reading import Finding
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.self_reference import refuse_self_references
from mentormatch.io.sheets.spans import refuse_reversed_dates
from mentormatch.roster.pairing import Pairing

_PAIRINGS = TypeAdapter(tuple[Pairing, ...])


def read_pairings(reader: SheetReader, students: StudentDirectory, mentors: MentorDirectory) -> tuple[Pairing, ...]:
    """Read the pairings; two open primary ones of one student are both refused."""
    columns: dict[str, Sequence[Any]] = {**reader.values({"student": students.resolve, "anybody": mentors.resolve})}
    reader.refuse_repeated("pairing_id", columns["pairing_id"])
    refuse_self_references(reader, columns["student_id"], columns["mentor_id"])
    refuse_reversed_dates(reader, "valid_to", columns["valid_from"], columns["valid_to"])
    _refuse_second_primaries(reader, columns)
    return reader.entities(_PAIRINGS, {**columns, "extra": reader.extras()})


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
