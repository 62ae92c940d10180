"""Means and differences over the cells of a study, with confidence intervals over seeds."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.study.table import Row, StudyTable

Over = Literal["seed", "instance"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its confidence interval.

    Parameters
    ----------
    mechanism, metric : str
    mean : float
    low, high : float
        The interval; both NaN where there is one independent draw only.
    draws : int
        Independent draws: seeds, or instances.
    cells : int
        Numbers that went into the mean.
    """

    mechanism: str
    metric: str
    mean: float
    low: float
    high: float
    draws: int
    cells: int


def summary(table: StudyTable, *, over: Over | None = None, level: float = 0.95) -> tuple[Estimate, ...]:
    """Return the mean of every number for every mechanism.

    The cells of one seed (or of one instance, see `over`) are averaged first: their means are the independent draws,
    and the interval is Student's (Gosset 1908) over these.

    Parameters
    ----------
    table : StudyTable
    over : {"seed", "instance"}, optional
        What was drawn independently. Default: seeds, or instances where there is one seed only.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    InputError
        When the level is not between 0 and 1.
    """
    return tuple(_estimates(table, over, level))


def differences(
    table: StudyTable, *, baseline: str, over: Over | None = None, level: float = 0.95
) -> tuple[Estimate, ...]:
    """Return the mean difference of every number to that of a baseline mechanism, cell by cell.

    All mechanisms see the same markets, so a difference varies less than either of its sides.

    Raises
    ------
    InputError
        When the table does not have the baseline, or the level is not between 0 and 1.
    """
    if baseline not in table.mechanisms:
        raise InputError(
            Text(
                zh=f"研究中没有机制“{baseline}”;有:{'、'.join(table.mechanisms)}。",
                en=f"The study has no mechanism '{baseline}'; it has: {', '.join(table.mechanisms)}.",
            )
        )
    base = {(row.instance, row.seed, row.metric): row.value for row in table.where(mechanism=baseline)}
    rows = (
        Row(row.instance, row.seed, row.mechanism, row.metric, row.value - base[at])
        for row in table
        if row.mechanism != baseline and (at := (row.instance, row.seed, row.metric)) in base
    )
    return tuple(_estimates(StudyTable(tuple(rows)), over, level))


def _estimates(table: StudyTable, over: Over | None, level: float) -> Iterable[Estimate]:
    if not 0 < level < 1:
        raise InputError(
            Text(
                zh=f"置信水平须在 0 与 1 之间,现为 {level}。", en=f"level must be between 0 and 1. Got {level} instead."
            )
        )
    if over is None:
        over = "seed" if len({row.seed for row in table}) > 1 else "instance"
    draw_of: Callable[[Row], object] = (lambda row: row.seed) if over == "seed" else (lambda row: row.instance)
    groups: dict[tuple[str, str], dict[object, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in table:
        groups[row.mechanism, row.metric][draw_of(row)].append(row.value)
    for mechanism in table.mechanisms:
        for metric in table.metrics:
            draws = groups.get((mechanism, metric))
            if draws:
                means = np.array([np.mean(values) for values in draws.values()])
                half = _half_width(means, level)
                mean, cells = float(means.mean()), sum(len(values) for values in draws.values())
                yield Estimate(mechanism, metric, mean, mean - half, mean + half, len(means), cells)


def _half_width(means: NDArray[np.floating[Any]], level: float) -> float:
    if len(means) < 2:
        return float("nan")
    try:
        from scipy.stats import t
    except ImportError:
        raise InputError(
            Text(zh="置信区间需要 scipy。", en="Confidence intervals need scipy."),
            maybe="pip install 'mentormatch-engine[study]' helps.",
        ) from None
    return float(t.ppf((1 + level) / 2, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means)))


def wide(estimates: Iterable[Estimate], metrics: Iterable[str]) -> str:
    """Return a Markdown table: a row for each mechanism, a column for each number, mean and half width."""
    chosen = list(metrics)
    by_cell = {(each.mechanism, each.metric): each for each in estimates}
    mechanisms = dict.fromkeys(mechanism for mechanism, _ in by_cell)
    lines = ["| mechanism | " + " | ".join(chosen) + " |", "|---|" + "---:|" * len(chosen)]
    for mechanism in mechanisms:
        cells = [_shown(by_cell.get((mechanism, metric))) for metric in chosen]
        lines.append(f"| {mechanism} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _shown(estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    digits = 1 if abs(estimate.mean) >= 100 else 3
    if np.isnan(estimate.low):
        return f"{estimate.mean:.{digits}f}"
    return f"{estimate.mean:.{digits}f} ± {estimate.high - estimate.mean:.{digits}f}"
