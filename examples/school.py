"""A school from its workbook to a result: what a school system would do with the library."""

import tempfile
from datetime import date
from pathlib import Path

import mentormatch as mm
from mentormatch.report.summary import summary_lines
from mentormatch.report.workbook import write_result
from mentormatch.sample_school import write_sample_school

with tempfile.TemporaryDirectory() as folder:
    school = Path(folder) / "school.xlsx"
    write_sample_school(school, "en")

    roster = mm.read_roster(school)
    for issue in roster.errors:
        print(issue.cell, issue.message.en)

    day = date(2024, 11, 11)
    result = mm.match(roster, on=day, seed=0)
    print("\n".join(summary_lines(result, "en")))
    for change in result.changes[:5]:
        print(change.student, change.before, "->", change.after, change.text.en)
    write_result(result, Path(folder) / "result.xlsx", "en", issues=roster.issues, on=day)
