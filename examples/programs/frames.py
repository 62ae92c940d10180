"""Frames of pandas and polars in, a frame out."""

from datetime import date

import database
import pandas as pd
import polars as pl
from from_database import MENTORS, STUDENTS

import mentormatch as mm

if __name__ == "__main__":
    con = database.connect()
    students, mentors = pd.read_sql(STUDENTS, con), pd.read_sql(MENTORS, con)
    forms = pd.read_sql("select student student_id, place, teacher from choice", con)
    forms = forms.pivot(index="student_id", columns="place", values="teacher").add_prefix("choice_").reset_index()
    tables = {"students": students, "mentors": mentors, "prefs_students": forms}
    roster = mm.roster_from_tables(tables)
    polar = mm.roster_from_tables({name: pl.from_pandas(frame) for name, frame in tables.items()})
    assert polar.fingerprint == roster.fingerprint
    document = mm.match(roster, on=date(2024, 11, 11)).to_document(edition="school")
    pairs = pd.DataFrame([pair.model_dump() for pair in document.pairs])
    pairs["mentor"] = pairs["mentor_id"].map(document.names)
    print(pairs[["student_id", "mentor", "origin", "rank"]].head())
