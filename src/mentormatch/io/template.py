"""An empty workbook: notes, then every sheet with its header, one example row, and lists to choose from."""

from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mentormatch.base.text import Language, Text
from mentormatch.io.columns.spec import ColumnSpec, SheetSpec, width_of
from mentormatch.io.files.escape import write_text
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.io.files.streams import Target
from mentormatch.io.headers import NOTES_SHEET, SHEETS
from mentormatch.io.rule_rows import write_rule_rows
from mentormatch.io.template_notes import GENERAL_NOTES

_LAST_ROW = 1_048_575
_A4 = 9


def write_template(path: Target, lang: Language, *, rules: Sequence[tuple[str, str, str, str]] = ()) -> None:
    """Write an empty workbook that a school can fill in.

    The first sheet explains the others, column by column; reading passes over it. Every other sheet has its header (the
    required columns dark), one example row to delete, and drop-down lists where only certain words make sense. Cells
    are formatted as text, so that Excel neither eats the zeros at the front of an ID nor turns a class into a date.

    Parameters
    ----------
    path : path-like or file object
        The .xlsx file to write.
    lang : {"zh", "en"}
        The language of sheets, headers and examples.
    rules : sequence of (rule, parameter, value, note)
        The lines of the sheet of rules; there is no such sheet where it is empty.

    Raises
    ------
    FileError
        The file cannot be written.
    """
    with new_workbook(path) as book:
        styles = _Styles(book)
        _write_notes(book.add_worksheet(NOTES_SHEET.in_language(lang)), lang, styles)
        for spec in SHEETS:
            _write_sheet(book.add_worksheet(spec.in_language(lang)), spec, lang, styles)
        if rules:
            write_rule_rows(book, rules, lang)


class _Styles:
    """The formats of a template."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        header = {"bold": True, "border": 1, "valign": "vcenter", "num_format": "@"}
        self.required: Format = book.add_format({**header, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
        self.optional: Format = book.add_format({**header, "bg_color": "#DDEBF7"})
        self.text: Format = book.add_format({"num_format": "@"})
        self.note: Format = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.title: Format = book.add_format({"num_format": "@", "bold": True, "valign": "top", "top": 1})
        self.number: Format = book.add_format({"num_format": "0"})
        self.example_text: Format = book.add_format({"num_format": "@", "italic": True, "font_color": "#7F7F7F"})
        self.example_number: Format = book.add_format({"num_format": "0", "italic": True, "font_color": "#7F7F7F"})


_NOTE_WIDTHS = (16, 22, 9, 84, 34)
_LINE_HEIGHT = 15


def _write_notes(sheet: Worksheet, lang: Language, styles: _Styles) -> None:
    """Write what holds for all sheets, then a line for each column: what goes into it, and from which words."""
    for column, width in enumerate(_NOTE_WIDTHS):
        sheet.set_column(column, column, width)
    for row, note in enumerate(GENERAL_NOTES):
        sheet.merge_range(row, 0, row, len(_NOTE_WIDTHS) - 1, "", styles.note)
        text = f"{row + 1}. {note.in_language(lang)}"
        write_text(sheet, row, 0, text, styles.note)
        sheet.set_row(row, _LINE_HEIGHT * -(-width_of(text) // sum(_NOTE_WIDTHS)))
    row = len(GENERAL_NOTES) + 1
    titles = (
        Text("工作表", "sheet"),
        Text("列", "column"),
        Text("必填", "required"),
        Text("填什么", "what goes into it"),
        Text("可选的词", "words to choose from"),
    )
    for column, title in enumerate(titles):
        write_text(sheet, row, column, title.in_language(lang), styles.optional)
    sheet.repeat_rows(row)
    for spec in SHEETS:
        row += 1
        write_text(sheet, row, 0, spec.in_language(lang), styles.title)
        write_text(sheet, row, 1, "", styles.title)
        write_text(sheet, row, 2, "✓" if spec.required else "", styles.title)
        write_text(sheet, row, 3, spec.note.in_language(lang), styles.title)
        write_text(sheet, row, 4, "", styles.title)
        for column_spec in spec.columns:
            row += 1
            told = (
                column_spec.in_language(lang),
                "✓" if column_spec.required else "",
                column_spec.note.in_language(lang),
                Text("、", ", ").in_language(lang).join(word.in_language(lang) for word in column_spec.words()),
            )
            for column, text in enumerate(told, start=1):
                write_text(sheet, row, column, text, styles.note)
            # Not every program makes room for a second line by itself.
            lines = max(-(-(width_of(text) - 3) // _NOTE_WIDTHS[column]) for column, text in enumerate(told, start=1))
            sheet.set_row(row, _LINE_HEIGHT * lines)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write_sheet(sheet: Worksheet, spec: SheetSpec, lang: Language, styles: _Styles) -> None:
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(spec.columns):
        title = column.in_language(lang)
        value = column.example_in(lang)
        sheet.set_column(index, index, column.width(lang), styles.number if column.kind.is_number else styles.text)
        write_text(sheet, 0, index, title, styles.required if column.required else styles.optional)
        if column.required:
            sheet.write_comment(0, index, Text("必填", "Required").in_language(lang))
        if isinstance(value, int):
            sheet.write_number(1, index, value, styles.example_number)
        else:
            write_text(sheet, 1, index, value, styles.example_text)
        _offer_list(sheet, index, column, lang)
    note = Text("示例行:填写前请删除", "An example: delete this row before you fill in yours")
    sheet.write_comment(1, 0, note.in_language(lang))


def _offer_list(sheet: Worksheet, index: int, column: ColumnSpec, lang: Language) -> None:
    words = column.words()
    if not words:
        return
    choices = [word.in_language(lang) for word in words]
    title = Text("请从列表中选择", "Choose from the list")
    message = Text("可填:", "One of: ").in_language(lang) + Text("、", ", ").in_language(lang).join(choices)
    sheet.data_validation(
        1,
        index,
        _LAST_ROW,
        index,
        {
            "validate": "list",
            "source": choices,
            "error_title": title.in_language(lang),
            "error_message": message,
            "error_type": "stop" if column.kind.is_closed else "information",
        },
    )
