"""Rows of a database in, a checked matching, rows out."""

import sqlite3
from datetime import date

import database

import mentormatch as mm

STUDENTS = """select no student_id, name, sex gender, grade, grade || '(' || class || ')' class, care care_level,
    '2023-09-01' entry_date from student"""
MENTORS = """select no mentor_id, name, sex gender, subject, seats capacity_max,
    (select group_concat(class) from teaches where teacher = no) classes_taught from teacher"""
WISHES = "select teacher mentor_id, student student_id, stance 'order' from wish"


def school(con: sqlite3.Connection, pairings: list[dict[str, object]] | None = None) -> mm.Roster:
    """Return the school, with last term's pairings where there are any."""
    forms: dict[str, list[str]] = {}
    for student, teacher in con.execute("select student, teacher from choice order by student, place"):
        forms.setdefault(student, []).append(teacher)
    return mm.roster_from_tables(
        {
            "students": con.execute(STUDENTS),
            "mentors": con.execute(MENTORS),
            "prefs_students": [{"student_id": who, "choices": what} for who, what in forms.items()],
            "prefs_mentors": con.execute(WISHES),
            "pairings": pairings or [],
        }
    )


if __name__ == "__main__":
    roster = school(database.connect())
    assert not roster.errors, roster.errors
    result = mm.match(roster, on=date(2024, 11, 11))
    print(result.status, len(result.to_document().pairs), "pairs")
