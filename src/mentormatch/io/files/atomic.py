"""Write a file whole or not at all."""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mentormatch.base.errors import FileError, InputError
from mentormatch.base.text import Text
from mentormatch.io.files.left_behind import PREFIX, hold, remove_left_behind
from mentormatch.io.files.streams import Target, into_stream

_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def atomic_path(path: Target) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path` that takes its place if the block ends well.

    If the block raises, whatever it raises, the temporary file is removed and `path` is as it was before.

    Parameters
    ----------
    path : path-like or file object
        The file to write. A symbolic link is followed, the mode of an existing file is kept. An open file gets all at
        the end, or nothing.

    Raises
    ------
    FileError
        The folder is missing or not writable, the target is a folder or locked, or the disk is full.
    """
    if not isinstance(path, str | os.PathLike):
        _refuse_what_takes_no_bytes(path)
        with into_stream(path, f"{PREFIX}stream") as temp:
            yield temp
        return
    path = Path(path)
    if path.name.startswith(PREFIX):
        # Who writes inside of another's block has a temporary path already, and the outer block knows the user's name.
        yield path
        return
    target = _checked_target(path)
    # The ending stays, because some writers look at it; the rest is short, because names have a longest length.
    temp = target.with_name(f"{PREFIX}{secrets.token_hex(6)}{target.suffix[:16]}")
    remove_left_behind(target.parent)
    descriptor = None
    try:
        descriptor = _create(path, temp)
        if not hold(descriptor):
            # Windows renames no file that is open.
            os.close(descriptor)
            descriptor = None
        try:
            yield temp
            _flush(temp)
        except OSError as error:
            if error.errno in _FULL:
                raise _disk_full(path) from error
            raise
        _replace(path, temp, target)
    except BaseException:
        with suppress(OSError):
            temp.unlink(missing_ok=True)
        raise
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _refuse_what_takes_no_bytes(stream: object) -> None:
    if not callable(getattr(stream, "write", None)):
        raise InputError(
            Text(
                zh=f"应给出路径或打开的文件,给出的是 {type(stream).__name__}。",
                en=f"A path or an open file is written; got an object of the type {type(stream).__name__}.",
            )
        )


def _checked_target(path: Path) -> Path:
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise FileError(
                Text(zh=f"这是一个文件夹,不能当文件写入:{path}", en=f"This is a folder, not a file to write: {path}"),
                maybe=Text(zh="在后面加上文件名,如 结果.xlsx", en="add a file name, such as result.xlsx"),
            )
        if target.exists() and not target.is_file():
            raise FileError(Text(zh=f"不是普通文件,不能写入:{path}", en=f"This is not an ordinary file: {path}"))
        if not target.parent.is_dir():
            raise FileError(
                Text(zh=f"文件夹不存在:{path.parent}", en=f"There is no such folder: {path.parent}"),
                maybe=Text(zh="先新建该文件夹,或检查路径", en="create it first, or check the spelling"),
            )
    except OSError as error:
        raise _cannot_write(path, error) from error
    except ValueError as error:  # a NUL in the path
        raise FileError(Text(zh=f"文件名无效:{str(path)!r}", en=f"Not a file name: {str(path)!r}")) from error
    return target


def _create(path: Path, temp: Path) -> int:
    try:
        # O_EXCL: never through a link that someone put there. Mode 0o666 less the umask is that of any new file.
        return os.open(temp, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _flush(temp: Path) -> None:
    """Bring the file to the disk before its name is; otherwise a power cut may leave an empty file of that name."""
    with temp.open("r+b") as stream:
        os.fsync(stream.fileno())


def _replace(path: Path, temp: Path, target: Path) -> None:
    try:
        if target.exists():
            if not os.access(target, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            temp.chmod(stat.S_IMODE(target.stat().st_mode))
        temp.replace(target)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _disk_full(path: Path) -> FileError:
    return FileError(
        Text(zh=f"磁盘空间不足,未写入:{path}", en=f"The disk is full; nothing was written: {path}"),
        maybe=Text(zh="清理磁盘,或换一个位置保存", en="free some space, or write to another place"),
    )


def _cannot_write(path: Path, error: OSError) -> FileError:
    if error.errno in _FULL:
        return _disk_full(path)
    if isinstance(error, PermissionError):
        return FileError(
            Text(
                zh=f"没有写入权限,或文件正被其他程序打开:{path}",
                en=f"Not allowed to write, or open in another program: {path}",
            ),
            maybe=Text(
                zh="在 Excel 或 WPS 中关闭该文件,或换一个文件名或文件夹",
                en="close it in Excel or WPS, or choose another name or folder",
            ),
        )
    reason = error.strerror or type(error).__name__
    return FileError(Text(zh=f"无法写入 {path}:{reason}", en=f"Cannot write {path}: {reason}"))
