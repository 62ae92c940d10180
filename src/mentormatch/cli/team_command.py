"""``mentormatch groups``, ``roles``, ``growth-groups``, ``peers``: from a school's file to the files of an answer."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from mentormatch.base.text import LANGUAGES, Language, Text
from mentormatch.cli.day import DAY
from mentormatch.cli.exit_codes import INFEASIBLE, NO_MATCHING_IN_TIME, SOLVED
from mentormatch.cli.language import language_of_files
from mentormatch.cli.options import (
    accept_issues_option,
    book_option,
    certificate_option,
    date_option,
    day_of,
    force_option,
    json_option,
    lang_option,
    names_option,
    output_option,
    picture_option,
    report_option,
    rules_option,
    seed_option,
    tell_certificate,
    time_limit_option,
)
from mentormatch.cli.school_argument import school_argument

if TYPE_CHECKING:
    from mentormatch.roster.roster import Roster
    from mentormatch.rules.rules_file import Rules
    from mentormatch.teams.team_answer import TeamAnswer


class TeamOptions(TypedDict):
    """The options of every command on teams, as `team_options` hands them over."""

    school: Path
    output: Path
    picture: Path | None
    report: Path | None
    names: bool
    book: Path | None
    force: bool
    certificate: Path | None
    json_path: Path | None
    rules: Path | None
    on: datetime | None
    seed: int
    time_limit: float
    accept_issues: bool
    lang: Language


class Effort(TypedDict):
    """The day of a solve, its seed, its limit in seconds, and whom it tells how far it has come."""

    on: date
    seed: int
    time_limit: float
    on_progress: Callable[[str, int, int | None], None] | None


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

    @property
    def effort(self) -> "Effort":
        """What every solve takes: the day, the seed, the limit and whom to tell."""
        return {
            "on": self.on,
            "seed": self.seed,
            "time_limit": self.time_limit,
            "on_progress": self.on_progress,
        }


def team_options(day: Text) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return the decorator with the argument and the options of a command on teams; `day` says what its date means."""
    options = (
        school_argument,
        output_option,
        report_option,
        names_option,
        book_option,
        force_option,
        picture_option,
        json_option,
        certificate_option,
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


def run_team_command(answer: Callable[[TeamTask], "TeamAnswer"], **given: Unpack[TeamOptions]) -> int:
    """Read the school, ask for the answer, write its files, all or none, say it, and return the exit code."""
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.rules_given import rules_for
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.documents.open_school import read_roster
    from mentormatch.problem.result import Status

    school, output, rules, lang = given["school"], given["output"], given["rules"], given["lang"]
    others = [given[name] for name in ("picture", "report", "book", "json_path", "certificate")]
    outputs = [path for path in (output, *others) if path is not None]
    inputs, books = [school, *([rules] if rules else [])], [output, given["book"]]
    check_paths(inputs, outputs, workbooks=books, pictures=[given["picture"]], force=given["force"])
    roster = read_roster(school)
    written = rules_for(school, rules, lang)
    if written is not None:
        roster, written = written.applied_to(roster)
    refuse_errors(roster, accept_issues=given["accept_issues"])
    on = day_of(given["on"], roster)
    with Interrupts() as interrupts:
        with Progress(lang, given["time_limit"]) as show:
            said = answer(TeamTask(roster, written, on, given["seed"], given["time_limit"], show, lang))
        interrupts.let_it_be_written()
        files = given.copy()
        files["lang"] = language_of_files(roster, lang)
        _write(said, roster, on, **files)
    for line in said.lines(lang):
        click.echo(line)
    if said.is_found:
        click.echo(f"结果已写入 {output}" if lang == "zh" else f"The result is in {output}")
    if interrupts.heard:
        return interrupts.tell(lang, has_matching=said.is_found)
    if said.is_found:
        return SOLVED
    return INFEASIBLE if said.status is Status.INFEASIBLE else NO_MATCHING_IN_TIME


def _write(said: "TeamAnswer", roster: "Roster", day: date, **given: Unpack[TeamOptions]) -> None:
    """Write the files of an answer, each whole or not at all; where nothing was found, only what tells why."""
    import json

    from mentormatch.io.book.write import write_book
    from mentormatch.io.files.atomic import atomic_path
    from mentormatch.io.files.fingerprint import fingerprint
    from mentormatch.io.files.new_workbook import new_workbook
    from mentormatch.report.answer_page import answer_page
    from mentormatch.report.named_tables import with_names
    from mentormatch.report.pairing_table import with_record
    from mentormatch.report.workbook import write_tables
    from mentormatch.teams.picture import group_picture

    lang = given["lang"]
    texts: dict[Path, str] = {}
    if given["json_path"] is not None:
        facts = {**said.data(), "input_sha256": fingerprint(given["school"])}
        texts[given["json_path"]] = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    if given["certificate"] is not None:
        proof = said.certificate()
        if proof is None:
            raise click.UsageError(
                "这类结果没有可供 checker 校验的证明。"
                if lang == "zh"
                else "There is no certificate for this kind of answer."
            )
        texts[given["certificate"]] = json.dumps(proof) + "\n"
    if said.is_found and given["picture"] is not None:
        texts[given["picture"]] = group_picture(said.cards(lang), said.title, lang)
    if given["report"] is not None:
        picture: dict[Language, str] = {
            each: group_picture(said.cards(each), said.title, each) for each in LANGUAGES if said.is_found
        }
        texts[given["report"]] = answer_page(said, lang, pictures=picture)
    with ExitStack() as stack:
        if said.is_found:
            with new_workbook(stack.enter_context(atomic_path(given["output"]))) as book:
                tables = with_record(said.tables(lang), said.record_after(lang), day, lang)
                write_tables(book, with_names(tables, roster, lang) if given["names"] else tables)
        after = said.record_after(lang) if said.is_found else None
        if given["book"] is not None and after is not None:
            write_book(given["school"], stack.enter_context(atomic_path(given["book"])), lambda _: after)
        for path, text in texts.items():
            stack.enter_context(atomic_path(path)).write_text(text, encoding="utf-8")
    if given["certificate"] is not None:
        tell_certificate(given["certificate"], lang)


_DASHES = str.maketrans(dict.fromkeys("–—－−~～至", "-"))


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
    type=DAY,
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

    def answer(task: TeamTask) -> "TeamAnswer":
        from mentormatch.teams.groups.answer import GroupAnswer
        from mentormatch.teams.groups.plan import GroupPlan
        from mentormatch.teams.groups.school import match_groups

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
            lead_binds=not lead_preferred,
            rules=task.rules,
            **task.effort,
        )
        return GroupAnswer(result=result, roster=task.roster, on=task.on)

    return run_team_command(answer, **given)


