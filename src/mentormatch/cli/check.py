"""``mentormatch check``: what is wrong with a file, cell by cell."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mentormatch.base.text import Language
from mentormatch.cli.exit_codes import REFUSED, SOLVED
from mentormatch.cli.language import language_of_files
from mentormatch.cli.options import force_option, lang_option
from mentormatch.cli.school_argument import school_argument

if TYPE_CHECKING:
    from mentormatch.roster.roster import Roster


@click.command()
@school_argument
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path),
    help="同时写出问题清单(JSON) · Also write the issues as JSON.",
)
@click.option(
    "--marked",
    type=click.Path(path_type=Path),
    help="同时写出涂色的副本(.xlsx) · Also write a copy with the cells coloured (.xlsx).",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="列出每一处,不限一屏 · List every place, not what fits one screen.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="屏幕输出的格式 · What is printed: words, or the findings as JSON.",
)
@force_option
@lang_option
def check(
    school: Path,
    json_path: Path | None,
    marked: Path | None,
    everything: bool,
    form: Literal["text", "json"],
    force: bool,
    lang: Language,
) -> int:
    """Read a workbook (or a folder of CSV files) and list every finding with its cell.

    What must be mended comes first, then what was handled by itself; the same finding in many cells is told once.
    """
    from mentormatch.base.errors import RulesError
    from mentormatch.cli.findings_list import findings_list
    from mentormatch.cli.paths import check_paths
    from mentormatch.documents.open_school import read_roster
    from mentormatch.io.marked.copy import write_marked_copy

    check_paths([school], [path for path in (json_path, marked) if path is not None], workbooks=[marked], force=force)
    roster = read_roster(school)
    refusal = None
    try:
        roster = _with_rules(school, roster)
    except RulesError as error:
        refusal = error
    if marked is not None:
        write_marked_copy(school, marked, roster.issues, language_of_files(roster, lang))
    if json_path is not None:
        _write_json(roster, json_path)
    for line in [_json(roster)] if form == "json" else findings_list(roster, lang, everything=everything):
        click.echo(line)
    if marked is not None and form == "text":
        click.echo(f"已标记的副本:{marked}" if lang == "zh" else f"The marked copy: {marked}")
    if refusal is not None:
        click.echo(refusal.full_text.in_language(lang))
    return REFUSED if roster.errors or refusal is not None else SOLVED


def _with_rules(school: Path, roster: "Roster") -> "Roster":
    """Return the school with its own columns read; `RulesError` for a rule that makes no sense in it."""
    from mentormatch.matchmaking import build_problem, find_mechanism
    from mentormatch.mechanisms.registry import DEFAULT_NAME
    from mentormatch.rules.rules_file import rules_of_school

    rules = rules_of_school(school)
    if rules is None:
        return roster
    known, rest = rules.applied_to(roster)
    build_problem(known, find_mechanism(rest.mechanism or DEFAULT_NAME), rules=rest)
    return known


def _json(roster: "Roster") -> str:
    data = {
        "sheets": [{**count.model_dump(mode="json"), "read": count.read} for count in roster.counts],
        "issues": [issue.model_dump(mode="json") for issue in roster.issues],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _write_json(roster: "Roster", path: Path) -> None:
    from mentormatch.io.files.atomic import atomic_path

    with atomic_path(path) as temp:
        temp.write_text(_json(roster) + "\n", encoding="utf-8")
