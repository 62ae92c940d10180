"""A school's own columns as fields: their cells read into values that rules may name."""

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Literal

from mentormatch.base.errors import RulesError
from mentormatch.base.text import Text
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import is_blank
from mentormatch.io.headers import find_column, header
from mentormatch.io.normal_form import fold
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.entity import Entity
from mentormatch.roster.roster import Roster
from mentormatch.roster.school_field import SchoolField

Side = Literal["students", "mentors"]
SIDES: tuple[Side, ...] = ("students", "mentors")
_NOT_READ = ("unknown_column", "header_near")


def with_fields(roster: Roster, fields: Sequence[SchoolField]) -> Roster:
    """Return a school whose students and mentors have the values of its own fields.

    Parameters
    ----------
    roster : Roster
        What it calls a field already (its template's notes may name some) is said anew by `fields`.
    fields : sequence of SchoolField

    Raises
    ------
    RulesError
        For two fields of one name, for a header that no sheet has, and for a value that `order` leaves out.

    Notes
    -----
    O(cells of the school's own columns).
    """
    if not fields:
        return roster
    names = [field.name for field in fields]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _refused(twice, "写了两次", "stands twice")
    fields = (*(field for field in roster.fields if field.name not in names), *fields)
    people: dict[Side, tuple[Entity, ...]] = {"students": roster.students, "mentors": roster.mentors}
    headers: dict[Side, dict[str, str]] = {side: _headers(people[side]) for side in SIDES}
    for field in fields:
        _check_columns(field, headers)
    given: dict[str, object] = {side: _with_values(people[side], side, fields) for side in SIDES}
    return roster.replace(fields=fields, issues=_still_true(roster, fields), **given)


def _still_true(roster: Roster, fields: Sequence[SchoolField]) -> tuple[DataIssue, ...]:
    """Return the findings without those on columns that are read now."""
    sheets = {count.sheet: count.kind for count in roster.counts}
    used: dict[str | None, frozenset[str]] = {side: used_columns(fields, side) for side in SIDES}
    return tuple(
        issue
        for issue in roster.issues
        if issue.code not in _NOT_READ
        or issue.column is None
        or fold(issue.column) not in used.get(sheets.get(issue.sheet), frozenset())
    )


def used_columns(fields: Iterable[SchoolField], side: Side) -> frozenset[str]:
    """Return the headers, folded, that fields read on a sheet."""
    return frozenset(fold(field.header_of(side)) for field in fields)


def _headers(people: Iterable[Entity]) -> dict[str, str]:
    """Return the headers of the school's own columns that hold anything, by what tells them apart."""
    found: dict[str, str] = {}
    for person in people:
        for title, _ in person.extra:
            found.setdefault(fold(title), title)
    return found


def _check_columns(field: SchoolField, headers: dict[Side, dict[str, str]]) -> None:
    wanted = [field.header_of(side) for side in SIDES]
    missing = [name for side, name in zip(SIDES, wanted, strict=True) if fold(name) not in headers[side]]
    asked_of_mentors = field.mentor_column is not None and wanted[1] in missing
    if len(missing) < len(SIDES) and not asked_of_mentors:
        return
    name = wanted[1] if asked_of_mentors else wanted[0]
    known = next((side for side in SIDES if find_column(side, name) is not None), None)
    if known is not None:
        column = find_column(known, name)
        title = "" if column is None else header(known, column.name, "zh")
        raise _refused(
            field.name,
            f"“{name}”是已有的列“{title}”,不是学校自己的列",
            f"'{name}' is the known column {title}, not one of the school's own",
        )
    there = sorted({title for side in SIDES for title in headers[side].values()})
    near = get_close_matches(name, there, cutoff=0.5)
    raise _refused(
        field.name,
        f"学生表和导师表中没有填写过的列“{name}”;自有的列:{'、'.join(there) or '无'}",
        f"neither students nor mentors have a filled column '{name}'; own columns: {', '.join(there) or 'none'}",
        maybe=Text(zh="、".join(near) + "?", en=f"you meant {', '.join(near)}.") if near else None,
    )


def _with_values(people: Sequence[Entity], side: Side, fields: Sequence[SchoolField]) -> tuple[Entity, ...]:
    by_header: dict[str, list[SchoolField]] = {}
    for field in fields:
        by_header.setdefault(fold(field.header_of(side)), []).append(field)
    return tuple(person.model_copy(update={"own": _values(person, by_header)}) for person in people)


def _values(person: Entity, by_header: dict[str, list[SchoolField]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, tuple[str, ...]] = {}
    for title, cell in person.extra:
        for field in by_header.get(fold(title), ()):
            values = _read(cell, field)
            if values:
                found[field.name] = values
    return tuple(sorted(found.items()))


def _read(cell: str, field: SchoolField) -> tuple[str, ...]:
    parts = split(cell) if field.several else [] if is_blank(cell) else [cell]
    values = tuple(dict.fromkeys(own_value(str(part)) for part in parts))
    stranger = next((value for value in values if field.order and value not in field.order), None)
    if stranger is not None:
        raise _refused(
            field.name,
            f"数据中有取值“{stranger}”,不在 order 所列的 {'、'.join(field.order)} 之中",
            f"the data has the value '{stranger}', which is not in order = {', '.join(field.order)}",
            maybe=Text(zh="把它补进 order,或改正单元格。", en="add it to 'order', or mend the cell."),
        )
    return values


def own_value(text: str) -> str:
    """Return a value as it is compared and shown: half-width, single spaces within, none around."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _refused(name: str, zh: str, en: str, *, maybe: Text | None = None) -> RulesError:
    return RulesError(Text(zh=f"自有列 [[field]] “{name}”:{zh}。", en=f"[[field]] '{name}': {en}."), maybe=maybe)
