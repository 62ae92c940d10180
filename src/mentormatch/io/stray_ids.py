"""Students' rows without a usable ID, and IDs without a student's row: what each tells about the other.

The office that lost an ID in one sheet usually has it in another. Where an ID that belongs to no student comes just
between the IDs of the rows above and below, it is offered to the user; it is never put in its place.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.plain_text import folded, is_blank, shown_id, text_of
from mentormatch.io.tables import Cell, Table
from mentormatch.roster.data_issue import DataIssue

_UNUSABLE = frozenset(("missing_id", "duplicate_id", "id_scientific", "id_lost_digits", "id_unreadable"))
_SHEETS = ("prefs_students", "prefs_mentors", "pairings", "changes")


def advised(issues: Sequence[DataIssue], tables: Mapping[str, Table]) -> list[DataIssue]:
    """Return the findings with better advice on students' IDs, where the sheets together allow it.

    Parameters
    ----------
    issues : sequence of DataIssue
    tables : mapping of str to Table
        By canonical name; students are there.
    """
    students = tables["students"]
    column = next(column.index for column in students.columns if column.name == "student_id")
    in_doubt = {
        issue.row
        for issue in issues
        if issue.sheet == students.sheet and issue.column_index == column and issue.code in _UNUSABLE
    }
    if not in_doubt:
        return list(issues)
    ids = {number: _id(cells[column]) for number, cells in students.rows}
    missed = _missed_ids(tables, {value for value in ids.values() if value is not None})
    fits = _fits(ids, {row for row in in_doubt if row is not None}, missed)
    rows_of: dict[str | None, int] = {value: row for row, value in fits.items()}
    people = _people_by_id(students, ids)
    cells_at = {table.sheet: dict(table.rows) for table in tables.values()} if rows_of else {}
    better: list[DataIssue] = []
    for issue in issues:
        advice = issue.suggestion
        if issue.sheet == students.sheet and issue.column_index == column and issue.row is not None:
            if issue.code == "duplicate_id":
                advice = _on_duplicate(people[ids[issue.row]], fits)
            elif issue.code in _UNUSABLE and issue.row in fits:
                advice = _is_it(fits[issue.row], advice)
        elif issue.code == "unknown_student":
            row = rows_of.get(_referred(issue, cells_at))
            if row is not None:
                advice = Text(
                    zh=f"“{students.sheet}”第 {row} 行的学号可能就是它:先改正那一行",
                    en=f"row {row} of {students.sheet!r} may be this student: mend that row first",
                )
        better.append(issue if advice is issue.suggestion else issue.model_copy(update={"suggestion": advice}))
    return better


@dataclass(frozen=True, slots=True)
class _SameId:
    """The rows that have one ID, and whether they are plainly of different people."""

    rows: tuple[int, ...]
    differ: bool


def _id(cell: Cell) -> str | None:
    return None if is_blank(cell) else read_id(cell).value


def _missed_ids(tables: Mapping[str, Table], known: set[str]) -> tuple[str, ...]:
    """Return the IDs that other sheets mention and that no student has."""
    missed: dict[str, None] = {}
    for kind in _SHEETS:
        table = tables.get(kind)
        if table is None:
            continue
        for column in table.columns:
            if column.name == "student_id":
                missed.update(dict.fromkeys(filter(None, (_id(cells[column.index]) for _, cells in table.rows))))
    return tuple(value for value in missed if value not in known)


def _fits(ids: Mapping[int, str | None], in_doubt: set[int], missed: Iterable[str]) -> dict[int, str]:
    """Return for each row in doubt the missed ID between those of its neighbours, where there is just one."""
    by_length = sorted((len(value), value) for value in missed)
    numbers = sorted(ids)
    sure = [ids[number] if number not in in_doubt else None for number in numbers]
    fits: dict[int, str] = {}
    for at, number in enumerate(numbers):
        if number not in in_doubt or at == 0 or at + 1 == len(numbers):
            continue
        above, below = sure[at - 1], sure[at + 1]
        if above is None or below is None or len(above) != len(below):
            continue
        first, last = bisect_right(by_length, (len(above), above)), bisect_left(by_length, (len(below), below))
        if last - first == 1:
            fits[number] = by_length[first][1]
    offered = Counter(fits.values())
    return {row: value for row, value in fits.items() if offered[value] == 1}


def _people_by_id(students: Table, ids: Mapping[int, str | None]) -> dict[str | None, _SameId]:
    told = [column.index for column in students.columns if column.name in ("name", "class")]
    rows: defaultdict[str | None, list[int]] = defaultdict(list)
    people: defaultdict[str | None, set[tuple[str, ...]]] = defaultdict(set)
    for number, cells in students.rows:
        rows[ids[number]].append(number)
        people[ids[number]].add(tuple(folded(text_of(cells[index])) for index in told))
    return {value: _SameId(tuple(same), len(people[value]) > 1) for value, same in rows.items()}


def _on_duplicate(same: _SameId, fits: Mapping[int, str]) -> Text:
    if not same.differ:
        return Text(zh="姓名、班级相同,只保留一行", en="the name and the class are the same: keep one row")
    zh, en = "", ""
    for row in same.rows:
        if row in fits:
            zh += f";第 {row} 行是否应为 {shown_id(fits[row])}?"
            en += f"; is row {row} {shown_id(fits[row])}?"
    return Text(
        zh=f"姓名或班级不同:若是两名学生,改正写错的学号,不要删行{zh}",
        en=f"the name or the class differs: if these are two students, mend the wrong ID and keep both rows{en}",
    )


def _is_it(value: str, before: Text | None) -> Text:
    seen = shown_id(value)
    zh = f"其他表中有学号 {seen} 而学生表中没有,且正好排在上下两行之间,是否就是它?"
    en = f"other sheets mention {seen}, no student has it, and it comes just between the rows around: is it this one?"
    return Text(zh, en) if before is None else Text(zh=f"{before.zh};{zh}", en=f"{before.en}; {en}")


def _referred(issue: DataIssue, cells_at: Mapping[str, Mapping[int, list[Cell]]]) -> str | None:
    """Return the ID that stands where a finding is."""
    if issue.row is None or issue.column_index is None or issue.sheet not in cells_at:
        return None
    return _id(cells_at[issue.sheet][issue.row][issue.column_index])
