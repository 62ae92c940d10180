"""``mentormatch survey``: the answers of a survey tool become the choice forms of a school."""

from pathlib import Path

import click

from mentormatch.base.text import Language
from mentormatch.cli.exit_codes import REFUSED, SOLVED
from mentormatch.cli.options import force_option, lang_option
from mentormatch.cli.school_argument import school_argument

_COLUMNS = ("student_id", "name", "class", "submitted_at", "ranking", "acceptable", "avoid", "unused")


@click.command()
@click.argument("answers", type=click.Path(path_type=Path))
@school_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="并入志愿后的学校文件(.xlsx) · The school with forms (.xlsx).",
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="HEADER=COLUMN",
    help="某一题是什么 · What a question is: choice_1, ranking, avoid, unused, class, ...",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="记住对应关系的规则文件 · The rules file that remembers the mapping.",
)
@click.option(
    "--remember",
    is_flag=True,
    help="把对应关系写入规则文件,下次沿用 · Write the mapping into the rules file, for next time.",
)
@click.option(
    "--marked",
    type=click.Path(path_type=Path),
    help="同时写出涂色的答卷(.xlsx) · Also write the answers in colours (.xlsx).",
)
@click.option(
    "--accept-issues",
    is_flag=True,
    help="只导入能读懂的答卷 · Import the answers that can be read, without the others.",
)
@force_option
@lang_option
def survey(
    answers: Path,
    school: Path,
    output: Path,
    maps: tuple[str, ...],
    rules: Path | None,
    remember: bool,
    marked: Path | None,
    accept_issues: bool,
    force: bool,
    lang: Language,
) -> int:
    """Read ANSWERS, the export of a survey tool, into a copy of the workbook SCHOOL as its sheet of choices.

    Students are known by ID, or by name and class where only one has both. What each question means is told by its
    words; --map says it where they do not, and --remember keeps it in the rules file. A question with a column for each
    mentor or for each rank is called by what these headers have in common.
    """
    from mentormatch.cli.findings_list import findings_by_severity
    from mentormatch.cli.paths import check_paths
    from mentormatch.documents.open_school import read_roster
    from mentormatch.io.marked.copy import write_marked_copy
    from mentormatch.io.survey.read import read_survey
    from mentormatch.io.survey.write import write_forms
    from mentormatch.rules.rules_file import read_rules

    if remember and rules is None:
        raise click.UsageError("--remember 需要 --rules" if lang == "zh" else "--remember needs --rules")
    outputs = [path for path in (output, marked) if path is not None]
    check_paths([answers, school, *([rules] if rules else [])], outputs, workbooks=[output, marked], force=force)
    written = None if rules is None or (remember and not rules.exists()) else read_rules(rules).survey
    roster = read_roster(school)
    forms = read_survey(answers, roster, written, columns=[_column(text) for text in maps])
    for name, header in forms.mapping.told():
        click.echo(f"{name.zh}:{header}" if lang == "zh" else f"{name.en}: {header}")
    if forms.ignored:
        names = "、".join(forms.ignored)
        click.echo(f"未使用的题目:{names}" if lang == "zh" else f"Questions not used: {names}")
    for line in findings_by_severity(forms.issues, lang):
        click.echo(line)
    refused = forms.read - len(forms.rows)
    click.echo(
        f"读取 {forms.read} 份答卷,接受 {len(forms.rows)},拒绝 {refused}"
        if lang == "zh"
        else f"{forms.read} answers read, {len(forms.rows)} accepted, {refused} refused"
    )
    if marked is not None:
        write_marked_copy(answers, marked, forms.issues, lang)
    if any(issue.severity == "error" for issue in forms.issues) and not accept_issues:
        click.echo(
            "未写入:请改正这些格,或加 --accept-issues。"
            if lang == "zh"
            else "Nothing was written: mend these cells, or add --accept-issues.",
            err=True,
        )
        return REFUSED
    write_forms(forms, school, output, lang)
    if remember and rules is not None and written != forms.mapping:
        _remember(rules, forms.mapping.toml(), known=written is not None, lang=lang)
    click.echo(f"已写入 {output}" if lang == "zh" else f"Wrote {output}")
    return SOLVED


def _column(text: str) -> tuple[str, str]:
    header, sign, column = (part.strip() for part in text.rpartition("="))
    numbered = column.removeprefix("choice_")
    if not header or not sign or not (column in _COLUMNS or (column != numbered and numbered.isdigit())):
        raise click.BadParameter(f"{text!r}: HEADER=COLUMN; COLUMN: choice_1, ..., {', '.join(_COLUMNS)}")
    return header, column


def _remember(rules: Path, table: str, *, known: bool, lang: Language) -> None:
    """Add the table to the rules file; one that is there already is the user's, and stays."""
    from mentormatch.io.files.atomic import atomic_path

    if known:
        click.echo(
            "规则文件中已有 [survey],未改动。"
            if lang == "zh"
            else "The rules file has a [survey] already; it was kept.",
            err=True,
        )
        return
    before = rules.read_text("utf-8-sig") if rules.exists() else ""
    with atomic_path(rules) as temp:
        temp.write_text(before.rstrip("\n") + ("\n\n" if before.strip() else "") + table, encoding="utf-8")
