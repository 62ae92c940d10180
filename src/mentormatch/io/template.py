"""An empty workbook: notes, then every sheet with its header, one example row, and lists to choose from."""

from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mentormatch.base.text import Language, Text
from mentormatch.io.column_notes import COLUMN_NOTES, GENERAL_NOTES, SHEET_NOTES
from mentormatch.io.example_rows import EXAMPLES
from mentormatch.io.files.escape import write_text
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.io.headers import NOTES_SHEET, SHEETS, ColumnSpec, SheetSpec

_LAST_ROW = 1_048_575
_A4 = 9

_YES, _NO = Text("是", "yes"), Text("否", "no")
_MALE, _FEMALE = Text("男", "male"), Text("女", "female")
_GENDERS = (_MALE, _FEMALE)
_YES_NO = (_YES, _NO)

_CLOSED_LISTS: dict[tuple[str, str], tuple[Text, ...]] = {
    ("students", "gender"): _GENDERS,
    ("students", "boarding"): _YES_NO,
    ("students", "care_level"): (Text("一般", "general"), Text("重点", "key")),
    ("students", "mentor_gender_req"): _GENDERS,
    ("students", "guardian_notice"): _YES_NO,
    ("mentors", "gender"): _GENDERS,
    ("mentors", "kind"): (Text("校内", "in_school"), Text("校外", "external"), Text("学长", "peer")),
    ("pairings", "role"): (
        Text("主", "primary"),
        Text("协", "supporting"),
        Text("校外", "external"),
        Text("学长", "peer"),
    ),
    ("pairings", "state"): (Text("在结", "active"), Text("适应期", "provisional"), Text("已结束", "ended")),
    ("pairings", "locked"): _YES_NO,
    ("changes", "student_opinion"): (
        Text("同意", "agree"),
        Text("不同意", "disagree"),
        Text("无法征求", "not_askable"),
    ),
    ("changes", "guardian_notified"): _YES_NO,
    ("changes", "decision"): (Text("批准", "approved"), Text("待批", "pending"), Text("不批准", "rejected")),
    ("changes", "handover_done"): _YES_NO,
}

# Proposals: another word may be typed.
_OPEN_LISTS: dict[tuple[str, str], tuple[Text, ...]] = {
    ("students", "stage"): (Text("小学", "primary"), Text("初中", "junior"), Text("高中", "senior")),
    ("mentors", "status"): (Text("在岗", "active"), Text("病假", "sick leave"), Text("产假", "maternity leave")),
    ("prefs_mentors", "order"): (
        *(Text(str(n), str(n)) for n in range(1, 11)),
        Text("可接受", "acceptable"),
        Text("不适合", "unsuitable"),
    ),
    ("changes", "initiator"): (
        Text("学生", "student"),
        Text("家长", "guardian"),
        Text("导师", "mentor"),
        Text("学校", "school"),
    ),
}

_NUMBERS = {"capacity_max", "capacity_min", "care_max", "capacity", "max_groups"}


def write_template(path: Path, lang: Language) -> None:
    """Write an empty workbook that a school can fill in.

    The first sheet explains the others, column by column; reading passes over it. Every other sheet has its header (the
    required columns dark), one example row to delete, and drop-down lists where only certain words make sense. Cells
    are formatted as text, so that Excel neither eats the zeros at the front of an ID nor turns a class into a date.

    Parameters
    ----------
    path : Path
        The .xlsx file to write.
    lang : {"zh", "en"}
        The language of sheets, headers and examples.

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
        sheet.set_row(row, _LINE_HEIGHT * -(-_width(text) // sum(_NOTE_WIDTHS)))
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
        write_text(sheet, row, 3, SHEET_NOTES[spec.kind].in_language(lang), styles.title)
        write_text(sheet, row, 4, "", styles.title)
        for column_spec in spec.columns:
            row += 1
            key = (spec.kind, column_spec.name)
            words = _CLOSED_LISTS.get(key) or _OPEN_LISTS.get(key) or ()
            told = (
                column_spec.in_language(lang),
                "✓" if column_spec.required else "",
                COLUMN_NOTES[key].in_language(lang),
                Text("、", ", ").in_language(lang).join(word.in_language(lang) for word in words),
            )
            for column, text in enumerate(told, start=1):
                write_text(sheet, row, column, text, styles.note)
            # Not every program makes room for a second line by itself.
            lines = max(-(-(_width(text) - 3) // _NOTE_WIDTHS[column]) for column, text in enumerate(told, start=1))
            sheet.set_row(row, _LINE_HEIGHT * lines)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write_sheet(sheet: Worksheet, spec: SheetSpec, lang: Language, styles: _Styles) -> None:
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(spec.columns):
        title = column.in_language(lang)
        value = _example(spec, column, lang)
        sheet.set_column(
            index, index, _width(title, str(value)), styles.number if column.name in _NUMBERS else styles.text
        )
        write_text(sheet, 0, index, title, styles.required if column.required else styles.optional)
        if column.required:
            sheet.write_comment(0, index, Text("必填", "Required").in_language(lang))
        if isinstance(value, int):
            sheet.write_number(1, index, value, styles.example_number)
        else:
            write_text(sheet, 1, index, value, styles.example_text)
        _offer_list(sheet, spec, index, column, lang)
    note = Text("示例行:填写前请删除", "An example: delete this row before you fill in yours")
    sheet.write_comment(1, 0, note.in_language(lang))


def _example(spec: SheetSpec, column: ColumnSpec, lang: Language) -> str | int:
    value = EXAMPLES[spec.kind].get(column.name, "")
    return value.in_language(lang) if isinstance(value, Text) else value


def _offer_list(sheet: Worksheet, spec: SheetSpec, index: int, column: ColumnSpec, lang: Language) -> None:
    key = (spec.kind, column.name)
    words = _CLOSED_LISTS.get(key) or _OPEN_LISTS.get(key)
    if words is None:
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
            "error_type": "stop" if key in _CLOSED_LISTS else "information",
        },
    )


def _width(*texts: str) -> int:
    """Return a column's width for its texts; Chinese characters are twice as wide."""
    return max(8, *(sum(2 if ord(character) > 0x2E7F else 1 for character in text) + 3 for text in texts))
