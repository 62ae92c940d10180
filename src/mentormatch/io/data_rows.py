"""The rows of a sheet that speak of people, and what is said about the others."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence

from mentormatch.base.text import Text
from mentormatch.io.cells.number_formats import FormattedNumber
from mentormatch.io.columns.spec import SheetSpec
from mentormatch.io.header_row import HeaderRow
from mentormatch.io.raw_sheet import RawSheet, is_blank
from mentormatch.io.tables import Cell
from mentormatch.io.totals import is_total
from mentormatch.roster.data_issue import DataIssue, column_letters

Row = tuple[int, list[Cell]]

_FOOTER = re.compile(
    r"(?:备注|附注|注|说明|填表说明|制表(?:人|单位|日期|时间)?|填表(?:人|单位|日期|时间)?|填报(?:人|单位)|审核(?:人)?|复核(?:人)?|负责人|联系(?:人|电话|方式)"
    r"|打印(?:人|日期|时间)|报送(?:人|单位|日期)|单位(?:盖章|负责人)?|学校盖章|校长(?:签字|签名)?|签字|签名|盖章|日期|以上.*|notes?|remarks?|preparedby"
    r"|printed(?:by|on)?|signature|signed(?:by)?|checkedby|date)(?:\(.*\))?(?::.*|$)",
    re.IGNORECASE,
)
_FOOTER_START = re.compile(r"\W*[备備附注註说說填制製审審复復负負联聯打报報单單学學校签簽盖蓋日以NRPSCDnrpscd]")
"""Most rows begin otherwise, and are looked at no further."""
_PLAIN_ID = re.compile("[A-Za-z]{0,2}[0-9]+")
_FOOTER_CELLS = 6
"""A footer has at most so many filled cells, and none of them where an ID belongs but its first."""


def data_rows(spec: SheetSpec, sheet: RawSheet, header: HeaderRow, issues: list[DataIssue]) -> list[Row]:
    """Return the rows of a sheet that hold data, and note all others in `issues`.

    Rows above the header, totals, footers, headers that stand again further down, and rows with cells in unknown
    columns only are set aside. A cell that is merged downwards gives its value to each of its rows where that is what
    it means, as with a class.
    """
    known = [column.index for column in header.columns]
    ids = tuple(c.index for c in header.columns if c.name.endswith("_id") and spec.column(c.name).required)
    rows: list[Row] = []
    aside: dict[str, list[int]] = {}
    for number, cells in sheet.rows:
        if header.first <= number <= header.last:
            continue
        kind = _kind_aside(header, number, cells, known, ids)
        if kind is None:
            rows.append((number, cells))
        else:
            aside.setdefault(kind, []).append(number)
    _note_aside(sheet, aside, issues)
    show_formats(sheet, rows, {c.index for c in header.columns if spec.column(c.name).kind.holds_id})
    numbers = {number for number, _ in rows}
    _note_hidden_rows(sheet, numbers, issues)
    issues.extend(_spread_merged_cells(spec, sheet, header, rows))
    issues.extend(_empty_formulas(sheet, header, numbers))
    return rows


def show_formats(sheet: RawSheet, rows: Sequence[Row], columns: Container[int]) -> None:
    """Replace the numbers in some columns whose format shows more than the number."""
    if not sheet.formats:
        return
    by_number = dict(rows)
    for (number, index), number_format in sheet.formats.items():
        cells = by_number.get(number, [])
        if index in columns and index < len(cells):
            cell = cells[index]
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                cells[index] = FormattedNumber(cell, number_format)


def _kind_aside(
    header: HeaderRow, number: int, cells: list[Cell], known: list[int], ids: tuple[int, ...]
) -> str | None:
    """Return the code of what a row is that holds no data; None for one that does."""
    if number < header.first:
        return "title_row"
    if _is_plainly_of_people(cells, ids):
        return None
    if is_total(cells, ids):
        return "total_row"
    if is_blank(cells[index] for index in known):
        return "row_without_data"
    if _is_header_again(header, cells):
        return "header_again"
    return "footer_row" if _is_footer(cells, ids) else None


def _is_plainly_of_people(cells: list[Cell], ids: tuple[int, ...]) -> bool:
    """Tell of most rows, cheaply, that they hold data: an ID stands wherever one belongs.

    A header or a footer has no such text there; a row of totals may have one below the word.
    """
    if not ids or not all(isinstance(cell := cells[index], str) and _PLAIN_ID.fullmatch(cell) for index in ids):
        return False
    return ids[0] == 0 or not is_total(cells, ())


def _is_header_again(header: HeaderRow, cells: list[Cell]) -> bool:
    """Tell whether a row says what the header says, in every cell that it fills."""
    filled = [(column.header, cells[column.index]) for column in header.columns if cells[column.index] is not None]
    return all(isinstance(cell, str) and cell.strip() == title.strip() for title, cell in filled)


def _is_footer(cells: list[Cell], ids: tuple[int, ...]) -> bool:
    start = next(index for index, cell in enumerate(cells) if not is_blank((cell,)))
    first = cells[start]
    if not isinstance(first, str) or not _FOOTER_START.match(first):
        return False
    filled = [index for index, cell in enumerate(cells) if not is_blank((cell,))]
    if len(filled) > _FOOTER_CELLS or any(index in ids for index in filled[1:]):
        return False
    return _FOOTER.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", first))) is not None


_ASIDE = {
    "title_row": Text(zh="这一行在表头之上,作为标题跳过", en="This row is above the header and was skipped as a title"),
    "total_row": Text(zh="这是合计行,已跳过", en="This is a row of totals and was skipped"),
    "footer_row": Text(zh="是表尾的备注、制表人一类,已跳过", en="notes or signatures below the table, skipped"),
    "header_again": Text(zh="重复了表头,已跳过", en="the header once more, skipped"),
    "row_without_data": Text(zh="只在不认识的列里有内容,已跳过", en="filled in unknown columns only, skipped"),
}
_EACH_ROW = ("title_row", "total_row")


def _note_aside(sheet: RawSheet, aside: dict[str, list[int]], issues: list[DataIssue]) -> None:
    for code, said in _ASIDE.items():
        numbers = aside.get(code, [])
        if code in _EACH_ROW:
            issues += [_warning(sheet.name, code, said, row=number) for number in numbers]
        elif numbers:
            where = row_ranges(numbers)
            message = Text(zh=f"第 {where} 行{said.zh}", en=f"Rows {where}: {said.en}")
            issues.append(_warning(sheet.name, code, message, row=numbers[0]))


def _note_hidden_rows(sheet: RawSheet, numbers: set[int], issues: list[DataIssue]) -> None:
    hidden = sorted(numbers.intersection(sheet.hidden_rows))
    if hidden:
        where = row_ranges(hidden)
        issues.append(
            _warning(
                sheet.name,
                "hidden_row",
                Text(
                    zh=f"有 {len(hidden)} 行被隐藏或筛掉,已照常读取(第 {where} 行)",
                    en=f"{len(hidden)} rows are hidden or filtered out and were read all the same ({where})",
                ),
                Text(zh="如果这些行不该参与匹配,请删除它们", en="delete these rows if they should not take part"),
                row=hidden[0],
            )
        )


def _spread_merged_cells(spec: SheetSpec, sheet: RawSheet, header: HeaderRow, rows: list[Row]) -> Iterator[DataIssue]:
    """Give the value of a cell that is merged downwards to its rows, in columns where it means each of them."""
    by_number = dict(rows)
    numbers = sorted(by_number)
    columns = {column.index: column for column in header.columns}
    for top, left, bottom, right in sorted(sheet.merged):
        inside = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        touched = [columns[index] for index in range(left, right + 1) if index in columns]
        if not inside or not touched:
            continue
        place = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
        column = touched[0]
        value = by_number[inside[0]][left] if inside[0] == top else None
        spreads = left == right and spec.column(column.name).spans_merged and value is not None
        for number in inside[1:] if spreads else ():
            by_number[number][left] = value
        # A value that is merged down over other people and stands for the first of them only may have meant them all.
        is_lost = not spreads and len(inside) > 1 and value is not None
        yield DataIssue(
            sheet=sheet.name,
            row=top,
            column=column.header,
            column_index=column.index,
            code="merged_cells" if not is_lost else "merged_values",
            severity="error" if is_lost else "warning",
            refused="cell" if is_lost else None,
            message=_said_of_merged(place, spreads=spreads, is_lost=is_lost),
            suggestion=Text(zh="取消合并并填满每一格", en="unmerge them and fill in every cell"),
        )


def _said_of_merged(place: str, *, spreads: bool, is_lost: bool) -> Text:
    if spreads:
        return Text(
            zh=f"{place} 是合并单元格,其值用于其中每一行", en=f"{place} is merged; its value holds for each of its rows"
        )
    if is_lost:
        return Text(
            zh=f"{place} 是跨行合并的单元格:只有第一行得到它的值,其余各行按空处理",
            en=f"{place} is merged over several rows: only the first has its value, the others read as empty",
        )
    return Text(
        zh=f"{place} 是合并单元格:只有左上角的一格有值,其余按空处理",
        en=f"{place} is merged: only its top left cell holds the value, the others read as empty",
    )


def _empty_formulas(sheet: RawSheet, header: HeaderRow, numbers: set[int]) -> Iterator[DataIssue]:
    """Yield the cells whose formula gave an error, or no value at all."""
    headers = {column.index: column.header for column in header.columns}
    for code, places in (("formula_error", sheet.error_cells), ("formula_without_value", sheet.empty_formulas)):
        for row, index in places:
            if row in numbers and index in headers:
                yield DataIssue(
                    sheet=sheet.name,
                    row=row,
                    column=headers[index],
                    column_index=index,
                    code=code,
                    severity="error",
                    refused="cell",
                    message=_FORMULAS[code][0],
                    suggestion=_FORMULAS[code][1],
                )


_FORMULAS = {
    "formula_error": (
        Text(
            zh="公式出错(如 #N/A),该格按空处理",
            en="The formula gives an error (such as #N/A), and the cell reads as empty",
        ),
        Text(zh="改正公式或直接填入值", en="mend the formula or type the value"),
    ),
    "formula_without_value": (
        Text(
            zh="这一格是没有算出结果的公式,按空处理",
            en="A formula stands here that nobody has worked out; the cell reads as empty",
        ),
        Text(zh="用 Excel 或 WPS 打开并保存一次,或直接填入值", en="open and save it in Excel, or type the value"),
    ),
}


def row_ranges(numbers: Sequence[int]) -> str:
    """Write row numbers shortly, ``5-9, 14``."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _warning(sheet: str, code: str, message: Text, advice: Text | None = None, *, row: int | None = None) -> DataIssue:
    return DataIssue(sheet=sheet, row=row, code=code, severity="warning", message=message, suggestion=advice)
