"""Every rule of a school switched on together, on the shared school: what is proven, and how long it takes."""

import time
from datetime import date
from pathlib import Path

import mentormatch as mm
from mentormatch.problem.form import compile_form

HERE = Path(__file__).resolve()
SCHOOL = HERE.parents[1] / "tests" / "data" / "school.xlsx"
RULES = HERE.with_suffix(".toml")
DAY = date(2024, 11, 11)


def table() -> str:
    """Return the stages with values, bounds and seconds, and the size of the model, as Markdown."""
    roster, rules = mm.read_roster(SCHOOL), mm.read_rules(RULES)
    done: dict[str, float] = {}
    started = time.perf_counter()
    result = mm.match(
        roster,
        rules=rules,
        on=DAY,
        time_limit=60,
        on_progress=lambda stage, *_: done.update({stage: time.perf_counter() - started}),
    )
    whole = time.perf_counter() - started
    form = compile_form(result.problem)
    lines = ["| stage | value | bound | proven | seconds |", "|---|---|---|---|---|"]
    before = 0.0
    for stage in result.stages:
        seconds = done.get(stage.name, before) - before
        before = done.get(stage.name, before)
        lines.append(f"| {stage.name} | {stage.value} | {stage.bound} | {stage.proven} | {seconds:.1f} |")
    size = (
        f"{len(rules.constraints)} rules, {form.market.num_pairs:,} pairs of which {int(form.open.sum()):,} are open, "
        f"{sum(len(rows) for rows in form.rows):,} rows, {sum(teams.num_teams for teams in form.teams):,} teams"
    )
    return f"{size}; {result.status} by {result.engine} in {whole:.1f} s, the check included.\n\n" + "\n".join(lines)


if __name__ == "__main__":
    print(table())
