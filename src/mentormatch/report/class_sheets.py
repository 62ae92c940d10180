"""One sheet for each class, to be printed and put up: who has which mentor."""

import re
from collections.abc import Collection

from mentormatch.base.edition import Edition
from mentormatch.base.text import Language, Text
from mentormatch.io.headers import header
from mentormatch.problem.result import Result
from mentormatch.report.people_table import people_table
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.roster import Roster

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 31


def class_sheets(result: Result, lang: Language, *, taken: tuple[str, ...], roster: Roster | None) -> list[ResultTable]:
    """Return a table for each class, in the order of the school.

    Parameters
    ----------
    result : Result
    lang : {"zh", "en"}
    taken : tuple of str
        Names of sheets that are there already.
    roster : Roster, optional
        Gives the names; ids alone without it.
    """
    edition = Edition(names=roster is not None)
    people = people_table(result, roster, edition, lambda _: ())
    names = [name for _, name in sorted({(person.class_order, person.class_name) for person in people})]
    student, mentor = header("students", "student_id", lang), header("mentors", "mentor_id", lang)
    student_name, mentor_name = Text(zh="学生姓名", en="student"), Text(zh="导师姓名", en="mentor")
    last = (Text(zh="志愿序号", en="rank"), header("pairings", "origin", lang), Text(zh="与上学期", en="last_term"))
    headers: list[Text | str] = [student, mentor, *last]
    if roster is not None:
        headers = [student, student_name, mentor, mentor_name, *last]
    tables, used = [], {name.casefold() for name in taken}
    for name in names:
        rows: list[tuple[Value, ...]] = []
        for person in people:
            if person.class_name == name:
                end = (person.rank, person.origin.in_language(lang), person.since.in_language(lang) or None)
                if roster is None:
                    rows.append((person.student, person.mentor, *end))
                else:
                    rows.append((person.student, person.student_name, person.mentor, person.mentor_name, *end))
        title = sheet_title(name, used)
        used.add(title.casefold())
        shown = tuple(item if isinstance(item, str) else item.in_language(lang) for item in headers)
        tables.append(ResultTable("class", title, shown, rows))
    return tables


def sheet_title(name: str, used: Collection[str]) -> str:
    """Return a name that a workbook accepts: without its forbidden characters, not too long, not used twice.

    Parameters
    ----------
    name : str
    used : collection of str
        The names that are taken, case-folded: a workbook does not tell capitals from small letters.

    Notes
    -----
    A workbook counts UTF-16 units, so that an emoji counts twice; it keeps "History" for itself.

    Examples
    --------
    >>> sheet_title("7/1 班", set()), sheet_title("7/1 班", {"7_1 班"})
    ('7_1 班', '7_1 班 2')
    """
    base = _cut(_FORBIDDEN.sub("_", name).strip("' "), _LONGEST) or "-"
    number, title = 1, base
    while title.casefold() in used or title.casefold() == "history":
        number += 1
        title = f"{_cut(base, _LONGEST - len(str(number)) - 1)} {number}"
    return title


def _cut(name: str, longest: int) -> str:
    """Return the longest beginning that fits, whole characters only, and no apostrophe at its end."""
    units = name.encode("utf-16-le", "surrogatepass")[: 2 * longest]
    return units.decode("utf-16-le", "ignore").rstrip("' ")
