"""``mentormatch groups``: groups of one in-school lead, X externals and N students, from a school's workbook."""

from datetime import date, datetime
from pathlib import Path

import click

from mentormatch.cli.exit_codes import INFEASIBLE, NO_MATCHING_IN_TIME, SOLVED
from mentormatch.cli.options import (
    accept_issues_option,
    date_option,
    json_option,
    lang_option,
    output_option,
    picture_option,
    rules_option,
    seed_option,
    time_limit_option,
)
from mentormatch.text import Language

_DAY = click.DateTime(["%Y-%m-%d"])


def _span(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, int]:
    """Read two whole numbers such as 8-16, or one for both."""
    low, dash, high = value.partition("-")
    if not low.isdecimal() or (dash and not high.isdecimal()):
        raise click.BadParameter(f"{value}: 8-16", ctx, param)
    return int(low), int(high if dash else low)


@click.command()
@click.argument("school", type=click.Path(path_type=Path))
@output_option
@picture_option
@json_option
@click.option(
    "--students", callback=_span, metavar="MIN-MAX", default="8-16", show_default=True, help="N: students of a group."
)
@click.option(
    "--externals", callback=_span, metavar="MIN-MAX", default="1-2", show_default=True, help="X: externals of a group."
)
@click.option("--max-groups", type=click.IntRange(0), default=1, show_default=True, help="Groups that a lead may open.")
@click.option(
    "--lead-preferred", is_flag=True, help="An external's lead is a preference, not the only one it may join."
)
@click.option("--until", type=_DAY, help="The last day of the groups: checks must hold until then.")
@rules_option
@date_option("The first day")
@seed_option
@time_limit_option
@accept_issues_option
@lang_option
def groups(
    school: Path,
    output: Path,
    picture: Path | None,
    json_path: Path | None,
    students: tuple[int, int],
    externals: tuple[int, int],
    max_groups: int,
    lead_preferred: bool,
    until: datetime | None,
    rules: Path | None,
    on: datetime | None,
    seed: int,
    time_limit: float,
    accept_issues: bool,
    lang: Language,
) -> int:
    """Make groups of one in-school mentor, externals and students; what a group lacks is said, never hidden."""
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.cli.team_files import write_team_files
    from mentormatch.group_matchmaking import match_groups
    from mentormatch.io.read import read_roster
    from mentormatch.report.group_tables import group_cards, group_lines, group_summary, group_tables
    from mentormatch.result import Status
    from mentormatch.rules_file import read_rules
    from mentormatch.teams.group_plan import GroupPlan
    from mentormatch.text import Text

    outputs = [path for path in (output, picture, json_path) if path is not None]
    check_paths([school, *([rules] if rules else [])], outputs, workbooks=[output])
    first = on.date() if on is not None else date.today()
    plan = GroupPlan(
        students_min=students[0],
        students_max=students[1],
        externals_min=externals[0],
        externals_max=externals[1],
        first_day=first,
        last_day=first if until is None else until.date(),
    )
    roster = read_roster(school)
    refuse_errors(roster, accept_issues=accept_issues)
    written = None
    if rules is not None:
        roster, written = read_rules(rules).applied_to(roster)
    with Interrupts() as interrupts, Progress(lang, time_limit) as show:
        result = match_groups(
            roster,
            plan,
            max_groups=max_groups,
            lead_binds=not lead_preferred,
            rules=written,
            on=first,
            seed=seed,
            time_limit=time_limit,
            on_progress=show,
        )
    found = result.matching is not None
    title = Text(zh="成长小组:校内导师、校外导师与学生", en="Groups: lead, externals and students")
    write_team_files(
        school,
        workbook=(output, group_tables(result, lang, on=first)) if found else None,
        picture=(picture, group_cards(result, lang), title) if found and picture is not None else None,
        summary=None if json_path is None else (json_path, group_summary(result)),
        lang=lang,
    )
    for line in group_lines(result, lang):
        click.echo(line)
    if result.matching is not None:
        click.echo(f"结果已写入 {output}" if lang == "zh" else f"The result is in {output}")
    if interrupts.heard:
        return interrupts.tell(lang, has_matching=result.matching is not None)
    if result.matching is not None:
        return SOLVED
    return INFEASIBLE if result.status is Status.INFEASIBLE else NO_MATCHING_IN_TIME