@click.command()
@team_options(Text("第一天", "The first day"))
def roles(**given: Unpack[TeamOptions]) -> int:
    """Match primary mentors by the rules, then fill the other roles (心理, 校外, ...); what is not filled is said."""

    def answer(task: TeamTask) -> "TeamAnswer":
        from mentormatch.teams.roles.answer import RoleAnswer
        from mentormatch.teams.roles.school import match_roles

        plan = None if task.rules is None else task.rules.roles
        found = match_roles(task.roster, plan, rules=task.rules, **task.effort)
        return RoleAnswer(found=found, roster=task.roster, on=task.on)

    return run_team_command(answer, **given)


@click.command("growth-groups")
@team_options(Text("以哪天的结对为准", "The day on which pairings are looked at"))
def growth_groups(**given: Unpack[TeamOptions]) -> int:
    """Split classes (or mentors' students) into growth groups; sizes and balance are in [growth_groups] of RULES."""

    def answer(task: TeamTask) -> "TeamAnswer":
        from mentormatch.teams.growth.answer import GrowthAnswer
        from mentormatch.teams.growth.school import school_growth_groups

        plan = None if task.rules is None else task.rules.growth_groups
        return GrowthAnswer(school_growth_groups(task.roster, plan, **task.effort))

    return run_team_command(answer, **given)


@click.command()
@team_options(Text("第一天", "The first day"))
def peers(**given: Unpack[TeamOptions]) -> int:
    """Match peer mentors (mentors of the kind 学长) with juniors; the grade gap is in [peers] of RULES."""

    def answer(task: TeamTask) -> "TeamAnswer":
        from mentormatch.teams.peers.answer import PeerAnswer
        from mentormatch.teams.peers.school import match_peers

        plan = None if task.rules is None else task.rules.peers
        found = match_peers(task.roster, plan, rules=task.rules, **task.effort)
        return PeerAnswer(found=found, roster=task.roster, on=task.on)

    return run_team_command(answer, **given)
