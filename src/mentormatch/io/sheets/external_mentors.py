"""The sheet of external mentors."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from mentormatch.io.cells.counts import read_count
from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.names import read_name
from mentormatch.io.cells.plain_text import read_text
from mentormatch.io.people import MentorDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.spans import refuse_reversed_dates
from mentormatch.roster.external_mentor import ExternalMentor

_EXTERNALS = TypeAdapter(tuple[ExternalMentor, ...])


def read_external_mentors(reader: SheetReader, mentors: MentorDirectory) -> tuple[ExternalMentor, ...]:
    """Read the external mentors."""
    ids = reader.required("external_id", read_id)
    reader.refuse_repeated("external_id", ids)
    checked = reader.column("check_date", read_date)
    valid_to = reader.required("check_valid_to", read_date)
    refuse_reversed_dates(reader, "check_valid_to", checked, valid_to)
    columns: dict[str, Sequence[object]] = {
        "external_id": ids,
        "check_valid_to": valid_to,
        "name": reader.column("name", read_name),
        "org": reader.column("org", read_text),
        "category": reader.column("category", read_text),
        "check_date": checked,
        "lead_mentor_id": reader.column("lead_mentor_id", mentors.resolve),
        "capacity": reader.column("capacity", read_count),
        "availability": reader.column("availability", read_text),
        "max_groups": reader.column("max_groups", read_count),
        "themes": reader.lists("themes", read_text),
        "extra": reader.extras(),
    }
    return reader.entities(_EXTERNALS, columns)
