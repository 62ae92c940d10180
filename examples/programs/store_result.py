"""The result of a run as JSON in the database, and back with its proof, stages and reasons."""

import sqlite3
from datetime import date

import database
from from_database import school

import mentormatch as mm


def solve_and_store(con: sqlite3.Connection) -> mm.Result:
    """Match the school and keep the whole result: the staff edition, for the school's own database."""
    result = mm.match(school(con), on=date(2024, 11, 11), seed=3)
    text = result.to_document(edition="staff").to_json()
    con.execute("insert into run values ('2024A', ?)", (text,))
    return result


def load(con: sqlite3.Connection) -> mm.Result:
    """Return the stored result."""
    (text,) = con.execute("select document from run where term = '2024A'").fetchone()
    return mm.ResultDocument.from_json(text).to_result()


if __name__ == "__main__":
    connection = database.connect()
    before, after = solve_and_store(connection), load(connection)
    assert (after.status, after.stages) == (before.status, before.stages)
    assert after.explain("20240001") == before.explain("20240001")
    print(after.status, [stage.name for stage in after.stages if stage.proven])
