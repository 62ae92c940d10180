"""The sheet of requests for another mentor."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.io.cells.plain_text import is_blank
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.roster.change_request import ChangeRequest

_REQUESTS = TypeAdapter(tuple[ChangeRequest, ...])


def read_change_requests(
    reader: SheetReader, students: StudentDirectory, mentors: MentorDirectory
) -> tuple[ChangeRequest, ...]:
    """Read the requests for another mentor."""
    columns: dict[str, Sequence[Any]] = {**reader.values({"student": students.resolve, "anybody": mentors.resolve})}
    reader.refuse_repeated("request_id", columns["request_id"])
    # Reading it as "any mentor" would send the student somewhere nobody asked for.
    columns["to_unreadable"] = [
        mentor_id is None and not is_blank(cell)
        for mentor_id, cell in zip(columns["to_mentor"], reader.cells("to_mentor"), strict=True)
    ]
    return reader.entities(_REQUESTS, {**columns, "extra": reader.extras()})
