"""The report page: the tables of a result as one self-contained HTML file, in both languages, ids only."""

from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path

from mentormatch.io.atomic import atomic_path
from mentormatch.report.summary import summary_lines
from mentormatch.report.tables import ResultTable, result_tables
from mentormatch.result import Result
from mentormatch.roster.data_issue import DataIssue
from mentormatch.text import LANGUAGES, Language, Text

_TITLE = Text(zh="导师匹配报告", en="Mentor matching report")

_STYLE = """
body{font-family:system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:1.5rem auto;max-width:70rem;
padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{border-bottom:1px solid #ccc;padding:.3rem .5rem;
text-align:left;vertical-align:top}th{background:#f2f2f2;position:sticky;top:0}details{margin:1rem 0}
summary{font-weight:600;cursor:pointer}hr{margin:3rem 0}@media print{details>*{display:block}}
"""


def write_page(
    result: Result, path: Path, lang: Language, *, issues: Sequence[DataIssue] = (), on: date | None = None
) -> None:
    """Write a result as one HTML page, whole or not at all; the chosen language comes first.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    order = sorted(LANGUAGES, key=lambda other: other != lang)
    parts = "<hr>".join(_part(result, each, issues, on) for each in order)
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(_TITLE.in_language(lang))}</title><style>{_STYLE}</style></head><body>{parts}</body></html>\n"
    )
    with atomic_path(path) as temp:
        temp.write_text(html, encoding="utf-8")


def _part(result: Result, lang: Language, issues: Sequence[DataIssue], on: date | None) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in summary_lines(result, lang))
    tables = [table for table in result_tables(result, lang, issues=issues, on=on) if table.kind != "summary"]
    body = "".join(_section(table) for table in tables)
    return f'<section lang="{lang}"><h1>{escape(_TITLE.in_language(lang))}</h1><ul>{lines}</ul>{body}</section>'


def _section(table: ResultTable) -> str:
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.headers)
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if value is None else escape(str(value))}</td>" for value in row) + "</tr>"
        for row in table.rows
    )
    is_open = " open" if table.kind == "loads" else ""
    return (
        f"<details{is_open}><summary>{escape(table.title)} ({len(table.rows)})</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )
