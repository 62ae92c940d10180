"""Next term from the stored result: its pairs are the record; students without a new form keep their mentor."""

from datetime import date

import database
from from_database import school
from store_result import load, solve_and_store

import mentormatch as mm

if __name__ == "__main__":
    con = database.connect()
    solve_and_store(con)
    record = [pair.model_dump(exclude={"rank", "reason"}) for pair in load(con).to_document().pairs]
    con.execute("delete from choice where student > '20240005'")  # six new forms
    con.execute("update teacher set seats = 0 where no = 'T000'")  # who has left
    result = mm.match(school(con, record), on=date(2025, 2, 17))
    changes = [change for change in result.to_document().changes if change.since == "last_term"]
    print(result.status, len(changes), "change their mentor,", len(result.hand_overs), "hand-overs")
    assert result.status is mm.Status.OPTIMAL
    had = {pair["student_id"] for pair in record if pair["mentor_id"] == "T000"}
    assert had <= {change.student_id for change in changes}
    assert len(changes) <= len(had) + 6
