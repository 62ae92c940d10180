"""Explanations of the shared school, and the way from an infeasible school to three verified repairs."""

import time
from datetime import date
from pathlib import Path

import numpy as np

import mentormatch as mm
from mentormatch.explain.bottlenecks import class_cuts, school_cuts
from mentormatch.explain.relax import cheapest_repair
from mentormatch.matchmaking import build_problem, find_mechanism
from mentormatch.rules.rules_file import read_rules

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
DAY = date(2024, 11, 11)


def table() -> str:
    """Return the table; ratios are to the matching of the school itself, in the same run."""
    started = time.perf_counter()
    result = mm.match(mm.read_roster(DATA / "school.xlsx"), on=DAY)
    whole = time.perf_counter() - started
    market = result.problem.market
    started = time.perf_counter()
    result.explain(market.student_ids[0])
    first = time.perf_counter() - started
    students, mentors = _each(result.explain, market.student_ids), _each(result.explain_mentor, market.mentor_ids)
    started = time.perf_counter()
    short = mm.match(mm.read_roster(DATA / "school_short_of_seats.xlsx"), on=DAY)
    repairs, cuts = short.repairs, [*school_cuts(short.problem), *class_cuts(short.problem)]
    mended = time.perf_counter() - started
    lines = [
        "| what | seconds | ratio |",
        "|---|---|---|",
        f"| read and match school.xlsx | {whole:.2f} | 1.000 |",
        f"| the first explanation of a result | {first:.4f} | {first / whole:.3f} |",
        f"| each of {len(students)} students, median | {np.median(students):.4f} | {np.median(students) / whole:.5f} |",
        f"| each of {len(students)} students, worst | {students.max():.4f} | {students.max() / whole:.5f} |",
        f"| each of {len(mentors)} mentors, worst | {mentors.max():.4f} | {mentors.max() / whole:.5f} |",
        f"| school_short_of_seats.xlsx: read, match, {len(cuts)} cuts, {len(repairs)} repairs verified | {mended:.2f} "
        f"| {mended / whole:.1f} |",
        _rule_book(whole),
    ]
    return "\n".join(lines)


def _rule_book(whole: float) -> str:
    """Return the row of the cheapest repair of all 23 rules of `all_rules.toml` on a day on which they clash."""
    rules = read_rules(Path(__file__).with_name("all_rules.toml"))
    problem = build_problem(
        mm.read_roster(DATA / "school.xlsx"), find_mechanism("two_round"), rules=rules, on=date(2024, 9, 10)
    )
    started = time.perf_counter()
    repair = cheapest_repair(problem, seconds=60)
    seconds = time.perf_counter() - started
    proof = "none" if repair is None else f"{repair.cost}, {'proven' if repair.proven else 'not proven'}"
    what = f"all_rules.toml on school.xlsx, 2024-09-10: cheapest repair ({proof})"
    return f"| {what} | {seconds:.2f} | {seconds / whole:.1f} |"


def _each(explain: object, ids: object) -> np.ndarray:
    seconds = []
    for item in ids:  # type: ignore[attr-defined]
        started = time.perf_counter()
        explain(item)  # type: ignore[operator]
        seconds.append(time.perf_counter() - started)
    return np.array(seconds)


if __name__ == "__main__":
    print(table())
