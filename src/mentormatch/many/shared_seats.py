"""Mentors whom several schools share: their seats are split before the schools are solved apart.

A split is a rule that everybody can check, not an optimum over all schools: each school gets seats in proportion to how
many of its students list the mentor, never more than that while another school still wants some, and what nobody asked
for goes round in the order of the schools' names.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mentormatch.base.errors import FileError, InputError
from mentormatch.base.text import Text
from mentormatch.io.headers import find_column
from mentormatch.roster.roster import Roster


def split_seats(seats: Mapping[str, int], demand: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Split the seats of shared mentors among the schools that have them.

    Parameters
    ----------
    seats : mapping of mentor id to int
        Students that a mentor takes in all schools together.
    demand : mapping of school name to mapping of mentor id to int
        How many students of the school list the mentor; a mentor whom a school does not have is missing.

    Returns
    -------
    dict of school name to dict of mentor id to int
        For each mentor the numbers add up to its seats if any school has it.

    Examples
    --------
    >>> split_seats({"x": 5}, {"a": {"x": 6}, "b": {"x": 2}, "c": {}})
    {'a': {'x': 4}, 'b': {'x': 1}, 'c': {}}
    """
    share: dict[str, dict[str, int]] = {school: {} for school in demand}
    for mentor, total in seats.items():
        schools = sorted(school for school, wanted in demand.items() if mentor in wanted)
        if not schools:
            continue
        wanted = np.array([demand[school][mentor] for school in schools], np.int64)
        asked = min(total, int(wanted.sum()))
        exact = wanted * asked
        given = exact // max(int(wanted.sum()), 1)
        rest = exact - given * int(wanted.sum())
        given[np.argsort(-rest, kind="stable")[: asked - int(given.sum())]] += 1
        spare = total - int(given.sum())
        given += spare // len(schools) + (np.arange(len(schools)) < spare % len(schools))
        for school, number in zip(schools, given.tolist(), strict=True):
            share[school][mentor] = number
    return share


def with_seats(roster: Roster, seats: Mapping[str, int]) -> Roster:
    """Return a school in which shared mentors have no more seats than the school's share."""
    if not seats:
        return roster
    mentors = tuple(
        mentor.model_copy(
            update={
                "capacity_max": min(mentor.capacity_max, seats[mentor.mentor_id]),
                "capacity_min": min(mentor.capacity_min, seats[mentor.mentor_id]),
            }
        )
        if mentor.mentor_id in seats
        else mentor
        for mentor in roster.mentors
    )
    return roster.replace(mentors=mentors)


def read_shared_seats(path: Path) -> dict[str, int]:
    """Read shared mentors from a CSV file with the columns 工号 mentor_id and 带生上限 capacity_max.

    Raises
    ------
    FileError
        The file cannot be read.
    InputError
        A column is missing, an id stands twice, or a number is none.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(
            Text(zh=f"无法读取 {path}:{error.strerror}", en=f"Cannot read {path}: {error.strerror}")
        ) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    names = [found.name if (found := find_column("mentors", cell)) else "" for cell in rows[0]] if rows else []
    for needed, zh in (("mentor_id", "工号"), ("capacity_max", "带生上限")):
        if names.count(needed) != 1:
            raise InputError(
                Text(zh=f"{path} 应有一列“{zh}”。", en=f"{path} must have one column '{needed}'."),
            )
    at_id, at_seats = names.index("mentor_id"), names.index("capacity_max")
    seats: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = [*row, *[""] * len(names)]
        mentor, value = cells[at_id].strip(), cells[at_seats].strip()
        if not mentor or mentor in seats or not value.isdecimal():
            raise InputError(
                Text(
                    zh=f"{path} 第 {number} 行:工号缺失或重复,或带生上限不是非负整数。",
                    en=f"{path}, row {number}: the id is missing or stands twice, or the seats are not a whole number.",
                )
            )
        seats[mentor] = int(value)
    return seats
