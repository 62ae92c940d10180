"""The log of a study: one line of JSON for each cell, appended when it is done.

A killed study leaves whole lines and at most one torn one at the end, which the next run cuts off. Lines are handed to
the operating system at once, so a killed process loses nothing that it had computed; they reach the disk every second.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text
from mentormatch.io.files.lock import locked
from mentormatch.study.cell import Record

NAME = "cells.jsonl"
_SYNC_SECONDS = 1.0


class Log:
    """An append-only log of cells. Open one with `open_log`.

    Attributes
    ----------
    records : dict of str to Record
        The cells by key; of a cell with several lines the last one counts.
    """

    def __init__(self, stream: BinaryIO, records: dict[str, Record]) -> None:
        self.records = records
        self._stream = stream
        self._synced = time.monotonic()

    def append(self, record: Record) -> None:
        """Add a cell."""
        line = json.dumps(record, ensure_ascii=True, allow_nan=False) + "\n"
        self._stream.write(line.encode())
        self._stream.flush()
        self.records[record["key"]] = record
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._stream.fileno())
            self._synced = time.monotonic()


@contextmanager
def open_log(folder: Path) -> Iterator[Log]:
    """Open the log in a folder for this process alone, and read what is there.

    Raises
    ------
    FileError
        The folder cannot be written, another process has the log, or a line in its middle is not a cell.
    """
    path = folder / NAME
    with ExitStack() as stack:
        stack.enter_context(locked(folder))
        try:
            stream = stack.enter_context(path.open("a+b"))
        except OSError as error:
            raise FileError(
                Text(
                    zh=f"无法写入研究文件夹 {folder}:{error.strerror}",
                    en=f"Cannot write the study's folder {folder}: {error.strerror}",
                )
            ) from error
        stream.seek(0)
        content = stream.read()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            stream.truncate(len(whole))
        stream.seek(0, os.SEEK_END)
        yield Log(stream, _read(whole, path))
        stream.flush()
        os.fsync(stream.fileno())


def _read(content: bytes, path: Path) -> dict[str, Record]:
    records: dict[str, Record] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            record = json.loads(line)
            records[record["key"]] = record
        except (ValueError, TypeError, KeyError):
            raise FileError(
                Text(
                    zh=f"{path} 第 {number} 行不是研究记录。",
                    en=f"Line {number} of {path} is not a cell of a study.",
                ),
                maybe=Text(zh="删去该行,或换一个文件夹。", en="delete the line, or take another folder."),
            ) from None
    return records
