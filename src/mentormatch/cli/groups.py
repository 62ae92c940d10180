"""``mentormatch groups``: groups of one in-school lead, X externals and N students, from a school's workbook."""

from datetime import datetime
from functools import partial
from typing import Unpack

import click

from mentormatch.base.text import Text
from mentormatch.cli.team_command import TeamAnswer, TeamOptions, TeamTask, run_team_command, team_options

_DASHES = str.maketrans(dict.fromkeys("–—－−~～至", "-"))
_DAY = click.DateTime(["%Y-%m-%d"])


def _span(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, int]:
    """Read two whole numbers such as 8-16 (or 8–16, 8~16, 8至16), or one for both."""
    low, dash, high = value.translate(_DASHES).partition("-")
    if not low.strip().isdecimal() or (dash and not high.strip().isdecimal()):
        raise click.BadParameter(f"{value}:应写成 8-16 或 8 / must be written 8-16 or 8", ctx, param)
    return int(low), int(high if dash else low)


@click.command()
@team_options(Text("第一天", "The first day"))
@click.option(
    "--students",
    callback=_span,
    metavar="MIN-MAX",
    default="8-16",
    show_default=True,
    help="N:每组学生数 · N: students of a group.",
)
@click.option(
    "--externals",
    callback=_span,
    metavar="MIN-MAX",
    default="1-2",
    show_default=True,
    help="X:每组校外导师数 · X: externals of a group.",
)
@click.option(
    "--max-groups",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="每位校内导师可带小组数 · Groups that a lead may open.",
)
@click.option(
    "--lead-preferred",
    is_flag=True,
    help="校外导师所填的校内导师只是意愿 · An external's lead is a preference, not the only one it may join.",
)
@click.option(
    "--until",
    type=_DAY,
    help="小组最后一天,审查须有效到此日,默认学期末 · The last day, until which checks must hold; default: of the term.",
)
def groups(
    students: tuple[int, int],
    externals: tuple[int, int],
    max_groups: int,
    lead_preferred: bool,
    until: datetime | None,
    **given: Unpack[TeamOptions],
) -> int:
    """Make groups of one in-school mentor, externals and students; what a group lacks is said, never hidden."""
    answer = partial(
        _answer,
        students=students,
        externals=externals,
        max_groups=max_groups,
        lead_binds=not lead_preferred,
        until=until,
    )
    return run_team_command(answer, **given)


def _answer(
    task: TeamTask,
    *,
    students: tuple[int, int],
    externals: tuple[int, int],
    max_groups: int,
    lead_binds: bool,
    until: datetime | None,
) -> TeamAnswer:
    from mentormatch.problem.result import Status
    from mentormatch.teams.groups.plan import GroupPlan
    from mentormatch.teams.groups.school import match_groups
    from mentormatch.teams.groups.tables import group_cards, group_lines, group_summary, group_tables

    plan = GroupPlan(
        students_min=students[0],
        students_max=students[1],
        externals_min=externals[0],
        externals_max=externals[1],
        first_day=task.on,
        last_day=None if until is None else until.date(),
    )
    result = match_groups(
        task.roster,
        plan,
        max_groups=max_groups,
        lead_binds=lead_binds,
        rules=task.rules,
        on=task.on,
        seed=task.seed,
        time_limit=task.time_limit,
        on_progress=task.on_progress,
    )
    has_matching = result.matching is not None
    return TeamAnswer(
        lines=group_lines(result, task.lang),
        infeasible=result.status is Status.INFEASIBLE,
        tables=group_tables(result, task.lang, on=task.on) if has_matching else None,
        cards=group_cards(result, task.lang) if has_matching else (),
        title=Text(zh="成长小组:校内导师、校外导师与学生", en="Groups: lead, externals and students"),
        summary=group_summary(result),
    )
