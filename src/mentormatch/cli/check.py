"""``mentormatch check``: what is wrong with a file, cell by cell."""

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentormatch.cli.exit_codes import REFUSED, SOLVED
from mentormatch.cli.options import lang_option
from mentormatch.text import Language

if TYPE_CHECKING:
    from mentormatch.roster.data_issue import DataIssue
    from mentormatch.roster.roster import Roster


@click.command()
@click.argument("school", type=click.Path(path_type=Path))
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Also write the issues as JSON.")
@lang_option
def check(school: Path, json_path: Path | None, lang: Language) -> int:
    """Read a workbook (or a folder of CSV files) and list every finding with its cell."""
    from mentormatch.io.read import read_roster

    roster = read_roster(school)
    if json_path is not None:
        _write_json(roster, json_path)
    for line in check_lines(roster, lang):
        click.echo(line)
    return REFUSED if roster.errors else SOLVED


def check_lines(roster: "Roster", lang: Language) -> list[str]:
    """Return the counts of every sheet and its findings, grouped by code, errors first."""
    lines = []
    for count in roster.counts:
        lines.append(
            f"{count.sheet}:读取 {count.read} 行,接受 {count.accepted},拒绝 {count.refused}"
            if lang == "zh"
            else f"{count.sheet}: {count.read} rows read, {count.accepted} accepted, {count.refused} refused"
        )
        mine = [issue for issue in roster.issues if issue.sheet == count.sheet]
        lines += _issue_lines(mine, lang)
    known = {count.sheet for count in roster.counts}
    lines += _issue_lines([issue for issue in roster.issues if issue.sheet not in known], lang)
    errors, warnings = len(roster.errors), len(roster.issues) - len(roster.errors)
    lines.append(
        f"共 {errors} 处错误、{warnings} 处提示。" if lang == "zh" else f"{errors} errors, {warnings} warnings."
    )
    return lines


def _issue_lines(issues: "list[DataIssue]", lang: Language) -> list[str]:
    lines = []
    ordered = sorted(issues, key=lambda issue: (issue.severity, issue.code))
    for (severity, code), group in groupby(ordered, key=lambda issue: (issue.severity, issue.code)):
        found = list(group)
        word = {"error": ("错误", "error"), "warning": ("提示", "warning")}[severity][lang == "en"]
        lines.append(f"  [{word}] {code} × {len(found)}")
        for issue in found:
            row = "" if issue.row is None else f"第{issue.row}行" if lang == "zh" else f"row {issue.row}"
            place = issue.cell or row
            advice = "" if issue.suggestion is None else f" → {issue.suggestion.in_language(lang)}"
            lines.append(f"    {place} {issue.message.in_language(lang)}{advice}")
    return lines


def _write_json(roster: "Roster", path: Path) -> None:
    from mentormatch.io.atomic import atomic_path

    data = {
        "sheets": [{**count.model_dump(mode="json"), "read": count.read} for count in roster.counts],
        "issues": [issue.model_dump(mode="json") for issue in roster.issues],
    }
    with atomic_path(path) as temp:
        temp.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
