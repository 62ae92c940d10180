"""Whatever file is given, reading it ends in tables or in one clear `InputError`, never in a traceback."""

import functools
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.base.errors import FileError, InputError
from mentormatch.io import read_workbook
from mentormatch.io.files import workbook_parts
from mentormatch.io.read_tables import read_tables
from samples import SAMPLES
from small_school import small_school, write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(path: Path) -> FileError:
    with pytest.raises(FileError) as caught:
        read_tables(path)
    error = caught.value
    assert str(path) in error.text.zh
    assert str(path) in error.text.en
    assert error.text.zh != error.text.en
    return error


@functools.cache
def small_workbook() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_xlsx(Path(folder) / "a.xlsx", small_school()).read_bytes()


@functools.cache
def scratch() -> Path:
    """A path to write on again and again; tmp_path serves one example only."""
    return Path(tempfile.mkdtemp()) / "a.xlsx"


def read_bytes(data: bytes) -> bool:
    """Tell whether these bytes are read as a workbook; any exception but an InputError fails the test."""
    path = scratch()
    path.write_bytes(data)
    try:
        tables, _ = read_tables(path)
    except InputError:
        return False
    assert tables["students"].rows
    return True


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_truncated_anywhere(data):
    whole = small_workbook()
    assert not read_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_truncated_at_every_byte_of_its_directory():
    whole = small_workbook()
    for length in range(len(whole) - 400, len(whole)):
        read_bytes(whole[:length])
    assert read_bytes(whole)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_byte_changed(data):
    whole = bytearray(small_workbook())
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    read_bytes(bytes(whole))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK", b"PK\x03\x04", b"PK\x05\x06", OLE]))
def test_any_bytes(tail, head):
    assert not read_bytes(head + tail)


def repacked(changes: dict[str, bytes | None]) -> bytes:
    """Return the small workbook with parts replaced, or removed where None is given."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small_workbook())) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = changes.get(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return target.getvalue()


PARTS = zipfile.ZipFile(io.BytesIO(small_workbook())).namelist()
BREAKAGES = [b"", b"<", b"not xml", b"<a>", b"<a/>", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", None]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("content", BREAKAGES)
def test_each_part_corrupt_or_missing(part, content):
    read_bytes(repacked({part: content}))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_each_part_with_a_byte_changed(data):
    part = data.draw(st.sampled_from(PARTS))
    with zipfile.ZipFile(io.BytesIO(small_workbook())) as archive:
        content = bytearray(archive.read(part))
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.sampled_from(b'<>"/&=0129AZ\x00 '))
    read_bytes(repacked({part: bytes(content)}))


CODECS = [
    "foo",
    "utf-7",
    "gb18030",
    "utf-16",
    "utf-32",
    "idna",
    "rot13",
    "hex",
    "undefined",
    "unicode_escape",
    "x\x00",
    "",
]


@pytest.mark.parametrize("part", [part for part in PARTS if part.endswith((".xml", ".rels"))])
def test_each_part_in_an_encoding_that_it_is_not(part):
    """XML names its encoding; a reader may know none of that name, or take one that decodes no bytes."""
    with zipfile.ZipFile(io.BytesIO(small_workbook())) as archive:
        rest = archive.read(part).partition(b"?>")[2]
    for codec in CODECS:
        read_bytes(repacked({part: f'<?xml version="1.0" encoding="{codec}"?>'.encode() + rest}))


def test_a_bit_flipped_in_a_text_is_noticed(tmp_path):
    """Stored without compression, only the checksum tells that a text is no longer what it was."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(repacked({}).replace("七(1)班".encode(), "七(2)班".encode()))
    assert "已损坏" in refusal(path).text.zh


