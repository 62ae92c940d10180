"""Read a workbook, a folder of CSV files or tables of a program into tables with canonical names."""

from pathlib import Path
from typing import NamedTuple

from mentormatch.base.text import Text
from mentormatch.io.column_findings import column_findings
from mentormatch.io.columns.record import RECORD_SHEETS
from mentormatch.io.columns.spec import SheetSpec
from mentormatch.io.data_rows import data_rows
from mentormatch.io.example_rows import without_examples
from mentormatch.io.files.file_kind import file_kind
from mentormatch.io.header_row import find_header
from mentormatch.io.headers import ALL_SHEETS
from mentormatch.io.raw_sheet import RawSheet, SheetSource
from mentormatch.io.read_csv_folder import CsvFolder
from mentormatch.io.read_workbook import Workbook
from mentormatch.io.sheet_names import refused_file, sheet_names
from mentormatch.io.tables import Table
from mentormatch.roster.data_issue import DataIssue


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
    read = tables_of(open_source(path), str(path))
    return read.tables, read.issues


def open_source(path: Path) -> SheetSource:
    """Return the sheets of a workbook or of a folder of CSV files.

    Raises
    ------
    FileError
        The file is missing, unreadable or of the wrong kind.
    """
    return CsvFolder(path) if file_kind(path) == "csv_folder" else Workbook(path)


class SheetsRead(NamedTuple):
    """What a source of sheets holds.

    Parameters
    ----------
    tables : dict of str to Table
        The tables by their canonical names, in the order of `mentormatch.io.headers.ALL_SHEETS`. Students and mentors
        are always there and hold rows; any other sheet is there if the source has it.
    issues : list of DataIssue
        What was skipped or read with a reservation, in the order of the source.
    unread : tuple of str
        The sheets that were not read.
    """

    tables: dict[str, Table]
    issues: list[DataIssue]
    unread: tuple[str, ...]


def tables_of(source: SheetSource, where: str) -> SheetsRead:
    """Read every sheet that we know, wherever sheets come from.

    Every cell of every sheet ends as one of three: in a table, in a finding that names its row, column or sheet, or in
    an error.

    Parameters
    ----------
    source : SheetSource
    where : str
        What an error calls it.

    Raises
    ------
    FileError
        A sheet cannot be read.
    InputError
        A sheet or a column that is needed is missing, or two of them mean the same thing.
    """
    problems: list[Text] = []
    names = sheet_names(source, problems)
    _raise(where, problems)
    issues = names.issues
    tables: dict[str, Table] = {}
    for spec in ALL_SHEETS:
        if spec.kind not in names.by_kind:
            continue
        table = table_of(spec, source.read(names.by_kind[spec.kind]), issues, problems)
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
    own = tuple(names.by_kind[spec.kind] for spec in RECORD_SHEETS if spec.kind in names.by_kind.keys() - tables.keys())
    return SheetsRead(tables, issues, names.unread + own)


def _raise(where: str, problems: list[Text]) -> None:
    if problems:
        raise refused_file(where, problems)


def table_of(spec: SheetSpec, sheet: RawSheet, issues: list[DataIssue], problems: list[Text]) -> Table | None:
    """Return a sheet as a table, and add what there is to say of it; None where it cannot be used, or is empty."""
    header = find_header(spec, sheet)
    if spec in RECORD_SHEETS and (header is None or header.problems):
        # A school may have a sheet of its own of such a name.
        issues.append(
            _warning(
                sheet.name,
                "unknown_sheet",
                Text(
                    zh=f"工作表“{sheet.name}”不是系统写出的那种,没有读取",
                    en=f"Sheet {sheet.name!r} is none that a run has written, and was ignored",
                ),
            )
        )
        return None
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
    rows = data_rows(spec, sheet, header, issues)
    issues.extend(column_findings(spec, sheet.name, header, rows))
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
