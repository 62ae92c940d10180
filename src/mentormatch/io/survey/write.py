"""Put the forms of a survey into a copy of the school's workbook, as its sheet of choices."""

import zipfile
from pathlib import Path
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

from mentormatch.base.errors import FileError, InputError
from mentormatch.base.text import Language, Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.file_kind import damaged, file_kind
from mentormatch.io.files.workbook_parts import open_archive, sheet_parts
from mentormatch.io.headers import find_sheet, sheet_name, sheet_spec
from mentormatch.io.marked.added_sheet import with_added_sheet, write_copy
from mentormatch.io.read_tables import read_tables
from mentormatch.io.survey.read import SurveyForms
from mentormatch.roster.data_issue import column_letters

_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def write_forms(forms: SurveyForms, school: Path, path: Path, lang: Language) -> None:
    """Write a copy of the school's workbook with one more sheet, 学生志愿; every other sheet stays as it was.

    A sheet of choices that holds no form yet, as in the template, is filled in.

    Parameters
    ----------
    forms : SurveyForms
    school : Path
        The workbook, without forms.
    path : Path
        The .xlsx file to write.
    lang : {"zh", "en"}
        Of the sheet's name and headers.

    Raises
    ------
    FileError
        The school is a folder of CSV files, or is damaged; or the copy cannot be written.
    InputError
        The school has forms already.
    """
    if file_kind(school) == "csv_folder":
        raise FileError(
            Text(
                zh=f"需要 .xlsx 工作簿,而不是 CSV 文件夹:{school}",
                en=f"An .xlsx workbook is needed, no folder: {school}",
            )
        )
    with open_archive(school) as archive:
        there = [name for name in sheet_parts(archive) if (spec := find_sheet(name)) and spec.kind == "prefs_students"]
        if there and read_tables(school)[0]["prefs_students"].rows:
            raise InputError(
                Text(zh=f"工作簿的“{there[0]}”中已有志愿", en=f"The sheet {there[0]!r} already has forms"),
                maybe=Text(zh="先删除它或改名,再导入问卷", en="delete or rename it, then import the survey."),
            )
        try:
            part, changed = (
                (sheet_parts(archive)[there[0]], {})
                if there
                else with_added_sheet(archive, sheet_name("prefs_students", lang))
            )
        except (ValueError, ExpatError) as error:
            raise damaged(school) from error
        with atomic_path(path) as temp, zipfile.ZipFile(temp, "w", zipfile.ZIP_DEFLATED) as copy:
            write_copy(archive, copy, {**changed, part: _sheet(forms, lang)})


def _sheet(forms: SurveyForms, lang: Language) -> bytes:
    headers = tuple(column.in_language(lang) for column in sheet_spec("prefs_students").columns)
    rows = "".join(_row(number, values) for number, values in enumerate((headers, *forms.rows), start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '</sheetView></sheetViews><cols><col min="1" max="9" width="18" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    ).encode()


def _row(number: int, values: tuple[str, ...]) -> str:
    cells = "".join(
        f'<c r="{column_letters(at)}{number}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(value.translate(_FORBIDDEN))}</t></is></c>"
        for at, value in enumerate(values)
        if value
    )
    return f'<row r="{number}">{cells}</row>'
