"""The sheet of runs: the commands that wrote the record."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.io.sheet_reader import SheetReader
from mentormatch.roster.run import Run

_ROWS = TypeAdapter(tuple[Run, ...])


def read_runs(reader: SheetReader) -> tuple[Run, ...]:
    """Read the runs, in the order of the file."""
    columns: dict[str, Sequence[Any]] = {**reader.values({})}
    reader.refuse_repeated("run_id", columns["run_id"])
    return reader.entities(_ROWS, {**columns, "extra": reader.extras()})
