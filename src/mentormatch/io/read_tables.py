"""Read a workbook, a folder of CSV files or tables of a program into tables with canonical names."""

from bisect import bisect_left, bisect_right
from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.columns.spec import SheetSpec
from mentormatch.io.example_rows import without_examples
from mentormatch.io.files.file_kind import file_kind
from mentormatch.io.header_row import HeaderRow, find_header, near_texts
from mentormatch.io.headers import SHEETS, find_result_sheet, find_sheet, is_check_sheet, is_notes_sheet
from mentormatch.io.raw_sheet import RawSheet, SheetSource, is_blank
from mentormatch.io.read_csv_folder import CsvFolder
from mentormatch.io.read_workbook import Workbook
from mentormatch.io.tables import Cell, Table
from mentormatch.io.totals import is_total
from mentormatch.roster.data_issue import DataIssue, column_letters


def read_tables(path: Path) -> tuple[dict[str, Table], list[DataIssue]]:
    """Read every sheet that we know of a workbook or of a folder of CSV files.

    Parameters
    ----------
    path : Path
        An .xlsx workbook, or a folder of CSV files named as the sheets are.

    Returns
    -------
    tables, issues
        As of `tables_of`.

    Raises
    ------
    FileError
        The file is missing, unreadable or of the wrong kind.
    InputError
        A sheet or a column that is needed is missing, or two of them mean the same thing.
    """
    path = Path(path)
    return tables_of(CsvFolder(path) if file_kind(path) == "csv_folder" else Workbook(path), str(path))


def tables_of(source: SheetSource, where: str) -> tuple[dict[str, Table], list[DataIssue]]:
    """Read every sheet that we know, wherever sheets come from.

    Parameters
    ----------
    source : SheetSource
    where : str
        What an error calls it.

    Returns
    -------
    tables : dict of str to Table
        The tables by their canonical names, in the order of `mentormatch.io.headers.SHEETS`. Students and mentors
        are always there and hold rows; any other sheet is there if the source has it.
    issues : list of DataIssue
        What was skipped or read with a reservation, in the order of the source.

    Raises
    ------
    FileError
        A sheet cannot be read.
    InputError
        A sheet or a column that is needed is missing, or two of them mean the same thing.
    """
    issues: list[DataIssue] = []
    names = _names_by_kind(where, source, issues)
    problems: list[Text] = []
    tables: dict[str, Table] = {}
    for spec in SHEETS:
        if spec.kind not in names:
            continue
        table = _table(spec, source.read(names[spec.kind]), issues, problems)
        if table is not None:
            tables[spec.kind] = table
    _raise(where, problems)
    for kind, numbers in without_examples(tables).items():
        issues += [_example_row(tables[kind].sheet, number) for number in numbers]
        if not tables[kind].rows and kind == "mentors":
            problems.append(_nobody(kind, tables[kind].sheet))
    _raise(where, problems)
    order = {name: position for position, name in enumerate(source.sheet_names)}
    issues.sort(key=lambda issue: order.get(issue.sheet or "", -1))
    return tables, issues


def _raise(where: str, problems: list[Text]) -> None:
    if problems:
        raise InputError(
            Text(
                zh="\n".join([f"文件无法使用:{where}", *(problem.zh for problem in problems)]),
                en="\n".join([f"The file cannot be used: {where}", *(problem.en for problem in problems)]),
            )
        )


def _names_by_kind(where: str, source: SheetSource, issues: list[DataIssue]) -> dict[str, str]:
    """Return the file's name for each sheet that we know, and note the other sheets."""
    found: dict[str, list[str]] = {}
    unknown: list[str] = []
    for name in source.sheet_names:
        spec = find_sheet(name)
        if spec is None and (is_check_sheet(name) or is_notes_sheet(name)):
            continue
        if spec is None:
            unknown.append(name)
            issues.append(_ignored_sheet(name))
            continue
        found.setdefault(spec.kind, []).append(name)
        if name in source.hidden_sheets:
            issues.append(
                _warning(
                    name,
                    "hidden_sheet",
                    Text(
                        zh=f"工作表“{name}”是隐藏的,已照常读取",
                        en=f"Sheet {name!r} is hidden and was read all the same",
                    ),
                )
            )
    problems: list[Text] = []
    for spec in SHEETS:
        names = found.get(spec.kind, [])
        if len(names) > 1:
            problems.append(
                Text(
                    zh=f"有多个工作表都表示“{spec.zh}”:{'、'.join(f'“{n}”' for n in names)};请只留一个",
                    en=f"Several sheets mean {spec.kind!r}: {', '.join(map(repr, names))}; keep one of them",
                )
            )
        if spec.required and not names:
            problems.append(_missing_sheet(spec, unknown))
    _raise(where, problems)
    return {kind: names[0] for kind, names in found.items()}


