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
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.problem import Problem

PLOT = Path(__file__).with_name("ties_sweep.svg")
SIZES, LENGTHS = (300, 1_000), (3, 5, 10)
DENSITIES = (0.2, 0.4, 0.6, 0.75, 0.85, 0.95)
LARGE, LARGE_DENSITIES = 10_000, (0.75, 0.85, 0.95)
# Okabe and Ito (2008), one for each length; a kind of line for each size.
COLOURS, LINES = ("#0072B2", "#D55E00", "#009E73"), {300: ":", 1_000: "-", 10_000: "--"}
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
    draw(cells | {(LARGE, 5, ties): cell for ties, cell in large.items()})
    return "\n".join(lines)


def _cell(cell: Cell, seeds: int) -> str:
    text = f"{cell.seconds:.2f} s, {cell.placed:.1%}"
    return text if cell.proven == seeds else f"{text}, {cell.proven}/{seeds} proven, gap {cell.gap}"


def draw(cells: dict[tuple[int, int, float], Cell]) -> None:
    """Write the plot: seconds and students placed over tie density, a line for each size and length."""
    import matplotlib as mpl

    mpl.use("svg")
    # The same drawing, the same bytes; letters stay letters.
    mpl.rcParams |= {"svg.hashsalt": "ties", "svg.fonttype": "none"}
    import matplotlib.pyplot as plt

    figure, (time_axes, size_axes) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    for n, length in dict.fromkeys((n, length) for n, length, _ in cells):
        ties = [t for size, entries, t in cells if (size, entries) == (n, length)]
        mine = [cells[n, length, t] for t in ties]
        style = {"color": COLOURS[LENGTHS.index(length)], "linestyle": LINES[n], "marker": "o", "markersize": 4}
        time_axes.plot(ties, [cell.seconds for cell in mine], label=f"n = {n:,}, lists of {length}", **style)
        size_axes.plot(ties, [100 * cell.placed for cell in mine], **style)
    time_axes.set(yscale="log", ylabel="CPU seconds, median (log scale)")
    time_axes.yaxis.set_major_formatter("{x:g}")
    size_axes.set(ylabel="students placed, % (mean)")
    for axes, title in ((time_axes, "Time to a proven optimum"), (size_axes, "Largest weakly stable matching")):
        axes.set(title=title, xlabel="tie density", xticks=DENSITIES)
        axes.grid(color="#dddddd")
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    print(table())
