"""Terminals, pipes, signals and disks of every kind: what is said never ends the work, and nothing is left behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mentormatch.base.errors import FileError
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.left_behind import PREFIX
from mentormatch.io.sample_school import write_sample_school

COMMAND = str(Path(sys.executable).with_name("mentormatch"))


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("school") / "school.xlsx"
    write_sample_school(path, "zh")
    return path


def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([COMMAND, *map(str, arguments)], **options)  # type: ignore[call-overload,no-any-return]  # noqa: S603


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp437", "ascii", "gb18030", "utf-8"])
def test_a_terminal_that_lacks_characters_loses_no_file(school: Path, tmp_path: Path, encoding: str) -> None:
    out = tmp_path / "r.xlsx"
    process = start(
        *("solve", school, "-o", out, "--date", "2024-11-11"),
        env={**os.environ, "PYTHONIOENCODING": encoding},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, wrong = process.communicate()
    assert (process.returncode, wrong) == (0, b"")
    assert str(out).encode() in said
    assert out.stat().st_size > 5_000


@pytest.mark.parametrize("reads", [0, 1])
def test_a_reader_that_goes_away_ends_no_work(school: Path, tmp_path: Path, reads: int) -> None:
    out = tmp_path / "r.xlsx"
    process = start("solve", school, "-o", out, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    if reads:
        process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() == 0
    assert out.exists()


def test_closed_output_is_no_error(school: Path) -> None:
    answer = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", f"exec '{COMMAND}' check '{school}' >&- 2>&-"], check=False
    )
    assert answer.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_request_to_end_unwinds(school: Path, tmp_path: Path, number: signal.Signals) -> None:
    """While the result is written: nothing torn, no temporary file, exit code 130 or, where it was done, 0."""
    out = tmp_path / "r.xlsx"
    process = start("solve", school, "-o", out, "--report", tmp_path / "r.html", stdout=subprocess.DEVNULL)
    while process.poll() is None and not any(entry.name.startswith(PREFIX) for entry in tmp_path.iterdir()):
        time.sleep(0.002)
    process.send_signal(number)
    assert process.wait() in (0, 130)
    assert not [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(PREFIX)]


def test_nohup_stays_nohup(school: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.xlsx"
    process = start(
        *("solve", school, "-o", out),
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    time.sleep(0.2)
    process.send_signal(signal.SIGHUP)
    assert process.wait() == 0
    assert out.exists()


def test_what_a_killed_run_left_is_removed_by_the_next(school: Path, tmp_path: Path) -> None:
    """And what a living one is writing stays."""
    out = tmp_path / "r.xlsx"
    process = start("solve", school, "-o", out, stdout=subprocess.DEVNULL)
    while process.poll() is None and not (left := [e for e in tmp_path.iterdir() if e.name.startswith(PREFIX)]):
        time.sleep(0.001)
    process.kill()
    process.wait()
    left = [entry for entry in tmp_path.iterdir() if entry.name.startswith(PREFIX)]
    if not left:  # it was faster than the kill
        left = [tmp_path / f"{PREFIX}0123456789ab.xlsx"]
        left[0].write_bytes(b"a staff edition")
    an_hour_ago = time.time() - 3600
    with atomic_path(tmp_path / "other.txt") as alive:
        alive.write_text("in the making")
        for path in (*left, alive):
            os.utime(path, (an_hour_ago, an_hour_ago))
        fresh = tmp_path / f"{PREFIX}ffffffffffff.txt"
        fresh.write_bytes(b"made this moment")
        with atomic_path(tmp_path / "third.txt") as temp:
            temp.write_text("whole")
        assert not any(path.exists() for path in left)
        assert alive.exists()
        assert fresh.exists()
    assert (tmp_path / "other.txt").read_text() == "in the making"


def test_a_full_disk_names_the_file_of_the_user(school: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    unshare = shutil.which("unshare")
    if mount is None or unshare is None or os.geteuid() != 0:
        pytest.skip("a small disk can be made by root only")
    script = (
        f"{mount} -t tmpfs -o size=16k none '{disk}' && exec '{COMMAND}' solve '{school}' -o '{disk}/r.xlsx' --lang en"
    )
    answer = subprocess.run(  # noqa: S603
        [unshare, "--mount", "/bin/sh", "-c", script], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert f"The disk is full; nothing was written: {disk}/r.xlsx" in answer.stderr
    assert PREFIX not in answer.stderr


def test_a_folder_that_cannot_be_listed_is_no_reason_to_stop(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such folder"), atomic_path(tmp_path / "none" / "x.txt"):
        pass
