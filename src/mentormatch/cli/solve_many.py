"""``mentormatch solve-many``: every school of a folder, one summary and one report."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.exit_codes import INFEASIBLE, INTERNAL_ERROR, INTERRUPTED, NO_MATCHING_IN_TIME, REFUSED, SOLVED
from mentormatch.cli.options import (
    accept_issues_option,
    date_option,
    lang_option,
    mechanism_option,
    seed_option,
    time_limit_option,
)

_WORST = (
    ("failed", INTERNAL_ERROR),
    ("refused", REFUSED),
    ("infeasible", INFEASIBLE),
    ("unknown", NO_MATCHING_IN_TIME),
)


@click.command("solve-many")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="结果文件夹 · The folder for the results."
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="各校共用的规则文件(TOML) · Rules, stages and priorities (TOML), for all schools.",
)
@mechanism_option
@date_option(Text("匹配的日期", "The day of the matching"))
@seed_option
@time_limit_option
@accept_issues_option
@click.option(
    "--shared",
    type=click.Path(path_type=Path),
    help="多校共用的导师及名额(CSV) · Mentors whom schools share, with their seats (CSV).",
)
@click.option(
    "--district",
    type=click.Path(path_type=Path),
    help="共用导师与跨校上限(TOML) · Shared mentors and caps over many schools (TOML).",
)
@click.option(
    "--coupling",
    type=click.Choice(["joint", "split"]),
    default="joint",
    show_default=True,
    help="相关学校:一起求最优,或各分一份 · Linked schools: to the joint optimum, or each with a share.",
)
@click.option("--pages", is_flag=True, help="每校另写一页报告 · Also write a page for each school.")
@click.option(
    "--workers",
    type=int,
    help="进程数,-1 为全部核心 · Processes; -1 takes every core: the default where joblib is installed.",
)
@click.option("--backend", help="joblib 后端 · A joblib backend: loky (default), threading, ...")
@lang_option
def solve_many(
    folder: Path,
    output: Path,
    rules: Path | None,
    mechanism: str | None,
    on: datetime | None,
    seed: int,
    time_limit: float,
    accept_issues: bool,
    shared: Path | None,
    district: Path | None,
    coupling: Literal["joint", "split"],
    pages: bool,
    workers: int | None,
    backend: str | None,
    lang: Language,
) -> int:
    """Match every school of a folder; a run that was stopped goes on where it was.

    Each workbook in the folder is a school, and each folder of CSV files.
    """
    from mentormatch.base.errors import FileError
    from mentormatch.many.overview import overview, write_overview
    from mentormatch.many.page import overview_lines, write_many_page
    from mentormatch.many.shared_seats import read_shared_seats
    from mentormatch.many.solve_many import solve_many as solve_all

    if output.resolve() == folder.resolve():
        raise FileError(
            Text(zh="结果文件夹不能是学校所在的文件夹。", en="The results must not go to the folder of the schools."),
            maybe=Text(zh=f"-o {folder / 'results'}", en=f"-o {folder / 'results'}"),
        )
    if workers is None:
        workers = -1 if find_spec("joblib") is not None else 1
    if workers == 0 or workers < -1:
        raise click.UsageError(
            "--workers 应为正整数,或 -1(全部核心)。"
            if lang == "zh"
            else "--workers must be positive, or -1 for all cores."
        )
    try:
        with _progress(lang) as show:
            result = solve_all(
                folder,
                output,
                mechanism=mechanism,
                rules=rules,
                on=on.date() if on is not None else date.today(),
                seed=seed,
                time_limit=time_limit,
                accept_issues=accept_issues,
                shared=None if shared is None else read_shared_seats(shared),
                district=district,
                coupling=coupling,
                pages=pages,
                lang=lang,
                workers=workers,
                backend=backend,
                on_progress=show,
            )
    except KeyboardInterrupt:
        click.echo(
            f"已中断。已完成的学校保存在 {output};再次运行同一命令即可继续。"
            if lang == "zh"
            else f"Interrupted. The schools that are done are in {output}; the same command goes on from there.",
            err=True,
        )
        return INTERRUPTED
    write_overview(result, output / "summary.json")
    write_many_page(result, output / "report.html", lang)
    facts = overview(result)
    for line in overview_lines(facts, lang):
        click.echo(line)
    for outcome in result.outcomes:
        if not outcome.is_solved:
            click.echo(f"{outcome.name}: {outcome.message.get(lang, outcome.status)}", err=True)
    click.echo(
        f"本次计算 {result.computed} 所,沿用 {result.reused} 所。报告:{output / 'report.html'}"
        if lang == "zh"
        else f"Solved {result.computed} now, {result.reused} before. The report is {output / 'report.html'}"
    )
    return next((code for status, code in _WORST if facts["schools"][status]), SOLVED)


class _progress:  # noqa: N801  # used like a function
    """Show how many schools are done on standard error, if that is a terminal."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._stack = ExitStack()

    def __enter__(self) -> Callable[[int, int], None] | None:
        if not sys.stderr.isatty():
            return None
        from rich.progress import Progress

        bar = self._stack.enter_context(Progress(transient=True))
        task = bar.add_task("学校" if self._lang == "zh" else "schools", total=None)
        return lambda done, total: bar.update(task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._stack.close()
