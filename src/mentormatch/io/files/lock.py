"""Keep other processes out of a folder that several runs might write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a folder and keep other processes out while the block runs; the lock of a process that dies is gone with it.

    Raises
    ------
    FileError
        Another process has the folder, or nothing can be written there.
    """
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise FileError(
            Text(zh=f"另一个进程正在写 {folder}。", en=f"Another process is writing {folder}."),
            maybe=Text(zh="等它结束,或换一个文件夹。", en="wait for it, or take another folder."),
        ) from None
    except OSError as error:
        raise FileError(
            Text(
                zh=f"无法写入文件夹 {folder}:{error.strerror}", en=f"Cannot write the folder {folder}: {error.strerror}"
            )
        ) from error
    try:
        yield
    finally:
        lock.release()
