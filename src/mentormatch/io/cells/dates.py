"""Days and moments, in the forms in which offices and spreadsheet programs write them."""

import datetime
import math
import re
import unicodedata

from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import shown
from mentormatch.io.cells.reading import Reading, refused
from mentormatch.io.tables import Cell

_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_EPOCH = datetime.datetime(1899, 12, 30)
_CLOCK = r"(?:(?:\s*T\s*|\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})\s*(?:[-/.]\s*(\d{{1,2}})\s*[-/.]\s*(\d{{1,2}})|年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*日){_CLOCK}",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SHORT_YEAR = re.compile(r"\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日?)(?:\s.*)?")
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s.*)?")
_WRITE_SO = Text(zh="按 2024-09-01 的格式填写", en="write it as 2024-09-01")


def read_date(cell: Cell) -> Reading[datetime.date]:
    """Read a day; a clock time behind it is left out."""
    reading = read_moment(cell)
    return Reading(reading.value.date() if reading.value else None, reading.finding)


def read_moment(cell: Cell) -> Reading[datetime.datetime]:
    """Read a day with or without a clock time.

    Understood are date cells, Excel's serial numbers, 2024-09-01, 2024/9/1, 2024.9.1, 2024年9月1日 and 20240901, each
    with a clock time or without. Years of two digits and days that do not exist are refused.
    """
    if isinstance(cell, datetime.datetime):
        return _plausible(cell.replace(tzinfo=None))
    if isinstance(cell, datetime.date):
        return _plausible(datetime.datetime.combine(cell, datetime.time()))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(cell)
    return _from_text(cell) if isinstance(cell, str) else _unreadable(cell)


def _from_serial(serial: float) -> Reading[datetime.datetime]:
    if math.isfinite(serial) and serial == int(serial) and (compact := _COMPACT.fullmatch(str(int(serial)))):
        return _from_parts(compact[1], compact[2], compact[3])
    if not math.isfinite(serial) or not 0 < serial < 100_000:
        return _unreadable(serial)
    return _plausible(_EPOCH + datetime.timedelta(seconds=round(serial * 86_400)))


def _from_text(cell: str) -> Reading[datetime.datetime]:
    text = unicodedata.normalize("NFKC", cell).strip()
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        year, month, day, month_zh, day_zh, *clock = found.groups()
        return _from_parts(year, month or month_zh, day or day_zh, *(part or "0" for part in clock))
    if (compact := _COMPACT.fullmatch(text)) is not None:
        return _from_parts(*compact.groups())
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text))
    if _SHORT_YEAR.fullmatch(text):
        return refused(
            "two_digit_year",
            f"年份只有两位数({text})",
            f"The year has only two digits ({text})",
            _WRITE_SO,
        )
    if _YEAR_LAST.fullmatch(text):
        return refused(
            "date_ambiguous",
            f"分不清月和日({text})",
            f"The day and the month cannot be told apart ({text})",
            _WRITE_SO,
        )
    return _unreadable(cell)


def _from_parts(*parts: str) -> Reading[datetime.datetime]:
    year, month, day, hour, minute, second = (*map(int, parts), 0, 0, 0)[:6]
    try:
        return _plausible(datetime.datetime(year, month, day, hour, minute, second))
    except ValueError:
        written = "-".join(parts[:3])
        return refused("impossible_date", f"日期不存在({written})", f"There is no such day ({written})", _WRITE_SO)


def _plausible(moment: datetime.datetime) -> Reading[datetime.datetime]:
    if _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return Reading(moment)
    day = f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
    return refused("impossible_date", f"日期不合理({day})", f"The day is out of all reason ({day})", _WRITE_SO)


def _unreadable(cell: Cell) -> Reading[datetime.datetime]:
    text = shown(cell)
    return refused(
        "date_unreadable",
        f"这不是日期{f'({text})' if text else ''}",
        f"This is no date{f' ({text})' if text else ''}",
        _WRITE_SO,
    )
