"""A new .xlsx file that is written whole or not at all, with the same bytes on every run."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError

from mentormatch.io.files.atomic import atomic_path

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
def new_workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """Yield a workbook that is saved as `path` if the block ends well.

    Raises
    ------
    FileError
        The path cannot be written, see `atomic_path`.
    """
    with atomic_path(path) as temp:
        book = xlsxwriter.Workbook(str(temp), _OPTIONS)
        book.set_properties({"created": _CREATED})
        yield book
        try:
            book.close()
        except XlsxFileError as error:
            # It wraps the system's error, which `atomic_path` knows how to tell.
            if error.args and isinstance(error.args[0], OSError):
                raise error.args[0] from error
            raise
