"""``mentormatch rematch``: repair a finished result after something has changed, with the fewest moves."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.day import DAY
from mentormatch.cli.options import (
    accept_issues_option,
    book_option,
    class_sheets_option,
    date_option,
    day_of,
    force_option,
    lang_option,
    names_option,
    output_option,
    report_option,
    rules_option,
    seed_option,
    summary_option,
    time_limit_option,
    verbose_option,
)
from mentormatch.cli.school_argument import school_argument

if TYPE_CHECKING:
    from mentormatch.problem.problem import Problem
    from mentormatch.roster.roster import Roster

_SHOWN = 20
OF_RECORD = "record"
"""What stands in place of the fingerprint of BEFORE where the record of the school was repaired."""


@click.command()
@school_argument
@click.argument("before", type=click.Path(path_type=Path), required=False)
@output_option
@click.option(
    "--edited",
    type=click.Path(path_type=Path),
    help="统筹老师改过的 BEFORE,改动都保留 · BEFORE as coordinators edited it: the edits stand.",
)
@click.option(
    "--fix",
    "fixes",
    multiple=True,
    metavar="STUDENT=MENTOR",
    help="必须成立的一对,可重复给出 · A pair that stands; may be repeated.",
)
@click.option(
    "--leave",
    multiple=True,
    metavar="MENTOR",
    help="离岗的导师(工号,或不重名的姓名),可重复给出 · A mentor that goes on leave; may be repeated.",
)
@click.option(
    "--cover",
    multiple=True,
    metavar="MENTOR",
    help="暂时离岗的导师,由他人暂代,可重复给出 · A mentor that is away for a time: others stand in; may be repeated.",
)
@click.option(
    "--until",
    type=DAY,
    help="暂代的最后一天,次日原导师返岗 · The last day of the cover: the pairs begin again on the day after.",
)
@click.option(
    "--seats", multiple=True, metavar="MENTOR=N", help="改变名额,可重复给出 · Another number of seats; may be repeated."
)
@report_option
@names_option
@class_sheets_option
@book_option
@force_option
@summary_option
@rules_option
@date_option(Text("变动的日期", "The day of the change"))
@seed_option
@time_limit_option
@accept_issues_option
@verbose_option
@lang_option
def rematch(
    school: Path,
    before: Path | None,
    output: Path,
    edited: Path | None,
    fixes: tuple[str, ...],
    leave: tuple[str, ...],
    cover: tuple[str, ...],
    until: datetime | None,
    seats: tuple[str, ...],
    report: Path | None,
    names: bool,
    class_sheets: bool,
    book: Path | None,
    force: bool,
    json_path: Path | None,
    rules: Path | None,
    on: datetime | None,
    seed: int,
    time_limit: float,
    accept_issues: bool,
    verbose: bool,
    lang: Language,
) -> int:
    """Repair what stands, with the fewest moves, after a leave, a new pupil, a request, a lost seat or an edit.

    What stands is the record of SCHOOL, or that of the result BEFORE which was made from it.
    """
    if bool(cover) != (until is not None):
        raise click.UsageError("--cover MENTOR --until YYYY-MM-DD")
    from mentormatch.cli.called import Called
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.rules_given import rules_for
    from mentormatch.cli.solve import finish, refuse_errors
    from mentormatch.documents.open_school import read_roster
    from mentormatch.io.read_assignments import read_assignments
    from mentormatch.matchmaking import build_problem
    from mentormatch.matchmaking import rematch as repair
    from mentormatch.record.staffing import with_leave, with_seats
    from mentormatch.record.unasked_edits import unasked_edits

    outputs = [path for path in (output, report, book, json_path) if path is not None]
    inputs = [school, *(path for path in (before, edited, rules) if path is not None)]
    check_paths(inputs, outputs, workbooks=[output, book], force=force)
    as_read = roster = read_roster(school)
    written = rules_for(school, rules, lang)
    refuse_errors(roster if written is None else written.applied_to(roster)[0], accept_issues=accept_issues)
    day = day_of(on, roster)
    roster, given = _what_stands(roster, before, day)
    was = given if before is None or edited is None else read_assignments(before)
    now = given if edited is None else read_assignments(edited)
    called = Called(as_read)
    leave, cover = called.mentors(leave), called.mentors(cover)
    fixed = [*_edits(was, now), *(called.pair(_assignment(text)) for text in fixes)]
    seats = tuple(f"{called.mentor(mentor)}={number}" for mentor, number in map(_assignment, seats))
    roster = with_seats(with_leave(roster, leave), {mentor: _number(n) for mentor, n in map(_assignment, seats)})
    covers = {} if until is None else dict.fromkeys(cover, until.date())
    if written is not None:
        roster, written = written.applied_to(roster)
    for edit in unasked_edits(roster, fixed, day):
        click.echo(edit.in_language(lang))
    for line in _recheck(build_problem(roster, rules=written, on=day, between=True), now, lang):
        click.echo(line)
    with Interrupts() as interrupts:
        with Progress(lang, time_limit) as show:
            result = repair(
                roster,
                given,
                fixed=fixed,
                covers=covers,
                rules=written,
                on=day,
                seed=seed,
                time_limit=time_limit,
                on_progress=show,
            )
        interrupts.let_it_be_written()
        for change in [change for change in result.in_edition("public").changes if change.since == "given"][:_SHOWN]:
            had, has = ("、".join(map(str, mentors)) for mentors in (change.before, change.after))
            click.echo(f"{change.student}: {had} -> {has or '-'} {change.text.in_language(lang)}")
        code = finish(
            result,
            roster,
            school,
            output=output,
            report=report,
            json_path=json_path,
            on=day,
            lang=lang,
            rules=rules,
            verbose=verbose,
            book=book,
            names=names,
            class_sheets=class_sheets,
            made_with={"school_sha256": as_read.fingerprint, **_changes(before, leave, seats, fixed, covers)},
        )
    return interrupts.tell(lang, has_matching=result.matching is not None) if interrupts.heard else code


def _what_stands(roster: "Roster", before: Path | None, on: date) -> tuple["Roster", tuple[tuple[str, str], ...]]:
    """Return the school with the record that is to be repaired, and the main pairs that stand on it."""
    from mentormatch.cli.stored import that_stand
    from mentormatch.io.read_assignments import read_assignments
    from mentormatch.io.read_record import read_record
    from mentormatch.record.merged import with_record
    from mentormatch.roster.standing import standing_pairings

    if before is None:
        return roster, tuple((row.student_id, row.mentor_id) for row in standing_pairings(roster.pairings, on))
    merged = with_record(roster, read_record(before))
    return merged, that_stand(read_assignments(before), merged.pairings, on)


def _changes(
    before: Path | None,
    leave: tuple[str, ...],
    seats: tuple[str, ...],
    fixed: list[tuple[str, str]],
    covers: Mapping[str, date],
) -> dict[str, str]:
    """Return what the result says of how it came about, so that it can be explained from the school's own file."""
    from mentormatch.io.files.fingerprint import fingerprint

    told = {"leave": leave, "seats": [_assignment(text) for text in seats], "fixed": fixed}
    told["covers"] = [(mentor, last.isoformat()) for mentor, last in covers.items()]
    return {
        "before_sha256": OF_RECORD if before is None else fingerprint(before),
        **{key: json.dumps(list(each), ensure_ascii=False) for key, each in told.items() if each},
    }


def _edits(given: tuple[tuple[str, str], ...], now: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return the pairs that coordinators wrote into a result."""
    return sorted(set(now) - set(given))


def _recheck(problem: "Problem", now: tuple[tuple[str, str], ...], lang: Language) -> list[str]:
    from mentormatch.record.recheck import recheck

    broken = recheck(problem, now)
    head = Text(
        zh=f"给定结果与现有规则不符之处:{len(broken)}",
        en=f"The given result misses the rules as they are now in {len(broken)} places",
    )
    lines = [head.in_language(lang)]
    lines += [f"  {violation.text.in_language(lang)}" for violation in broken[:_SHOWN]]
    return [*lines, "  ..."] if len(broken) > _SHOWN else lines


def _assignment(text: str) -> tuple[str, str]:
    left, sign, right = (part.strip() for part in text.partition("="))
    if not (left and sign and right):
        raise click.BadParameter(f"{text!r}: A=B (如/such as 20240101=T004)")
    return left, right


def _number(text: str) -> int:
    if not text.isdecimal():
        raise click.BadParameter(f"{text!r}: T004=10")
    return int(text)
