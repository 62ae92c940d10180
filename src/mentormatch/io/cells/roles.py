"""Roles in a cell: what a mentor offers (心理:5) and whom a student would like in a role (心理:T003)."""

import re
from typing import Any

from mentormatch.base.text import Text
from mentormatch.io.cells.counts import read_count
from mentormatch.io.cells.plain_text import text_of
from mentormatch.io.cells.reading import Normaliser, Reading, refused
from mentormatch.io.tables import Cell

_PARTS = re.compile(r"[:：]")


def read_offered_role(cell: Cell) -> Reading[tuple[str, int | None]]:
    """Read a role that a mentor offers, with its own number of seats where one is written."""
    role, *rest = (part.strip() for part in _PARTS.split(text_of(cell)))
    if not role or len(rest) > 1 or (rest and not rest[0]):
        return _unreadable("role_unreadable", "心理:5", "psychology:5")
    if not rest:
        return Reading((role, None))
    seats = read_count(rest[0])
    return Reading(None if seats.value is None else (role, seats.value), seats.finding)


def write_role(role: str, what: str | int | None) -> str:
    """Return the cell of a role with its seats, or with the mentor wished for."""
    return role if what is None else f"{role}:{what}"


def role_choice_reader(resolve: Normaliser[str]) -> Normaliser[tuple[str, str]]:
    """Return the reader of a student's choice for a role; `resolve` reads the mentor."""

    def read(cell: Cell) -> Reading[tuple[str, str]]:
        role, *rest = (part.strip() for part in _PARTS.split(text_of(cell)))
        if not role or len(rest) != 1 or not rest[0]:
            return _unreadable("role_choice_unreadable", "心理:T003", "psychology:T003")
        mentor = resolve(rest[0])
        return Reading(None if mentor.value is None else (role, mentor.value), mentor.finding)

    return read


def _unreadable(code: str, zh: str, en: str) -> Reading[Any]:
    return refused(
        code,
        "看不懂这个角色",
        "The role cannot be read",
        Text(zh=f"写成 {zh},多个用顿号分开", en=f"write it as {en}, several with commas between"),
    )
