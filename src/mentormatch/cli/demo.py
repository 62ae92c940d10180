"""``mentormatch demo``: a sample school, matched, with its report."""

from datetime import date
from pathlib import Path

import click

from mentormatch.base.text import Language
from mentormatch.cli.options import lang_option

DAY = date(2024, 11, 11)


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mentormatch-demo"),
    show_default=True,
    help="文件写到哪里 · Where the files go.",
)
@lang_option
def demo(folder: Path, lang: Language) -> int:
    """Write a sample school, match it, and tell where the report lies."""
    from mentormatch.base.errors import FileError
    from mentormatch.base.text import Text
    from mentormatch.cli.solve import finish
    from mentormatch.documents.open_school import read_roster
    from mentormatch.io.sample_school import write_sample_school
    from mentormatch.matchmaking import match

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            Text(
                zh=f"无法建立文件夹 {folder}:{error.strerror}", en=f"Cannot make the folder {folder}: {error.strerror}"
            )
        ) from None
    school, report = folder / "school.xlsx", folder / "report.html"
    write_sample_school(school, lang)
    roster = read_roster(school)
    result = match(roster, on=DAY)
    code = finish(
        result,
        roster,
        school,
        output=folder / "result.xlsx",
        report=report,
        json_path=folder / "summary.json",
        on=DAY,
        lang=lang,
    )
    click.echo(
        f"示例学校:{school}\n下一步:mentormatch template 我校.xlsx,填好后 "
        "mentormatch check 我校.xlsx --marked 检查.xlsx"
        if lang == "zh"
        else f"Sample school: {school}\nNext: mentormatch template SCHOOL.xlsx; fill it in; "
        "mentormatch check SCHOOL.xlsx --marked CHECKED.xlsx"
    )
    return code
