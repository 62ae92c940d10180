"""``mentormatch review``: a school's monthly review, and a bureau's table over many schools, from their records."""

from datetime import datetime
from pathlib import Path

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.day import DAY
from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import accept_issues_option, force_option, lang_option

HIDDEN_NOTE = Text(
    "* 表示 1 至 4,或为不让人推出这些数而一并不写的数。",
    "* stands for 1 to 4, or hides what would give such a count away.",
)


@click.command()
@click.argument("schools", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCHOOL...")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="表格(.xlsx) · The tables (.xlsx)."
)
@click.option("--report", type=click.Path(path_type=Path), help="同时写出一页(.html) · Also write a page (.html).")
@click.option("--from", "first", type=DAY, required=True, metavar="YYYY-MM-DD", help="第一天 · The first day.")
@click.option("--to", "last", type=DAY, required=True, metavar="YYYY-MM-DD", help="最后一天 · The last day.")
@click.option("--staff", is_flag=True, help="一所学校的内部版:申请、关爱 · For one school's staff: requests, care.")
@force_option
@accept_issues_option
@lang_option
def review(
    schools: tuple[Path, ...],
    output: Path,
    report: Path | None,
    first: datetime,
    last: datetime,
    staff: bool,
    force: bool,
    accept_issues: bool,
    lang: Language,
) -> int:
    """Tell of coverage, changes by cause and loads: one school month by month, or many schools a row each.

    Over many schools counts under five are hidden, and with them what would give them away.
    """
    from mentormatch.base.edition import Edition
    from mentormatch.base.errors import InputError
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.documents.open_school import read_roster
    from mentormatch.io.files.atomic import atomic_path
    from mentormatch.year.paper import Paper, paper_page
    from mentormatch.year.review import bureau_table, months, school_tables
    from mentormatch.year.review import review as reviewed
    from mentormatch.year.write_papers import write_papers

    if staff and len(schools) > 1:
        raise click.UsageError(
            "--staff 只用于一所学校。" if lang == "zh" else "--staff is for one school, not for a table over several."
        )
    span = first.date(), last.date()
    if span[1] < span[0]:
        raise InputError(Text(f"结束日 {span[1]} 早于 {span[0]}。", f"The last day {span[1]} lies before {span[0]}."))
    outputs = [path for path in (output, report) if path is not None]
    check_paths(list(schools), outputs, workbooks=[output], force=force)
    rosters = {}
    for path in schools:
        roster = read_roster(path)
        refuse_errors(roster, accept_issues=accept_issues)
        if path.stem in rosters:
            raise InputError(Text(f"两个文件同名:{path.stem}", f"Two files have one name: {path.stem}"))
        rosters[path.stem] = roster
    if len(rosters) == 1:
        (roster,) = rosters.values()
        tables = school_tables([reviewed(roster, *month) for month in months(*span)], Edition(staff=staff), lang)
        title, notes = Text("每月研判", "Monthly review"), []
    else:
        tables = [bureau_table({name: reviewed(roster, *span) for name, roster in sorted(rosters.items())}, lang)]
        title, notes = Text("督导汇总", "Supervision"), [HIDDEN_NOTE.in_language(lang)]
    write_papers(tables, output)
    if report is not None:
        told = title.in_language(lang)
        with atomic_path(report) as temp:
            page = paper_page(told, [Paper(told, [f"{span[0]} - {span[1]}"], tables, notes)], lang)
            temp.write_text(page, encoding="utf-8")
    click.echo(f"{title.in_language(lang)}:{output}")
    return SOLVED
