"""Days and moments, in the forms in which offices and spreadsheet programs write them."""

import datetime
import math
import re
import unicodedata

from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import shown
from mentormatch.io.cells.reading import Reading, refused
from mentormatch.io.tables import Cell
from mentormatch.roster.days import FIRST_YEAR, LAST_YEAR

_EPOCH = datetime.datetime(1899, 12, 30)
_EARLY, _LATE = "上午|早上|早晨|凌晨|am|a\\.m\\.", "下午|晚上|中午|傍晚|pm|p\\.m\\."
_CLOCK = (
    rf"(?:(?:\s*T\s*|\s*)(?:(?:星期|周|\()[一二三四五六日天]\)?\s*)?(?P<before>{_EARLY}|{_LATE})?\s*"
    r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})分?(?::?(?P<second>\d{1,2})秒?(?:\.\d+)?)?"
    rf"\s*(?P<after>{_EARLY}|{_LATE})?\s*(?P<zone>Z|(?:UTC|GMT)?\s*(?P<sign>[+-])(?P<zh>\d{{1,2}}):?(?P<zm>\d\d)?(?:\s*\([^)]*\))?|UTC|GMT)?"
    r")?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*(?:[-/.]\s*(?P<month>\d{1,2})\s*[-/.]\s*(?P<day>\d{1,2})"
    rf"|年\s*(?P<month_zh>\d{{1,2}})\s*月\s*(?P<day_zh>\d{{1,2}})\s*日){_CLOCK}",
    re.IGNORECASE,
)
_CHINA = datetime.timedelta(hours=8)
_ZONE = datetime.timezone(_CHINA)
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
    with a clock time or without: 9:05, 9:05:10, 下午 3:05, 3:05 PM, 24:00, with a zone (put to China's time) or none.
    Years of two digits and days that do not exist are refused.
    """
    if isinstance(cell, datetime.datetime):
        return _plausible(cell if cell.tzinfo is None else cell.astimezone(_ZONE).replace(tzinfo=None))
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
        day = _from_parts(found["year"], found["month"] or found["month_zh"], found["day"] or found["day_zh"])
        return day if day.value is None or found["hour"] is None else _at(day.value, found, cell)
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


def _at(day: datetime.datetime, found: re.Match[str], cell: Cell) -> Reading[datetime.datetime]:
    """Return the moment of a clock time on a day; 24:00 is the end of it, and a zone is put to China's time."""
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = found["before"] or found["after"]
    if half is not None:
        is_late = re.fullmatch(_LATE, half, re.IGNORECASE) is not None
        if hour > 12 and not is_late:
            return _unreadable(cell)
        hour = hour % 12 + 12 if is_late and hour <= 12 else 0 if hour == 12 else hour
    is_end = (hour, minute, second) == (24, 0, 0)
    if (hour > 23 and not is_end) or minute > 59 or second > 59:
        return _unreadable(cell)
    moment = day + datetime.timedelta(hours=hour, minutes=minute, seconds=second)
    if found["zone"] is not None:
        ahead = datetime.timedelta(hours=int(found["zh"] or 0), minutes=int(found["zm"] or 0))
        moment += _CHINA - (-ahead if found["sign"] == "-" else ahead)
    return _plausible(moment)


def _from_parts(*parts: str) -> Reading[datetime.datetime]:
    year, month, day, hour, minute, second = (*map(int, parts), 0, 0, 0)[:6]
    try:
        return _plausible(datetime.datetime(year, month, day, hour, minute, second))
    except ValueError:
        written = "-".join(parts[:3])
        return refused("impossible_date", f"日期不存在({written})", f"There is no such day ({written})", _WRITE_SO)


def _plausible(moment: datetime.datetime) -> Reading[datetime.datetime]:
    if FIRST_YEAR <= moment.year <= LAST_YEAR:
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
