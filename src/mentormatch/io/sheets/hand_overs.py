"""The sheet of hand-overs, where a school ticks off what is done."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.io.sheet_reader import SheetReader
from mentormatch.roster.hand_over_row import HandOverRow

_ROWS = TypeAdapter(tuple[HandOverRow, ...])


def read_hand_overs(reader: SheetReader) -> tuple[HandOverRow, ...]:
    """Read the hand-overs; those of people who have left the school are history and stay."""
    columns: dict[str, Sequence[Any]] = {**reader.values({})}
    return reader.entities(_ROWS, {**columns, "extra": reader.extras()})
