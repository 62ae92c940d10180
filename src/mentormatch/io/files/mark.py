"""Know a file again that this program has written and nobody has changed since.

A workbook carries a digest of its parts as the comment of its archive. Programs that save a workbook write the archive
anew, without the comment, so that a changed file is told from ours.
"""

import hashlib
import zipfile
from pathlib import Path
from typing import IO

_NAME = b"mentormatch:"


def mark_as_written(book: Path | IO[bytes]) -> None:
    """Put the mark on a workbook that was just written, in a file or in memory."""
    with zipfile.ZipFile(book, "a") as archive:
        archive.comment = _NAME + _digest(archive)


def is_own_and_unchanged(path: Path) -> bool:
    """Tell whether a workbook carries the mark and still holds what was marked."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment == _NAME + _digest(archive)
    except (OSError, zipfile.BadZipFile):
        return False


def _digest(archive: zipfile.ZipFile) -> bytes:
    parts = sorted((item.filename, item.CRC, item.file_size) for item in archive.infolist())
    return hashlib.sha256(repr(parts).encode()).hexdigest().encode()
