"""Folders of CSV files: names, encodings, delimiters, and what is wrong with them."""

import pytest

from mentormatch.base.errors import FileError, InputError
from mentormatch.io.files.escape import escape_csv, unescape_csv
from mentormatch.io.read_tables import read_tables
from samples import SAMPLES
from small_school import MENTORS, STUDENTS, small_school, write_csvs, write_xlsx


def refusal(path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_tables(path)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    folder = write_csvs(tmp_path / "school", small_school(), encoding=encoding, delimiter=delimiter)
    tables, issues = read_tables(folder)
    assert not issues
    assert tables["students"].rows == [(n, row) for n, row in enumerate(STUDENTS[1:], start=2)]
    assert tables["mentors"].rows == [(2, ["T001", "丙", "15", "3"])]


def test_a_folder_says_the_same_as_the_workbook(tmp_path):
    book = SAMPLES / "school_english.xlsx"
    expected, _ = read_tables(book)
    sheets = {
        table.sheet: [
            [column.header for column in table.columns],
            *([int(c) if isinstance(c, float) else c for c in cells] for _, cells in table.rows),
        ]
        for table in expected.values()
    }
    tables, issues = read_tables(write_csvs(tmp_path / "school", sheets))
    assert not issues
    assert list(tables) == list(expected)
    for kind, table in tables.items():
        wanted = [
            (n, [None if c is None else str(int(c)) if isinstance(c, float) else c for c in cells])
            for n, cells in expected[kind].rows
        ]
        assert (table.columns, table.rows) == (expected[kind].columns, wanted)


def test_cells_are_texts_as_written(tmp_path):
    students = [*STUDENTS, ["007", " 丁 ", '说"好",', "七\n(1)班"], [], ["20240104"], ["合计", "3"]]
    tables, issues = read_tables(write_csvs(tmp_path / "school", {"students": students, "mentors": MENTORS}))
    assert tables["students"].rows[2:] == [
        (4, ["007", " 丁 ", '说"好",', "七\n(1)班"]),
        (6, ["20240104", None, None, None]),
    ]
    assert [(issue.row, issue.code) for issue in issues] == [(7, "total_row")]


def test_a_delimiter_inside_cells_does_not_decide(tmp_path):
    students = [["学号", "姓名", "年级", "班级", "同校兄弟姐妹学号"], *([*row, "1;2;3;4;5;6"] for row in STUDENTS[1:])]
    tables, _ = read_tables(write_csvs(tmp_path / "school", {"学生": students, "导师": MENTORS}))
    assert tables["students"].rows[0][1][4] == "1;2;3;4;5;6"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-", "@x", "\tx", "＝1", "'=1", "''-2", "plain", "'tis", "", "'"])
def test_escaped_text_comes_back(text):
    escaped = escape_csv(text)
    assert unescape_csv(escaped) == text
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "＝"))


def test_what_we_escaped_is_read_as_it_was(tmp_path):
    students = [STUDENTS[0], ["20240101", escape_csv("=1+1"), "七年级", "七(1)班"]]
    tables, _ = read_tables(write_csvs(tmp_path / "school", {"学生": students, "导师": MENTORS}))
    assert tables["students"].rows[0][1][1] == "=1+1"


def test_stray_files_of_excel_and_macos_are_passed_over(tmp_path):
    folder = write_csvs(tmp_path / "school", small_school())
    for name in ("~$学生.csv", "._学生.csv", ".hidden.csv", "notes.txt"):
        (folder / name).write_bytes(b"\xff\x00")
    (folder / "导师志愿.csv").mkdir()
    assert read_tables(folder)[1] == []


def test_unknown_files_are_ignored_with_a_warning(tmp_path):
    folder = write_csvs(tmp_path / "school", small_school(通讯录=[["a"]]))
    (issue,) = read_tables(folder)[1]
    assert (issue.code, issue.sheet) == ("unknown_sheet", "通讯录")


def test_a_single_file_is_refused_and_the_folder_asked_for(tmp_path):
    folder = write_csvs(tmp_path / "school", small_school())
    error = refusal(folder / "学生.csv")
    assert isinstance(error, FileError)
    assert "文件夹" in error.full_text.zh
    assert "folder" in error.full_text.en


@pytest.mark.parametrize(("missing", "word"), [("学生", "students"), ("导师", "mentors")])
def test_needed_files_are_named(tmp_path, missing, word):
    folder = write_csvs(tmp_path / "school", small_school())
    (folder / f"{missing}.csv").unlink()
    error = refusal(folder)
    assert missing in error.text.zh
    assert word in error.text.en


def test_folders_without_any_csv(tmp_path):
    assert "没有 CSV" in refusal(tmp_path).text.zh
    write_xlsx(tmp_path / "a.xlsx", small_school())
    assert "holds no CSV" in refusal(tmp_path).text.en


def test_both_languages_for_one_sheet_are_refused(tmp_path):
    folder = write_csvs(tmp_path / "school", {**small_school(), "students": STUDENTS})
    assert "'students', '学生'" in refusal(folder).text.en


@pytest.mark.parametrize("bad", [b"\xff", b"\x80\x80", b"\xe4\xb8"])
def test_bad_bytes_are_told_with_their_line(tmp_path, bad):
    folder = write_csvs(tmp_path / "school", small_school(), encoding="utf-8")
    path = folder / "学生.csv"
    lines = path.read_bytes().split(b"\r\n")
    lines[2] += bad
    path.write_bytes(b"\r\n".join(lines))
    error = refusal(folder)
    assert isinstance(error, FileError)
    assert "第 3 行" in error.text.zh
    assert "Line 3" in error.text.en


def test_bad_bytes_of_a_gb18030_file_are_told_with_their_line(tmp_path):
    folder = write_csvs(tmp_path / "school", small_school(), encoding="gb18030")
    path = folder / "学生.csv"
    path.write_bytes(path.read_bytes() + b"\xff\xff\r\n")
    assert "Line 4" in refusal(folder).text.en


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n\r\n,,,\r\n", "empty"),
        (b"\x00" * 64, "empty"),
        (bytes(range(256)), ""),
        ("学号,姓名,年级,班级\r\n".encode(), "no student"),
        ("学号,姓名,年级,班级\r\n1,".encode() + b"x" * 200_000, "line 2"),
    ],
)
def test_useless_files_give_one_clear_error(tmp_path, content, word):
    folder = write_csvs(tmp_path / "school", small_school())
    (folder / "学生.csv").write_bytes(content)
    assert word in refusal(folder).full_text.en
