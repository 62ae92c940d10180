"""A school from start to finish: a workbook, its check, the matching, the result and the page to be read.

Runs on the sample school, or on a workbook of yours (``python examples/school.py school.xlsx folder``).
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

import mentormatch as mm
from mentormatch.io.marked.copy import write_marked_copy
from mentormatch.io.sample_school import write_sample_school
from mentormatch.report.page import write_page
from mentormatch.report.summary import summary_lines
from mentormatch.report.workbook import write_result

DAY = date(2024, 11, 11)

with tempfile.TemporaryDirectory() as temporary:
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary)
    school = Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "school.xlsx"
    if len(sys.argv) == 1:
        write_sample_school(school, "en")

    # Files: every row is accepted or refused, nothing is guessed.
    roster = mm.read_roster(school)
    print(f"{len(roster.students)} students, {len(roster.mentors)} mentors, {len(roster.student_preferences)} forms")

    # Check: each finding with its cell, and a copy of the workbook with the cells coloured.
    for issue in roster.issues:
        print(f"  {issue.severity} {issue.sheet} {issue.cell}: {issue.message.en}")
    write_marked_copy(school, folder / "checked.xlsx", roster.issues, "en")
    if roster.errors:
        sys.exit("Mend the cells in checked.xlsx first.")

    # Solve: two-way choice, then coordination; checked independently before it is returned.
    result = mm.match(roster, on=DAY, seed=0)
    print("\n".join(summary_lines(result, "en")))
    for change in result.changes[:5]:
        print(change.student, change.before, "->", change.after, change.text.en)

    # Report: a workbook that is next term's input, with a sheet for each class, and a page without names.
    outputs = folder / "result.xlsx", folder / "report.html"
    write_result(result, outputs[0], "en", issues=roster.issues, on=DAY, with_classes=True)
    write_page(result, outputs[1], "en", issues=roster.issues, on=DAY, roster=roster)
    print("\n".join(f"{path.name}: {path.stat().st_size // 1024} KB" for path in outputs))
