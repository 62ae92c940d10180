"""What questions fill, told by their words; and which of those that fill nothing had better not be passed over."""

import re
from collections.abc import Collection, Iterable

from mentormatch.io.normal_form import fold
from mentormatch.io.survey.mapping import SurveyMapping, column_of
from mentormatch.io.survey.questions import Question

_ABOUT_MENTORS = re.compile("导师|老师|教师|mentor|teacher|志愿", re.IGNORECASE)
_AGAINST = re.compile(
    "不想|不愿|不希望|不要|不选|不接受|回避|避开|拒绝|反对|avoid|veto|not want|n't want", re.IGNORECASE
)
_IN_ORDER = re.compile("排序|排名|顺序|志愿|rank|order", re.IGNORECASE)
_RANKED_BY_KIND = re.compile("排序题?|ranking", re.IGNORECASE)
_ACCOUNTS = frozenset(map(fold, ("Name", "Email", "Username", "ID", "提交人", "填写人", "用户名")))
"""What some tools put in front of the answers: the account, which may be a parent's or nobody's."""


def guessed_columns(questions: Iterable[Question], answered: Collection[str]) -> SurveyMapping:
    """Return the mapping that the words of questions tell.

    Of two questions that mean the same the first counts, one that somebody answered and one that is not the account
    of whoever answered before others.

    Parameters
    ----------
    questions : iterable of Question
    answered : collection of str
        The headers of those that somebody answered.
    """
    columns: dict[str, str] = {}
    for question in sorted(questions, key=lambda each: (each.header not in answered, fold(each.header) in _ACCOUNTS)):
        column = _column(question)
        if column is not None:
            columns.setdefault(column, question.header)
    return SurveyMapping().with_columns((header, column) for column, header in columns.items())


def is_about_mentors(question: Question) -> bool:
    """Tell whether a question that fills nothing holds wishes: mentors to avoid, or a list of mentors."""
    if question.kind == "options" or question.ranks_choices:
        return True
    if question.kind == "ranks" and _ABOUT_MENTORS.search(question.header):
        return True
    return _AGAINST.search(question.header) is not None and _ABOUT_MENTORS.search(question.header) is not None


def _column(question: Question) -> str | None:
    header = question.header
    known = column_of(header)
    if question.kind == "answer":
        is_ranking = known is None and _RANKED_BY_KIND.search(header) and _ABOUT_MENTORS.search(header)
        return "ranking" if is_ranking and not _AGAINST.search(header) else known
    if known in {"acceptable", "avoid"}:
        return known
    says_so = _IN_ORDER.search(header) and _ABOUT_MENTORS.search(header) and not _AGAINST.search(header)
    return "ranking" if question.ranks_choices or says_so else None
