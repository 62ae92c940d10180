"""The sheet of requests for another mentor."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from mentormatch.io.cells import words
from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.plain_text import is_blank, read_text
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.roster.change_request import ChangeRequest

_REQUESTS = TypeAdapter(tuple[ChangeRequest, ...])


def read_change_requests(
    reader: SheetReader, students: StudentDirectory, mentors: MentorDirectory
) -> tuple[ChangeRequest, ...]:
    """Read the requests for another mentor."""
    ids = reader.required("request_id", read_id)
    reader.refuse_repeated("request_id", ids)
    wanted = reader.column("to_mentor", mentors.resolve)
    columns: dict[str, Sequence[object]] = {
        "request_id": ids,
        "student_id": reader.required("student_id", students.resolve),
        "from_mentor": reader.column("from_mentor", mentors.resolve),
        "to_mentor": wanted,
        # Reading it as "any mentor" would send the student somewhere nobody asked for.
        "to_unreadable": [
            mentor_id is None and not is_blank(cell)
            for mentor_id, cell in zip(wanted, reader.cells("to_mentor"), strict=True)
        ],
        "initiator": reader.column("initiator", read_text),
        "reason_code": reader.column("reason_code", read_text),
        "student_opinion": reader.column("student_opinion", words.read_opinion),
        "opinion_date": reader.column("opinion_date", read_date),
        "guardian_notified": reader.column("guardian_notified", words.read_bool),
        "decision": reader.column("decision", words.read_decision),
        "effective_date": reader.column("effective_date", read_date),
        "handover_done": reader.column("handover_done", words.read_bool),
        "extra": reader.extras(),
    }
    return reader.entities(_REQUESTS, columns)
