"""The plots of a study, as SVG and PNG. They need matplotlib: ``pip install 'mentormatch-engine[study]'``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.study.summary import Estimate, summary
from mentormatch.study.table import StudyTable

# Okabe and Ito (2008): told apart by every kind of colour vision.
COLOURS = ("#0072B2", "#56B4E9", "#009E73", "#F0E442", "#E69F00", "#D55E00", "#CC79A7", "#999999")
_GREY = "#DDDDDD"
_DPI = 150


def write_plots(table: StudyTable, folder: Path) -> list[Path]:
    """Draw every plot that the numbers of a study allow.

    ``ranks``: shares of first, second, ... choices; ``stability_and_welfare``: blocking students against welfare;
    ``manipulability``: who gains by which misreport; ``fairness``: gaps between groups. Intervals are those of
    `summary`.

    Parameters
    ----------
    table : StudyTable
    folder : Path
        Must exist.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    InputError
        When matplotlib is not installed.
    FileError
        When a file cannot be written.
    """
    by_metric: dict[str, list[Estimate]] = {}
    for estimate in summary(table):
        by_metric.setdefault(estimate.metric, []).append(estimate)
    drawn = {
        "ranks": _ranks(by_metric),
        "stability_and_welfare": _trade_off(by_metric),
        "manipulability": _bars(
            by_metric,
            ("gain_truncation", "gain_dropping", "gain_reordering"),
            "Share of students who gain by misreporting",
        ),
        "fairness": _bars(
            by_metric,
            ("gap_first_choice", "gap_welfare", "gap_placed"),
            "Minority less majority (below zero: the minority gets less)",
        ),
    }
    written = []
    for name, figure in drawn.items():
        if figure is None:
            continue
        for ending in ("svg", "png"):
            path = folder / f"{name}.{ending}"
            with atomic_path(path) as temp:
                # Without a date and with fixed ids of its parts: the same study, the same bytes.
                metadata = {"Date": None} if ending == "svg" else {"Software": None}
                figure.savefig(temp, format=ending, dpi=_DPI, metadata=metadata)
            written.append(path)
    return written


def _figure(height: float) -> tuple[Any, Any]:
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError(
            Text(zh="绘图需要 matplotlib。", en="Plots need matplotlib."),
            maybe="pip install 'mentormatch-engine[study]' helps.",
        ) from None
    mpl.rcParams["svg.hashsalt"] = "mentormatch"
    figure = Figure(figsize=(8, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _names(estimates: Sequence[Estimate]) -> list[str]:
    return [estimate.mechanism.replace("_", " ") for estimate in estimates]


def _ranks(by_metric: dict[str, list[Estimate]]) -> Any:
    ranks = sorted((name for name in by_metric if name.startswith("rank_")), key=lambda name: int(name[5:]))
    if not ranks:
        return None
    shown = [*ranks[:5], *(["unlisted"] if "unlisted" in by_metric else [])]
    labels = _names(by_metric[ranks[0]])
    figure, axes = _figure(0.9 + 0.36 * len(labels))
    left = [0.0] * len(labels)
    colours = [*COLOURS[: len(shown) - 1], COLOURS[-1]]
    by_mechanism = {each.mechanism: at for at, each in enumerate(by_metric[ranks[0]])}
    for name, colour in zip(shown, colours, strict=True):
        width = [0.0] * len(labels)
        for each in by_metric[name]:
            width[by_mechanism[each.mechanism]] = each.mean
        label = "not listed" if name == "unlisted" else f"choice {name[5:]}"
        axes.barh(labels, width, left=left, color=colour, label=label)
        left = [low + wide for low, wide in zip(left, width, strict=True)]
    axes.barh(labels, [max(0.0, 1 - low) for low in left], left=left, color=_GREY, label="nobody")
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.set_xlabel("Share of the students that listed somebody")
    figure.legend(loc="outside upper center", ncols=len(shown) + 1, frameon=False, fontsize="small")
    return figure


def _trade_off(by_metric: dict[str, list[Estimate]]) -> Any:
    if "blocking_students" not in by_metric or "welfare" not in by_metric:
        return None
    figure, axes = _figure(5.2)
    other = {each.mechanism: each for each in by_metric["welfare"]}
    markers = "osD^v<>Phd*Xp"
    for at, each in enumerate(by_metric["blocking_students"]):
        welfare = other.get(each.mechanism)
        if welfare is None:
            continue
        axes.errorbar(
            each.mean,
            welfare.mean,
            xerr=_half(each),
            yerr=_half(welfare),
            fmt=markers[at % len(markers)],
            markersize=8,
            elinewidth=0.8,
            color=COLOURS[at % len(COLOURS)] if at % len(COLOURS) != 3 else "#000000",
            label=each.mechanism.replace("_", " "),
        )
    axes.set_xlabel("Share of students in a blocking pair (0: stable)")
    axes.set_ylabel("Welfare (1: everybody's first choice)")
    axes.set_xlim(left=min(-0.01, axes.get_xlim()[0]))
    figure.legend(loc="outside right center", frameon=False, fontsize="small")
    return figure


def _bars(by_metric: dict[str, list[Estimate]], metrics: Sequence[str], label: str) -> Any:
    shown = [name for name in metrics if name in by_metric]
    if not shown:
        return None
    mechanisms = list(dict.fromkeys(each.mechanism for name in shown for each in by_metric[name]))
    figure, axes = _figure(0.9 + 0.45 * len(mechanisms))
    thick = 0.8 / len(shown)
    for number, name in enumerate(shown):
        estimates = {each.mechanism: each for each in by_metric[name]}
        there = [at for at, mechanism in enumerate(mechanisms) if mechanism in estimates]
        axes.barh(
            [at + (number - (len(shown) - 1) / 2) * thick for at in there],
            [estimates[mechanisms[at]].mean for at in there],
            height=thick,
            xerr=[_half(estimates[mechanisms[at]]) for at in there],
            error_kw={"elinewidth": 0.8, "capsize": 1.5},
            color=COLOURS[(0, 2, 5)[number]],
            label=name.split("_", 1)[1].replace("_", " "),
        )
    axes.set_yticks(range(len(mechanisms)), [mechanism.replace("_", " ") for mechanism in mechanisms])
    axes.invert_yaxis()
    axes.axvline(0, color="black", linewidth=0.8)
    if all(name.startswith("gain") for name in shown):
        # A share is never below zero, whatever its symmetric interval says.
        axes.set_xlim(left=0)
    axes.set_xlabel(label)
    figure.legend(loc="outside upper center", ncols=len(shown), frameon=False, fontsize="small")
    return figure


def _half(estimate: Estimate) -> float:
    half = estimate.high - estimate.mean
    return 0.0 if half != half else half
