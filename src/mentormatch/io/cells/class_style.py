"""Write a grade or a class as the cell before it was written: 703 becomes 803, 初一(3)班 becomes 初二(3)班."""

import re
from collections.abc import Iterator

from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import read_grade
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import text_of
from mentormatch.io.tables import Cell

_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_YEAR = re.compile(r"\d+|十[一二]?|[一二三四五六七八九]")
_STAGES = (("小学", "初中", "高中"), ("小", "初", "高"))
_SEPARATOR = re.compile(r"[┋、，,;；\n]\s*")


def in_style(name: str, value: str | int | None, cell: Cell, *, five_four: bool = False) -> str | int | None:
    """Return the value of a column of grades or classes as a cell before it is written; any other as it is.

    Parameters
    ----------
    name : str
        The canonical name of the column.
    value : str, int or None
        In the canonical form: 八年级, 八(3)班, or several classes with 、 between them.
    cell : Cell
        What stands in the column.
    five_four : bool
        Whether the school will be read as one with 初四.
    """
    if not isinstance(value, str):
        return value
    if name == "grade":
        grade = read_grade(value).value
        found = None if grade is None else grade_like(cell, grade, five_four=five_four)
        return value if found is None else found
    if name == "class":
        found = class_like(cell, value, five_four=five_four)
        return value if found is None else found
    if name in ("classes_taught", "head_of", "chief_of"):
        return classes_like(cell, tuple(value.split("、")), five_four=five_four)
    return value


def grade_like(cell: Cell, grade: int, *, five_four: bool = False) -> str | int | None:
    """Return a grade as a cell writes one; None where no way of writing it like that is read as the grade.

    Parameters
    ----------
    cell : Cell
        What stands there.
    grade : int
        1 to 12.
    five_four : bool
        Whether the school will be read as one with 初四, so that 初一 is grade 6.
    """
    for candidate in _candidates(text_of(cell), grade, None):
        if read_grade(candidate, five_four=five_four).value == grade:
            return _as_kind(candidate, cell)
    return None


def class_like(cell: Cell, label: str, *, five_four: bool = False) -> str | int | None:
    """Return a class as a cell writes one; None where no way of writing it like that is read as the class.

    Examples
    --------
    >>> class_like("703", "八(3)班"), class_like("初三(10)班", "高一(2)班"), class_like(7.1, "八(1)班")
    ('803', '高一(2)班', None)
    """
    wanted = parse_class(label)
    if wanted.grade is None or wanted.number is None:
        return None
    old = parse_class(cell, five_four=five_four)
    if old.cohort is not None or old.decimal or old.from_date or old.number is None:
        # A cohort keeps its name as long as its number is the same.
        return text_of(cell) if old.cohort is not None and old.number == wanted.number else None
    written = text_of(cell)
    if old.grade is None:
        return _as_kind(_YEAR.sub(lambda found: _in_script(found[0], wanted.number or 0), written, count=1), cell)
    for candidate in _candidates(written, wanted.grade, wanted.number):
        said = parse_class(candidate, five_four=five_four)
        if (said.grade, said.number) == (wanted.grade, wanted.number) and not said.decimal and not said.from_date:
            return _as_kind(candidate, cell)
    return None


def classes_like(cell: Cell, labels: tuple[str, ...], *, five_four: bool = False) -> str | int | None:
    """Return a list of classes as a cell writes one; where it writes none, the labels themselves."""
    if not labels:
        return None
    items = split(cell) if isinstance(cell, str) else ([] if cell is None else [cell])
    written: list[str | int] = []
    for label in labels:
        found = (class_like(item, label, five_four=five_four) for item in items if parse_class(item).cohort is None)
        written.append(next((each for each in found if each is not None), label))
    if len(written) == 1 and isinstance(cell, int | float):
        return written[0]
    separator = next(iter(_SEPARATOR.findall(cell)), "、") if isinstance(cell, str) else "、"
    return separator.join(str(each) for each in written)


def _candidates(text: str, grade: int, number: int | None) -> Iterator[str]:
    """Yield texts that might say a grade, and a class number, the way a text does."""
    tokens = [(found.start(), found.end(), found[0]) for found in _YEAR.finditer(text)]
    for year in (grade, grade - 6, grade - 5, grade - 9):
        if year < 1:
            continue
        for restaged in _restaged(text, grade):
            yield from _numbered(restaged, tokens, year, number)


def _restaged(text: str, grade: int) -> Iterator[str]:
    """Yield a text as it is and, where it names a stage, with each other stage in its place."""
    yield text
    for names in _STAGES:
        for old in names:
            if text.startswith(old):
                yield from (new + text[len(old) :] for new in names if new != old)


def _numbered(text: str, tokens: list[tuple[int, int, str]], year: int, number: int | None) -> Iterator[str]:
    if number is None:
        for start, end, token in tokens:
            yield text[:start] + _in_script(token, year) + text[end:]
        return
    for at, (start, end, token) in enumerate(tokens):
        if token.isdecimal() and len(token) > 2:
            yield f"{text[:start]}{year}{number:02}{text[end:]}"
        for start2, end2, token2 in tokens[at + 1 :]:
            first, second = _in_script(token, year), _in_script(token2, number)
            yield text[:start] + first + text[end:start2] + second + text[end2:]
            first, second = _in_script(token, number), _in_script(token2, year)
            yield text[:start] + first + text[end:start2] + second + text[end2:]


def _in_script(token: str, number: int) -> str:
    """Return a number in the digits that a token is written in."""
    if not token.isdecimal():
        return _NUMERALS[number - 1] if number <= len(_NUMERALS) else str(number)
    return f"{number:0{len(token)}}" if token.startswith("0") else str(number)


def _as_kind(text: str, cell: Cell) -> str | int:
    """Return a text as a number where the cell holds one."""
    return int(text) if isinstance(cell, int | float) and text.isdecimal() else text
