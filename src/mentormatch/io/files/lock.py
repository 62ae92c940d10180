"""Keep other processes out of a file that several runs might write."""

from pathlib import Path
from typing import BinaryIO

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text


def lock(stream: BinaryIO, path: Path) -> None:
    """Keep other processes out until the stream is closed or the process dies.

    Raises
    ------
    FileError
        Another process has the file.
    """
    try:
        import fcntl
    except ImportError:  # Windows: nobody else may write, the user is trusted
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise FileError(
            Text(zh=f"另一个进程正在写 {path}。", en=f"Another process is writing {path}."),
            maybe=Text(zh="等它结束,或换一个文件夹。", en="wait for it, or take another folder."),
        ) from None
