"""``mentormatch roles``: several mentors for one student, each in a role of its own, from a school's workbook."""

from typing import Unpack

import click

from mentormatch.base.text import Text
from mentormatch.cli.team_command import TeamAnswer, TeamOptions, TeamTask, run_team_command, team_options


@click.command()
@team_options(Text("第一天", "The first day"))
def roles(**given: Unpack[TeamOptions]) -> int:
    """Match primary mentors by the rules, then fill the other roles (心理, 校外, ...); what is not filled is said."""
    return run_team_command(_answer, **given)


def _answer(task: TeamTask) -> TeamAnswer:
    from mentormatch.problem.result import Status
    from mentormatch.rules.rules_file import Rules
    from mentormatch.teams.roles.school import match_roles
    from mentormatch.teams.roles.tables import role_cards, role_lines, role_summary, role_tables

    rules = task.rules or Rules()
    found = match_roles(
        task.roster,
        rules.roles,
        rules=rules,
        on=task.on,
        seed=task.seed,
        time_limit=task.time_limit,
        on_progress=task.on_progress,
    )
    result = found.by_role
    if result is None:
        return TeamAnswer(
            lines=role_lines(found, task.lang),
            infeasible=found.primary.status is Status.INFEASIBLE,
            summary=role_summary(found),
        )
    externals = frozenset(external.external_id for external in task.roster.external_mentors)
    has_matching = result.result.matching is not None
    return TeamAnswer(
        lines=role_lines(found, task.lang),
        infeasible=result.result.status is Status.INFEASIBLE,
        tables=role_tables(found, externals, task.lang, on=task.on) if has_matching else None,
        cards=role_cards(result, task.lang) if has_matching else (),
        title=Text(zh="各角色的导师", en="Mentors by role"),
        summary=role_summary(found),
    )
