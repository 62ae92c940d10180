"""``mentormatch peers``: older students for younger ones (学长制), beside the adults and without care data."""

from typing import Unpack

import click

from mentormatch.base.text import Text
from mentormatch.cli.team_command import TeamAnswer, TeamOptions, TeamTask, run_team_command, team_options


@click.command()
@team_options(Text("第一天", "The first day"))
def peers(**given: Unpack[TeamOptions]) -> int:
    """Match peer mentors (mentors of the kind 学长) with juniors; the grade gap is in [peers] of RULES."""
    return run_team_command(_answer, **given)


def _answer(task: TeamTask) -> TeamAnswer:
    from mentormatch.problem.result import Status
    from mentormatch.rules.rules_file import Rules
    from mentormatch.teams.peers.school import match_peers
    from mentormatch.teams.peers.tables import peer_cards, peer_lines, peer_summary, peer_tables

    result = match_peers(
        task.roster,
        (task.rules or Rules()).peers,
        rules=task.rules,
        on=task.on,
        seed=task.seed,
        time_limit=task.time_limit,
        on_progress=task.on_progress,
    )
    has_matching = result.result.matching is not None
    return TeamAnswer(
        lines=peer_lines(result, task.lang),
        infeasible=result.result.status is Status.INFEASIBLE,
        tables=peer_tables(result, task.lang, on=task.on) if has_matching else None,
        cards=peer_cards(result) if has_matching else (),
        title=Text(zh="学长与学弟学妹", en="Peers and their juniors"),
        summary=peer_summary(result),
    )
