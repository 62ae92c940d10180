"""A file is written whole or not at all, and what stands in the way is said."""

import errno
import os
import stat
from pathlib import Path

import pytest

from mentormatch.base.errors import FileError
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.new_workbook import new_workbook


def refusal(path) -> FileError:
    with pytest.raises(FileError) as caught, atomic_path(path) as temp:
        temp.write_text("x", encoding="utf-8")
    assert str(path) in caught.value.text.zh or str(Path(path).parent) in caught.value.text.zh
    assert caught.value.text.zh != caught.value.text.en
    return caught.value


def test_a_new_file(tmp_path):
    path = tmp_path / "a.txt"
    with atomic_path(path) as temp:
        assert temp.parent == tmp_path
        assert temp.suffix == ".txt"
        temp.write_text("new", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    with atomic_path(tmp_path / "a"):
        pass
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_existing_file_keeps_its_mode_and_a_link_stays(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    with atomic_path(link) as temp:
        temp.write_text("new", encoding="utf-8")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError, OSError, GeneratorExit])
@pytest.mark.parametrize("before", [None, "old"])
def test_nothing_is_left_when_the_block_fails(tmp_path, error, before):
    path = tmp_path / "a.txt"
    if before is not None:
        path.write_text(before, encoding="utf-8")

    def fail():
        with atomic_path(path) as temp:
            temp.write_text("half", encoding="utf-8")
            raise error

    with pytest.raises(error):
        fail()
    assert list(tmp_path.iterdir()) == ([path] if before else [])
    assert before is None or path.read_text(encoding="utf-8") == before


def test_missing_folder(tmp_path):
    assert "文件夹不存在" in refusal(tmp_path / "no" / "a.txt").text.zh


def test_the_target_is_a_folder(tmp_path):
    assert "This is a folder" in refusal(tmp_path).text.en


def test_a_file_where_a_folder_is_needed(tmp_path):
    (tmp_path / "file").touch()
    assert "no such folder" in refusal(tmp_path / "file" / "a.txt").text.en


def test_odd_names(tmp_path):
    with pytest.raises(FileError), atomic_path(Path("a\0b")):
        pass
    refusal(tmp_path / ("x" * 300))
    name = "名" * 80 + ".xlsx"
    with atomic_path(tmp_path / name):
        pass
    assert (tmp_path / name).exists()


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices here")
def test_devices_are_refused():
    assert "ordinary" in refusal(Path("/dev/null")).text.en


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    def denied(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    assert "没有写入权限" in refusal(tmp_path / "a.txt").text.zh


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EIO, errno.ENOSPC])
def test_a_target_that_cannot_be_replaced(tmp_path, monkeypatch, number):
    (tmp_path / "a.txt").write_text("old", encoding="utf-8")

    def fail(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", fail)
    refusal(tmp_path / "a.txt")
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ["old"]


def test_a_target_without_write_permission_is_respected(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "Not allowed to write" in refusal(tmp_path / "a.txt").text.en


def test_a_full_disk(tmp_path):
    def fill():
        with atomic_path(tmp_path / "a.txt"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FileError) as caught:
        fill()
    assert "磁盘空间不足" in caught.value.text.zh
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_on_a_full_disk(tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError) as caught, new_workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet()
    assert "The disk is full" in caught.value.text.en
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_whose_writing_fails(tmp_path):
    def fail():
        with new_workbook(tmp_path / "a.xlsx") as book:
            book.add_worksheet()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []
