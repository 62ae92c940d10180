"""A mentor goes on leave in the middle of a term: as few pairs as possible move, each with its reason."""

import tempfile
from datetime import date
from pathlib import Path

import mentormatch as mm
from mentormatch import rematch
from mentormatch.io.sample_school import write_sample_school
from mentormatch.record.staffing import with_leave

with tempfile.TemporaryDirectory() as folder:
    school = Path(folder) / "school.xlsx"
    write_sample_school(school, "en")
    roster = mm.read_roster(school)

day = date(2024, 11, 11)
before = mm.match(roster, on=day)
pairs = tuple(before.matched.ids())

mentor = max(roster.mentors, key=lambda each: len(before.matched.students_of(each.mentor_id))).mentor_id
left_alone = before.matched.students_of(mentor)
print(f"{mentor} goes on leave and leaves {len(left_alone)} students")

after = rematch(with_leave(roster, [mentor]), pairs, on=day)
assert after.matching is not None
moved = [change for change in after.changes if change.since == "given"]
for change in moved:
    print(f"  {change.student}: {change.before[0]} -> {', '.join(map(str, change.after))}. {change.text.en}")
print(f"{len(moved)} students move, {after.matched.num_placed} of {len(roster.students)} have a mentor")
assert {change.student for change in moved} >= set(left_alone)
assert not after.matched.students_of(mentor)
