"""``mentormatch explain``: why a student has this mentor and not that one, or what became of a mentor's seats."""

import json
from pathlib import Path
from typing import Any

import click

from mentormatch.base.edition import EditionName
from mentormatch.base.text import Language
from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import lang_option, made_with_rules_option
from mentormatch.cli.school_argument import school_argument
from mentormatch.cli.stored import load_result


@click.command()
@school_argument
@click.argument("result_file", metavar="RESULT", type=click.Path(path_type=Path))
@click.option(
    "--student", help="说明这名学生的结果,不提其他学生 · Explain what this student has; no other pupil is named."
)
@click.option(
    "--mentor",
    help="说明导师的名额,或为何(不)是这位 · Explain a mentor's seats; with --student, why not (or why) it.",
)
@click.option(
    "--what-if",
    "wanted",
    metavar="MENTOR",
    help="配合 --student:至少要改变什么才能到这位导师 · With --student: the least that would give it this mentor.",
)
@click.option(
    "--before",
    type=click.Path(path_type=Path),
    help="RESULT 由 rematch 得出时,配合 --what-if:修订前的结果 · With --what-if: what a RESULT of rematch repaired.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="--what-if 的时限(秒) · Seconds for --what-if.",
)
@made_with_rules_option
@click.option(
    "--staff",
    is_flag=True,
    help="内部版:说明回避、关爱等原因,只给有权的人看 · Also the confidential reasons: for those who may know them.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="输出数据,含每句话的依据 · Print plain data with the facts of each statement.",
)
@lang_option
def explain(
    school: Path,
    result_file: Path,
    student: str | None,
    mentor: str | None,
    wanted: str | None,
    before: Path | None,
    time_limit: float,
    rules: Path | None,
    staff: bool,
    as_json: bool,
    lang: Language,
) -> int:
    """Say why, from the school and its result: for a student, for a mentor, or for the two; and what if."""
    from mentormatch.cli.called import Called
    from mentormatch.documents.open_school import read_roster
    from mentormatch.explain.what_if import what_if
    from mentormatch.matchmaking import run_again

    if student is None and mentor is None:
        raise click.UsageError(
            "请给出 --student 或 --mentor。" if lang == "zh" else "give --student or --mentor, or both."
        )
    if wanted is not None and (student is None or mentor is not None):
        raise click.UsageError(
            "--what-if 须与 --student 同用,且不与 --mentor 同用。"
            if lang == "zh"
            else "--what-if goes with --student, and not with --mentor."
        )
    result = load_result(school, result_file, rules, before)
    edition: EditionName = "staff" if staff else "public"
    called = Called(read_roster(school))
    student = None if student is None else called.student(student)
    mentor, wanted = (None if each is None else called.mentor(each) for each in (mentor, wanted))
    if student is not None and wanted is not None:
        answer = what_if(result, student, wanted, run=run_again(result, time_limit=time_limit), seconds=time_limit)
        lines, data = answer.lines(lang), answer.as_data()
    elif student is not None and mentor is not None:
        said = result.explain_pair(student, mentor, edition=edition)
        lines, data = [said.text.in_language(lang)], said.as_data()
    elif student is not None:
        of_student = result.explain(student, edition=edition)
        lines, data = of_student.lines(lang, staff=staff), of_student.as_data(staff=staff)
    else:
        of_mentor = result.explain_mentor(mentor, edition=edition)
        lines, data = of_mentor.lines(lang), of_mentor.as_data()
    for line in [_json(data)] if as_json else lines:
        click.echo(line)
    return SOLVED


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