def test_a_corrupt_sheet_is_told(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(repacked({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row r='1'><c"}))
    assert "已损坏" in refusal(path).text.zh


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.xlsx", b"", "0 bytes"),
        ("a.xlsx", "学号,姓名\n".encode(), "text file"),
        ("a.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n\x00", "picture"),
        ("a.xlsx", b"<html><table>", "web page"),
        ("a.xlsx", b"\x00\x01\x02", "not an Excel workbook"),
        ("a.xlsx", OLE + b"\x00" * 600, "old kind"),
        ("a.xlsx", OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", OLE + b"\x00" * 600, "old kind"),
        ("a.xls", b"<html><table>", ".xls are not supported"),
        ("a.et", b"x", ".et are not supported"),
        ("a.ods", b"PK\x03\x04", ".ods are not supported"),
        ("a.numbers", b"PK\x03\x04", ".numbers are not supported"),
        ("a.csv", b"x", "folder"),
        ("a.txt", b"x", "folder"),
        ("a", b"x", "text file"),
        ("a.zip", b"PK\x03\x04", "should end in .xlsx"),
        ("a.docx", b"PK\x03\x04", "should end in .xlsx"),
    ],
)
def test_files_of_other_kinds(tmp_path, name, content, word):
    path = tmp_path / name
    path.write_bytes(content)
    assert word in refusal(path).full_text.en


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("word/document.xml", "Word"),
        ("content.xml", "OpenDocument"),
        ("Index/Document.iwa", "Numbers"),
        ("xl/workbook.bin", ".xlsb"),
        ("x", "an archive"),
    ],
)
def test_other_archives_with_the_ending_of_a_workbook(tmp_path, part, word):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    assert word in refusal(path).text.en


def test_missing_files_and_odd_paths(tmp_path):
    assert "no such file" in refusal(tmp_path / "missing.xlsx").text.en
    with pytest.raises(FileError):
        read_tables(Path("a\0b.xlsx"))
    with pytest.raises(FileError):
        read_tables(tmp_path / ("x" * 300 + ".xlsx"))
    file = tmp_path / "a.xlsx"
    file.write_bytes(small_workbook())
    with pytest.raises(FileError):
        read_tables(file / "inner.xlsx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "a.xlsx")
    assert "ordinary" in refusal(tmp_path / "a.xlsx").text.en


def test_permission_denied(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(small_workbook())

    def denied(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "没有读取权限" in refusal(path).text.zh


def test_a_panic_in_rust_becomes_a_file_error(tmp_path, monkeypatch):
    class PanicException(BaseException):
        pass

    def panic(_path):
        raise PanicException("capacity overflow")

    path = tmp_path / "a.xlsx"
    path.write_bytes(small_workbook())
    monkeypatch.setattr(read_workbook, "CalamineWorkbook", type("Book", (), {"from_path": staticmethod(panic)}))
    assert "已损坏" in refusal(path).text.zh


def test_an_interrupt_stays_an_interrupt(tmp_path, monkeypatch):
    def interrupt(_path):
        raise KeyboardInterrupt

    path = tmp_path / "a.xlsx"
    path.write_bytes(small_workbook())
    monkeypatch.setattr(read_workbook, "CalamineWorkbook", type("Book", (), {"from_path": staticmethod(interrupt)}))
    with pytest.raises(KeyboardInterrupt):
        read_tables(path)


def test_a_stray_cell_far_out_is_refused(tmp_path):
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", small_school()))
    book["学生"]["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    error = refusal(tmp_path / "a.xlsx")
    assert "XFD1048576" in error.text.zh


def test_far_cells_that_carry_only_a_format_do_no_harm(tmp_path):
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", small_school()))
    book["学生"]["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert len(read_tables(tmp_path / "a.xlsx")[0]["students"].rows) == 2


def test_a_long_narrow_sheet_reaches_only_as_far_as_its_cells(tmp_path):
    """Twelve thousand rows of two columns: no cell lies far out, however few they are to a row."""
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", small_school()))
    sheet = book.create_sheet("导师意向")
    for number in range(12_000):
        sheet.append(["工号", "学号"] if number == 0 else [f"T{number:05d}", f"S{number:05d}"])
    book.save(tmp_path / "a.xlsx")
    assert len(read_tables(tmp_path / "a.xlsx")[0]["prefs_mentors"].rows) == 11_999


def blank_rows(letters: str, first: int, last: int) -> str:
    return "".join(
        f'<row r="{r}" s="1" customFormat="1">' + "".join(f'<c r="{x}{r}" s="1"/>' for x in letters) + "</row>"
        for r in range(first, last + 1)
    )


def blank_heavy(path: Path, letters: str) -> None:
    """Write the small school with every row of both sheets formatted down to the last one."""
    with (
        zipfile.ZipFile(io.BytesIO(small_workbook())) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            part = old.read(name).decode("utf-8")
            if not name.startswith("xl/worksheets/"):
                new.writestr(name, part)
                continue
            head, tail = part.split("</sheetData>")
            with new.open(name, "w", force_zip64=True) as stream:
                stream.write(head.encode())
                for first in range(10, 1_048_577, 8192):
                    stream.write(blank_rows(letters, first, min(first + 8191, 1_048_576)).encode())
                stream.write(f"</sheetData>{tail}".encode())


MEASURE = """
import resource, sys
from pathlib import Path
from mentormatch.base.errors import FileError
from mentormatch.io.read_tables import read_tables
try:
    rows = len(read_tables(Path(sys.argv[1]))[0]["students"].rows)
except FileError:
    rows = -1
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize(("letters", "rows"), [("AB", 2), ("ABCDE", -1)])
def test_two_million_formatted_blank_rows(tmp_path, letters, rows):
    path = tmp_path / "a.xlsx"
    blank_heavy(path, letters)
    done = subprocess.run(  # noqa: S603 - our own interpreter, so that the peak of memory is this reading's
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    found, kib = done.stdout.split()
    assert int(found) == rows
    assert int(kib) < 1 << 20


def test_a_part_that_unpacks_to_more_than_it_says(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(small_workbook())
    monkeypatch.setattr(workbook_parts, "MAX_OTHER_BYTES", 100)
    assert "MiB" in refusal(path).text.en


def test_the_samples_are_still_read():
    assert read_tables(SAMPLES / "school.xlsx")[0]["students"].rows
