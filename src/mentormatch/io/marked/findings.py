"""The sheet that a marked copy has in addition: every finding, with a link to its cell."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import CHECK_SHEET
from mentormatch.io.marked.styles import Styles
from mentormatch.roster.data_issue import DataIssue

_HEADERS = (
    Text(zh="级别", en="severity"),
    Text(zh="工作表", en="sheet"),
    Text(zh="位置", en="place"),
    Text(zh="列", en="column"),
    Text(zh="说明", en="message"),
    Text(zh="建议", en="suggestion"),
)
_SEVERITY = {"error": Text(zh="错误", en="error"), "warning": Text(zh="提示", en="warning")}
_WIDTHS = (8, 14, 10, 18, 60, 48)
_NOTE = Text(
    zh="红色:必须改正;黄色:已按说明处理,请留意。点击位置可跳到该格。这个工作表不会被读取。",
    en="Red: must be mended. Yellow: handled as the message says. The place is a link. This sheet is never read.",
)
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def findings_sheet(issues: Sequence[DataIssue], lang: Language, styles: Styles) -> bytes:
    """Return the XML of the sheet."""
    rows = [_row(1, [_NOTE.in_language(lang)]), _row(2, [title.in_language(lang) for title in _HEADERS])]
    links = []
    for number, issue in enumerate(issues, start=3):
        place = issue.cell or (str(issue.row) if issue.row is not None else "")
        values = [
            _SEVERITY[issue.severity].in_language(lang),
            issue.sheet,
            place,
            issue.column or "",
            issue.message.in_language(lang),
            "" if issue.suggestion is None else issue.suggestion.in_language(lang),
        ]
        rows.append(_row(number, values, styles.twin(0, issue.severity)))
        if issue.row is not None:
            target = "'" + issue.sheet.replace("'", "''") + "'!" + (issue.cell or f"A{issue.row}")
            links.append(f'<hyperlink ref="C{number}" location={quoteattr(_clean(target))}/>')
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(_WIDTHS, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A2:F{len(rows)}"/>'
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + "</worksheet>"
    ).encode()


def free_sheet_name(taken: Sequence[str], lang: Language) -> str:
    """Return the sheet's name, with a number where the workbook already has one of that name."""
    base, folded = CHECK_SHEET.in_language(lang), {name.casefold() for name in taken}
    names = [base, *(f"{base} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name.casefold() not in folded)


def _row(number: int, values: Sequence[str], first_style: int = 0) -> str:
    cells = []
    for letter, value in zip("ABCDEF", values, strict=False):
        style = f' s="{first_style}"' if first_style and letter == "A" else ""
        text = escape(_clean(value))
        cells.append(f'<c r="{letter}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _clean(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return text.translate(_FORBIDDEN)
