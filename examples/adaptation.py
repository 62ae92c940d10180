"""An entry grade before and after its adaptation period: placed provisionally and evenly, then two-way choice.

Runs on the workbook that is given (``python examples/adaptation.py school.xlsx``), or on the sample school.
"""

import sys
import tempfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import mentormatch as mm
from mentormatch.io.sample_school import write_sample_school


def widest_gap(roster: mm.Roster, result: mm.Result) -> int:
    """Return the largest difference of provisional loads within a class between two of its teachers.

    A teacher without a free seat cannot take more: the difference to it does not count.
    """
    assert result.matching is not None
    market, grade_7 = result.problem.market, defaultdict[str, Counter[str]](Counter)
    for student in roster.students:
        if result.state_of(student.student_id).name == "provisional":
            grade_7[student.class_name].update(map(str, result.matched.mentors_of(student.student_id)))
    gaps = [0]
    for name, has in grade_7.items():
        team = [m.mentor_id for m in roster.mentors if name in m.classes_taught and m.mentor_id in market.mentor_ids]
        for one in team:
            j = market.mentor_index(one)
            if len(result.matched.students_of(one)) < market.mentor_upper[j]:
                gaps.append(max(has[other] for other in team) - has[one])
    return max(gaps)


with tempfile.TemporaryDirectory() as folder:
    school = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "school.xlsx"
    if len(sys.argv) == 1:
        write_sample_school(school, "en")
    roster = mm.read_roster(school)
    columns = {day: mm.match(roster, on=day) for day in (date(2024, 9, 10), date(2024, 11, 11))}

lines = defaultdict[str, list[str]](list)
for result in columns.values():
    assert result.matching is not None
    origins = Counter(reason.origin for reason in result.pair_reasons.values())
    ends = Counter(result.state_of(student.student_id).ends for student in roster.students)
    until = ", ".join(str(end) for end in ends if end is not None)
    had = {p.student_id: p.mentor_id for p in roster.pairings}
    kept = sum(mentor in result.matched.mentors_of(student) for student, mentor in had.items())
    lines["status"].append(str(result.status))
    lines["students placed"].append(f"{result.matched.num_placed} of {len(roster.students)}")
    lines["provisional pairs"].append(str(len(roster.students) - ends[None]))
    lines["provisional until"].append(until or "-")
    lines["widest gap in a class"].append(str(widest_gap(roster, result)) if until else "-")
    lines["pairs by choice"].append(str(origins["chosen"]))
    lines["first choices met"].append(str(result.matching.rank_profile().get("1", 0)))
    lines["mentors kept"].append(f"{kept} of {len(had)}")

print(f"{'':24}" + "".join(f"{day.isoformat():>16}" for day in columns))
for name, values in lines.items():
    print(f"{name:24}" + "".join(f"{value:>16}" for value in values))
