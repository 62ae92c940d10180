"""Find the header of a sheet below its titles, and tell which column is which."""

import difflib
from dataclasses import dataclass
from typing import Literal

from mentormatch.base.text import Text
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec
from mentormatch.io.headers import find_column, match_header
from mentormatch.io.normal_form import fold
from mentormatch.io.raw_sheet import RawSheet, is_blank
from mentormatch.io.tables import Cell, Column
from mentormatch.roster.data_issue import column_letters

_SEARCHED_ROWS = 30  # a header further down than this is no header


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """Where a sheet's header is and what it says.

    Parameters
    ----------
    first, last : int
        The 1-based rows of the header; they differ when header cells are merged downwards.
    columns, extra : tuple of Column
        The columns we know and the others.
    named : tuple of NamedColumn
        The columns of which there is something to say: all but those whose header is one of ours.
    problems : tuple of Text
        Why the sheet cannot be used: required headers that are missing, columns that mean the same thing.
    """

    first: int
    last: int
    columns: tuple[Column, ...]
    extra: tuple[Column, ...]
    named: tuple["NamedColumn", ...]
    problems: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A column of which there is something to say.

    Parameters
    ----------
    column : Column
    how : {"understood", "near", "twice", "unknown"}
        Read by a synonym; looks like a column of ours; means the same as one that is read; none of ours.
    specs : tuple of ColumnSpec
        The columns that it means, or may mean.
    """

    column: Column
    how: Literal["understood", "near", "twice", "unknown"]
    specs: tuple[ColumnSpec, ...] = ()


def find_header(spec: SheetSpec, sheet: RawSheet) -> HeaderRow | None:
    """Return the header of a sheet, or None when no row looks like one.

    The first row that names every required column is the header; if there is none, the row that names the most
    columns is, and its problems say what is missing.
    """
    best: HeaderRow | None = None
    for number, cells in sheet.rows[:_SEARCHED_ROWS]:
        header = _read_header(spec, sheet, number, cells)
        if header.columns and not _missing(spec, header.columns):
            return header
        if header.columns and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def _read_header(spec: SheetSpec, sheet: RawSheet, number: int, cells: list[Cell]) -> HeaderRow:
    last, cells = _with_rows_below(spec, sheet, number, cells)
    columns: list[Column] = []
    extra: list[Column] = []
    named: list[NamedColumn] = []
    texts = {index: str(cell) for index, cell in enumerate(cells) if not is_blank((cell,))}
    matches = {index: match_header(spec.kind, text) for index, text in texts.items()}
    exact = {match.columns[0].name for match in matches.values() if match.certainty == "exact"}
    for index, (certainty, specs) in matches.items():
        text = texts[index]
        if certainty == "exact" or (certainty == "understood" and specs[0].name not in exact):
            columns.append(Column(specs[0].name, text, index))
            if certainty == "understood":
                named.append(NamedColumn(columns[-1], "understood", specs))
        else:
            extra.append(Column("", text, index))
            named.append(NamedColumn(extra[-1], "twice" if certainty == "understood" else certainty, specs))
    missing = _missing(spec, columns)
    problems = (*_doubled(spec, sheet.name, columns), *_not_found(spec, sheet.name, number, missing, extra))
    return HeaderRow(number, last, tuple(columns), tuple(extra), tuple(named), problems)


def _with_rows_below(spec: SheetSpec, sheet: RawSheet, number: int, cells: list[Cell]) -> tuple[int, list[Cell]]:
    """Join a header that spans several rows: 学号 merged downwards beside 志愿 above 第一志愿, 第二志愿, ..."""
    last = max(
        (bottom for top, left, bottom, right in sheet.merged if top == number < bottom and left == right),
        default=number,
    )
    joined = list(cells)
    for _, below in (row for row in sheet.rows if number < row[0] <= last):
        for index, cell in enumerate(below):
            if isinstance(cell, str) and cell.strip():
                joined[index] = cell
    # A merge that reaches into the data (a title that leans over, a class over its pupils) is no second header row.
    names = [find_column(spec.kind, str(cell)) for cell in joined if cell is not None]
    before = [find_column(spec.kind, str(cell)) for cell in cells if cell is not None]
    if sum(name is not None for name in names) < sum(name is not None for name in before):
        return number, cells
    return last, joined


def _missing(spec: SheetSpec, columns: list[Column] | tuple[Column, ...]) -> list[str]:
    present = {column.name for column in columns}
    return [
        column.name
        for column in spec.columns
        if column.required and column.name not in present and column.told_by not in present
    ]


def _doubled(spec: SheetSpec, sheet: str, columns: list[Column]) -> list[Text]:
    problems = []
    for known in (*spec.columns, *spec.further):
        same = [column for column in columns if column.name == known.name]
        if len(same) > 1:
            zh = "、".join(f"{column_letters(c.index)} 列“{c.header}”" for c in same)
            en = ", ".join(f"{column_letters(c.index)} {c.header!r}" for c in same)
            problems.append(
                Text(
                    zh=f"工作表“{sheet}”有多列都表示“{known.zh}”:{zh};请只留一列",
                    en=f"Sheet {sheet!r} has several columns that mean {known.name!r}: {en}; keep one of them",
                )
            )
    return problems


def _not_found(spec: SheetSpec, sheet: str, row: int, missing: list[str], extra: list[Column]) -> list[Text]:
    problems = []
    for name in missing:
        known = spec.column(name)
        near = near_texts([known.zh, known.name], [column.header for column in extra])
        zh = f";“{'”“'.join(near)}”是否就是它?请改成“{known.zh}”" if near else ""
        en = f"; is it {' or '.join(map(repr, near))}? Rename that to {name!r}" if near else ""
        problems.append(
            Text(
                zh=f"工作表“{sheet}”缺少必需的列“{known.zh}”(表头在第 {row} 行){zh}",
                en=f"Sheet {sheet!r} lacks the required column {name!r} (its header is row {row}){en}",
            )
        )
    return problems


def near_texts(wanted: list[str], found: list[str]) -> list[str]:
    """Return the texts that may be a slip for one of the wanted ones, at most three, in the order of the file."""
    near = [
        text
        for text in found
        if any(
            difflib.SequenceMatcher(None, fold(text), fold(name)).ratio() >= 0.6
            or (fold(name) in fold(text) and len(fold(text)) <= 3 * len(fold(name)))
            for name in wanted
        )
    ]
    return near[:3]
