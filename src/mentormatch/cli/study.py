"""``mentormatch study``: run a study file; run again after a stop, it goes on."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from mentormatch.base.text import Language
from mentormatch.cli.exit_codes import INTERRUPTED, SOLVED
from mentormatch.cli.options import lang_option


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="研究结果文件夹 · The folder of the study."
)
@click.option(
    "--workers", type=int, default=1, show_default=True, help="进程数,-1 为全部核心 · Processes; -1 takes every core."
)
@click.option("--backend", help="joblib 后端 · A joblib backend, such as loky, threading, dask, ray.")
@click.option("--retry-failures", is_flag=True, help="重算上次失败的部分 · Compute cells again that failed before.")
@lang_option
def study(study: Path, output: Path, workers: int, backend: str | None, retry_failures: bool, lang: Language) -> int:
    """Compare mechanisms on many markets (STUDY.toml); a study that was stopped goes on where it stopped."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from mentormatch.study.experiment import run
    from mentormatch.study.study_file import instances_of, read_study
    from mentormatch.study.study_report import write_study

    described = read_study(study)
    try:
        with ExitStack() as stack:
            show: Callable[[int, int], None] | None = None
            if sys.stderr.isatty():
                bar = stack.enter_context(
                    Progress(
                        *Progress.get_default_columns()[:2],
                        MofNCompleteColumn(),
                        TimeRemainingColumn(),
                        console=Console(stderr=True),
                    )
                )
                task = bar.add_task("cells", total=None)

                def shown(done: int, total: int) -> None:
                    bar.update(task, completed=done, total=total)

                show = shown

            table = run(
                described.chosen_mechanisms(),
                instances_of(described, study.parent),
                metrics=described.chosen_metrics(),
                seeds=described.seeds,
                folder=output,
                workers=workers,
                backend=backend,
                retry_failures=retry_failures,
                on_progress=show,
            )
    except KeyboardInterrupt:
        click.echo(
            "已中断;已算完的部分都已保存,重新运行同一命令即可继续。"
            if lang == "zh"
            else "Interrupted; what was computed is kept. The same command goes on from here.",
            err=True,
        )
        return INTERRUPTED
    written = write_study(table, output, title=described.title, baseline=described.baseline)
    for path in written:
        click.echo(path)
    if table.failures:
        click.echo(
            f"有 {len(table.failures)} 处失败,见 failures.csv。"
            if lang == "zh"
            else f"{len(table.failures)} failures, see failures.csv.",
            err=True,
        )
    return SOLVED
