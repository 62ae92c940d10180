"""The kinds of cells that our columns hold."""

import datetime
from collections.abc import Mapping
from typing import Any

from mentormatch.base.text import Language
from mentormatch.io.cells import words
from mentormatch.io.cells.counts import read_count
from mentormatch.io.cells.dates import read_date, read_moment
from mentormatch.io.cells.grades import grade_label, read_grade
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.mentor_opinions import read_mentor_opinion, write_mentor_opinion
from mentormatch.io.cells.names import read_name
from mentormatch.io.cells.plain_text import read_text
from mentormatch.io.cells.reading import Normaliser
from mentormatch.io.cells.roles import read_offered_role, write_role
from mentormatch.io.cells.times import read_availability
from mentormatch.io.columns.spec import CellKind


def _word_kind(table: Mapping[Any, tuple[str, ...]], read: Normaliser[Any] | None = None) -> CellKind:
    """Return the kind of cells that hold one word of a table."""

    def write(value: Any, lang: Language) -> str:
        return words.write_word(table, value, lang)

    return CellKind(read or words.word_reader(table), write, choices=words.words_of(table), is_closed=True)


def _day(value: datetime.date, _: Language) -> str:
    return value.isoformat()


def _moment(value: datetime.datetime, _: Language) -> str:
    return value.isoformat(sep=" ")


def _number(value: int, _: Language) -> int:
    return value


TEXT = CellKind(read_text)
NAME = CellKind(read_name)
ID = CellKind(read_id, holds_id=True)
DATE = CellKind(read_date, _day)
MOMENT = CellKind(read_moment, _moment)
COUNT = CellKind(read_count, _number, is_number=True)
GRADE = CellKind(read_grade, lambda grade, _: grade_label(grade))
AVAILABILITY = CellKind(read_availability)
OFFERED_ROLE = CellKind(read_offered_role, lambda role, _: write_role(*role))

YES_NO = _word_kind(words.BOOLEANS)
GENDER = _word_kind(words.GENDERS)
GENDER_WISH = _word_kind(words.GENDERS, words.read_gender_wish)
CARE_LEVEL = _word_kind(words.CARE_LEVELS)
MENTOR_KIND = _word_kind(words.MENTOR_KINDS)
ROLE = _word_kind(words.ROLES)
PAIRING_STATE = _word_kind(words.PAIRING_STATES)
CAUSE = _word_kind(words.CAUSES)
OPINION = _word_kind(words.OPINIONS)
DECISION = _word_kind(words.DECISIONS)
MENTOR_OPINION = CellKind(read_mentor_opinion, write_mentor_opinion)

STUDENT = CellKind(refers_to="student", holds_id=True)
MENTOR = CellKind(refers_to="mentor", holds_id=True)
EXTERNAL = CellKind(refers_to="external", holds_id=True)
ANYBODY = CellKind(refers_to="anybody", holds_id=True)
ROLE_CHOICE = CellKind(refers_to="role_choice", write=lambda choice, _: write_role(*choice))
CLASS = CellKind(refers_to="class")
