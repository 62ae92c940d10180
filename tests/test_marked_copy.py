"""The clerk's way: every seeded fault is listed with its cell, the copy shows it in colour, what was mended solves."""

import re
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text
from mentormatch.cli.paths import check_paths
from mentormatch.io.finding_titles import FINDING_TITLES
from mentormatch.io.marked.copy import write_marked_copy
from mentormatch.io.marked.styles import FILLS
from mentormatch.io.read import read_roster
from mentormatch.roster.data_issue import DataIssue
from samples import SAMPLES
from small_school import small_school, write_csvs, write_xlsx
from test_cli import run

DIRTY = SAMPLES / "school_dirty.xlsx"
NOTHING = {None, "", "无", "/", "(空)", "(跳过)", "-"}


def values(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def seeded_faults() -> dict[str, set[tuple[str, str]]]:
    """Find what is wrong with the dirty school without any code of ours: code -> {(sheet, cell)}."""
    book = openpyxl.load_workbook(DIRTY)
    students, mentors, forms = book["学生"], book["导师"], book["学生志愿"]
    rows = range(3, 820)
    plain_id = re.compile(r"[0-9]{8}")
    by_digits = {
        row: str(students.cell(row, 1).value or "")
        .translate(str.maketrans("０１２３４５６７８９", "0123456789"))
        .strip()
        for row in rows
    }
    often = {key for key, number in Counter(by_digits.values()).items() if key and number > 1}
    usable = {key for key in by_digits.values() if plain_id.fullmatch(key) and key not in often}
    mentor_ids = {str(row[0].value) for row in mentors.iter_rows(min_row=2)}
    names = Counter(str(row[1].value) for row in mentors.iter_rows(min_row=2))
    away = {str(row[0].value) for row in mentors.iter_rows(min_row=2) if row[13].value != "在岗"}
    id_of = {str(row[1].value): str(row[0].value) for row in mentors.iter_rows(min_row=2)}
    faults: dict[str, set[tuple[str, str]]] = {
        "title_row": {("学生", "1")},
        "total_row": {("学生", "820")},
        "formula_without_value": {("学生志愿", "C791")},
        "missing_id": {("学生", f"A{row}") for row in rows if not by_digits[row]},
        "duplicate_id": {("学生", f"A{row}") for row in rows if by_digits[row] in often},
        "id_normalised": {
            ("学生", f"A{row}")
            for row in rows
            if by_digits[row] and not plain_id.fullmatch(str(students.cell(row, 1).value))
        },
        "name_with_spaces": {("学生", f"B{row}") for row in rows if re.search(r"\s", str(students.cell(row, 2).value))},
        "class_was_date": {("学生", f"F{row}") for row in rows if "月" in str(students.cell(row, 6).value)},
        "two_digit_year": {
            ("学生", f"G{row}") for row in rows if re.fullmatch(r"\d\d/\d+/\d+", str(students.cell(row, 7).value))
        },
        "number_normalised": {
            ("导师", cell.coordinate)
            for row in mentors.iter_rows(min_row=2, min_col=9, max_col=11)
            for cell in row
            if isinstance(cell.value, str) and cell.value not in NOTHING and not cell.value.isdigit()
        },
        "unknown_student": set(),
        "superseded_form": set(),
        "unknown_mentor": set(),
        "ambiguous_mentor": set(),
        "mentor_by_name": set(),
        "mentor_on_leave": set(),
        "duplicate_choice": set(),
        "choice_gap": set(),
    }
    last: dict[str, str] = {}
    for row in forms.iter_rows(min_row=2):
        key = str(row[0].value)
        last[key] = max(last.get(key, ""), str(row[1].value))
    for sheet, column in (("学生志愿", 0), ("导师意向", 1), ("当前结对", 1)):
        for row in book[sheet].iter_rows(min_row=2):
            if str(row[column].value) not in usable:
                faults["unknown_student"].add((sheet, row[column].coordinate))
    for row in forms.iter_rows(min_row=2):
        key = str(row[0].value)
        if key not in usable:
            continue
        if str(row[1].value) != last[key]:
            faults["superseded_form"].add(("学生志愿", str(row[0].row)))
        seen: set[str] = set()
        gap: list[str] = []
        for cell in row[2:9]:
            parts = [] if cell.value in NOTHING else re.split(r"[┋、，,;；]", str(cell.value))
            if cell.column <= 7:
                if not parts:
                    gap.append(cell.coordinate)
                elif gap:
                    faults["choice_gap"].add(("学生志愿", gap[0]))
                    gap = []
            for part in parts:
                mentor = id_of.get(part, part) if names[part] == 1 else part
                if names[part] > 1:
                    faults["ambiguous_mentor"].add(("学生志愿", cell.coordinate))
                elif mentor not in mentor_ids:
                    faults["unknown_mentor"].add(("学生志愿", cell.coordinate))
                else:
                    if names[part] == 1:
                        faults["mentor_by_name"].add(("学生志愿", cell.coordinate))
                    if mentor in away and cell.column != 8:
                        faults["mentor_on_leave"].add(("学生志愿", cell.coordinate))
                    if cell.column <= 7:
                        if mentor in seen:
                            faults["duplicate_choice"].add(("学生志愿", cell.coordinate))
                        seen.add(mentor)
    return faults


@pytest.fixture(scope="module")
def issues() -> tuple[DataIssue, ...]:
    return read_roster(DIRTY).issues


@pytest.fixture(scope="module")
def marked(issues: tuple[DataIssue, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marked") / "marked.xlsx"
    write_marked_copy(DIRTY, path, issues, "zh")
    return path


def test_every_seeded_fault_is_listed_with_its_cell(issues: tuple[DataIssue, ...]) -> None:
    found: dict[str, set[tuple[str, str]]] = {}
    for issue in issues:
        found.setdefault(issue.code, set()).add((issue.sheet, issue.cell or str(issue.row)))
    expected = seeded_faults()
    for code, places in expected.items():
        assert places <= found.get(code, set()), (code, places - found.get(code, set()))
    # And nothing is invented.
    assert {code: places for code, places in found.items() if places != expected.get(code)} == {}


def test_the_list_names_every_place_and_every_kind(issues: tuple[DataIssue, ...]) -> None:
    for lang in ("zh", "en"):
        printed = run("check", DIRTY, "--all", "--lang", lang).stdout
        places = set(re.findall(r"(?<![A-Z0-9])[A-Z]\d+(?![0-9:])", printed))
        for letter, first, last in re.findall(r"([A-Z])(\d+):[A-Z](\d+)", printed):
            places |= {f"{letter}{row}" for row in range(int(first), int(last) + 1)}
        for issue in issues:
            row = f"第{issue.row}行" if lang == "zh" else f"row {issue.row}"
            assert issue.cell in places or (issue.cell is None and row in printed)
            assert FINDING_TITLES[issue.code].in_language(lang) in printed
        assert printed.index("[missing_id]") < printed.index("[class_was_date]")  # errors first


def test_the_copy_colours_exactly_the_findings(issues: tuple[DataIssue, ...], marked: Path) -> None:
    book = openpyxl.load_workbook(marked)
    cells: dict[tuple[str, str], str] = {}
    for issue in sorted(issues, key=lambda issue: issue.severity != "error"):
        if issue.cell is not None:
            cells.setdefault((issue.sheet, issue.cell), FILLS[issue.severity])
    rows = {(issue.sheet, issue.row) for issue in issues if issue.cell is None}
    for sheet in book.worksheets[:-1]:
        for row in sheet.iter_rows():
            for cell in row:
                colour = cell.fill.fgColor.rgb if cell.fill.patternType == "solid" else None
                wanted = cells.get((sheet.title, cell.coordinate))
                if wanted is None and (sheet.title, cell.row) in rows and cell.has_style:
                    continue
                assert colour == wanted, (sheet.title, cell.coordinate)
    for sheet, row in rows:
        assert book[sheet].cell(row, 1).fill.patternType == "solid"
    listed = book["检查结果"]
    assert listed.max_row == len(issues) + 2
    assert listed["C3"].hyperlink.location.startswith("'学生'!")


def without_mark(path: Path) -> tuple[DataIssue, ...]:
    """Return the findings of a marked copy, less that it is one."""
    found = read_roster(path).issues
    assert any(issue.code == "marked_copy" for issue in found)
    return tuple(issue for issue in found if issue.code != "marked_copy")


def test_the_copy_holds_the_same_and_reads_the_same(issues: tuple[DataIssue, ...], marked: Path) -> None:
    before, after = values(DIRTY), values(marked)
    assert list(after) == [*before, "检查结果"]
    assert all(after[name] == before[name] for name in before)
    assert without_mark(marked) == issues


def rich_workbook(path: Path) -> Path:
    """A workbook with what models of workbooks like to lose."""
    write_xlsx(path, small_school())
    book = openpyxl.load_workbook(path)
    sheet = book["学生"]
    sheet["A2"] = None
    sheet["C2"].font = openpyxl.styles.Font(bold=True, color="FF0000FF")
    sheet["C2"].number_format = "0.00"
    sheet["B2"].comment = Comment("ask the office", "clerk")
    sheet["F2"] = "=1+1"
    sheet["G9"] = "far"
    validation = DataValidation(type="list", formula1='"a,b"')
    validation.add("H2:H9")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add(
        "I1:I9", ColorScaleRule(start_type="min", start_color="FF0000", end_type="max", end_color="00FF00")
    )
    sheet.merge_cells("J1:K1")
    chart = BarChart()
    chart.add_data(Reference(book["导师"], min_col=3, min_row=1, max_row=2))
    book["导师"].add_chart(chart, "H2")
    book.save(path)
    # A part that nobody knows.
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/customData/strange.bin", bytes(range(256)))
    return path


def test_the_copy_keeps_every_other_part_byte_by_byte(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path / "rich.xlsx")
    found = read_roster(source).issues
    assert [(issue.code, issue.cell) for issue in found if issue.severity == "error"] == [("missing_id", "A2")]
    write_marked_copy(source, tmp_path / "copy.xlsx", found, "en")
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(tmp_path / "copy.xlsx") as after:
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
        assert changed == {
            *("[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml"),
            "xl/worksheets/sheet1.xml",
        }
        # Without the marks the sheet is the one before.
        old, new = before.read("xl/worksheets/sheet1.xml"), after.read("xl/worksheets/sheet1.xml")
        unmarked = re.sub(rb'<c r="A2" s="\d+"/>', b"", new)
        assert re.sub(rb' s="\d+"', b"", unmarked) == re.sub(rb' s="\d+"', b"", re.sub(rb'<c r="A2"[^>]*/>', b"", old))
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    assert book["学生"]["C2"].font.bold
    assert book["学生"]["F2"].value == "=1+1"
    assert book["学生"]["A2"].fill.fgColor.rgb == FILLS["error"]


def finding(row: int | None, column: int | None = None, severity: str = "error") -> DataIssue:
    return DataIssue(
        sheet="学生", code="missing_id", severity=severity, message=Text("<&\x01>", "<&>"), row=row, column_index=column
    )  # type: ignore[arg-type]


def test_a_coloured_cell_keeps_its_format(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path / "rich.xlsx")
    write_marked_copy(
        source, tmp_path / "c.xlsx", [finding(2, 2), finding(9, 1), finding(2, 0), finding(2, 30), finding(None)], "zh"
    )
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx")["学生"]
    assert (sheet["C2"].font.bold, sheet["C2"].number_format) == (True, "0.00")
    for place in ("C2", "B9", "A2", "AE2"):
        assert sheet[place].fill.fgColor.rgb == FILLS["error"]
    assert sheet["G9"].value == "far"
    assert sheet["G9"].fill.patternType is None


PREFIXED = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<x:sheetData><x:row><x:c t='inlineStr'><x:is><x:t>\xe5\xad\xa6\xe5\x8f\xb7 a=\"&gt;\"</x:t></x:is></x:c></x:row>"
    b"<x:row r='3'/></x:sheetData></x:worksheet>"
)


@pytest.mark.parametrize("data", [PREFIXED, PREFIXED.decode().replace("UTF-8", "UTF-16").encode("utf-16")])
def test_sheets_in_other_forms_are_coloured_too(data: bytes) -> None:
    from mentormatch.io.marked.sheet import coloured_sheet
    from mentormatch.io.marked.styles import EMPTY, Styles

    styles = Styles(EMPTY)
    new = coloured_sheet(data, {(1, 0): "error", (1, 2): "warning", (3, 1): "error"}, {}, styles).decode()
    assert "<x:c t='inlineStr' s=\"1\">" in new
    assert '<x:c r="C1" s="2"/></x:row>' in new
    assert '<x:row r=\'3\'><x:c r="B3" s="1"/></x:row>' in new
    assert styles.result().count(b"<xf ") == 4


def test_a_workbook_without_styles_gets_some(tmp_path: Path) -> None:
    plain = write_xlsx(tmp_path / "plain.xlsx", small_school())
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(bare, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "xl/styles.xml":
                continue
            if item.filename == "[Content_Types].xml":
                data = re.sub(rb"<Override[^>]*styles[^>]*/>", b"", data)
            if item.filename.endswith("workbook.xml.rels"):
                data = re.sub(rb"<Relationship [^>]*styles[^>]*/>", b"", data)
            target.writestr(item.filename, data)
    write_marked_copy(bare, tmp_path / "m.xlsx", [finding(2, 0)], "zh")
    assert openpyxl.load_workbook(tmp_path / "m.xlsx")["学生"]["A2"].fill.fgColor.rgb == FILLS["error"]


def test_marking_a_marked_copy_keeps_both_lists(tmp_path: Path, marked: Path) -> None:
    write_marked_copy(marked, tmp_path / "again.xlsx", read_roster(marked).issues, "zh")
    assert list(values(tmp_path / "again.xlsx"))[-2:] == ["检查结果", "检查结果 2"]
    assert without_mark(tmp_path / "again.xlsx") == without_mark(marked)


def test_csv_files_have_no_colours(tmp_path: Path) -> None:
    folder = write_csvs(tmp_path / "csv", small_school())
    with pytest.raises(FileError, match="CSV"):
        write_marked_copy(folder, tmp_path / "m.xlsx", [], "zh")
    answer = run("check", folder, "--marked", tmp_path / "m.xlsx", "--lang", "en")
    assert (answer.returncode, "Traceback" in answer.stderr) == (2, False)
    assert not (tmp_path / "m.xlsx").exists()


def test_the_input_is_never_the_copy(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "s.xlsx", small_school())
    before = source.read_bytes()
    for target in (source, tmp_path / "m.ods"):
        assert run("check", source, "--marked", target, "--lang", "en").returncode == 2
    assert source.read_bytes() == before


def test_the_mended_copy_passes_and_solves(tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    answer = run("check", DIRTY, "--marked", copy)
    assert answer.returncode == 2
    assert str(copy) in answer.stdout
    # A clerk mends the red cells of the copy: what the files of the school say elsewhere.
    book = openpyxl.load_workbook(copy)
    students, forms = book["学生"], book["学生志愿"]
    students["A43"], students["A416"], students["A377"] = "20240141", "20230404", "20230310"
    students["G731"] = "2022-09-01"
    for row in forms.iter_rows(min_row=2):
        for cell in row[2:9]:
            if cell.value in {"李华", "T999"}:
                cell.value = None
    forms.delete_rows(791)
    mended = tmp_path / "mended.xlsx"
    book.save(mended)
    checked = run("check", mended)
    assert checked.returncode == 0, checked.stdout
    assert "共 0 处错误" in checked.stdout
    solved = run("solve", mended, "-o", tmp_path / "r.xlsx", "--date", "2024-11-11")
    assert solved.returncode == 0, solved.stderr
    assert "已安置 817 / 817" in solved.stdout


ADVICE = {
    # What the words of a suggestion ask a clerk to do, who knows nothing else: what to type, or None to clear the cell.
    r"学号 (\w+) 而学生表中没有.*是否就是它": "{0}",
    r"第 (\d+) 行是否应为 (\w+)": "{1}",
    r"按 (\S+) 的格式填写": "{0}",
    r"无法核实就清空|问不清就清空|直接填入值": None,
}


def test_the_messages_alone_lead_through(tmp_path: Path, issues: tuple[DataIssue, ...]) -> None:
    book = openpyxl.load_workbook(DIRTY)
    doomed: list[tuple[str, int]] = []
    for issue in issues:
        if issue.severity != "error":
            continue
        assert issue.suggestion is not None, issue.code
        words = issue.suggestion.zh
        if re.search("先改正", words):  # another row's matter
            continue
        followed = [(found, typed) for text, typed in ADVICE.items() if (found := re.search(text, words))]
        assert issue.row is not None
        if not followed:
            assert "删去这一行" in words, words
            doomed.append((issue.sheet, issue.row))
            continue
        found, typed = followed[0]
        row = int(found[1]) if "应为" in words else issue.row
        column = 1 + (issue.column_index or 0)
        book[issue.sheet].cell(row, column).value = None if typed is None else typed.format(*found.groups())
    for sheet, row in sorted(doomed, reverse=True):
        book[sheet].delete_rows(row)
    book.save(tmp_path / "followed.xlsx")
    assert not read_roster(tmp_path / "followed.xlsx").errors
    solved = run("solve", tmp_path / "followed.xlsx", "-o", tmp_path / "r.xlsx", "--date", "2024-11-11")
    assert solved.returncode == 0, solved.stderr
    assert "已安置 817 / 817" in solved.stdout


def test_forty_kinds_of_dirt_fit_one_screen(tmp_path: Path) -> None:
    codes = sorted(FINDING_TITLES)[:46]
    found = [
        DataIssue(
            sheet=sheet,
            code=code,
            severity="error" if at % 2 else "warning",
            message=Text(zh=f"第 {row} 处" * 9, en=f"place {row}" * 9),
            row=row,
            column_index=at % 5,
            suggestion=Text(zh="改正" * 40, en="mend it" * 20),
        )
        for sheet in ("学生", "导师")
        for at, code in enumerate(codes)
        for row in range(2, 30)
    ]
    from mentormatch.cli.findings_list import findings_list
    from mentormatch.roster.roster import Roster

    for lang in ("zh", "en"):
        lines = findings_list(Roster(issues=tuple(found)), lang)
        assert len(lines) <= 42
        assert all(sum(2 if ord(c) > 0x2E7F else 1 for c in line) <= 110 for line in lines)
        assert "A2:A29" in "".join(lines)


@pytest.mark.parametrize("what", ["saved again", "another file", "half a file", "a text", "empty"])
def test_a_copy_that_was_mended_since_is_never_overwritten(tmp_path: Path, what: str) -> None:
    school, copy = write_xlsx(tmp_path / "a.xlsx", small_school()), tmp_path / "marked.xlsx"
    write_marked_copy(school, copy, [], "zh")
    check_paths([school], [copy], workbooks=[copy])  # our own copy, as it was written
    if what == "saved again":
        openpyxl.load_workbook(copy).save(copy)
    elif what == "another file":
        write_xlsx(copy, small_school())
    else:
        copy.write_bytes({"half a file": copy.read_bytes()[:900], "a text": b"x", "empty": b""}[what])
    before = copy.read_bytes()
    with pytest.raises(FileError, match="not overwritten"):
        check_paths([school], [copy], workbooks=[copy])
    if what == "saved again":
        assert run("check", school, "--marked", copy).returncode == 2
    assert copy.read_bytes() == before
