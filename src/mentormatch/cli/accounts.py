"""``mentormatch accounts``: periods and allowance of mentors, month by month, from the record."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import click

from mentormatch.base.text import Language
from mentormatch.cli.day import DAY
from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import accept_issues_option, force_option, lang_option
from mentormatch.cli.school_argument import school_argument


class _Fraction(click.ParamType[Fraction]):
    """A number of at least 0: 1/3, 0.5, 600."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Return the number, exactly."""
        try:
            found = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            found = Fraction(-1)
        if found < 0:
            self.fail(
                f"{value}:应为不小于 0 的数,如 600 或 1/3 / must be a number of at least 0, as 600 or 1/3", param, ctx
            )
        return found


@click.command()
@school_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="工作量账(.xlsx) · The account (.xlsx).",
)
@click.option("--from", "first", type=DAY, required=True, metavar="YYYY-MM-DD", help="第一天 · The first day.")
@click.option("--to", "last", type=DAY, required=True, metavar="YYYY-MM-DD", help="最后一天 · The last day.")
@click.option(
    "--periods", type=click.IntRange(0), default=2, show_default=True, help="每月课时 · Periods of a full month."
)
@click.option(
    "--allowance",
    type=_Fraction(),
    metavar="YUAN",
    help="班主任月津贴(元) · A head teacher's monthly allowance.",
)
@click.option(
    "--share", type=_Fraction(), default="1/3", show_default=True, help="占班主任津贴的几分之几 · The share of it."
)
@click.option(
    "--activities",
    type=click.IntRange(0),
    default=4,
    show_default=True,
    help="应不少于几次活动(工作簿有“活动记录”表时) · Activities that are asked for, if the book has such a sheet.",
)
@click.option("--names", is_flag=True, help="写出姓名(供校内) · With names, for the school.")
@force_option
@accept_issues_option
@lang_option
def accounts(
    school: Path,
    output: Path,
    first: datetime,
    last: datetime,
    names: bool,
    force: bool,
    accept_issues: bool,
    lang: Language,
    **given: object,
) -> int:
    """Count mentors' days with pupils, periods and allowance by month, with the rows of the record behind them."""
    from mentormatch.base.edition import Edition
    from mentormatch.cli.language import language_of_files
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.documents.open_school import read_roster
    from mentormatch.year.account_tables import account_tables
    from mentormatch.year.accounts import Terms, account
    from mentormatch.year.activities import read_activities
    from mentormatch.year.write_papers import write_papers

    check_paths([school], [output], workbooks=[output], force=force)
    roster = read_roster(school)
    refuse_errors(roster, accept_issues=accept_issues)
    span = first.date(), last.date()
    terms = Terms(**given)  # type: ignore[arg-type]  # click has checked them
    found = account(roster, *span, terms)
    tables = account_tables(
        found,
        roster,
        terms,
        activities=read_activities(school, *span),
        edition=Edition(names=names),
        lang=language_of_files(roster, lang),
        span=span,
    )
    write_papers(tables, output)
    mentors, days = len({each.mentor_id for each in found.months}), sum(each.days for each in found.months)
    click.echo(
        f"{mentors} 位导师,在岗带生共 {days} 天;{output}"
        if lang == "zh"
        else f"{mentors} mentors, {days} days with pupils; {output}"
    )
    return SOLVED
