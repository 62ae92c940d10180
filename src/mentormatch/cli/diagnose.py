"""``mentormatch diagnose``: does a school fit, why not, and what would make it fit."""

import json
from datetime import datetime
from pathlib import Path

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.exit_codes import INFEASIBLE, NO_MATCHING_IN_TIME, SOLVED
from mentormatch.cli.options import (
    accept_issues_option,
    date_option,
    day_of,
    lang_option,
    mechanism_option,
    rules_option,
)
from mentormatch.cli.school_argument import school_argument


@click.command()
@school_argument
@click.option(
    "--prices",
    "prices_file",
    type=click.Path(path_type=Path),
    help="各种补救办法的代价(TOML) · What each way out costs (TOML).",
)
@click.option(
    "--most",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="最多列出几处矛盾、几种补救 · How many conflicts and repairs.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="总时限(秒) · Seconds in all.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="输出数据,含所涉学生的编号 · Print plain data, with the ids of whom each cut concerns.",
)
@rules_option
@mechanism_option
@date_option(Text("匹配的日期", "The day of the matching"))
@accept_issues_option
@lang_option
def diagnose(
    school: Path,
    prices_file: Path | None,
    most: int,
    time_limit: float,
    as_json: bool,
    rules: Path | None,
    mechanism: str | None,
    on: datetime | None,
    accept_issues: bool,
    lang: Language,
) -> int:
    """Say whether a school fits and, if not, where seats are short, which rules clash, and what would help.

    供教务使用,会写出学号,不要转发给学生和家长。For staff: it names students by their ids, so do not
    pass it on to pupils.
    """
    from mentormatch.cli.rules_given import rules_for
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.documents.open_school import read_roster
    from mentormatch.explain.diagnosis import diagnose as find_out
    from mentormatch.explain.prices_file import read_prices
    from mentormatch.matchmaking import build_problem, find_mechanism
    from mentormatch.mechanisms.registry import DEFAULT_NAME

    roster = read_roster(school)
    refuse_errors(roster, accept_issues=accept_issues)
    written = rules_for(school, rules, lang)
    chosen = find_mechanism(mechanism or (written.mechanism if written else None) or DEFAULT_NAME)
    problem = build_problem(roster, chosen, rules=written, on=day_of(on, roster))
    prices = None if prices_file is None else read_prices(prices_file)
    found = find_out(problem, prices=prices, most=most, seconds=time_limit)
    for line in [json.dumps(found.as_data(), ensure_ascii=False, indent=2)] if as_json else found.lines(lang):
        click.echo(line)
    return {True: SOLVED, False: INFEASIBLE, None: NO_MATCHING_IN_TIME}[found.fits]
