"""Write the marked copy of a workbook."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.parsers.expat import ExpatError

from mentormatch.base.errors import FileError
from mentormatch.base.text import Language, Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.file_kind import damaged, file_kind
from mentormatch.io.files.mark import mark_as_written
from mentormatch.io.files.streams import Target
from mentormatch.io.files.workbook_parts import open_archive, sheet_parts
from mentormatch.io.marked.added_sheet import with_added_sheet, write_copy
from mentormatch.io.marked.findings import findings_sheet, free_sheet_name
from mentormatch.io.marked.sheet import coloured_sheet
from mentormatch.io.marked.styles import EMPTY, Styles
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.vocabulary import Severity


def write_marked_copy(source: Path, path: Target, issues: Sequence[DataIssue], lang: Language) -> None:
    """Write a copy of a workbook with the cells of its findings coloured, and a sheet that lists them.

    Cells with errors are red, cells with warnings yellow; a finding about a whole row colours the row. Nothing else
    changes: formulas, formats, comments, pictures, validations and everything that we do not know stay as they are.

    Parameters
    ----------
    source : Path
        The .xlsx workbook that was read.
    path : path-like or file object
        The .xlsx file to write.
    issues : sequence of DataIssue
        What reading the workbook found.
    lang : {"zh", "en"}
        Of the sheet with the list.

    Raises
    ------
    FileError
        The source is a folder of CSV files, which has no colours, or is damaged; or the copy cannot be written.
    """
    if file_kind(source) == "csv_folder":
        raise FileError(
            Text(
                zh=f"CSV 文件没有颜色,无法标记:{source}",
                en=f"CSV files have no colours, so they cannot be marked: {source}",
            ),
            maybe=Text(zh="把各表放进一个 .xlsx 工作簿", en="put the sheets into one .xlsx workbook."),
        )
    with open_archive(source) as archive:
        try:
            parts = _marked_parts(archive, issues, lang)
        except (ValueError, ExpatError) as error:
            raise damaged(source) from error
        with atomic_path(path) as temp:
            with zipfile.ZipFile(temp, "w", zipfile.ZIP_DEFLATED) as copy:
                write_copy(archive, copy, parts)
            mark_as_written(temp)


def _marked_parts(archive: zipfile.ZipFile, issues: Sequence[DataIssue], lang: Language) -> dict[str, bytes]:
    """Return the parts that change and the parts that are new, by their names."""
    members = {name.lower(): name for name in archive.namelist()}
    sheets = sheet_parts(archive)
    style_name = members.get("xl/styles.xml")
    styles = Styles(EMPTY if style_name is None else archive.read(style_name))
    changed: dict[str, bytes] = {}
    for name, member in sheets.items():
        cells, rows = _places([issue for issue in issues if issue.sheet == name])
        if cells or rows:
            changed[member] = coloured_sheet(archive.read(member), cells, rows, styles)
    name = free_sheet_name(list(sheets), lang)
    new_sheet, parts = with_added_sheet(archive, name, styles_are_new=style_name is None)
    changed |= {**parts, new_sheet: findings_sheet(issues, lang, styles)}
    changed["xl/styles.xml" if style_name is None else style_name] = styles.result()
    return changed


def _places(issues: Sequence[DataIssue]) -> tuple[dict[tuple[int, int], Severity], dict[int, Severity]]:
    """Return the severity of each cell and of each row; an error goes before a warning."""
    cells: dict[tuple[int, int], Severity] = {}
    rows: dict[int, Severity] = {}
    for issue in sorted(issues, key=lambda issue: issue.severity != "error"):
        if issue.row is None:
            continue
        if issue.column_index is None:
            rows.setdefault(issue.row, issue.severity)
        else:
            cells.setdefault((issue.row, issue.column_index), issue.severity)
    return cells, rows
