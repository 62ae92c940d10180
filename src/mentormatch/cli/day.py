"""A day on the command line, in any way that an office writes one: 2024-09-10, 2024/9/10, 2024年9月10日, 20240910."""

import re
from datetime import date, datetime, time

import click

_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d\d)(\d\d)")


class Day(click.ParamType[datetime]):
    """A day, year first; years of two digits and days that do not exist are refused."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the day, at midnight."""
        if isinstance(value, datetime):
            return value
        found = _WRITTEN.fullmatch(str(value).strip())
        try:
            parts = [int(part) for part in found.groups() if part is not None] if found else []
            return datetime.combine(date(*parts), time())
        except (TypeError, ValueError):
            self.fail(f"“{value}”不是日期,写成 2024-09-10 / {value!r} is no day: write it as 2024-09-10", param, ctx)


DAY = Day()
