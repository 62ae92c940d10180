"""Streams in place of paths: bytes and open files are read, open files are written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase
from pathlib import Path
from typing import IO, Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

Source = str | os.PathLike[str] | bytes | bytearray | IO[bytes] | IO[str]
"""What can be read: a path, a content, or an open file."""
Target = str | os.PathLike[str] | IO[bytes] | IO[str]
"""What can be written: a path, or an open file such as `io.BytesIO`."""

_ARCHIVE = b"PK\x03\x04"


@contextmanager
def as_file(source: Source, ending: str = ".txt") -> Iterator[Path]:
    """Yield the path of a source; a content and a stream become a file that is nobody else's to read, and gone at once.

    Parameters
    ----------
    source : path-like, bytes or file object
    ending : str
        Of the file of a content that is no workbook.

    Raises
    ------
    InputError
        The source is none of these.
    """
    if isinstance(source, str | os.PathLike):
        yield Path(source)
        return
    data = content(source)
    with tempfile.TemporaryDirectory(prefix="mentormatch-") as folder:
        path = Path(folder) / f"stream{'.xlsx' if data.startswith(_ARCHIVE) else ending}"
        path.write_bytes(data)
        yield path


def name_of(target: Target) -> str:
    """Return the name of a file; what is written into a stream has none."""
    return Path(target).name if isinstance(target, str | os.PathLike) else "-"


def content(source: Any) -> bytes:
    """Return what bytes or an open file hold; `InputError` for anything else."""
    if isinstance(source, bytes | bytearray):
        return bytes(source)
    if not hasattr(source, "read"):
        raise InputError(
            Text(
                zh=f"应给出路径、bytes 或打开的文件,给出的是 {type(source).__name__}。",
                en=f"A path, bytes or an open file is read; got an object of the type {type(source).__name__}.",
            ),
            maybe=Text(
                zh="字典与数据框用 mentormatch.roster_from_tables 读入。",
                en="rows and frames are read by mentormatch.roster_from_tables.",
            ),
        )
    data = source.read()
    return data.encode() if isinstance(data, str) else bytes(data)


@contextmanager
def into_stream(stream: Any, name: str) -> Iterator[Path]:
    """Yield a path; what stands there goes into an open file if the block ends well, and is gone."""
    with tempfile.TemporaryDirectory(prefix="mentormatch-") as folder:
        path = Path(folder) / name
        yield path
        data = path.read_bytes()
        stream.write(data.decode() if isinstance(stream, TextIOBase) else data)
