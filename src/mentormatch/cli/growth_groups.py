"""``mentormatch growth-groups``: every class, or every mentor's students, in balanced groups (“快乐成长”小组)."""

from typing import Unpack

import click

from mentormatch.base.text import Text
from mentormatch.cli.team_command import TeamAnswer, TeamOptions, TeamTask, run_team_command, team_options


@click.command("growth-groups")
@team_options(Text("以哪天的结对为准", "The day on which pairings are looked at"))
def growth_groups(**given: Unpack[TeamOptions]) -> int:
    """Split classes (or mentors' students) into growth groups; sizes and balance are in [growth_groups] of RULES."""
    return run_team_command(_answer, **given)


def _answer(task: TeamTask) -> TeamAnswer:
    from mentormatch.problem.result import Status
    from mentormatch.rules.rules_file import Rules
    from mentormatch.teams.growth.school import school_growth_groups
    from mentormatch.teams.growth.tables import growth_cards, growth_lines, growth_summary, growth_tables

    units = school_growth_groups(
        task.roster,
        (task.rules or Rules()).growth_groups,
        on=task.on,
        seed=task.seed,
        time_limit=task.time_limit,
        on_progress=task.on_progress,
    )
    found = any(unit.result.groups for unit in units)
    return TeamAnswer(
        lines=growth_lines(units, task.lang),
        infeasible=not any(unit.result.status is Status.UNKNOWN for unit in units),
        tables=growth_tables(units, task.lang) if found else None,
        cards=growth_cards(units, task.lang) if found else (),
        title=Text(zh="快乐成长小组", en="Growth groups"),
        summary=growth_summary(units),
    )
