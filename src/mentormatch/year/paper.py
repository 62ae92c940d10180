"""Pages that are printed: one part a sheet of paper, in one language, readable on a phone; no script, no network."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from mentormatch.base.text import Language
from mentormatch.report.tables import ResultTable

_STYLE = (
    "body{font-family:system-ui,Noto Sans CJK SC,Microsoft YaHei,sans-serif;margin:1rem auto;max-width:52rem;"
    "padding:0 1rem;line-height:1.5;color:#111;background:#fff}h1{font-size:1.4rem;margin:.2rem 0}"
    "h2{font-size:1.05rem;margin:1rem 0 .3rem}ul{list-style:none;padding:0;margin:.3rem 0}"
    "ul.facts{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem}table{border-collapse:collapse;width:100%;font-size:.92rem}"
    "th,td{border:1px solid #8a8f98;padding:.25rem .45rem;text-align:left;vertical-align:top}th{background:#eef2f7}"
    ".table{overflow-x:auto}.table:focus{outline:2px solid #1a56b0}section{padding-bottom:1.5rem}"
    "p.foot{color:#444;font-size:.85rem}"
    "@media print{@page{size:A4;margin:14mm}body{margin:0;max-width:none;padding:0}"
    "section{break-after:page;padding:0}section:last-child{break-after:auto}tr{break-inside:avoid}"
    ".table{overflow:visible}thead{display:table-header-group}th{-webkit-print-color-adjust:exact}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on one sheet of paper.

    Parameters
    ----------
    title : str
    facts : sequence of str
        Short, beside each other.
    tables : sequence of ResultTable
    notes : sequence of str
        Below everything.
    """

    title: str
    facts: Sequence[str] = ()
    tables: Sequence[ResultTable] = ()
    notes: Sequence[str] = field(default=())


def paper_page(title: str, papers: Sequence[Paper], lang: Language) -> str:
    """Return papers as one HTML page; each begins a new sheet when it is printed.

    Notes
    -----
    Same papers, same bytes. Text from a file is escaped wherever it stands.
    """
    parts = Markup("").join(_section(paper) for paper in papers)
    return str(
        Markup(
            '<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
            '<meta http-equiv="Content-Security-Policy" content="{policy}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
            "<style>{style}</style></head><body><main>{parts}</main></body></html>\n"
        ).format(lang="zh-CN" if lang == "zh" else "en", policy=_POLICY, title=title, style=_STYLE, parts=parts)
    )


def _section(paper: Paper) -> Markup:
    facts = Markup("").join(Markup("<li>{}</li>").format(fact) for fact in paper.facts)
    notes = Markup("").join(Markup('<p class="foot">{}</p>').format(note) for note in paper.notes)
    return Markup('<section><h1>{title}</h1><ul class="facts">{facts}</ul>{tables}{notes}</section>').format(
        title=paper.title,
        facts=facts,
        tables=Markup("").join(table_markup(each) for each in paper.tables),
        notes=notes,
    )


def table_markup(table: ResultTable) -> Markup:
    """Return a table with its heading; a wide one is scrolled by touch or by the keyboard."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(title) for title in table.headers)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format("" if cell is None else cell) for cell in row)
        )
        for row in table.rows
    )
    return Markup(
        '<h2>{0}</h2><div class="table" tabindex="0" role="region" aria-label="{0}">'
        "<table><thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>"
    ).format(table.title, head, rows)
