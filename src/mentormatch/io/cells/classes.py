"""Classes: what one cell says about a class, before the rest of the workbook is asked what it can mean."""

import datetime
import re
from dataclasses import dataclass

from mentormatch.base.characters import simplified
from mentormatch.io.cells.grades import GRADE_PATTERN, grade_of
from mentormatch.io.cells.numerals import read_numeral
from mentormatch.io.cells.plain_text import squeezed, text_of
from mentormatch.io.tables import Cell

MAX_CLASSES = 60
"""Of one grade."""


@dataclass(frozen=True, slots=True)
class ClassText:
    """What a cell says about a class.

    Parameters
    ----------
    label : str
        The text as written, without spaces and in half-width characters.
    number : int, optional
        The number of the class in its grade; None for a label that fits no known pattern.
    grade : int, optional
        1 to 12; None when the cell does not say.
    cohort : int, optional
        The year of entry, when the cell tells that in place of the grade.
    stage : str
        Of the cohort, such as 初 in 初2024级3班; empty when the cell does not say.
    decimal : bool
        Written 7.1, which may have been 7.10.
    from_date : bool
        Excel turned the class into a date.
    """

    label: str
    number: int | None = None
    grade: int | None = None
    cohort: int | None = None
    stage: str = ""
    decimal: bool = False
    from_date: bool = False

    @property
    def is_unclear(self) -> bool:
        """Whether the label is meant to say a grade and a number, but nobody can tell which."""
        return self.number is None and _CLASS_LIKE.fullmatch(self.label) is not None


_NUMBER = r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})"
_GRADED = (
    re.compile(rf"{GRADE_PATTERN}(?:年级|年)[-./·・—–_、,]*\(?{_NUMBER}\)?班?"),
    re.compile(rf"\(?{GRADE_PATTERN}\)?[-./·・—–_(、,]+{_NUMBER}\)?班?"),
    re.compile(rf"\({GRADE_PATTERN}\)\(?{_NUMBER}\)?班?"),
    re.compile(rf"(?P<stage>小学|初中|高中|小|初|高)(?P<year>[一二三四五六]){_NUMBER}班?"),
    re.compile(r"(?P<stage>)(?P<year>十[一二]|[一二三四五六七八九十])(?P<number>\d{1,2})班?"),
    re.compile(r"(?P<stage>)(?P<year>\d{1,2})(?P<number>\d\d)班?"),
    re.compile(
        r"(?P<stage>)(?:grade|gr\.?|g)(?P<year>\d{1,2})[-.,/(]*(?:class|cl\.?|c)?(?P<number>\d{1,2})\)?", re.IGNORECASE
    ),
    re.compile(
        r"(?P<stage>)(?:class|cl\.?|c)(?P<number>\d{1,2})[-.,/(]*(?:grade|gr\.?|g)(?P<year>\d{1,2})\)?", re.IGNORECASE
    ),
)
_GRADE_WITHOUT_SIGN = re.compile(r"g\d{3,}", re.IGNORECASE)
# With 班 behind it the cell is a text, from which Excel takes no zero away.
_DECIMAL = re.compile(r"\d{1,2}\.\d")
_PREPARATORY = re.compile(rf"(?:预初|初预|预备)(?:年级|班)?[-./·_、,]*\(?{_NUMBER}\)?班?")
_COHORT = re.compile(rf"(?P<stage>小学|初中|高中|小|初|高|)(?P<cohort>20\d\d|\d\d)级\(?{_NUMBER}\)?班?")
_UNGRADED = re.compile(rf"\(?{_NUMBER}\)?班?")
_DATES = (
    re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(r"\d{4}[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?(?:T?00:00(?::00)?)?", re.IGNORECASE),
)
_CLASS_LIKE = re.compile(r"[\d一二三四五六七八九十.()\-/·年级届班初高中小学]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DATE = re.compile(
    r"(?P<day>\d{1,2})-(?P<month>[a-z]{3})|(?P<month2>[a-z]{3})-(?P<day2>\d{1,2})", re.IGNORECASE
)


def parse_class(cell: Cell, *, five_four: bool = False) -> ClassText:
    """Say what a cell tells about a class; every cell tells at least its label.

    Parameters
    ----------
    cell : Cell
    five_four : bool
        Whether 初一 is grade 6, as where a primary school has five years.
    """
    if isinstance(cell, datetime.date):
        return _restored(cell.month, cell.day, f"{cell.month}月{cell.day}日")
    text = simplified(squeezed(text_of(cell)))
    return (
        _date(text)
        or _graded(text, five_four)
        or _preparatory(text)
        or _cohort(text)
        or _ungraded(text)
        or ClassText(_as_written(cell))
    )


def _restored(month: int, day: int, label: str) -> ClassText:
    return ClassText(label, number=day, grade=month, from_date=True)


def _date(text: str) -> ClassText | None:
    for pattern in _DATES:
        if (found := pattern.fullmatch(text)) is not None:
            return _restored(int(found["month"]), int(found["day"]), text)
    english = _ENGLISH_DATE.fullmatch(text)
    if english is None or (name := (english["month"] or english["month2"]).lower()) not in _MONTHS:
        return None
    return _restored(_MONTHS.index(name) + 1, int(english["day"] or english["day2"]), text)


def _graded(text: str, five_four: bool) -> ClassText | None:
    if _GRADE_WITHOUT_SIGN.fullmatch(text):  # G703 may be a room
        return None
    for pattern in _GRADED:
        if (found := pattern.fullmatch(text)) is None:
            continue
        grade = grade_of(found["stage"], found["year"], five_four=five_four)
        number = _class_number(found["number"])
        if grade is not None and number is not None:
            return ClassText(text, number=number, grade=grade, decimal=_DECIMAL.fullmatch(text) is not None)
    return None


def _preparatory(text: str) -> ClassText | None:
    found = _PREPARATORY.fullmatch(text)
    number = _class_number(found["number"]) if found else None
    return None if number is None else ClassText(text, number=number, grade=6)


def _cohort(text: str) -> ClassText | None:
    found = _COHORT.fullmatch(text)
    number = _class_number(found["number"]) if found else None
    if found is None or number is None:
        return None
    year = int(found["cohort"])
    return ClassText(text, number=number, cohort=year if year >= 2000 else year + 2000, stage=found["stage"])


def _ungraded(text: str) -> ClassText | None:
    found = _UNGRADED.fullmatch(text)
    number = _class_number(found["number"]) if found else None
    return None if number is None else ClassText(text, number=number)


def _class_number(text: str) -> int | None:
    number = int(text) if text.isdecimal() else read_numeral(text)
    return number if number is not None and 1 <= number <= MAX_CLASSES else None


def _as_written(cell: Cell) -> str:
    """Return a label that fits no pattern; a space between Latin words belongs to it."""
    if not isinstance(cell, str):
        return text_of(cell)
    words = [squeezed(word) for word in cell.split()]
    return " ".join(words) if all(word.isascii() for word in words) else "".join(words)
