"""The sheet of what mentors say about students."""

from collections import defaultdict
from collections.abc import Sequence

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells import words
from mentormatch.io.cells.counts import read_count
from mentormatch.io.cells.plain_text import read_text
from mentormatch.io.cells.reading import Finding, Reading, refused
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.self_reference import refuse_self_references
from mentormatch.io.tables import Cell
from mentormatch.roster.preference import MentorPreference
from mentormatch.roster.vocabulary import Stance

_PREFERENCES = TypeAdapter(tuple[MentorPreference, ...])
_Opinion = tuple[Stance, int | None]


def read_mentor_preferences(
    reader: SheetReader, students: StudentDirectory, mentors: MentorDirectory
) -> tuple[MentorPreference, ...]:
    """Read what mentors say about students; rows that contradict each other are refused."""
    mentor_ids = reader.required("mentor_id", mentors.resolve)
    student_ids = reader.required("student_id", students.resolve)
    opinions = reader.required("order", _read_opinion)
    refuse_self_references(reader, student_ids, mentor_ids)
    columns: dict[str, Sequence[object]] = {
        "mentor_id": mentor_ids,
        "student_id": student_ids,
        "stance": [opinion[0] if opinion else None for opinion in opinions],
        "order": [opinion[1] if opinion else None for opinion in opinions],
        "reason_code": reader.column("reason_code", read_text),
        "extra": reader.extras(),
    }
    counting = _without_repetitions(reader, list(zip(mentor_ids, student_ids, strict=True)), opinions)
    return reader.entities(_PREFERENCES, columns, counting)


def _read_opinion(cell: Cell) -> Reading[_Opinion]:
    stance = words.read_stance(cell).value
    if stance is not None:
        return Reading((stance, None))
    order, finding = read_count(cell)
    if order is not None and order >= 1:
        return Reading(("ranked", order), finding)
    return refused(
        "stance_unreadable",
        "意向无法识别",
        "What the mentor wants is not understood",
        Text(zh="填写名次(1、2……)、可接受或不适合", en="write an order (1, 2, ...), acceptable or unsuitable"),
    )


def _without_repetitions(
    reader: SheetReader, pairs: Sequence[tuple[str | None, str | None]], opinions: Sequence[_Opinion | None]
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
