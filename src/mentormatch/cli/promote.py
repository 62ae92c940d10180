"""``mentormatch promote``: the school of the new year, in the office's own workbook."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import accept_issues_option, date_option, day_of, force_option, lang_option
from mentormatch.cli.school_argument import school_argument

if TYPE_CHECKING:
    from mentormatch.year.promotion import Promotion


@click.command()
@school_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="新学年的工作簿(.xlsx) · The workbook of the new year (.xlsx).",
)
@date_option(Text("新学年第一天", "The first day of the new year"))
@click.option(
    "--classes",
    type=click.Path(path_type=Path),
    help="编班表:原班级、新班级;学号、新班级;工号、任教班级。不给则按原班号升级"
    " · The class map; without it classes keep their numbers.",
)
@click.option(
    "--entrants",
    multiple=True,
    type=click.Path(path_type=Path),
    help="新生表,或 dossiers 写出的档案包(.xlsx、.json),可重复给出"
    " · New pupils: a list, or a package of `dossiers`; may be repeated.",
)
@click.option(
    "--stages",
    metavar="NAME",
    help="学制:six-three、five-four、nine-year、nine-year-five-four、senior;默认由年级和学段得出"
    " · The stage system; default: as the grades and 学段 tell.",
)
@force_option
@accept_issues_option
@lang_option
def promote(
    school: Path,
    output: Path,
    on: datetime | None,
    classes: Path | None,
    entrants: tuple[Path, ...],
    stages: str | None,
    force: bool,
    accept_issues: bool,
    lang: Language,
) -> int:
    """Move a school into its new year: grades and classes, graduates, entrants; the record goes on.

    The workbook stays the school's own. Rows of pupils who have left, and last year's forms, opinions and requests, are
    in sheets whose names begin with 存档 (archive).
    """
    from mentormatch.cli.paths import check_paths
    from mentormatch.cli.solve import refuse_errors, tell_findings
    from mentormatch.documents.open_school import read_roster
    from mentormatch.io.book.write import write_book
    from mentormatch.roster.stage_system import stage_system
    from mentormatch.year.book import set_aside
    from mentormatch.year.entrants import Entrants, of_roster
    from mentormatch.year.promotion import promoted
    from mentormatch.year.read_files import read_class_map, read_entrants

    inputs = [school, *entrants, *([classes] if classes else [])]
    check_paths(inputs, [output], workbooks=[output], force=force)
    roster = read_roster(school)
    refuse_errors(roster, accept_issues=accept_issues)
    tell_findings(roster, lang)
    new = Entrants(())
    for path in entrants:
        read = read_entrants(path)
        refuse_errors(read, accept_issues=accept_issues)
        new += of_roster(read)
    day = day_of(on, roster)
    given = None if classes is None else read_class_map(classes)
    promotion = promoted(roster, day, stage_system(roster, stages), classes=given, entrants=new)
    write_book(school, output, lambda _: promotion.school, set_aside=set_aside(promotion, day))
    for line in _lines(promotion, lang):
        click.echo(line)
    click.echo(f"新学年的工作簿:{output}" if lang == "zh" else f"The workbook of the new year: {output}")
    return SOLVED


def _lines(promotion: "Promotion", lang: Language) -> list[str]:
    counted = (
        (Text("升级或换班 {} 名", "moved up or to another class: {}"), promotion.moved),
        (Text("毕业 {} 名", "graduated: {}"), len(promotion.graduates)),
        (Text("离校 {} 名", "left: {}"), len(promotion.others_left)),
        (Text("新生 {} 名", "entrants: {}"), len(promotion.entrants)),
        (Text("结束结对 {} 条", "pairings ended: {}"), promotion.closed),
        (Text("上学年的志愿、意向、申请存档 {} 条", "forms, opinions and requests set aside: {}"), promotion.set_aside),
    )
    told = Text(";", "; ").join(text.format(number) for text, number in counted if number)
    return [told.in_language(lang), *(note.in_language(lang) for note in promotion.notes)]
