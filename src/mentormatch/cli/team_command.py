"""What the commands on teams share: their options, and the way from a school's file to the files of an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from mentormatch.base.text import Language, Text
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

if TYPE_CHECKING:
    from mentormatch.report.tables import ResultTable
    from mentormatch.roster.roster import Roster
    from mentormatch.rules.rules_file import Rules
    from mentormatch.teams.picture import Card


class TeamOptions(TypedDict):
    """The options of every command on teams, as `team_options` hands them over."""

    school: Path
    output: Path
    picture: Path | None
    json_path: Path | None
    rules: Path | None
    on: datetime | None
    seed: int
    time_limit: float
    accept_issues: bool
    lang: Language


@dataclass(frozen=True, slots=True)
class TeamTask:
    """What a command is asked.

    Parameters
    ----------
    roster : Roster
        With what the rules file says of it.
    rules : Rules or None
        None where no file was given.
    on : date
    seed : int
    time_limit : float
        Seconds.
    on_progress : callable, optional
        Takes a level, its value and its bound.
    lang : {"zh", "en"}
    """

    roster: "Roster"
    rules: "Rules | None"
    on: date
    seed: int
    time_limit: float
    on_progress: Callable[[str, int, int | None], None] | None
    lang: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAnswer:
    """What a command has to say and to write.

    Parameters
    ----------
    lines : sequence of str
        What is printed.
    infeasible : bool
        Proven to have no answer, as against none found in time.
    tables : sequence of ResultTable or None
        The sheets of the workbook; None where nothing was found.
    cards : sequence of Card
        The picture.
    title : Text, optional
        Of the picture.
    summary : mapping or None
        Plain data; None where there is nothing to tell.
    """

    lines: Sequence[str]
    infeasible: bool
    tables: "Sequence[ResultTable] | None" = None
    cards: "Sequence[Card]" = ()
    title: Text | None = None
    summary: Mapping[str, Any] | None = None


def team_options(day: Text) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return the decorator with the argument and the options of a command on teams; `day` says what its date means."""
    options = (
        click.argument("school", type=click.Path(path_type=Path)),
        output_option,
        picture_option,
        json_option,
        rules_option,
        date_option(day),
        seed_option,
        time_limit_option,
        accept_issues_option,
        lang_option,
    )

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def run_team_command(answer: Callable[[TeamTask], TeamAnswer], **given: Unpack[TeamOptions]) -> int:
    """Read the school, ask for the answer, write its files, all or none, say it, and return the exit code."""
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.rules_given import rules_given
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.cli.team_files import write_team_files
    from mentormatch.io.read import read_roster

    school, output, rules, lang = given["school"], given["output"], given["rules"], given["lang"]
    picture, json_path = given["picture"], given["json_path"]
    outputs = [path for path in (output, picture, json_path) if path is not None]
    check_paths([school, *([rules] if rules else [])], outputs, workbooks=[output], pictures=[picture])
    roster = read_roster(school)
    refuse_errors(roster, accept_issues=given["accept_issues"])
    written = None
    if rules is not None:
        roster, written = rules_given(rules, lang).applied_to(roster)
    on = given["on"].date() if given["on"] is not None else date.today()
    with Interrupts() as interrupts:
        with Progress(lang, given["time_limit"]) as show:
            said = answer(TeamTask(roster, written, on, given["seed"], given["time_limit"], show, lang))
        interrupts.let_it_be_written()
        found = said.tables is not None
        write_team_files(
            school,
            workbook=None if said.tables is None else (output, said.tables),
            picture=None if picture is None or said.title is None or not found else (picture, said.cards, said.title),
            summary=None if json_path is None or said.summary is None else (json_path, said.summary),
            lang=lang,
        )
    for line in said.lines:
        click.echo(line)
    if found:
        click.echo(f"结果已写入 {output}" if lang == "zh" else f"The result is in {output}")
    if interrupts.heard:
        return interrupts.tell(lang, has_matching=found)
    if found:
        return SOLVED
    return INFEASIBLE if said.infeasible else NO_MATCHING_IN_TIME