def _missing_sheet(spec: SheetSpec, unknown: list[str]) -> Text:
    near = near_texts([spec.zh, spec.kind], unknown)
    zh = f";“{'”“'.join(near)}”是否就是它?请改名为“{spec.zh}”" if near else ""
    en = f"; is it {' or '.join(map(repr, near))}? Rename that to {spec.kind!r}" if near else ""
    return Text(
        zh=f"缺少必需的工作表“{spec.zh}”{zh}",
        en=f"The required sheet {spec.kind!r} ({spec.zh}) is missing{en}",
    )


def _ignored_sheet(name: str) -> DataIssue:
    result = find_result_sheet(name)
    if result is None:
        return _warning(
            name,
            "unknown_sheet",
            Text(zh=f"不认识工作表“{name}”,已忽略", en=f"Sheet {name!r} is not known and was ignored"),
            Text(
                zh="如需读取,请改成模板中的工作表名",
                en="give it a name of the template if it should be read",
            ),
        )
    advice = None
    if result == "assignments":
        advice = Text(
            zh="如要把它作为本学期的当前结对,请改名为“当前结对”",
            en="rename it to 'pairings' to use it as this term's pairings",
        )
    return _warning(
        name,
        "result_sheet",
        Text(
            zh=f"工作表“{name}”是匹配结果,不是输入,已忽略",
            en=f"Sheet {name!r} belongs to a result, not to the input, and was ignored",
        ),
        advice,
    )


def _table(spec: SheetSpec, sheet: RawSheet, issues: list[DataIssue], problems: list[Text]) -> Table | None:
    header = find_header(spec, sheet)
    if header is None:
        if sheet.rows:
            problems.append(_no_header(spec, sheet.name))
        elif spec.required:
            problems.append(Text(zh=f"工作表“{sheet.name}”是空的", en=f"Sheet {sheet.name!r} is empty"))
        else:
            issues.append(
                _warning(
                    sheet.name,
                    "empty_sheet",
                    Text(zh=f"工作表“{sheet.name}”是空的,已忽略", en=f"Sheet {sheet.name!r} is empty and was ignored"),
                )
            )
        return None
    if header.problems:
        problems.extend(header.problems)
        return None
    rows = _data_rows(spec, sheet, header, issues)
    if spec.required and not rows:
        problems.append(_nobody(spec.kind, sheet.name))
    return Table(sheet.name, spec.kind, header.columns, header.extra, rows)


def _nobody(kind: str, sheet: str) -> Text:
    people = Text(zh="学生", en="student") if kind == "students" else Text(zh="导师", en="mentor")
    return Text(
        zh=f"工作表“{sheet}”只有表头,没有一名{people.zh}",
        en=f"Sheet {sheet!r} has a header but no {people.en}",
    )


def _example_row(sheet: str, number: int) -> DataIssue:
    return _warning(
        sheet,
        "example_row",
        Text(
            zh=f"第 {number} 行是模板的示例行,已跳过",
            en=f"Row {number} is the example of the template and was skipped",
        ),
        Text(zh="可以删除这一行", en="the row may be deleted"),
        row=number,
    )


def _no_header(spec: SheetSpec, name: str) -> Text:
    required = [column for column in spec.columns if column.required]
    return Text(
        zh=f"工作表“{name}”没有找到表头;必需的列:{'、'.join(column.zh for column in required)}",
        en=f"Sheet {name!r} has no header; required columns: {', '.join(column.name for column in required)}",
    )


