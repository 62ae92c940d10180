"""Grades 1 to 12: what they are called, and how they are read."""

import re

from mentormatch.base.text import Text
from mentormatch.io.cells.numerals import read_numeral
from mentormatch.io.cells.plain_text import shown, text_of, word_key
from mentormatch.io.cells.reading import Reading, refused
from mentormatch.io.tables import Cell

LAST_GRADE = 12
LAST_JUNIOR_GRADE = 9

_SHORT = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "高一", "高二", "高三")
_FIRST_OF_STAGE = {"": 1, "小": 1, "小学": 1, "初": 7, "初中": 7, "高": 10, "高中": 10}
_YEARS_OF_STAGE = {"": 12, "小": 6, "小学": 6, "初": 4, "初中": 4, "高": 3, "高中": 3}
_JUNIOR = frozenset(("初", "初中"))
_PREPARATORY = frozenset(("预初", "预备", "初预", "预备年级", "预初年级"))

GRADE_PATTERN = r"(?P<stage>小学|初中|高中|小|初|高|)(?P<year>\d{1,2}|十[一二]|[一二三四五六七八九十])"
"""A grade inside a longer text, squeezed to half-width characters; `grade_of` understands its two groups."""

_GRADE = re.compile(rf"{GRADE_PATTERN}(?:年级|年)?")
_FOURTH = re.compile("初中?[四4]")
_ENGLISH = re.compile(r"(?:grade|gr\.?|g)(\d{1,2})|(\d{1,2})(?:st|nd|rd|th)grade")


def grade_of(stage: str, year: str, *, five_four: bool = False) -> int | None:
    """Return the grade that is the n-th year of a stage, as in 初一; None when the stage has no such year.

    Where primary schools have five years and junior ones four, 初一 is grade 6 and 初四 grade 9. Nobody else has 初四.
    """
    number = int(year) if year.isdecimal() else read_numeral(year)
    if number is None or not 1 <= number <= _YEARS_OF_STAGE[stage]:
        return None
    is_early = stage in _JUNIOR and (five_four or number == 4)
    return _FIRST_OF_STAGE[stage] + number - 1 - is_early


def says_fourth_junior_year(text: str) -> bool:
    """Tell whether a text names the fourth year of a junior school, which only the five-four system has."""
    return _FOURTH.search(text) is not None


def grades_of_stage(stage: str) -> range:
    """Return the grades of a stage such as 初; all grades for the empty stage."""
    first = _FIRST_OF_STAGE[stage]
    return range(first, first + _YEARS_OF_STAGE[stage])


def grade_label(grade: int) -> str:
    """Return what a grade is called, such as 七年级 or 高一年级."""
    return f"{_SHORT[grade - 1]}年级"


def class_label(grade: int, number: int) -> str:
    """Return what a class is called, such as 七(3)班 or 高一(3)班."""
    return f"{_SHORT[grade - 1]}({number})班"


def read_grade(cell: Cell, *, five_four: bool = False) -> Reading[int]:
    """Read a grade written 七年级, 7, 初一, 7年级 or Grade 7; see `grade_of` for the five-four system."""
    text = word_key(text_of(cell))
    if text in _PREPARATORY:
        return Reading(6)
    if (english := _ENGLISH.fullmatch(text)) is not None:
        grade = grade_of("", english[1] or english[2])
    else:
        found = _GRADE.fullmatch(text)
        grade = grade_of(found["stage"], found["year"], five_four=five_four) if found else None
    if grade is not None:
        return Reading(grade)
    seen = shown(cell)
    return refused(
        "grade_unreadable",
        f"无法识别的年级{f'({seen})' if seen else ''}",
        f"The grade is not known{f' ({seen})' if seen else ''}",
        Text(zh="写成“七年级”", en="write it as 七年级, or as 7"),
    )
