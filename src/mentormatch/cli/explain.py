"""``mentormatch explain``: why a student has this mentor and not that one, or what became of a mentor's seats."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import lang_option
from mentormatch.text import Language

if TYPE_CHECKING:
    from mentormatch.result import Result


@click.command()
@click.argument("school", type=click.Path(path_type=Path))
@click.argument("result_file", metavar="RESULT", type=click.Path(path_type=Path))
@click.option("--student", help="Explain what this student has; no other pupil is named.")
@click.option("--mentor", help="Explain a mentor's seats; with --student, why not (or why) this mentor.")
@click.option("--rules", type=click.Path(path_type=Path), help="The rules file that the result was made with.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data with the facts of each statement.")
@lang_option
def explain(
    school: Path,
    result_file: Path,
    student: str | None,
    mentor: str | None,
    rules: Path | None,
    as_json: bool,
    lang: Language,
) -> int:
    """Say why, from the school and its result: for a student, for a mentor, or for the two."""
    if student is None and mentor is None:
        raise click.UsageError(
            "请给出 --student 或 --mentor。" if lang == "zh" else "give --student or --mentor, or both."
        )
    result = load(school, result_file, rules)
    if student is not None and mentor is not None:
        said = result.explain_pair(student, mentor)
        lines, data = [said.text.in_language(lang)], said.as_data()
    elif student is not None:
        of_student = result.explain(student)
        lines, data = of_student.lines(lang), of_student.as_data()
    else:
        of_mentor = result.explain_mentor(mentor)
        lines, data = of_mentor.lines(lang), of_mentor.as_data()
    for line in [_json(data)] if as_json else lines:
        click.echo(line)
    return SOLVED


def load(school: Path, result_file: Path, rules: Path | None) -> "Result":
    """Return a stored result; refuse one that was not made from this school and these rules."""
    from mentormatch.errors import InputError
    from mentormatch.io.fingerprint import fingerprint
    from mentormatch.io.read import read_roster
    from mentormatch.io.read_assignments import read_assignments
    from mentormatch.io.read_provenance import read_provenance
    from mentormatch.rules_file import read_rules
    from mentormatch.stored_result import stored_result
    from mentormatch.text import Text

    roster = read_roster(school)
    pairs, made = read_assignments(result_file), read_provenance(result_file)
    if made["school_sha256"] != roster.fingerprint:
        raise InputError(
            Text(
                zh=f"{result_file} 不是由 {school} 得出的(或学校文件后来改过),不能据此说明。",
                en=f"{result_file} was not made from {school}, or that file has changed since: it cannot be explained.",
            ),
            maybe=Text(zh="请给出求解时所用的学校文件。", en="give the school file that it was made from."),
        )
    wanted = made.get("rules_sha256", "-")
    if wanted != ("-" if rules is None else fingerprint(rules)):
        raise InputError(
            Text(
                zh="求解时所用的规则文件与 --rules 不同。" if wanted != "-" else "求解时没有用规则文件。",
                en="The result was made with another rules file." if wanted != "-" else "It was made without rules.",
            ),
            maybe=Text(zh="请用 --rules 给出同一份文件。", en="give the same file with --rules.")
            if wanted != "-"
            else Text(zh="去掉 --rules。", en="leave --rules out."),
        )
    return stored_result(
        roster,
        pairs,
        mechanism=made["mechanism"],
        rules=None if rules is None else read_rules(rules),
        on=date.fromisoformat(made["date"]) if made.get("date", "-") != "-" else None,
        seed=int(made.get("seed", "0")),
    )


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