def _data_rows(
    spec: SheetSpec, sheet: RawSheet, header: HeaderRow, issues: list[DataIssue]
) -> list[tuple[int, list[Cell]]]:
    known = [column.index for column in header.columns]
    ids = tuple(c.index for c in header.columns if c.name.endswith("_id") and spec.column(c.name).required)
    rows: list[tuple[int, list[Cell]]] = []
    aside: list[int] = []
    for number, cells in sheet.rows:
        if number < header.first:
            issues.append(
                _warning(
                    sheet.name,
                    "title_row",
                    Text(
                        zh=f"第 {number} 行在表头之上,作为标题跳过",
                        en=f"Row {number} is above the header and was skipped as a title",
                    ),
                    row=number,
                )
            )
        elif number <= header.last:
            continue
        elif is_total(cells, ids):
            issues.append(
                _warning(
                    sheet.name,
                    "total_row",
                    Text(zh=f"第 {number} 行是合计行,已跳过", en=f"Row {number} is a row of totals and was skipped"),
                    row=number,
                )
            )
        elif is_blank(cells[index] for index in known):
            aside.append(number)
        else:
            rows.append((number, cells))
    numbers = {number for number, _ in rows}
    _note_rows_aside(sheet, aside, issues)
    _note_hidden_rows(sheet, numbers, issues)
    _note_merged_cells(sheet, numbers, known, issues)
    _note_error_cells(sheet, header, numbers, issues)
    return rows


def _note_rows_aside(sheet: RawSheet, aside: list[int], issues: list[DataIssue]) -> None:
    if aside:
        where = _ranges(aside)
        issues.append(
            _warning(
                sheet.name,
                "row_without_data",
                Text(
                    zh=f"有 {len(aside)} 行只在不认识的列里有内容,已跳过(第 {where} 行)",
                    en=f"{len(aside)} rows hold something only in unknown columns and were skipped ({where})",
                ),
                row=aside[0],
            )
        )


def _note_hidden_rows(sheet: RawSheet, numbers: set[int], issues: list[DataIssue]) -> None:
    hidden = sorted(numbers.intersection(sheet.hidden_rows))
    if hidden:
        where = _ranges(hidden)
        issues.append(
            _warning(
                sheet.name,
                "hidden_row",
                Text(
                    zh=f"有 {len(hidden)} 行被隐藏或筛掉,已照常读取(第 {where} 行)",
                    en=f"{len(hidden)} rows are hidden or filtered out and were read all the same ({where})",
                ),
                Text(
                    zh="如果这些行不该参与匹配,请删除它们",
                    en="delete these rows if they should not take part",
                ),
                row=hidden[0],
            )
        )


def _note_merged_cells(sheet: RawSheet, numbers: set[int], known: list[int], issues: list[DataIssue]) -> None:
    """Warn that only the first cell of a merged range holds its value: filling in the others would be a guess."""
    rows = sorted(numbers)
    merged = sorted(
        place
        for place in sheet.merged
        if bisect_left(rows, place[0]) < bisect_right(rows, place[2])
        and any(place[1] <= index <= place[3] for index in known)
    )
    if merged:
        places = [f"{column_letters(left)}{top}:{column_letters(right)}{bottom}" for top, left, bottom, right in merged]
        where = ", ".join(places if len(places) <= 5 else [*places[:5], "..."])
        issues.append(
            _warning(
                sheet.name,
                "merged_cells",
                Text(
                    zh=f"有 {len(places)} 处合并单元格({where}):只有左上角的一格有值,其余按空处理",
                    en=f"{len(places)} merged ranges ({where}): only the top left cell of each holds its value, "
                    "the others read as empty",
                ),
                Text(zh="取消合并并填满每一格", en="unmerge them and fill in every cell"),
                row=merged[0][0],
            )
        )


def _note_error_cells(sheet: RawSheet, header: HeaderRow, numbers: set[int], issues: list[DataIssue]) -> None:
    headers = {column.index: column.header for column in header.columns}
    for row, index in sheet.error_cells:
        if row in numbers and index in headers:
            place = f"{column_letters(index)}{row}"
            issues.append(
                DataIssue(
                    sheet=sheet.name,
                    row=row,
                    column=headers[index],
                    column_index=index,
                    code="formula_error",
                    severity="error",
                    refused="cell",
                    message=Text(
                        zh=f"{place} 的公式出错(如 #N/A),该格按空处理",
                        en=f"The formula in {place} gives an error (such as #N/A), and the cell reads as empty",
                    ),
                    suggestion=Text(zh="改正公式或直接填入值", en="mend the formula or type the value"),
                )
            )


def _ranges(numbers: list[int]) -> str:
    """Write row numbers shortly, ``5-9, 14, ...``."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:5]]
    return ", ".join(texts if len(runs) <= 5 else [*texts, "..."])


def _warning(
    sheet: str, code: str, message: Text, suggestion: Text | None = None, *, row: int | None = None
) -> DataIssue:
    return DataIssue(
        sheet=sheet,
        row=row,
        code=code,
        severity="warning",
        message=message,
        suggestion=suggestion,
    )
