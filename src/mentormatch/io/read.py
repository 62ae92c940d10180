"""Read a school from a file."""

import os
from pathlib import Path

from mentormatch.base.doors import FLAG, PATH, takes
from mentormatch.io.files.paused_collector import paused_collector
from mentormatch.io.isolated import read_isolated
from mentormatch.io.parse import parse_tables
from mentormatch.io.read_tables import open_source, tables_of
from mentormatch.roster.roster import Roster


@takes(path=PATH, isolated=FLAG)
def read_roster(path: str | os.PathLike[str], *, isolated: bool = False) -> Roster:
    """Read a school from an .xlsx workbook or from a folder of CSV files.

    Parameters
    ----------
    path : path-like
        A workbook, or a folder of files such as 学生.csv or students.csv.
    isolated : bool
        Whether to read in a process of its own, for servers that take files from anybody: a file that kills its reader
        or eats the memory is then a `FileError` like any other. It costs the start of a process.

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
        A sheet or a column that is needed is missing, or two of them mean the same thing.

    Notes
    -----
    The same file gives the same roster; no cell is guessed.
    """
    if isolated:
        return read_isolated(Path(path))
    with paused_collector():
        return parse_tables(*tables_of(open_source(Path(path)), str(path)))
