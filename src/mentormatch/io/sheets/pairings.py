"""The sheet of pairings."""

from collections import defaultdict
from collections.abc import Sequence

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells import words
from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.plain_text import read_text, shown_id
from mentormatch.io.cells.reading import Finding
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.self_reference import refuse_self_references
from mentormatch.io.sheets.spans import refuse_reversed_dates
from mentormatch.roster.pairing import Pairing

_PAIRINGS = TypeAdapter(tuple[Pairing, ...])


def read_pairings(reader: SheetReader, students: StudentDirectory, mentors: MentorDirectory) -> tuple[Pairing, ...]:
    """Read the pairings; two open primary ones of one student are both refused."""
    pairing_ids = reader.column("pairing_id", read_id)
    reader.refuse_repeated("pairing_id", pairing_ids)
    student_ids = reader.required("student_id", students.resolve)
    mentor_ids = reader.required("mentor_id", mentors.resolve)
    refuse_self_references(reader, student_ids, mentor_ids)
    first, last = reader.column("valid_from", read_date), reader.column("valid_to", read_date)
    refuse_reversed_dates(reader, "valid_to", first, last)
    columns: dict[str, Sequence[object]] = {
        "pairing_id": pairing_ids,
        "student_id": student_ids,
        "mentor_id": mentor_ids,
        "role": reader.column("role", words.read_role, "primary"),
        "role_name": reader.column("role_name", read_text),
        "state": reader.column("state", words.read_pairing_state, "active"),
        "valid_from": first,
        "valid_to": last,
        "origin": reader.column("origin", read_text),
        "locked": reader.column("locked", words.read_bool, False),
        "extra": reader.extras(),
    }
    _refuse_second_primaries(reader, columns)
    return reader.entities(_PAIRINGS, columns)


def _refuse_second_primaries(reader: SheetReader, columns: dict[str, Sequence[object]]) -> None:
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
