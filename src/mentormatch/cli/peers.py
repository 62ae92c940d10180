"""``mentormatch peers``: older students for younger ones (学长制), beside the adults and without care data."""

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
def peers(
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
    """Match peer mentors (mentors of the kind 学长) with juniors; the grade gap is in [peers] of RULES."""
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.cli.team_files import write_team_files
    from mentormatch.io.read import read_roster
    from mentormatch.peer_matchmaking import match_peers
    from mentormatch.report.peer_tables import peer_cards, peer_lines, peer_summary, peer_tables
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
        result = match_peers(roster, written.peers, on=first, seed=seed, time_limit=time_limit, on_progress=show)
    found = result.result.matching is not None
    lines = peer_lines(result, lang)
    title = Text(zh="学长与学弟学妹", en="Peers and their juniors")
    write_team_files(
        school,
        workbook=(output, peer_tables(result, lang, on=first)) if found else None,
        picture=(picture, peer_cards(result), title) if found and picture is not None else None,
        summary=None if json_path is None else (json_path, peer_summary(result)),
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
