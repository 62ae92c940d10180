"""Many schools: a county from workbooks, and parts of a province from arrays to show that time is linear.

The whole province is `province.py`.
"""

import tempfile
import time
from pathlib import Path

from mentormatch.many.district_file import District, DistrictCap
from mentormatch.many.solve_many import solve_many
from mentormatch.study.generators import county, province

PARTS = (100, 200, 400)


def county_from_workbooks(workers: int = 2, *, linked: bool = False) -> tuple[float, int]:
    """Return seconds of the command, start and report included, on 60 workbooks; and the students placed.

    Linked, one cap over all mentors of the county makes it one market, solved to the optimum over all schools.
    """
    from datetime import date

    from mentormatch.many.overview import overview, write_overview
    from mentormatch.many.page import write_many_page

    with tempfile.TemporaryDirectory() as folder:
        schools, out = Path(folder) / "schools", Path(folder) / "out"
        schools.mkdir()
        for school in county():
            school.write_workbook(schools / f"{school.name}.xlsx")
        started = time.perf_counter()
        cap = DistrictCap(name="all mentors", kinds=("in_school",), upper=county().num_students + 10)
        result = solve_many(
            schools,
            out,
            on=date(2024, 11, 11),
            time_limit=60.0,
            workers=workers,
            district=District(cap=(cap,)) if linked else None,
        )
        write_overview(result, out / "summary.json")
        write_many_page(result, out / "report.html", "zh")
        seconds = time.perf_counter() - started
    assert all(outcome.is_solved for outcome in result.outcomes)
    assert [c["status"] for c in overview(result)["clusters"]] == (["optimal"] if linked else [])
    return seconds, int(overview(result)["placed"])


def part_of_province(number: int, workers: int = 2) -> tuple[float, int]:
    """Return seconds for every (8,000 / number)-th school, and the students in them."""
    schools = province()[:: 8_000 // number]
    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        result = solve_many(schools, out, workers=workers)
        seconds = time.perf_counter() - started
    assert all(outcome.is_solved for outcome in result.outcomes)
    students = sum(outcome.summary["students"] for outcome in result.outcomes)
    return seconds, students


def table(parts: tuple[int, ...] = PARTS) -> str:
    """Return the table; the last column is an extrapolation, not a measurement."""
    seconds, placed = county_from_workbooks()
    lines = [
        "| what | schools | students | seconds, 2 workers | seconds a school | 8,000 schools would take, min |",
        "|---|---|---|---|---|---|",
        f"| county, workbooks to results and one report | 60 | {placed:,} | {seconds:.1f} | {seconds / 60:.3f} | - |",
    ]
    seconds, placed = county_from_workbooks(linked=True)
    lines.append(
        f"| the same county linked by one cap: one market, proven | 60 | {placed:,} | {seconds:.1f} | "
        f"{seconds / 60:.3f} | - |"
    )
    for number in parts:
        seconds, students = part_of_province(number)
        each = seconds / number
        row = f"{number} | {students:,} | {seconds:.1f} | {each:.3f} | {each * 8_000 / 60:.0f}"
        lines.append(f"| part of a province, from arrays | {row} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
