"""What a study leaves in its folder: the tidy table, means with intervals, a page of Markdown, plots."""

import csv
import io
from dataclasses import astuple, fields
from pathlib import Path

from mentormatch.io.files.atomic import atomic_path
from mentormatch.study.plots import write_plots
from mentormatch.study.summary import Estimate, differences, summary, wide
from mentormatch.study.table import Failure, StudyTable
from mentormatch.version import __version__

# What fits on a page: the columns of each table.
PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Choices", ("rank_1", "rank_2", "rank_3", "mean_rank", "unlisted", "placed", "placed_by_choice")),
    ("Stability and envy", ("blocking_pairs", "blocking_students", "envious", "justified_envy", "wasted")),
    ("Welfare, loads, continuity", ("welfare", "price", "load_gini", "load_max", "retained")),
    ("Manipulability", ("gain_truncation", "gain_dropping", "gain_reordering", "manipulable", "gain")),
    ("Every list of every student", ("gain_by_any_list", "largest_gain")),
    ("Gaps between groups", ("gap_first_choice", "gap_welfare", "gap_placed")),
)


def write_study(table: StudyTable, folder: Path, *, title: str = "", baseline: str | None = None) -> list[Path]:
    """Write everything about a study that is done.

    Parameters
    ----------
    table : StudyTable
    folder : Path
        Must exist.
    title : str
    baseline : str, optional
        Also compare all mechanisms with this one; left out where the table does not have it.

    Returns
    -------
    list of Path
        ``table.csv``, ``summary.csv``, ``study.md``, ``failures.csv`` if there are any, and the plots.

    Raises
    ------
    InputError
        When scipy or matplotlib is not installed.
    FileError
        When a file cannot be written.
    """
    means = summary(table)
    compared = differences(table, baseline=baseline) if baseline in table.mechanisms and baseline is not None else ()
    texts = {
        "table.csv": table.csv(),
        "summary.csv": _csv(Estimate, means),
        "study.md": page(table, means, compared, title=title, baseline=baseline),
    }
    if table.failures:
        texts["failures.csv"] = _csv(Failure, table.failures)
    written = []
    for name, text in texts.items():
        with atomic_path(folder / name) as temp:
            temp.write_text(text, "utf-8")
        written.append(folder / name)
    return [*written, *write_plots(table, folder)]


def page(
    table: StudyTable,
    means: tuple[Estimate, ...],
    compared: tuple[Estimate, ...],
    *,
    title: str = "",
    baseline: str | None = None,
) -> str:
    """Return the study as a page of Markdown: means with 95 % intervals, and differences to the baseline."""
    instances, seeds = len({row.instance for row in table}), len({row.seed for row in table})
    lines = [
        f"# {title or 'A study'}",
        "",
        f"{len(table.mechanisms)} mechanisms on {instances} instances with {seeds} seeds, mentormatch {__version__}; "
        f"{len(table.failures)} failures. Means, and half of their 95 % confidence interval over "
        f"{'seeds' if seeds > 1 else 'instances'} (Student).",
    ]
    for heading, metrics in PAGES:
        there = [metric for metric in metrics if metric in table.metrics]
        if there:
            lines += ["", f"## {heading}", "", wide(means, there)]
    if compared:
        there = [
            metric
            for metric in ("rank_1", "welfare", "placed_by_choice", "blocking_students", "retained", "manipulable")
            if metric in table.metrics
        ]
        lines += ["", f"## Less {baseline}, cell by cell", "", wide(compared, there)]
    return "\n".join(lines) + "\n"


def _csv(kind: type, items: tuple[Estimate, ...] | tuple[Failure, ...]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(field.name for field in fields(kind))
    writer.writerows(astuple(item) for item in items)
    return stream.getvalue()
