"""Fifty planted contradictions of two to five rules in clean schools: what is found, and how long it takes."""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from contradictions import KINDS, plant
from mentormatch.explain.conflict import find_conflict
from mentormatch.mechanisms.solving import solve
from mentormatch.problem.form import compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.solvers.choose import choose
from mentormatch.solvers.engine import Options

NUMBER = 50


def table(*, num_students: int = 1000, num_mentors: int = 80) -> str:
    """Return the table; the ratio is to one proof of infeasibility of the whole school."""
    rows: dict[str, list[tuple[float, float, bool, bool, int]]] = {}
    for seed in range(NUMBER):
        problem, planted = plant(seed, num_students=num_students, num_mentors=num_mentors)
        form = compile_form(problem)
        started = time.perf_counter()
        outcome = choose(form).engine.solve(form, Options())
        one = time.perf_counter() - started
        assert outcome.status is Status.INFEASIBLE
        started = time.perf_counter()
        conflict = find_conflict(problem, seconds=60)
        seconds = time.perf_counter() - started
        assert conflict is not None
        minimal = all(
            solve(Problem(problem.market, [problem.constraints[o] for o in conflict.positions if o != p])).matching
            is not None
            for p in conflict.positions
        )
        only = set(conflict.positions) <= planted
        rows.setdefault(KINDS[seed % len(KINDS)], []).append((seconds, one, minimal, only, len(conflict.positions)))
    lines = [
        "| planted | cases | rules found | minimal | planted rules only | median s | worst s | ratio to one proof |",
        "|---|---|---|---|---|---|---|---|",
    ]
    everything = [case for cases in rows.values() for case in cases]
    for kind, cases in [*rows.items(), ("all", everything)]:
        seconds = np.array([case[0] for case in cases])
        ratio = float(np.median([case[0] / case[1] for case in cases]))
        sizes = sorted({case[4] for case in cases})
        lines.append(
            f"| {kind} | {len(cases)} | {', '.join(map(str, sizes))} | {sum(case[2] for case in cases)} "
            f"| {sum(case[3] for case in cases)} | {np.median(seconds):.2f} | {seconds.max():.2f} | {ratio:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
