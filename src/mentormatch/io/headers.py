"""The sheets and their columns: how a name that a file writes is matched with what we know.

A header matches whatever its case, its spaces and the width of its characters, with or without a mark such as
``*`` or ``(必填)``. Readers and writers share `mentormatch.io.columns`, so that a result can be next term's input.
"""

import difflib
import re
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from mentormatch.base.text import Language, Text
from mentormatch.io.columns.changes import CHANGES
from mentormatch.io.columns.externals import EXTERNALS
from mentormatch.io.columns.mentors import MENTORS
from mentormatch.io.columns.pairings import PAIRINGS
from mentormatch.io.columns.prefs_mentors import PREFS_MENTORS
from mentormatch.io.columns.prefs_students import PREFS_STUDENTS
from mentormatch.io.columns.record import RECORD_SHEETS
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec
from mentormatch.io.columns.students import STUDENTS
from mentormatch.io.normal_form import fold, plain_form

SHEETS: tuple[SheetSpec, ...] = (STUDENTS, MENTORS, PREFS_STUDENTS, PREFS_MENTORS, PAIRINGS, EXTERNALS, CHANGES)
"""Every sheet of a school that we know, in the order in which we write them."""

ALL_SHEETS: tuple[SheetSpec, ...] = (*SHEETS, *RECORD_SHEETS)
"""The sheets of a school and those that runs write."""

_NEAR_NAME = 0.75
_MIN_ALIKE = 3
_COPY = re.compile(r"[(\[]?(?:\d{1,2}|副本|copy|的副本|新|旧|old|new)[)\]]?$|^(?:copyof|副本)")

# The English "changes" of a result has the name of the input's 调换申请. Read back, an English sheet "changes" is
# taken for the requests, and the missing header tells the user which of the two it was.
RESULT_SHEETS: dict[str, Text] = {
    "assignments": Text("结果", "assignments"),
    "groups": Text("小组", "groups"),
    "record": Text("结对记录", "record"),
    "external_groups": Text("校外导师去向", "external_groups"),
    "loads": Text("导师负荷", "loads"),
    "unplaced": Text("未安置", "unplaced"),
    "changes": Text("变动与交接", "changes"),
    "requests": Text("调换申请处理", "requests"),
    "fairness": Text("公平账", "fairness"),
    "issues": Text("数据问题", "issues"),
    "summary": Text("摘要", "summary"),
}
"""The sheets of a result workbook, by their English names. Readers set them aside."""

CHECK_SHEET = Text("检查结果", "check_findings")
"""The sheet that lists the findings in a marked copy. Readers pass over it."""

RULES_SHEET = Text("规则", "rules")
"""The sheet of rules. Readers of a school pass over it; `mentormatch.rules.rules_sheet` reads it."""

ACTIVITIES_SHEET = Text("活动记录", "activities")
"""The sheet of what mentors did with pupils. Readers of a school pass over it; `mentormatch accounts` reads it."""

NOTES_SHEET = Text("填写说明", "how_to_fill_in")
"""The sheet of the template that explains the others. Readers pass over it."""


_ARCHIVE = Text("存档", "archive")
_ARCHIVED = re.compile(r"(?:存档|archive) \d{4}-\d\d-\d\d .+")


def archive_name(spec: SheetSpec, day: date, lang: Language) -> str:
    """Return the name of the sheet to which a promotion sets rows of another sheet aside.

    Examples
    --------
    >>> from datetime import date
    >>> archive_name(STUDENTS, date(2025, 9, 1), "zh")
    '存档 2025-09-01 学生'
    """
    return f"{_ARCHIVE.in_language(lang)} {day.isoformat()} {spec.in_language(lang)}"


def is_archive(name: str) -> bool:
    """Tell whether a name is that of rows that were set aside in an earlier year. Readers pass over them."""
    return _ARCHIVED.fullmatch(name) is not None


def sheet_spec(kind: str) -> SheetSpec:
    """Return the sheet of a canonical name."""
    for sheet in ALL_SHEETS:
        if sheet.kind == kind:
            return sheet
    raise KeyError(kind)


def sheet_name(kind: str, lang: Language) -> str:
    """Return what a sheet of the input is called in one language."""
    return sheet_spec(kind).in_language(lang)


def column(kind: str, name: str) -> ColumnSpec:
    """Return what we know of a column, by the canonical names."""
    return sheet_spec(kind).column(name)


def header(kind: str, name: str, lang: Language) -> str:
    """Return the header of a column in one language; ``header("students", "student_id", "zh")`` is 学号."""
    return column(kind, name).in_language(lang)


def find_sheet(name: str) -> SheetSpec | None:
    """Return the sheet that a file's name for it means, or None."""
    return _sheets_by_name().get(fold(name))


