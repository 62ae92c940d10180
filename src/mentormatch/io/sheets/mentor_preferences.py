"""The sheet of what mentors say about students."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.mentor_opinions import MentorOpinion, read_mentor_opinion
from mentormatch.io.cells.reading import Finding
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.self_reference import refuse_self_references
from mentormatch.roster.preference import MentorPreference

_PREFERENCES = TypeAdapter(tuple[MentorPreference, ...])


def read_mentor_preferences(
    reader: SheetReader, students: StudentDirectory, everybody: MentorDirectory
) -> tuple[MentorPreference, ...]:
    """Read what mentors say about students; rows that contradict each other are refused."""
    readers = {"student": students.resolve, "anybody": everybody.resolve}
    columns: dict[str, Sequence[Any]] = {**reader.values(readers, but=("order",))}
    mentor_ids, student_ids = columns["mentor_id"], columns["student_id"]
    opinions = reader.required("order", read_mentor_opinion)
    refuse_self_references(reader, student_ids, mentor_ids)
    columns["stance"] = [opinion[0] if opinion else None for opinion in opinions]
    columns["order"] = [opinion[1] if opinion else None for opinion in opinions]
    counting = _without_repetitions(reader, list(zip(mentor_ids, student_ids, strict=True)), opinions)
    return reader.entities(_PREFERENCES, {**columns, "extra": reader.extras()}, counting)


def _without_repetitions(
    reader: SheetReader, pairs: Sequence[tuple[str | None, str | None]], opinions: Sequence[MentorOpinion | None]
) -> list[int]:
    """Return the first row of each pair; refuse all rows of a pair about which they disagree."""
    rows: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    for position in reader.accepted():
        rows[pairs[position]].append(position)
    counting = []
    for same in rows.values():
        if len({opinions[position] for position in same}) > 1:
            _refuse_contradiction(reader, same)
            continue
        first, *others = sorted(same, key=reader.row_number)
        counting.append(first)
        for position in others:
            reader.supersede(
                position,
                "repeated_row",
                f"与第 {reader.row_number(first)} 行重复,只算一次",
                f"Repeats row {reader.row_number(first)} and counts once",
            )
    return sorted(counting)


def _refuse_contradiction(reader: SheetReader, positions: list[int]) -> None:
    rows = reader.row_numbers(positions)
    finding = Finding(
        "contradictory_rows",
        Text(
            zh=f"同一导师对同一学生的意向互相矛盾(第 {rows} 行),都不采用",
            en=f"Rows {rows} say different things about the same mentor and student; none of them is used",
        ),
        Text(zh="只保留一行", en="keep one of them"),
    )
    for position in positions:
        reader.refuse_row(position, "order", finding)
