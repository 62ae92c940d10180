"""The sheet of groups."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.spans import refuse_reversed_dates
from mentormatch.roster.group import GroupRecord

_ROWS = TypeAdapter(tuple[GroupRecord, ...])


def read_groups(reader: SheetReader) -> tuple[GroupRecord, ...]:
    """Read the groups; those that are over are history and stay, whoever was in them."""
    columns: dict[str, Sequence[Any]] = {**reader.values({})}
    refuse_reversed_dates(reader, "last_day", columns["first_day"], columns["last_day"])
    return reader.entities(_ROWS, {**columns, "extra": reader.extras()})
