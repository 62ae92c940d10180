"""Findings as a list that a clerk can work through: what must be mended first, the same words once."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from mentormatch.base.text import Language, Text

if TYPE_CHECKING:
    from mentormatch.roster.data_issue import DataIssue
    from mentormatch.roster.roster import Roster
    from mentormatch.roster.vocabulary import Severity

_HEADINGS: "dict[Severity, Text]" = {
    "error": Text(zh="必须改正", en="To be mended"),
    "warning": Text(zh="已处理,请留意", en="Handled, have a look"),
}
_WIDTH = 100


def findings_list(roster: "Roster", lang: Language) -> list[str]:
    """Return the counts of every sheet, then the errors, then the warnings, by sheet and kind, each with its places."""
    lines = [
        f"{count.sheet}:读取 {count.read} 行,接受 {count.accepted},拒绝 {count.refused}"
        if lang == "zh"
        else f"{count.sheet}: {count.read} rows read, {count.accepted} accepted, {count.refused} refused"
        for count in roster.counts
    ]
    lines += findings_by_severity(roster.issues, lang, sheets=[count.sheet for count in roster.counts])
    errors, warnings = len(roster.errors), len(roster.issues) - len(roster.errors)
    lines += [
        "",
        f"共 {errors} 处错误、{warnings} 处提示。" if lang == "zh" else f"{errors} errors, {warnings} warnings.",
    ]
    return lines


def findings_by_severity(issues: "Sequence[DataIssue]", lang: Language, *, sheets: Sequence[str] = ()) -> list[str]:
    """Return the errors, then the warnings, by sheet and kind, each with its places."""
    lines: list[str] = []
    for severity, heading in _HEADINGS.items():
        found = [issue for issue in issues if issue.severity == severity]
        if found:
            lines += ["", f"== {heading.in_language(lang)} ({len(found)})"]
            lines += _of_severity(found, sheets, lang)
    return lines


def _of_severity(issues: "list[DataIssue]", sheets: Sequence[str], lang: Language) -> Iterator[str]:
    from mentormatch.io.finding_titles import finding_title

    position = {sheet: at for at, sheet in enumerate(sheets)}
    ordered = sorted(issues, key=lambda issue: (position.get(issue.sheet, len(sheets)), issue.sheet, issue.code))
    last: tuple[str, str] | None = None
    for (sheet, code, message, advice), group in _grouped(ordered, lang).items():
        if (sheet, code) != last:
            number = sum(1 for issue in ordered if (issue.sheet, issue.code) == (sheet, code))
            yield f"{sheet} · {finding_title(code).in_language(lang)} [{code}] × {number}"
            last = (sheet, code)
        words = message + (f" → {advice}" if advice else "")
        places = [_place(issue, lang) for issue in group]
        if len(places) <= 1:
            yield f"    {places[0]} {words}".rstrip() if places[0] else f"    {words}"
        else:
            yield f"    {words}"
            yield from wrap(
                ", ".join(places),
                _WIDTH,
                initial_indent="        ",
                subsequent_indent="        ",
                break_long_words=False,
            )


def _grouped(issues: "Iterable[DataIssue]", lang: Language) -> "dict[tuple[str, str, str, str], list[DataIssue]]":
    """Put findings with the same words together."""
    groups: dict[tuple[str, str, str, str], list[DataIssue]] = {}
    for issue in issues:
        advice = "" if issue.suggestion is None else issue.suggestion.in_language(lang)
        key = (issue.sheet, issue.code, issue.message.in_language(lang), advice)
        groups.setdefault(key, []).append(issue)
    return groups


def _place(issue: "DataIssue", lang: Language) -> str:
    if issue.cell is not None:
        return issue.cell
    if issue.row is None:
        return ""
    return f"第{issue.row}行" if lang == "zh" else f"row {issue.row}"
