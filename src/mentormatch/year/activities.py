"""The sheet of activities (活动记录): which mentor did something with pupils, on which day."""

from collections import Counter
from datetime import date
from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.ids import read_id
from mentormatch.io.headers import ACTIVITIES_SHEET, is_activities_sheet, match_header
from mentormatch.io.normal_form import fold
from mentormatch.io.raw_sheet import RawSheet
from mentormatch.io.read_tables import open_source
from mentormatch.roster.data_issue import column_letters

_DATE = {fold(word) for word in ("日期", "活动日期", "时间", "date", "day")}
_SHOWN = 10


def read_activities(path: Path, first: date, last: date) -> Counter[str] | None:
    """Count the activities of each mentor within some days; None where the school keeps no such sheet.

    Raises
    ------
    InputError
        When the sheet lacks the columns 日期 and 工号, or a row cannot be read: no row is passed over.
    """
    if path.suffix.lower() == ".json":
        return None
    source = open_source(path)
    name = next((each for each in source.sheet_names if is_activities_sheet(each)), None)
    return None if name is None else _counted(source.read(name), first, last)


def _counted(sheet: RawSheet, first: date, last: date) -> Counter[str]:
    columns = _columns(sheet)
    if columns is None:
        raise InputError(
            Text(
                f"“{ACTIVITIES_SHEET.zh}”缺少列:日期、工号。",
                f"The sheet {ACTIVITIES_SHEET.en!r} needs the columns date and mentor_id.",
            )
        )
    head, day_at, mentor_at = columns
    found: Counter[str] = Counter()
    bad: list[str] = []
    for number, cells in sheet.rows:
        row = [cells[at] if at < len(cells) else None for at in (day_at, mentor_at)]
        if number <= head or row == [None, None]:
            continue
        day, mentor = (None if row[0] is None else read_date(row[0]).value), read_id(row[1]).value
        if day is None or mentor is None:
            bad.append(f"{column_letters(day_at if day is None else mentor_at)}{number}")
        elif first <= day <= last:
            found[mentor] += 1
    if bad:
        places = "、".join(bad[:_SHOWN]) + ("……" if len(bad) > _SHOWN else "")
        raise InputError(
            Text(f"“{sheet.name}”这些格无法识别:{places}", f"Sheet {sheet.name!r}: cells that cannot be read: {places}")
        )
    return found


def _columns(sheet: RawSheet) -> tuple[int, int, int] | None:
    for number, cells in sheet.rows[:10]:
        days = [at for at, cell in enumerate(cells) if isinstance(cell, str) and fold(cell) in _DATE]
        mentors = [at for at, cell in enumerate(cells) if isinstance(cell, str) and _is_mentor(cell)]
        if days and mentors:
            return number, days[0], mentors[0]
    return None


def _is_mentor(text: str) -> bool:
    match = match_header("pairings", text)
    return match.certainty in ("exact", "understood") and match.columns[0].name == "mentor_id"
