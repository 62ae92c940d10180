"""Findings as a list that a clerk can work through on one screen: what must be mended first, the same words once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mentormatch.base.text import Language, Text
from mentormatch.base.text_width import text_width
from mentormatch.roster.data_issue import column_letters

if TYPE_CHECKING:
    from mentormatch.roster.data_issue import DataIssue
    from mentormatch.roster.roster import Roster
    from mentormatch.roster.vocabulary import Severity

_HEADINGS: "dict[Severity, Text]" = {
    "error": Text(zh="必须改正", en="To be mended"),
    "warning": Text(zh="已处理,请留意", en="Handled, have a look"),
}
SCREEN: "dict[Severity, int]" = {"error": 22, "warning": 10}
"""Lines of each part on a screen; what is more is counted, and stands in the marked copy."""
_PLACES = 4
_WIDTH = 110


def findings_list(roster: "Roster", lang: Language, *, everything: bool = False) -> list[str]:
    """Return the counts of every sheet, then the errors, then the warnings, each kind on a line with its places.

    Parameters
    ----------
    roster : Roster
    lang : {"zh", "en"}
    everything : bool
        Every kind with every place, however long; else what fits one screen.
    """
    counts = [
        f"{count.sheet} {count.read}→{count.accepted}" + (f"(拒绝 {count.refused})" if count.refused else "")
        if lang == "zh"
        else f"{count.sheet} {count.read}→{count.accepted}" + (f" ({count.refused} refused)" if count.refused else "")
        for count in roster.counts
    ]
    lines = ["读取→接受的行:" + ";".join(counts) if lang == "zh" else "Rows read→accepted: " + "; ".join(counts)]
    if roster.unread_sheets:
        names = "、".join(roster.unread_sheets)
        lines.append(f"没有读取的工作表:{names}" if lang == "zh" else f"Sheets not read: {names}")
    lines += findings_by_severity(
        roster.issues, lang, sheets=[count.sheet for count in roster.counts], everything=everything
    )
    errors, warnings = len(roster.errors), len(roster.issues) - len(roster.errors)
    lines += [
        "",
        f"共 {errors} 处错误、{warnings} 处提示。" if lang == "zh" else f"{errors} errors, {warnings} warnings.",
    ]
    return lines


def findings_by_severity(
    issues: "Sequence[DataIssue]", lang: Language, *, sheets: Sequence[str] = (), everything: bool = False
) -> list[str]:
    """Return the errors, then the warnings, by sheet and kind, each kind on a line with its places and the mend."""
    lines: list[str] = []
    for severity, heading in _HEADINGS.items():
        found = [issue for issue in issues if issue.severity == severity]
        if not found:
            continue
        lines += ["", f"== {heading.in_language(lang)} ({len(found)})"]
        told = [_line(kind, lang, everything=everything) for kind in _kinds(found, sheets)]
        shown = len(told) if everything or len(told) <= SCREEN[severity] else SCREEN[severity] - 1
        lines += told[:shown]
        if shown < len(told):
            more = len(told) - shown
            lines.append(
                f"… 另有 {more} 类,见 --marked 的副本,或加 --all"
                if lang == "zh"
                else f"... and {more} more kinds: see the copy of --marked, or add --all"
            )
    return lines


class _Kind(NamedTuple):
    """All findings of one code on one sheet."""

    sheet: str
    code: str
    issues: "list[DataIssue]"


def _kinds(issues: "Iterable[DataIssue]", sheets: Sequence[str]) -> list[_Kind]:
    """Return the kinds of findings: whole sheets and columns first, since much follows from them; then by sheet."""
    position = {sheet: at for at, sheet in enumerate(sheets)}
    groups: dict[tuple[str, str], list[DataIssue]] = {}
    for issue in issues:
        groups.setdefault((issue.sheet, issue.code), []).append(issue)
    kinds = [_Kind(sheet, code, found) for (sheet, code), found in groups.items()]
    reach = {"sheet": 0, "column": 1}
    return sorted(
        kinds,
        key=lambda kind: (
            min(reach.get(issue.refused or "", 2) for issue in kind.issues),
            position.get(kind.sheet, len(position)),
            kind.code,
        ),
    )


def _line(kind: _Kind, lang: Language, *, everything: bool) -> str:
    """Return one kind on one line: sheet, places, title, and the words and the mend that most of them have."""
    from mentormatch.io.finding_titles import finding_title

    places = ranges(kind.issues, lang)
    where = ", ".join(places if everything else places[:_PLACES])
    if len(places) > _PLACES and not everything:
        where += f" 等 {len(kind.issues)} 处" if lang == "zh" else f" ... {len(kind.issues)} in all"
    title = f"{finding_title(kind.code).in_language(lang)} [{kind.code}]"
    if len(kind.issues) > 1:
        title += f" × {len(kind.issues)}"
    messages = Counter(issue.message.in_language(lang) for issue in kind.issues)
    advice = Counter("" if issue.suggestion is None else issue.suggestion.in_language(lang) for issue in kind.issues)
    words = next(iter(messages)) if len(messages) == 1 else ""
    mend = advice.most_common(1)[0][0]
    line = " ".join(filter(None, (kind.sheet, where, "·", title)))
    for text in (f":{words}" if words else "", f" → {mend}" if mend else ""):
        if text and (everything or text_width(line + text) <= _WIDTH or text.startswith(" →")):
            line += text
    if everything:
        return line if len(messages) == 1 else "\n".join([line, *(f"    {each}" for each in _details(kind, lang))])
    return _cut(line)


def _details(kind: _Kind, lang: Language) -> Iterable[str]:
    for issue in kind.issues:
        mend = "" if issue.suggestion is None else f" → {issue.suggestion.in_language(lang)}"
        yield f"{issue.cell or issue.row or ''} {issue.message.in_language(lang)}{mend}".strip()


def ranges(issues: "Iterable[DataIssue]", lang: Language) -> list[str]:
    """Return the places of findings, cells below each other as one range: B2:B576, D7."""
    by_column: dict[int | None, set[int]] = {}
    for issue in issues:
        if issue.row is not None:
            by_column.setdefault(issue.column_index, set()).add(issue.row)
    texts = []
    for column in sorted(by_column, key=lambda each: -1 if each is None else each):
        for first, last in _runs(sorted(by_column[column])):
            if column is None:
                texts.append(_rows(first, last, lang))
            else:
                letters = column_letters(column)
                texts.append(f"{letters}{first}" if first == last else f"{letters}{first}:{letters}{last}")
    return texts


def _rows(first: int, last: int, lang: Language) -> str:
    if first == last:
        return f"第{first}行" if lang == "zh" else f"row {first}"
    return f"第{first}-{last}行" if lang == "zh" else f"rows {first}-{last}"


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _cut(line: str) -> str:
    """Return a line that fits the screen."""
    if text_width(line) <= _WIDTH:
        return line
    kept = ""
    width = 0
    for character in line:
        width += text_width(character)
        if width > _WIDTH - 1:
            break
        kept += character
    return kept + "…"
