"""A page of any answer: one self-contained file in both languages, with a picture where there is one. Ids only."""

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from mentormatch.base.text import LANGUAGES, Language, Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.report.answer import Answer
from mentormatch.report.status_words import STATUS
from mentormatch.report.tables import ResultTable

_STYLE = Markup(
    'body{font-family:system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:1.5rem auto;max-width:72rem;'
    "padding:0 1rem;color:#1a1a1a}table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0 1.5rem}"
    "th,td{border-bottom:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}th{background:#f2f2f2}"
    "svg{max-width:100%;height:auto}.table{overflow-x:auto}input{margin-left:1rem}"
    "#zh:checked~[lang=en],#en:checked~[lang=zh]{display:none}@media print{label,input{display:none}}"
)
_NAMES: Mapping[Language, str] = {"zh": "中文", "en": "English"}
# No network, no script: only the style above and the pictures within.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def answer_page(answer: Answer, lang: Language, *, pictures: Mapping[Language, str] | None = None) -> str:
    """Return an answer as one HTML page: the summary, the picture, every table.

    Parameters
    ----------
    answer : Answer
    lang : {"zh", "en"}
        The language that the page opens in; two buttons change it without a script.
    pictures : mapping of language to str, optional
        SVG of our own.

    Notes
    -----
    Same answer and options, same bytes. Text from a file is escaped wherever it stands; the page asks the network for
    nothing. An answer without a matching gets a page too: it says why.
    """
    switch = Markup("").join(
        Markup('<input type="radio" name="lang" id="{0}"{1}><label for="{0}">{2}</label>').format(
            each, Markup(" checked") if each == lang else "", _NAMES[each]
        )
        for each in LANGUAGES
    )
    parts = Markup("").join(_part(answer, each, (pictures or {}).get(each)) for each in LANGUAGES)
    return str(
        Markup(
            '<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
            '<meta http-equiv="Content-Security-Policy" content="{policy}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
            "<style>{style}</style></head><body>{switch}{parts}</body></html>\n"
        ).format(
            lang="zh-CN" if lang == "zh" else "en",
            policy=_POLICY,
            title=answer.title.in_language(lang),
            style=_STYLE,
            switch=switch,
            parts=parts,
        )
    )


def write_answer_page(
    answer: Answer, path: Path, lang: Language, *, pictures: Mapping[Language, str] | None = None
) -> None:
    """Write the page of an answer, whole or not at all; `FileError` when the file cannot be written."""
    with atomic_path(path) as temp:
        temp.write_text(answer_page(answer, lang, pictures=pictures), encoding="utf-8")


def _part(answer: Answer, lang: Language, picture: str | None) -> Markup:
    lines = Markup("").join(Markup("<li>{}</li>").format(line) for line in answer.lines(lang))
    tables = answer.tables(lang)[:-1] if answer.is_found else []
    drawn = Markup("<figure>{}</figure>").format(Markup(picture)) if picture else ""  # noqa: S704  # our own SVG
    return Markup(
        '<section lang="{lang}"><h1>{title}</h1><p>{status}</p><ul>{lines}</ul>{drawn}{tables}</section>'
    ).format(
        lang=lang,
        title=answer.title.in_language(lang),
        status=(Text("结果:", "Result: ") + STATUS[answer.status]).in_language(lang),
        lines=lines,
        drawn=drawn,
        tables=Markup("").join(_table(each) for each in tables),
    )


def _table(table: ResultTable) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(title) for title in table.headers)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format("" if cell is None else cell) for cell in row)
        )
        for row in table.rows
    )
    return Markup(
        '<h2>{}</h2><div class="table"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(table.title, head, rows)
