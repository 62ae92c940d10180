"""``mentormatch sheets``: the papers that an office hands out, from the record."""

from datetime import datetime
from pathlib import Path

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import accept_issues_option, date_option, day_of, force_option, lang_option
from mentormatch.cli.school_argument import school_argument


@click.command()
@school_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="要打印的工作簿(.xlsx) · The workbook to print (.xlsx).",
)
@click.option("--names", is_flag=True, help="写出姓名和第几志愿(供校内) · With names and choices, for the school.")
@click.option("--staff", is_flag=True, help="内部版:角色名称、未办事项 · For staff: role names, what is open.")
@date_option(Text("以哪天的记录为准", "The day whose record is printed"))
@force_option
@accept_issues_option
@lang_option
def sheets(
    school: Path,
    output: Path,
    names: bool,
    staff: bool,
    on: datetime | None,
    force: bool,
    accept_issues: bool,
    lang: Language,
) -> int:
    """Write mentors' rosters, class sheets, hand-over slips to sign, group sheets and letters, ready to print."""
    from mentormatch.base.edition import Edition
    from mentormatch.cli.language import language_of_files
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.documents.open_school import read_roster
    from mentormatch.year.sheets import papers
    from mentormatch.year.write_papers import write_papers

    check_paths([school], [output], workbooks=[output], force=force)
    roster = read_roster(school)
    refuse_errors(roster, accept_issues=accept_issues)
    edition = Edition(staff=staff, names=names or staff)
    found = papers(roster, day_of(on, roster), edition, language_of_files(roster, lang))
    if not found:
        raise click.UsageError("没有可打印的内容。" if lang == "zh" else "There is nothing to print.")
    write_papers(found, output)
    titles = Text("、", ", ").in_language(lang).join(paper.title for paper in found)
    click.echo(f"{output}:{titles}")
    return SOLVED