def near_sheets(name: str) -> tuple[SheetSpec, ...]:
    """Return the sheets that a name may be meant for and is not: 学生志愿 (2), 当前结队, 志愿表."""
    folded = _COPY.sub("", fold(name))
    if not folded:
        return ()
    by_name = _sheets_by_name()
    if folded in by_name:
        return (by_name[folded],)
    alike = {
        spec.kind: spec for known, spec in by_name.items() if len(known) > 2 and _ratio(folded, known) >= _NEAR_NAME
    }
    words = {
        spec.kind: spec
        for known, spec in by_name.items()
        if len(folded) > 1 and (folded.removesuffix("表") in known) and len(known) <= len(folded) + 2
    }
    return tuple((alike or words).values())


def find_result_sheet(name: str) -> str | None:
    """Return which sheet of a result a name means, or None; a name that the input uses too means the input's."""
    folded = fold(name)
    for kind, text in RESULT_SHEETS.items():
        if folded in {fold(text.zh), fold(text.en)} and find_sheet(name) is None:
            return kind
    return None


def is_check_sheet(name: str) -> bool:
    """Tell whether a name is that of the list of findings in a marked copy, a numbered one included."""
    return fold(name).rstrip("0123456789") in {fold(CHECK_SHEET.zh), fold(CHECK_SHEET.en)}


def is_rules_sheet(name: str) -> bool:
    """Tell whether a name is that of the sheet of rules."""
    return fold(name) in {fold(RULES_SHEET.zh), fold(RULES_SHEET.en)}


def is_activities_sheet(name: str) -> bool:
    """Tell whether a name is that of the sheet of activities."""
    return fold(name) in {fold(ACTIVITIES_SHEET.zh), fold(ACTIVITIES_SHEET.en)}


def is_notes_sheet(name: str) -> bool:
    """Tell whether a name is that of the notes in a template."""
    return fold(name) in {fold(NOTES_SHEET.zh), fold(NOTES_SHEET.en)}


Certainty = Literal["exact", "understood", "near", "unknown"]


class HeaderMatch(NamedTuple):
    """What a header means.

    "exact" is a header of ours; "understood" one whose meaning is certain; "near" one that looks like ours and may mean
    something else, with the columns that it looks like; "unknown" is any other.
    """

    certainty: Certainty
    columns: tuple[ColumnSpec, ...] = ()


@cache
def match_header(kind: str, text: str) -> HeaderMatch:
    """Return what a header of a sheet means.

    Examples
    --------
    >>> match_header("prefs_students", "★1.第一志愿(填工号):").columns[0].name
    'choice_1'
    """
    exact = _columns_by_header(kind).get(fold(text))
    if exact is not None:
        return HeaderMatch("exact", (exact,))
    if fold(text) in _others(kind) or plain_form(text) in _others(kind):
        return HeaderMatch("unknown")
    understood = _understood(kind, text)
    if understood is not None:
        return HeaderMatch("understood", (understood,))
    near = _near(kind, plain_form(text))
    return HeaderMatch("near", near) if near else HeaderMatch("unknown")


def find_column(kind: str, text: str) -> ColumnSpec | None:
    """Return the column of a sheet that a header means for certain, or None."""
    match = match_header(kind, text)
    return match.columns[0] if match.certainty in {"exact", "understood"} else None


def _understood(kind: str, text: str) -> ColumnSpec | None:
    """Return the column whose header or synonym is left of a text without its decorations."""
    by_form = _columns_by_form(kind)
    found = by_form.get(plain_form(text)) or by_form.get(fold(text))
    if found is not None:
        return found
    for column in sheet_spec(kind).columns:
        words = frozenset(fold(word) for text in column.words() for word in (text.zh, text.en))
        if words and by_form.get(plain_form(text, words)) is column:
            return column
    return None


def _near(kind: str, form: str) -> tuple[ColumnSpec, ...]:
    columns = sheet_spec(kind).columns
    by_word = [column for column in columns if any(fold(word) in form for word in column.near)]
    if by_word:
        longest = {column.name: max(len(word) for word in column.near if fold(word) in form) for column in by_word}
        return tuple(column for column in by_word if longest[column.name] == max(longest.values()))
    if len(form) < _MIN_ALIKE:
        return ()
    return tuple(
        column
        for column in columns
        if any(
            len(fold(name)) >= _MIN_ALIKE and _ratio(form, fold(name)) >= _NEAR_NAME
            for name in (column.zh, column.name, *column.aliases)
        )
    )


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@cache
def _sheets_by_name() -> dict[str, SheetSpec]:
    return {fold(name): sheet for sheet in ALL_SHEETS for name in (sheet.kind, sheet.zh, *sheet.aliases)}


@cache
def _columns_by_header(kind: str) -> dict[str, ColumnSpec]:
    spec = sheet_spec(kind)
    columns = (*spec.columns, *spec.further)
    return {fold(text): column for column in columns for text in (column.name, column.zh, *column.aliases)}


@cache
def _columns_by_form(kind: str) -> dict[str, ColumnSpec]:
    spec = sheet_spec(kind)
    columns = (*spec.columns, *spec.further)
    return {fold(text): column for column in columns for text in column.synonyms} | _columns_by_header(kind)


@cache
def _others(kind: str) -> frozenset[str]:
    return frozenset(map(fold, sheet_spec(kind).others))
