"""``mentormatch growth-groups``: every class, or every mentor's students, in balanced groups (“快乐成长”小组)."""

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


@click.command("growth-groups")
@click.argument("school", type=click.Path(path_type=Path))
@output_option
@picture_option
@json_option
@rules_option
@date_option("The day on which pairings are looked at")
@seed_option
@time_limit_option
@accept_issues_option
@lang_option
def growth_groups(
    school: Path,
    output: Path,
    picture: Path | None,
    json_path: Path | None,
    rules: Path | None,
    on: datetime | None,
    seed: int,
    time_limit: float,
    accept_issues: bool,
    lang: Language,
) -> int:
    """Split classes (or mentors' students) into growth groups; sizes and balance are in [growth_groups] of RULES."""
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.cli.team_files import write_team_files
    from mentormatch.growth_matchmaking import school_growth_groups
    from mentormatch.io.read import read_roster
    from mentormatch.report.growth_tables import growth_cards, growth_lines, growth_summary, growth_tables
    from mentormatch.result import Status
    from mentormatch.rules_file import Rules, read_rules
    from mentormatch.text import Text

    outputs = [path for path in (output, picture, json_path) if path is not None]
    check_paths([school, *([rules] if rules else [])], outputs, workbooks=[output])
    first = on.date() if on is not None else date.today()
    roster = read_roster(school)
    refuse_errors(roster, accept_issues=accept_issues)
    written = Rules()
    if rules is not None:
        roster, written = read_rules(rules).applied_to(roster)
    with Interrupts() as interrupts, Progress(lang, time_limit) as show:
        units = school_growth_groups(
            roster, written.growth_groups, on=first, seed=seed, time_limit=time_limit, on_progress=show
        )
    found = any(unit.result.groups for unit in units)
    lines = growth_lines(units, lang)
    title = Text(zh="快乐成长小组", en="Growth groups")
    write_team_files(
        school,
        workbook=(output, growth_tables(units, lang)) if found else None,
        picture=(picture, growth_cards(units, lang), title) if found and picture is not None else None,
        summary=None if json_path is None else (json_path, growth_summary(units)),
        lang=lang,
    )
    for line in lines:
        click.echo(line)
    if found:
        click.echo(f"结果已写入 {output}" if lang == "zh" else f"The result is in {output}")
    if interrupts.heard:
        return interrupts.tell(lang, has_matching=found)
    if found:
        return SOLVED
    stopped = any(unit.result.status is Status.UNKNOWN for unit in units)
    return NO_MATCHING_IN_TIME if stopped else INFEASIBLE
