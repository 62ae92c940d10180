"""Read a school in a process of its own: whatever a file does to its reader, the caller lives on."""

import contextlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

from mentormatch.base.errors import FileError, MentorMatchError
from mentormatch.base.text import Text
from mentormatch.io.files.file_kind import damaged
from mentormatch.roster.roster import Roster

MAX_MEMORY = 2 << 30
"""Bytes of memory that the process may take, where the system can hold it to that."""
MAX_SECONDS = 600

_CODE = "from mentormatch.io.isolated import serve; serve()"


def read_isolated(path: Path) -> Roster:
    """Read a school in a process of its own.

    Raises
    ------
    FileError
        The file cannot be read, or the process died of it or ran out of memory or time.
    InputError
        A sheet or a column that is needed is missing.
    """
    folders = os.pathsep.join(folder for folder in sys.path if folder)
    try:
        done = subprocess.run(  # noqa: S603  # our own code, with a path as its only argument
            [sys.executable, "-c", _CODE, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": folders},
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much(path) from error
    if done.returncode != 0 or not done.stdout:
        raise damaged(path) if done.returncode else _too_much(path)
    # The bytes come from our own process, which got only the path.
    found = pickle.loads(done.stdout)  # noqa: S301
    if isinstance(found, MentorMatchError):
        raise found
    if not isinstance(found, Roster):
        raise _too_much(path)
    return found


def serve() -> None:
    """Read the school whose path is the first argument, and write the roster or the error to standard output."""
    from mentormatch.io.read import read_roster

    _limit_memory()
    found: Roster | MentorMatchError | None
    try:
        found = read_roster(sys.argv[1])
    except MentorMatchError as error:
        found = error
    except MemoryError:
        found = None
    sys.stdout.buffer.write(pickle.dumps(found))


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    # A system may refuse the limit, and some have none.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _too_much(path: Path) -> FileError:
    return FileError(
        Text(
            zh=f"读取这个文件需要的内存或时间过多,已停止:{path}",
            en=f"Reading this file takes too much memory or time, and was stopped: {path}",
        ),
        maybe=Text(zh="删去无关的行、列和工作表后再试", en="remove rows, columns and sheets that do not belong there."),
    )
