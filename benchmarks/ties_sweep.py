"""Largest weakly stable matchings over size, list length and tie density: a table, and a plot beside it.

The parameters are those of random SMTI instances in Delorme et al. (2019) and Pettersson et al. (2021): n by n, all
lists of one length, and a tie density, the probability that an entry is tied with the one before it. The last row has
the size of `published/smti`. Neither deferred acceptance nor a largest matching is nearly the answer in the middle of
the densities, and with long lists from low ones on.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from listed_market import listed_market
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.objectives import PlacedStudents
from mentormatch.problem import Problem
from mentormatch.solving import solve

PLOT = Path(__file__).with_name("ties_sweep.svg")
SIZES, LENGTHS = (300, 1_000), (3, 5, 10)
DENSITIES = (0.2, 0.4, 0.6, 0.75, 0.85, 0.95)
LARGE, LARGE_DENSITIES = 10_000, (0.75, 0.85, 0.95)
# Wall-clock seconds; for the large ones.
LIMIT, LARGE_LIMIT = 30.0, 150.0


@dataclass(frozen=True)
class Cell:
    """What the instances of one size, length and density gave.

    Parameters
    ----------
    seconds : float
        Median user CPU time of a whole `solve`, its check included.
    proven : int
        How many were proven within the limit.
    placed : float
        Mean share of students placed.
    gap : int
        Largest distance between value and bound.
    """

    seconds: float
    proven: int
    placed: float
    gap: int


def measure(n: int, length: int, ties: float, *, seeds: int, limit: float = LIMIT) -> Cell:
    """Solve some instances of one kind."""
    seconds, stages = [], []
    for seed in range(seeds):
        problem = Problem(
            listed_market(n, length=length, ties=ties, seed=seed), [Quotas(), WeakStability()], [PlacedStudents()]
        )
        started = time.process_time()
        stages.append(solve(problem, time_limit=limit).stages[0])
        seconds.append(time.process_time() - started)
    return Cell(
        float(np.median(seconds)),
        sum(stage.proven for stage in stages),
        float(np.mean([stage.value for stage in stages])) / n,
        max((stage.bound or stage.value) - stage.value for stage in stages),
    )


def table(*, seeds: int = 3) -> str:
    """Return the table; write the plot."""
    warm = listed_market(100, length=5, ties=0.85, seed=1)
    solve(Problem(warm, [Quotas(), WeakStability()], [PlacedStudents()]))
    cells = {
        (n, length, ties): measure(n, length, ties, seeds=seeds)
        for n in SIZES
        for length in LENGTHS
        for ties in DENSITIES
    }
    header = ["n", "length", *(f"ties {ties:.2f}" for ties in DENSITIES)]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for n in SIZES:
        for length in LENGTHS:
            row = [_cell(cells[n, length, ties], seeds) for ties in DENSITIES]
            lines.append("| " + " | ".join([f"{n:,}", str(length), *row]) + " |")
    large = {ties: measure(LARGE, 5, ties, seeds=1, limit=LARGE_LIMIT) for ties in LARGE_DENSITIES}
    row = [_cell(large[ties], 1) if ties in large else "-" for ties in DENSITIES]
    lines.append("| " + " | ".join([f"{LARGE:,}", "5", *row]) + " |")
    PLOT.write_text(_plot(cells), "utf-8")
    return "\n".join(lines)


def _cell(cell: Cell, seeds: int) -> str:
    text = f"{cell.seconds:.2f} s, {cell.placed:.1%}"
    return text if cell.proven == seeds else f"{text}, {cell.proven}/{seeds} proven, gap {cell.gap}"


def _plot(cells: dict[tuple[int, int, float], Cell]) -> str:
    """Draw seconds (log scale) over tie density, a line for each size and length."""
    width, height, left, top = 640, 360, 60, 20
    low, high = -2.0, 1.0
    colours = ("#1b6ca8", "#c8553d", "#3a7d44")

    def at(ties: float, seconds: float) -> tuple[float, float]:
        x = left + (ties - DENSITIES[0]) / (DENSITIES[-1] - DENSITIES[0]) * (width - left - 150)
        level = min(max(float(np.log10(max(seconds, 1e-9))), low), high)
        return x, top + (high - level) / (high - low) * (height - top - 50)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="12"><title>Seconds to prove a largest weakly stable matching, over tie density</title>'
    ]
    for level in (-2, -1, 0, 1):
        _, y = at(DENSITIES[0], 10.0**level)
        parts.append(f'<line x1="{left}" x2="{width - 150}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**level:g} s</text>')
    for ties in DENSITIES:
        x, _ = at(ties, 1)
        parts.append(f'<text x="{x:.1f}" y="{height - 32}" text-anchor="middle">{ties:.2f}</text>')
    parts.append(f'<text x="{(left + width - 150) / 2}" y="{height - 10}" text-anchor="middle">tie density</text>')
    for size, n in enumerate(SIZES):
        for colour, length in zip(colours, LENGTHS, strict=True):
            points = [at(ties, cells[n, length, ties].seconds) for ties in DENSITIES]
            dash = ' stroke-dasharray="5 4"' if size == 0 else ""
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
            y = top + 18 * (size * len(LENGTHS) + LENGTHS.index(length)) + 10
            parts.append(f'<line x1="{width - 135}" x2="{width - 110}" y1="{y}" y2="{y}" stroke="{colour}"{dash}/>')
            parts.append(f'<text x="{width - 104}" y="{y + 4}">n {n:,}, length {length}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    print(table())
