"""Too few seats: what is missing, what would mend it, and the school mended and matched."""

import tempfile
from datetime import date
from pathlib import Path

import mentormatch as mm
from mentormatch.io.sample_school import write_sample_school
from mentormatch.record.staffing import with_seats
from mentormatch.report.page import write_page

day = date(2024, 11, 11)
with tempfile.TemporaryDirectory() as folder:
    school = Path(folder) / "school.xlsx"
    write_sample_school(school, "en")
    roster = mm.read_roster(school)

    # A third of the seats goes: 240 students no longer fit.
    fewer = {mentor.mentor_id: max(mentor.capacity_min, mentor.capacity_max * 2 // 3) for mentor in roster.mentors}
    short = with_seats(roster, fewer)
    result = mm.match(short, on=day)
    assert result.status is mm.Status.INFEASIBLE
    assert result.shortage is not None
    print(result.shortage.text.en)
    for repair in result.repairs:
        print(f"  {repair.text.en}")
    write_page(result, Path(folder) / "shortage.html", "en", on=day)  # the same as a picture

    missing = result.shortage.needed - result.shortage.available
    mended = dict(fewer)
    for mentor in sorted(result.shortage.mentors, key=str) * missing:
        if missing == 0:
            break
        mended[str(mentor)] += 1
        missing -= 1
    again = mm.match(with_seats(short, mended), on=day)
    assert again.matching is not None
    print(
        f"With {sum(mended.values()) - sum(fewer.values())} more seats: {again.status}, "
        f"{again.matched.num_placed} of {len(roster.students)} placed"
    )
