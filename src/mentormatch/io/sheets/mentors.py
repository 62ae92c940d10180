"""The sheet of mentors."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells import words
from mentormatch.io.cells.counts import read_count
from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.names import read_name
from mentormatch.io.cells.plain_text import read_text
from mentormatch.io.cells.reading import Finding
from mentormatch.io.cells.roles import read_offered_role
from mentormatch.io.cells.times import read_availability
from mentormatch.io.class_book import ClassBook
from mentormatch.io.people import KnownMentor, MentorDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.spans import refuse_reversed_dates
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.vocabulary import Duty

_MENTORS = TypeAdapter(tuple[Mentor, ...])


def read_mentors(reader: SheetReader, book: ClassBook) -> tuple[tuple[Mentor, ...], MentorDirectory]:
    """Read the mentors, and the directory in which the other sheets look them up."""
    ids = reader.required("mentor_id", read_id)
    reader.refuse_repeated("mentor_id", ids)
    statuses = reader.column("status", read_text)
    names = reader.required("name", read_name)
    subjects = reader.column("subject", read_text)
    lower, upper = reader.column("capacity_min", read_count, 0), reader.required("capacity_max", read_count)
    first, last = reader.column("available_from", read_date), reader.column("available_to", read_date)
    _refuse_min_above_max(reader, lower, upper)
    refuse_reversed_dates(reader, "available_to", first, last)
    columns: dict[str, Sequence[object]] = {
        "mentor_id": ids,
        "name": names,
        "capacity_max": upper,
        "capacity_min": lower,
        "care_max": reader.column("care_max", read_count),
        "gender": reader.column("gender", words.read_gender),
        "kind": reader.column("kind", words.read_mentor_kind, "in_school"),
        "subject": subjects,
        "classes_taught": reader.lists("classes_taught", book.resolve),
        "head_of": reader.lists("head_of", book.resolve),
        "chief_of": reader.lists("chief_of", book.resolve),
        "available_from": first,
        "available_to": last,
        "status": [_duty(status) for status in statuses],
        "status_text": statuses,
        "tags": reader.lists("tags", read_text),
        "availability": reader.column("availability", read_availability),
        "max_groups": reader.column("max_groups", read_count),
        "roles": reader.lists("roles", read_offered_role),
        "extra": reader.extras(),
    }
    mentors = reader.entities(_MENTORS, columns)
    directory = MentorDirectory(
        {mentor.mentor_id: mentor.status for mentor in mentors},
        [KnownMentor(*row) for row in zip(ids, names, subjects, strict=True)],
    )
    return mentors, directory


def _duty(status: str | None) -> Duty:
    """Return whether a mentor is on duty; a file that does not say speaks of mentors on duty."""
    return "active" if status is None or words.is_active(status) else "leave"


def _refuse_min_above_max(reader: SheetReader, lower: Sequence[int], upper: Sequence[int | None]) -> None:
    for position, (least, most) in enumerate(zip(lower, upper, strict=True)):
        if most is not None and least > most:
            reader.refuse_row(
                position,
                "capacity_min",
                Finding(
                    "min_above_max",
                    Text(
                        zh=f"带生下限 {least} 大于上限 {most}", en=f"capacity_min {least} exceeds capacity_max {most}"
                    ),
                    Text(zh="改正下限或上限", en="mend one of the two"),
                ),
            )
