"""A new .xlsx file that is written whole or not at all, with the same bytes on every run."""

import datetime
import io
from collections.abc import Iterator
from contextlib import contextmanager

import xlsxwriter

from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.mark import mark_as_written
from mentormatch.io.files.streams import Target

# xlsxwriter puts the time of writing there, and the same input is to give the same bytes.
_CREATED = datetime.datetime(2000, 1, 1)

_OPTIONS = {
    "in_memory": True,
    # Text that pupils typed stays text.
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@contextmanager
def new_workbook(path: Target) -> Iterator[xlsxwriter.Workbook]:
    """Yield a workbook that is saved as `path` if the block ends well.

    Raises
    ------
    FileError
        The path cannot be written, see `atomic_path`.
    """
    with atomic_path(path) as temp:
        # Made in memory: a disk that is full is then met by one plain write, which nothing else has to clean up after.
        made = io.BytesIO()
        book = xlsxwriter.Workbook(made, _OPTIONS)
        book.set_properties({"created": _CREATED})
        yield book
        book.close()
        mark_as_written(made)
        temp.write_bytes(made.getbuffer())
