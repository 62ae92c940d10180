"""What became of every column of a sheet: read, read with a notice, named as not read, or refused."""

from collections.abc import Iterator, Sequence

from mentormatch.base.text import Text
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec
from mentormatch.io.header_row import HeaderRow, NamedColumn
from mentormatch.io.raw_sheet import is_blank
from mentormatch.io.tables import Cell
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.vocabulary import Refused, Severity

_SCRIBBLE = 10
"""Cells below a blank header are a column when at least one row in so many has one."""


def column_findings(
    spec: SheetSpec, sheet: str, header: HeaderRow, rows: Sequence[tuple[int, list[Cell]]]
) -> Iterator[DataIssue]:
    """Yield what there is to say about the columns of a sheet; a column without any cell is passed over.

    Parameters
    ----------
    spec : SheetSpec
    sheet : str
        Its name as the file writes it.
    header : HeaderRow
    rows : sequence of (int, list of Cell)
        Below the header.
    """
    place = _Place(sheet, header.last)
    present = {column.name for column in header.columns}
    for named in header.named:
        filled = _filled(rows, named.column.index)
        if filled:
            yield _named(place, named, present, filled)
    width = max((len(cells) for _, cells in rows), default=0)
    with_header = {column.index for column in (*header.columns, *header.extra)}
    for index in range(width):
        filled = 0 if index in with_header else _filled(rows, index)
        if filled:
            severity: Severity = "error" if filled * _SCRIBBLE >= len(rows) else "warning"
            yield place.issue(
                index,
                None,
                "column_without_header",
                severity,
                Text(
                    zh=f"这一列没有表头,没有读取(有 {filled} 格有内容)",
                    en=f"This column has no header and was not read ({filled} cells hold something)",
                ),
                Text(zh="补上表头;不需要的内容请删除", en="give it a header, or delete what stands in it"),
            )
    if rows and spec.needed and not present.intersection(spec.needed):
        yield place.issue(None, None, "no_needed_column", "error", *_nothing_told(spec))


class _Place:
    """The header of a sheet, for findings about its columns."""

    def __init__(self, sheet: str, row: int) -> None:
        self._sheet, self._row = sheet, row

    def issue(
        self, index: int | None, header: str | None, code: str, severity: Severity, message: Text, advice: Text | None
    ) -> DataIssue:
        refused: Refused | None = None if severity == "warning" else "sheet" if index is None else "column"
        return DataIssue(
            sheet=self._sheet,
            row=self._row,
            column=header,
            column_index=index,
            code=code,
            severity=severity,
            refused=refused,
            message=message,
            suggestion=advice,
        )


def _filled(rows: Sequence[tuple[int, list[Cell]]], index: int) -> int:
    return sum(1 for _, cells in rows if index < len(cells) and not is_blank((cells[index],)))


def _named(place: _Place, named: NamedColumn, present: set[str], filled: int) -> DataIssue:
    column, header = named.column, named.column.header.strip()
    zh, en = _names(named.specs, "zh"), _names(named.specs, "en")
    if named.how == "understood":
        message = Text(zh=f"表头“{header}”按“{zh}”读取", en=f"The header {header!r} was read as {en}")
        return place.issue(column.index, column.header, "header_understood", "warning", message, None)
    if named.how == "twice":
        message = Text(
            zh=f"列“{header}”与另一列都表示“{zh}”,没有读取(有 {filled} 格有内容)",
            en=f"The column {header!r} means {en} as another does; it was not read ({filled} cells hold something)",
        )
        advice = Text(zh="两列合为一列,或改掉其中一个表头", en="make one column of the two, or rename one of them")
        return place.issue(column.index, column.header, "column_twice", "error", message, advice)
    if named.how == "near" and any(spec.several or spec.name not in present for spec in named.specs):
        message = Text(
            zh=f"列“{header}”像是“{zh}”,但不能确定,没有读取(有 {filled} 格有内容)",
            en=f"The column {header!r} may be meant for {en}; it was not read ({filled} cells hold something)",
        )
        advice = Text(
            zh=f"如果就是它,把表头改成“{zh}”;如果是别的内容,换一个不相近的表头",
            en=f"if so, rename it to {en}; if it is something else, give it a header that does not look like it",
        )
        return place.issue(column.index, column.header, "header_near", "error", message, advice)
    message = Text(
        zh=f"列“{header}”不是系统的列(有 {filled} 格有内容),作为学校自己的列保留,不影响匹配",
        en=f"The column {header!r} is none of ours ({filled} cells hold something); it is kept as the school's own "
        "and changes nothing",
    )
    return place.issue(column.index, column.header, "unknown_column", "warning", message, None)


def _names(specs: Sequence[ColumnSpec], lang: str) -> str:
    if lang == "zh":
        return "”或“".join(spec.zh for spec in specs)
    return " or ".join(repr(spec.name) for spec in specs)


def _nothing_told(spec: SheetSpec) -> tuple[Text, Text]:
    columns = [column for column in spec.columns if column.name in spec.needed]
    return (
        Text(
            zh=f"这张表没有“{columns[0].zh}”等任何一列,其中的内容都没有用上",
            en=f"This sheet has none of the columns {', '.join(column.name for column in columns)}: it says nothing",
        ),
        Text(
            zh=f"补上“{columns[0].zh}”等列,或把对应的表头改成模板中的写法",
            en=f"add {columns[0].name!r}, or rename the header that means it as in the template",
        ),
    )
