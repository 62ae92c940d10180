"""The maximum weakly stable matching of the published HRT instance: our engine and plain ways to run CP-SAT."""

import time
from pathlib import Path
from typing import Any

import numpy as np

from mentormatch.constraints import Quotas, WeakStability
from mentormatch.form import compile_form
from mentormatch.io.glasgow import read_glasgow
from mentormatch.objectives import PlacedStudents
from mentormatch.problem import Problem
from mentormatch.solvers.cp_model_builder import add_stage, build_model
from mentormatch.solvers.reduce import reduce_stable
from mentormatch.solving import solve

HRT = Path(__file__).resolve().parents[2] / "shared" / "data" / "published" / "hrt.instance"
LIMIT = 20.0

CONFIGURATIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("8 workers, free", {"num_workers": 8}),
    ("8 workers, interleaved", {"num_workers": 8, "interleave_search": True}),
    ("2 workers, free", {"num_workers": 2}),
    ("1 worker", {"num_workers": 1}),
    ("1 worker, core", {"num_workers": 1, "subsolvers": ["core"]}),
    ("1 worker, max_lp", {"num_workers": 1, "subsolvers": ["max_lp"]}),
    ("1 worker, lb_tree_search", {"num_workers": 1, "subsolvers": ["lb_tree_search"]}),
)


def table() -> str:
    """Return the table: with and without our reduction, each configuration up to 20 s."""
    from ortools.sat.python import cp_model

    problem = Problem(read_glasgow(HRT), [Quotas(), WeakStability()], [PlacedStudents()])
    form = compile_form(problem)
    started = time.perf_counter()
    result = solve(problem)
    seconds = time.perf_counter() - started
    lines = [
        "| model | search | found | bound | seconds |",
        "|---|---|---|---|---|",
        f"| ours | `solve` with check | {result.stages[0].value} | {result.stages[0].bound} | {seconds:.1f} |",
    ]
    reduced = reduce_stable(problem.market, form.open)
    for name, usable in (
        (f"plain, {form.open.sum():,} pairs", form.open),
        (f"reduced, {reduced.sum():,} pairs", reduced),
    ):
        for search, parameters in CONFIGURATIONS:
            model = build_model(form, np.asarray(usable))
            add_stage(model, form, 0)
            solver = cp_model.CpSolver()
            solver.parameters.max_time_in_seconds = LIMIT
            solver.parameters.catch_sigint_signal = False
            for key, value in parameters.items():
                if key == "subsolvers":
                    solver.parameters.subsolvers.extend(value)
                else:
                    setattr(solver.parameters, key, value)
            started = time.perf_counter()
            status = solver.solve(model.proto)
            seconds = time.perf_counter() - started
            found = str(round(-solver.objective_value)) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else "-"
            bound = round(-solver.best_objective_bound)
            took = f"{seconds:.1f}" if status == cp_model.OPTIMAL else f"> {LIMIT:.0f}"
            lines.append(f"| {name} | {search} | {found} | {bound} | {took} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
