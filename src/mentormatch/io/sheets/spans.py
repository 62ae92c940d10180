"""Spans of days."""

from collections.abc import Sequence
from datetime import date

from mentormatch.base.text import Text
from mentormatch.io.cells.reading import Finding
from mentormatch.io.sheet_reader import SheetReader


def refuse_reversed_dates(
    reader: SheetReader, name: str, first: Sequence[date | None], last: Sequence[date | None]
) -> None:
    """Refuse the rows whose last day, in the column of that name, lies before the first."""
    for position, (start, end) in enumerate(zip(first, last, strict=True)):
        if start is not None and end is not None and end < start:
            finding = Finding(
                "dates_reversed",
                Text(zh=f"结束日期 {end} 早于开始日期 {start}", en=f"The end {end} lies before the start {start}"),
                Text(zh="改正其中一个日期", en="mend one of the two days"),
            )
            reader.refuse_row(position, name, finding)
