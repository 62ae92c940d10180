"""The sheet of mentors."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells import words
from mentormatch.io.cells.reading import Finding
from mentormatch.io.class_book import ClassBook
from mentormatch.io.people import KnownMentor, MentorDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.spans import refuse_reversed_dates
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.vocabulary import Duty

_MENTORS = TypeAdapter(tuple[Mentor, ...])


def read_mentors(reader: SheetReader, book: ClassBook) -> tuple[tuple[Mentor, ...], MentorDirectory]:
    """Read the mentors, and the directory in which the other sheets look them up."""
    columns: dict[str, Sequence[Any]] = {**reader.values({"class": book.resolve})}
    reader.refuse_repeated("mentor_id", columns["mentor_id"])
    _refuse_min_above_max(reader, columns["capacity_min"], columns["capacity_max"])
    refuse_reversed_dates(reader, "available_to", columns["available_from"], columns["available_to"])
    columns["status_text"] = columns["status"]
    columns["status"] = [_duty(status) for status in columns["status_text"]]
    columns["extra"] = reader.extras()
    mentors = reader.entities(_MENTORS, columns)
    directory = MentorDirectory(
        {mentor.mentor_id: mentor.status for mentor in mentors},
        [KnownMentor(*row) for row in zip(*(columns[name] for name in ("mentor_id", "name", "subject")), strict=True)],
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
