"""The template: every sheet and header, one example that refers to itself, lists to choose from, the same bytes."""

import openpyxl
import pytest

from mentormatch.base.errors import FileError, InputError
from mentormatch.base.text import LANGUAGES
from mentormatch.io.files.escape import MAX_CELL_TEXT, write_text
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.io.headers import NOTES_SHEET, SHEETS
from mentormatch.io.read import read_roster
from mentormatch.io.read_tables import read_tables
from mentormatch.io.template import write_template


@pytest.fixture(params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture
def path(tmp_path, lang):
    write_template(tmp_path / "a.xlsx", lang)
    return tmp_path / "a.xlsx"


def test_it_reads_back(path, lang):
    tables, issues = read_tables(path)
    assert not issues
    assert list(tables) == [spec.kind for spec in SHEETS]
    for spec in SHEETS:
        table = tables[spec.kind]
        assert table.sheet == spec.in_language(lang)
        assert [(c.name, c.header) for c in table.columns] == [(c.name, c.in_language(lang)) for c in spec.columns]
        assert len(table.rows) == 1
        cells = {column.name: table.rows[0][1][column.index] for column in table.columns}
        assert all(cells[column.name] is not None for column in spec.columns if column.required)


def test_a_roster_accepts_every_word_of_it(path):
    roster = read_roster(path)
    # The example teaches two classes, and its only pupil attends one of them.
    assert {issue.code for issue in roster.issues} == {"class_without_students"}
    assert [student.student_id for student in roster.students] == ["20240101"]
    assert [mentor.mentor_id for mentor in roster.mentors] == ["T001"]


def test_the_examples_refer_to_each_other(path):
    tables, _ = read_tables(path)
    rows = {
        kind: {column.name: table.rows[0][1][column.index] for column in table.columns}
        for kind, table in tables.items()
    }
    student, mentor = rows["students"]["student_id"], rows["mentors"]["mentor_id"]
    for kind in ("prefs_students", "prefs_mentors", "pairings", "changes"):
        assert rows[kind]["student_id"] == student
    for kind, column in [
        ("prefs_students", "choice_1"),
        ("prefs_mentors", "mentor_id"),
        ("pairings", "mentor_id"),
        ("externals", "lead_mentor_id"),
        ("changes", "from_mentor"),
    ]:
        assert rows[kind][column] == mentor


def test_the_same_bytes_on_every_run(path, lang, tmp_path):
    write_template(tmp_path / "b.xlsx", lang)
    assert path.read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_example_that_was_left_in_is_no_pupil(path, lang, tmp_path):
    book = openpyxl.load_workbook(path)
    students, mentors = (book[SHEETS[at].in_language(lang)] for at in (0, 1))
    for column, value in enumerate(["20250001", "甲", None, None, "七年级", "七(1)班"], start=1):
        students.cell(3, column, value)
    for column in range(1, 16):
        mentors.cell(3, column, {1: "T077", 2: "乙", 9: 12}.get(column))
    book.save(tmp_path / "filled.xlsx")
    roster = read_roster(tmp_path / "filled.xlsx")
    assert [student.student_id for student in roster.students] == ["20250001"]
    assert [mentor.mentor_id for mentor in roster.mentors] == ["T077"]
    assert not any((roster.pairings, roster.student_preferences, roster.change_requests, roster.external_mentors))
    assert {(issue.code, issue.row) for issue in roster.issues} == {("example_row", 2)}
    assert len(roster.issues) == len(SHEETS)
    # One word changed: somebody has made it a pupil of its own.
    students.cell(2, 2).value = "丙"
    book.save(tmp_path / "changed.xlsx")
    assert len(read_roster(tmp_path / "changed.xlsx").students) == 2


def test_examples_alone_on_the_sheet_of_mentors_are_nobody(path, lang, tmp_path):
    book = openpyxl.load_workbook(path)
    for column, value in enumerate(["20250001", "甲", None, None, "七年级", "七(1)班"], start=1):
        book[SHEETS[0].in_language(lang)].cell(3, column, value)
    book.save(tmp_path / "half.xlsx")
    with pytest.raises(InputError, match="no mentor"):
        read_roster(tmp_path / "half.xlsx")


def test_it_writes_over_an_old_file(path, lang):
    before = path.read_bytes()
    path.write_bytes(b"old")
    write_template(path, lang)
    assert path.read_bytes() == before


def test_how_it_looks_in_excel(path, lang):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [NOTES_SHEET.in_language(lang), *(spec.in_language(lang) for spec in SHEETS)]
    for spec in SHEETS:
        sheet = book[spec.in_language(lang)]
        assert sheet.freeze_panes == "A2"
        for index, column in enumerate(spec.columns, start=1):
            cell = sheet.cell(1, index)
            assert cell.font.bold
            assert (cell.comment is not None) == column.required
            letter = cell.column_letter
            assert sheet.column_dimensions[letter].width >= 8
            if column.name.endswith(("_id", "_ids", "class")) or column.name.startswith("choice"):
                assert sheet.cell(2, index).number_format == "@"


def test_every_column_is_explained(path, lang):
    sheet = openpyxl.load_workbook(path)[NOTES_SHEET.in_language(lang)]
    rows = list(sheet.iter_rows(values_only=True))
    sheets = {row[0]: at for at, row in enumerate(rows) if row[0] in {spec.in_language(lang) for spec in SHEETS}}
    for spec in SHEETS:
        first = sheets[spec.in_language(lang)] + 1
        told = {row[1]: row for row in rows[first : first + len(spec.columns)]}
        for column in spec.columns:
            row = told[column.in_language(lang)]
            assert row[3] == column.note.in_language(lang)
            assert bool(row[2]) == column.required


def test_the_notes_offer_the_words_of_the_lists(path, lang):
    book = openpyxl.load_workbook(path)
    rows = list(book[NOTES_SHEET.in_language(lang)].iter_rows(values_only=True))
    told = "、".join(row[4] or "" for row in rows).replace(", ", "、").split("、")
    for spec in SHEETS:
        for found in book[spec.in_language(lang)].data_validations.dataValidation:
            assert set(found.formula1.strip('"').split(",")) <= set(told)


@pytest.mark.parametrize("kind", ["students", "mentors", "prefs_mentors", "pairings", "changes"])
def test_lists_to_choose_from_offer_what_the_example_says(path, lang, kind):
    spec = next(spec for spec in SHEETS if spec.kind == kind)
    sheet = openpyxl.load_workbook(path)[spec.in_language(lang)]
    lists = {str(v.sqref): v.formula1.strip('"').split(",") for v in sheet.data_validations.dataValidation}
    assert lists
    for place, words in lists.items():
        first = place.split(":")[0]
        assert first.endswith("2")
        value = sheet[first].value
        assert value is None or value in words
        assert len(",".join(words)) <= 255


def test_text_never_becomes_a_formula(tmp_path):
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "{=1}", "http://example.com", "007", "=HYPERLINK(1)", ""]
    with new_workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(texts):
            write_text(sheet, row, 0, text)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    cells = [sheet.cell(row, 1) for row in range(1, len(texts))]
    assert [cell.data_type for cell in cells] == ["s"] * len(cells)
    assert cells[0].value == "=1+1"
    assert cells[8].value == "007"


def test_text_that_no_cell_holds_is_refused(tmp_path):
    with new_workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        write_text(sheet, 0, 0, "字" * MAX_CELL_TEXT)
        with pytest.raises(InputError):
            write_text(sheet, 1, 0, "字" * (MAX_CELL_TEXT + 1))


def test_no_folder_no_template(tmp_path, lang):
    with pytest.raises(FileError):
        write_template(tmp_path / "no" / "a.xlsx", lang)
