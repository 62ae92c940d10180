"""Tables to a roster: the sheets in the order in which they refer to each other."""

from collections.abc import Mapping, Sequence

from mentormatch.io.class_book import ClassBook
from mentormatch.io.headers import ALL_SHEETS
from mentormatch.io.odd_classes import name_odd_classes
from mentormatch.io.people import is_external, is_no_external
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.change_requests import read_change_requests
from mentormatch.io.sheets.external_mentors import read_external_mentors
from mentormatch.io.sheets.groups import read_groups
from mentormatch.io.sheets.hand_overs import read_hand_overs
from mentormatch.io.sheets.mentor_preferences import read_mentor_preferences
from mentormatch.io.sheets.mentors import read_mentors
from mentormatch.io.sheets.pairings import read_pairings
from mentormatch.io.sheets.runs import read_runs
from mentormatch.io.sheets.student_preferences import read_student_preferences
from mentormatch.io.sheets.students import read_students
from mentormatch.io.stray_ids import advised
from mentormatch.io.tables import Table
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.roster import Roster


def accepted_rows(tables: Mapping[str, Table]) -> dict[str, tuple[int, ...]]:
    """Return the row numbers of the accepted rows of each sheet, in the order of the entities that they became."""
    readers = _readers(tables)
    _read(readers, tables)
    return {kind: tuple(readers[kind].row_number(at) for at in readers[kind].accepted()) for kind in tables}


def parse_tables(tables: Mapping[str, Table], issues: Sequence[DataIssue] = (), unread: tuple[str, ...] = ()) -> Roster:
    """Turn tables into a roster.

    Parameters
    ----------
    tables : mapping of str to Table
        By canonical name; students and mentors are there, any other may be missing.
    issues : sequence of DataIssue
        What was found while the tables were read.
    unread : tuple of str
        The sheets that were not read.
    """
    readers = _readers(tables)
    roster = _read(readers, tables)
    found = advised([*issues, *(issue for reader in readers.values() for issue in reader.issues)], tables)
    return roster.model_copy(
        update={
            "issues": _in_order(found, [tables[kind].sheet for kind in tables]),
            "unread_sheets": unread,
            "counts": tuple(readers[kind].count() for kind in tables),
        }
    )


def _readers(tables: Mapping[str, Table]) -> dict[str, SheetReader]:
    empty = {spec.kind: Table(spec.zh, spec.kind, (), (), []) for spec in ALL_SHEETS}
    return {kind: SheetReader(tables.get(kind, table)) for kind, table in empty.items()}


def _read(readers: Mapping[str, SheetReader], tables: Mapping[str, Table]) -> Roster:
    """Read the sheets in the order in which they refer to each other."""
    book = ClassBook.from_tables(tables["students"], tables["mentors"])
    mentors, teachers = read_mentors(readers["mentors"], book)
    externals, outsiders = read_external_mentors(readers["externals"], mentors, teachers)
    in_school = teachers.beside(outsiders, is_external)
    everybody = teachers.joined(outsiders)
    students, pupils = read_students(readers["students"], book, everybody, externals)
    name_odd_classes(readers["mentors"], mentors, students)
    return Roster(
        students=students,
        mentors=mentors,
        student_preferences=read_student_preferences(
            readers["prefs_students"],
            pupils,
            in_school,
            externals=outsiders.beside(teachers, is_no_external),
            everybody=everybody,
        ),
        mentor_preferences=read_mentor_preferences(readers["prefs_mentors"], pupils, everybody),
        pairings=read_pairings(readers["pairings"], pupils, everybody),
        external_mentors=externals,
        change_requests=read_change_requests(readers["changes"], pupils, everybody),
        runs=read_runs(readers["runs"]),
        hand_overs=read_hand_overs(readers["hand_overs"]),
        groups=read_groups(readers["groups"]),
    )


def _in_order(issues: Sequence[DataIssue], sheets: Sequence[str]) -> tuple[DataIssue, ...]:
    """Sort by place; what concerns a whole row or sheet comes before its cells."""
    position = {sheet: index for index, sheet in enumerate(sheets)}

    def place(issue: DataIssue) -> tuple[int, int, int]:
        column = -1 if issue.column_index is None else issue.column_index
        return position.get(issue.sheet, len(position)), issue.row or 0, column

    return tuple(sorted(issues, key=place))
