"""The record in a result: which rows stand after it, and every row there is."""

from collections.abc import Mapping, Sequence
from datetime import date

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import sheet_spec
from mentormatch.io.record_cells import cells_of
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.vocabulary import PairingState

ROLES: Mapping[str, Text] = {
    "primary": Text(zh="主", en="primary"),
    "supporting": Text(zh="协", en="supporting"),
    "external": Text(zh="校外", en="external"),
    "peer": Text(zh="学长", en="peer"),
}
STATES: Mapping[PairingState, Text] = {
    "active": Text(zh="在结", en="active"),
    "provisional": Text(zh="适应期", en="provisional"),
    "cover": Text(zh="暂代", en="cover"),
    "ended": Text(zh="已结束", en="ended"),
}
OTHER_ROLE = Text(zh="本次只匹配主导师,此结对照旧。", en="Only main mentors were matched; this pair stays as it was.")

Row = tuple[str | int | float | None, ...]


def live_rows(pairings: Sequence[Pairing], on: date | None) -> list[Pairing]:
    """Return the rows that go on or are still to begin, by student, role and first day."""
    order = list(ROLES)
    live = [row for row in pairings if row.is_live(on)]
    return sorted(
        live, key=lambda row: (row.student_id, order.index(row.role), row.valid_from or date.min, row.mentor_id)
    )


def record_headers(lang: Language) -> tuple[str, ...]:
    """Return the headers of the whole record."""
    return tuple(column.in_language(lang) for column in sheet_spec("pairings").columns)


def record_rows(pairings: Sequence[Pairing], lang: Language) -> list[Row]:
    """Return every row of a record, open or ended, in its order."""
    names = [column.name for column in sheet_spec("pairings").columns]
    return [tuple(cells[name] for name in names) for cells in (cells_of("pairings", row, lang) for row in pairings)]
