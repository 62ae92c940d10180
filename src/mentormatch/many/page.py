"""The report of many schools: one self-contained page in both languages, a line a school, those in trouble first."""

from html import escape
from pathlib import Path
from typing import Any

from mentormatch.base.text import LANGUAGES, Language, Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.many.overview import overview
from mentormatch.many.solve_many import ManyResult
from mentormatch.report.status_words import STATUS

_TITLE = Text(zh="各校导师匹配总览", en="Mentor matching in all schools")
_STATUS = {
    **{str(status): words for status, words in STATUS.items()},
    "refused": Text(zh="数据被拒绝", en="data refused"),
    "failed": Text(zh="程序内部错误", en="internal error"),
}
_COLUMNS = (
    Text(zh="学校", en="school"),
    Text(zh="状态", en="status"),
    Text(zh="学生", en="students"),
    Text(zh="已安置", en="placed"),
    Text(zh="第一志愿", en="first choice"),
    Text(zh="志愿外", en="without a choice"),
    Text(zh="保留原导师", en="keep their mentor"),
    Text(zh="更换", en="change"),
    Text(zh="有正当理由的阻塞对", en="justified blocking pairs"),
    Text(zh="导师带生(最少-最多)", en="students a mentor (fewest-most)"),
    Text(zh="数据问题", en="findings in the data"),
)
_STYLE = (
    'body{font-family:system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:1.5rem auto;max-width:80rem;'
    "padding:0 1rem;color:#1a1a1a}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{border-bottom:1px "
    "solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}th{background:#f2f2f2}"
    "td.number{text-align:right}"
    "tr.trouble{background:#fff3e0}hr{margin:3rem 0}"
)


def write_many_page(result: ManyResult, path: Path, lang: Language) -> None:
    """Write the report of many schools, whole or not at all; the chosen language comes first.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    facts = overview(result)
    order = sorted(LANGUAGES, key=lambda other: other != lang)
    parts = "<hr>".join(_part(facts, each) for each in order)
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(_TITLE.in_language(lang))}</title><style>{_STYLE}</style></head><body>{parts}</body></html>\n"
    )
    with atomic_path(path) as temp:
        temp.write_text(html, encoding="utf-8")


def overview_lines(facts: dict[str, Any], lang: Language) -> list[str]:
    """Return the overview in words, a fact a line."""
    schools, ranks = facts["schools"], facts["rank_profile"]
    counts = [(_STATUS[status].in_language(lang), schools[status]) for status in _STATUS if schools[status]]
    got = [(rank, number) for rank, number in ranks.items() if rank != "placed" and number]
    lines = [
        Text(
            zh=f"{schools['all']} 所学校:" + "、".join(f"{word} {number} 所" for word, number in counts),
            en=f"{schools['all']} schools: " + ", ".join(f"{number} {word}" for word, number in counts),
        ),
        Text(
            zh=f"已安置 {facts['placed']} / {facts['students']} 名学生",
            en=f"Placed {facts['placed']} of {facts['students']} students",
        ),
        Text(
            zh="志愿满足:"
            + "、".join(f"第{rank}志愿 {number} 人" for rank, number in got)
            + f";志愿外 {ranks['placed']} 人",
            en="Choices met: "
            + ", ".join(f"{number} got choice {rank}" for rank, number in got)
            + f"; {ranks['placed']} without a choice",
        ),
        Text(
            zh=f"保留原导师 {facts['retained']} 人,更换 {facts['changed']} 人",
            en=f"{facts['retained']} keep their mentor, {facts['changed']} change",
        ),
        Text(
            zh=f"阻塞对 {facts['blocking_pairs']} 个,其中有正当理由的 {facts['justified_blocking_pairs']} 个",
            en=f"Blocking pairs: {facts['blocking_pairs']}, justified: {facts['justified_blocking_pairs']}",
        ),
    ]
    lines += [_cluster_line(cluster) for cluster in facts["clusters"]]
    return [line.in_language(lang) for line in lines]


def _cluster_line(cluster: dict[str, Any]) -> Text:
    schools, number = cluster["schools"], len(cluster["schools"])
    zh = "、".join(schools[:3]) + (f" 等 {number} 所" if number > 3 else "")
    en = ", ".join(schools[:3]) + (f" and {number - 3} more" if number > 3 else "")
    if cluster["mode"] == "joint":
        status = _STATUS[cluster["status"]]
        return Text(zh=f"{zh}因共享导师或区域上限合并求解:{status.zh}", en=f"{en} were solved together: {status.en}")
    return Text(
        zh=f"{zh}共享导师或区域上限,名额先分配到校,再各自求解:{cluster['reason']['zh']}",
        en=f"{en} share mentors or caps, split before each was solved apart: {cluster['reason']['en']}",
    )


def _part(facts: dict[str, Any], lang: Language) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in overview_lines(facts, lang))
    head = "".join(f'<th scope="col">{escape(column.in_language(lang))}</th>' for column in _COLUMNS)
    # A stable sort: those in trouble first, by name within.
    rows = sorted(facts["outcomes"], key=lambda outcome: outcome["status"] in ("optimal", "feasible"))
    body = "".join(_row(outcome, lang) for outcome in rows)
    return (
        f'<section lang="{lang}"><h1>{escape(_TITLE.in_language(lang))}</h1><ul>{lines}</ul>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>"
    )


def _row(outcome: dict[str, Any], lang: Language) -> str:
    solved = outcome["status"] in ("optimal", "feasible")
    status = escape(_STATUS[outcome["status"]].in_language(lang))
    if outcome["message"]:
        status += "<br>" + escape(outcome["message"][lang]).replace("\n", "<br>")
    name = escape(outcome["name"])
    numbers: list[Any] = [""] * 7
    if solved:
        ranks, load = outcome["rank_profile"], outcome["load"]
        numbers = [
            outcome["placed"],
            ranks.get("1", 0),
            ranks["placed"],
            outcome["retained"],
            outcome["changed"],
            outcome["justified_blocking_pairs"],
            f"{load['min']}-{load['max']}",
        ]
    cells = [outcome.get("students", ""), *numbers, outcome["warnings"] + outcome["errors"]]
    shown = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    mark = "" if solved else ' class="trouble"'
    return f"<tr{mark}><td>{name}</td><td>{status}</td>{shown}</tr>"
