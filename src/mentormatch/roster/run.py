"""One command on a school's record, on one day."""

from datetime import date

from pydantic import Field

from mentormatch.roster.entity import Entity


class Run(Entity):
    """One command on a school's record, on one day.

    Parameters
    ----------
    run_id : str
        Such as 20241111-1: the day, and which run of the day it was.
    day : date
    command : str
        What was run, such as solve.
    mechanism : str, optional
    seed : int
    rules_sha256 : str, optional
        Fingerprint of the rules file.
    school_sha256 : str, optional
        Fingerprint of the school before the run (`Roster.fingerprint`).
    version : str, optional
        Of the package.
    opened, closed : int
        Rows of the record.
    forms : int
        Choice forms that counted.
    """

    run_id: str = Field(min_length=1)
    day: date
    command: str = Field(min_length=1)
    mechanism: str | None = None
    seed: int = 0
    rules_sha256: str | None = None
    school_sha256: str | None = None
    version: str | None = None
    opened: int = Field(default=0, ge=0)
    closed: int = Field(default=0, ge=0)
    forms: int = Field(default=0, ge=0)
