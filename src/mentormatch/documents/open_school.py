"""The one door of a school: a workbook, a folder of CSV files, a JSON document, or a stream of one of them."""

import os
from pathlib import Path

from mentormatch.io.files.file_kind import unreadable
from mentormatch.io.files.streams import Source, as_file, content
from mentormatch.io.read import read_roster as read_file
from mentormatch.roster.roster import Roster


def read_roster(source: Source) -> Roster:
    """Read a school, whatever it is in.

    Parameters
    ----------
    source : path-like, bytes or file object
        A path of an .xlsx workbook, of a folder of files such as 学生.csv or students.csv, or of a JSON document
        (`mentormatch.SchoolDocument`); or the content of a workbook or a document, as bytes or as an open file.

    Returns
    -------
    Roster
        The accepted rows, and in `Roster.issues` every finding with its place. Refused rows are no error here:
        look at `Roster.refused_rows`.

    Raises
    ------
    FileError
        The file is missing, unreadable or of the wrong kind.
    InputError
        A sheet or a column that is needed is missing, or two of them mean the same thing; the document is none, or of
        a newer version.

    Notes
    -----
    The same content gives the same roster; no cell is guessed.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.suffix.lower() != ".json" or not path.is_file():
            return read_file(path)
        try:
            return _of_bytes(path.read_bytes())
        except OSError as error:
            raise unreadable(path, error) from error
    return _of_bytes(content(source))


def is_document(data: bytes) -> bool:
    """Tell whether a content is JSON, as against a workbook."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def _of_bytes(data: bytes) -> Roster:
    if is_document(data):
        # Most schools are workbooks, and need not wait for the schema of documents.
        from mentormatch.documents.school_document import SchoolDocument

        return SchoolDocument.from_json(data.removeprefix(b"\xef\xbb\xbf")).to_roster()
    with as_file(data, ".xlsx") as path:
        return read_file(path)
