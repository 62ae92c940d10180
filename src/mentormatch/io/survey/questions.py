"""The questions of a survey: most fill one column, some one for each mentor that can be chosen or one for each rank."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from mentormatch.io.cells.numerals import read_numeral
from mentormatch.io.normal_form import fold
from mentormatch.io.survey.mapping import column_of

_JOINTS = " :：-—–/|._"
_OPENING = "[(（【〔"
_WRAPPED = re.compile(r"[\[(（【〔]\s*(?P<inside>.*?)\s*[\])）】〕]", re.DOTALL)
_RANK = re.compile(
    r"(?:第|rank(?:ing)?|choice|no\.?|排序|排名|志愿)?(?P<rank>\d{1,2}|[一二三四五六七八九十]{1,2})(?:st|nd|rd|th)?"
    r"(?:志愿|位|名|选择|意愿|choice|preference)?"
)
_SAYS_CHOICE = re.compile("志愿|选择|意愿|choice|preference", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and where its answers stand.

    Parameters
    ----------
    header : str
        As the file writes it; of several columns what their headers have in common.
    columns : tuple of int
        Their 0-based positions; of "ranks" in the order of the ranks.
    kind : {"answer", "ranks", "options"}
        One column; one for each rank, which holds who has it; or one for each mentor, which holds a rank or a tick.
    mentors : tuple of str
        Of "options" the ids of the mentors, column by column.
    ranks_choices : bool
        The headers of the ranks themselves speak of choices, as in 志愿 [第一志愿].
    """

    header: str
    columns: tuple[int, ...]
    kind: Literal["answer", "ranks", "options"] = "answer"
    mentors: tuple[str, ...] = ()
    ranks_choices: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A header that ends with a mentor or with a rank, and is one of several of one question perhaps."""

    index: int
    question: str
    end: str
    mentor: str | None
    rank: int | None


def questions_of(headers: Sequence[str], mentor_of: Callable[[str], str | None]) -> tuple[Question, ...]:
    """Return the questions of a row of headers from left to right; blank headers are passed over.

    Parameters
    ----------
    headers : sequence of str
    mentor_of : callable
        Returns the id of the mentor that a text means, None where it means nobody.

    Examples
    --------
    >>> [each.header for each in questions_of(["学号", "志愿 [第1位]", "志愿 [第2位]"], lambda text: None)]
    ['学号', '志愿']
    """
    groups: dict[tuple[bool, str], list[_Part]] = {}
    questions: list[Question] = []
    for index, header in enumerate(headers):
        part = _part(index, header, mentor_of) if header and column_of(header) is None else None
        if part is not None:
            groups.setdefault((part.mentor is None, fold(part.question)), []).append(part)
        elif header:
            questions.append(Question(header, (index,)))
    for parts in groups.values():
        questions += _joined(parts) or [Question(headers[part.index], (part.index,)) for part in parts]
    return tuple(sorted(questions, key=lambda question: min(question.columns)))


def rank_of(text: str) -> int | None:
    """Return the rank that a text says, such as 1, 第一位 or 2nd choice; None where it says none."""
    found = _RANK.fullmatch(fold(text))
    if found is None:
        return None
    return int(found["rank"]) if found["rank"].isdecimal() else read_numeral(found["rank"])


def _part(index: int, header: str, mentor_of: Callable[[str], str | None]) -> _Part | None:
    for at in range(1, len(header)):
        if header[at] not in _JOINTS + _OPENING:
            continue
        question, end = header[:at].rstrip(_JOINTS), header[at:].strip(_JOINTS)
        wrapped = _WRAPPED.fullmatch(end)
        end = wrapped["inside"] if wrapped else end
        mentor, rank = (mentor_of(end), rank_of(end)) if question and end else (None, None)
        if mentor is not None or rank is not None:
            return _Part(index, question, end, mentor, rank)
    return None


def _joined(parts: list[_Part]) -> list[Question]:
    """Return the one question of several columns; nothing where they are not one."""
    question, columns = parts[0].question, tuple(part.index for part in parts)
    if len(parts) == 1:
        return []
    if parts[0].mentor is not None:
        return [Question(question, columns, "options", tuple(part.mentor or "" for part in parts))]
    ranked = sorted(parts, key=lambda part: part.rank or 0)
    if [part.rank for part in ranked] != list(range(1, len(parts) + 1)):
        return []
    says_choice = all(_SAYS_CHOICE.search(part.end) for part in parts)
    return [Question(question, tuple(part.index for part in ranked), "ranks", ranks_choices=says_choice)]
