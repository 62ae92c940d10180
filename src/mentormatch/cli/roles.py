"""``mentormatch roles``: several mentors for one student, each in a role of its own, from a school's workbook."""

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


@click.command()
@click.argument("school", type=click.Path(path_type=Path))
@output_option
@picture_option
@json_option
@rules_option
@date_option("The first day")
@seed_option
@time_limit_option
@accept_issues_option
@lang_option
def roles(
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
    """Match primary mentors by the rules, then fill the other roles (心理, 校外, ...); what is not filled is said."""
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.cli.team_files import write_team_files
    from mentormatch.io.read import read_roster
    from mentormatch.report.role_tables import role_cards, role_lines, role_summary, role_tables
    from mentormatch.report.summary import summary_lines
    from mentormatch.result import Status
    from mentormatch.role_matchmaking import match_roles
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
        school_roles = match_roles(
            roster,
            written.roles,
            rules=written,
            on=first,
            seed=seed,
            time_limit=time_limit,
            on_progress=show,
        )
    result = school_roles.by_role
    if result is None:
        for line in summary_lines(school_roles.primary, lang):
            click.echo(line)
        status = school_roles.primary.status
        return INFEASIBLE if status is Status.INFEASIBLE else NO_MATCHING_IN_TIME
    found = result.result.matching is not None
    externals = frozenset(external.external_id for external in roster.external_mentors)
    lines = role_lines(result, lang)
    title = Text(zh="各角色的导师", en="Mentors by role")
    write_team_files(
        school,
        workbook=(output, role_tables(result, externals, lang, on=first)) if found else None,
        picture=(picture, role_cards(result, lang), title) if found and picture is not None else None,
        summary=None if json_path is None else (json_path, role_summary(result)),
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
    return INFEASIBLE if result.result.status is Status.INFEASIBLE else NO_MATCHING_IN_TIME
