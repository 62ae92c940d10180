"""``mentormatch solve``: from a school's workbook to a verified matching."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.exit_codes import INFEASIBLE, NO_MATCHING_IN_TIME, SOLVED
from mentormatch.cli.language import language_of_files
from mentormatch.cli.options import (
    accept_issues_option,
    book_option,
    certificate_option,
    class_sheets_option,
    date_option,
    day_of,
    force_option,
    format_option,
    lang_option,
    mechanism_option,
    names_option,
    output_option,
    report_option,
    rules_option,
    seed_option,
    summary_option,
    tell_certificate,
    time_limit_option,
    verbose_option,
)
from mentormatch.cli.school_argument import STANDARD, school_argument

if TYPE_CHECKING:
    from mentormatch.problem.result import Result
    from mentormatch.roster.roster import Roster


@click.command()
@school_argument
@output_option
@format_option
@report_option
@click.option(
    "--staff",
    is_flag=True,
    help="内部版:含关爱、回避等,只给有权的人看 · Files with care, vetoes and avoid lists: for those who may see them.",
)
@names_option
@class_sheets_option
@book_option
@force_option
@summary_option
@certificate_option
@rules_option
@mechanism_option
@date_option(Text("匹配的日期", "The day of the matching"))
@seed_option
@time_limit_option
@accept_issues_option
@verbose_option
@lang_option
def solve(
    school: Path,
    output: Path,
    form: Literal["xlsx", "json"] | None,
    report: Path | None,
    staff: bool,
    names: bool,
    class_sheets: bool,
    book: Path | None,
    force: bool,
    json_path: Path | None,
    certificate: Path | None,
    rules: Path | None,
    mechanism: str | None,
    on: datetime | None,
    seed: int,
    time_limit: float,
    accept_issues: bool,
    verbose: bool,
    lang: Language,
) -> int:
    """Match a school and write the result; nothing is written unless all of it can be."""
    from mentormatch.cli.interrupts import Interrupts
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.progress import Progress
    from mentormatch.cli.rules_given import rules_for
    from mentormatch.documents.open_school import read_roster
    from mentormatch.matchmaking import match

    as_document = (form or ("json" if output == STANDARD or output.suffix.lower() == ".json" else "xlsx")) == "json"
    wanted = (output, report, book, json_path, certificate)
    outputs = [path for path in wanted if path is not None and path != STANDARD]
    workbooks = [book] if as_document else [output, book]
    check_paths([school, *([rules] if rules else [])], outputs, workbooks=workbooks, force=force)
    roster = read_roster(school)
    written = rules_for(school, rules, lang)
    if written is not None:
        roster, written = written.applied_to(roster)
    refuse_errors(roster, accept_issues=accept_issues)
    tell_findings(roster, lang, err=output == STANDARD)
    day = day_of(on, roster)
    with Interrupts() as interrupts:
        with Progress(lang, time_limit) as show:
            result = match(
                roster,
                mechanism=mechanism,
                rules=written,
                on=day,
                seed=seed,
                time_limit=time_limit,
                on_progress=show,
            )
        interrupts.let_it_be_written()
        code = finish(
            result,
            roster,
            school,
            output=output,
            report=report,
            json_path=json_path,
            on=day,
            lang=lang,
            staff=staff,
            names=names,
            class_sheets=class_sheets,
            certificate=certificate,
            rules=rules,
            verbose=verbose,
            book=book,
            as_document=as_document,
        )
    return interrupts.tell(lang, has_matching=result.matching is not None) if interrupts.heard else code


def finish(
    result: "Result",
    roster: "Roster",
    school: Path,
    *,
    output: Path,
    report: Path | None,
    json_path: Path | None,
    on: date,
    lang: Language,
    staff: bool = False,
    names: bool = False,
    class_sheets: bool = False,
    certificate: Path | None = None,
    rules: Path | None = None,
    book: Path | None = None,
    made_with: Mapping[str, str] | None = None,
    verbose: bool = False,
    as_document: bool = False,
) -> int:
    """Write the files of a result, all or none, print its summary, and return the exit code."""
    from mentormatch.base.edition import Edition
    from mentormatch.explain.certificate import certificate_data
    from mentormatch.io.book.write import write_book
    from mentormatch.io.files.fingerprint import fingerprint
    from mentormatch.problem.result import Status
    from mentormatch.report.notes import notes
    from mentormatch.report.page import write_page
    from mentormatch.report.record_lines import record_lines
    from mentormatch.report.summary import engine_lines, summarise, summary_lines
    from mentormatch.report.workbook import write_result
    from mentormatch.rules.rules_in_force import rules_fingerprint

    has_matching = result.matching is not None
    made_from = {
        "mechanism": result.mechanism,
        "date": on.isoformat(),
        "school_sha256": roster.fingerprint,
        "rules_sha256": rules_fingerprint(rules, school),
        **(made_with or {}),
    }
    view = result.in_edition("staff" if staff else "public")
    summary = summarise(view, input_sha256=fingerprint(school))
    text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    files = language_of_files(roster, lang)
    with ExitStack() as stack:
        document = ""
        if as_document:
            document = result.to_document(edition="staff" if staff else "school" if names else "public").to_json()
            if output != STANDARD:
                _staged(stack, output).write_text(document, encoding="utf-8")
        elif has_matching:
            write_result(
                result,
                _staged(stack, output),
                files,
                issues=roster.issues,
                on=on,
                roster=roster,
                with_classes=class_sheets,
                names=names,
                made_from=made_from,
                edition=Edition(staff=staff, names=names),
            )
        if book is not None and result.record is not None:
            write_book(school, _staged(stack, book), result.record.after)
        # Where nothing fits, the page shows what is missing.
        if report is not None and (has_matching or result.status is Status.INFEASIBLE):
            write_page(
                result,
                _staged(stack, report),
                files,
                issues=roster.issues,
                on=on,
                roster=roster,
                staff=staff,
                names=names,
            )
        if json_path is not None:
            _staged(stack, json_path).write_text(text, encoding="utf-8")
        if certificate is not None:
            proof = json.dumps(certificate_data(result)) + "\n"
            _staged(stack, certificate).write_text(proof, encoding="utf-8")
    for line in [*summary_lines(view, lang), *(engine_lines(result, lang) if verbose else ())]:
        click.echo(line, err=output == STANDARD)
    # Whoever runs the command is told what has no effect, whatever edition is written.
    for line in record_lines(result.record):
        click.echo(line.in_language(lang), err=output == STANDARD)
    for note in notes(result.problem) if view.edition == "public" else ():
        click.echo(f"请留意:{note.zh}" if lang == "zh" else f"Note: {note.en}", err=output == STANDARD)
    if output == STANDARD:
        click.echo(document, nl=False)
    elif has_matching or as_document:
        click.echo(f"结果已写入 {output}" if lang == "zh" else f"The result is in {output}")
    if book is not None and result.record is not None:
        click.echo(f"延续后的学校工作簿:{book}" if lang == "zh" else f"The school's workbook, for the next run: {book}")
    if report is not None and (has_matching or result.status is Status.INFEASIBLE):
        click.echo(f"报告页:{report}" if lang == "zh" else f"The report page: {report}", err=output == STANDARD)
    if certificate is not None:
        tell_certificate(certificate, lang, err=output == STANDARD)
    if has_matching:
        return SOLVED
    return INFEASIBLE if result.status is Status.INFEASIBLE else NO_MATCHING_IN_TIME


def _staged(stack: ExitStack, path: Path) -> Path:
    """Return a temporary path that takes the place of `path` when every file has been written."""
    from mentormatch.io.files.atomic import atomic_path

    return stack.enter_context(atomic_path(path))


def tell_findings(roster: "Roster", lang: Language, *, err: bool = False) -> None:
    """Say how much was found in the data, and which sheets were not read."""
    if not roster.issues and not roster.unread_sheets:
        return
    errors, warnings = len(roster.errors), len(roster.issues) - len(roster.errors)
    unread = Text("、", ", ").in_language(lang).join(roster.unread_sheets)
    said = (
        f"数据:{errors} 处错误、{warnings} 处提示" + (f";没有读取的工作表:{unread}" if unread else "")
        if lang == "zh"
        else f"Data: {errors} errors, {warnings} warnings" + (f"; sheets not read: {unread}" if unread else "")
    )
    click.echo(said, err=err)


def refuse_errors(roster: "Roster", *, accept_issues: bool) -> None:
    """Raise `DataRefusedError` for a school with refused rows or cells, unless that is accepted."""
    from mentormatch.base.errors import DataRefusedError
    from mentormatch.cli.findings_list import findings_list

    if accept_issues or not roster.errors:
        return
    errors = roster.model_copy(update={"issues": roster.errors})
    raise DataRefusedError(
        Text(
            zh="数据中有被拒绝的行或单元格,未匹配:\n" + "\n".join(findings_list(errors, "zh")),
            en="The data has refused rows or cells, so nothing was matched:\n" + "\n".join(findings_list(errors, "en")),
        ),
        maybe=Text(
            zh="修正这些单元格,或加 --accept-issues 只匹配被接受的行。",
            en="mend these cells, or add --accept-issues to match the accepted rows.",
        ),
    )
