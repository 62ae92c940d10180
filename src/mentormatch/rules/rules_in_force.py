"""Which rules are in force for a school: those that are given, or of its own sheet 规则; and their fingerprint."""

import hashlib
from pathlib import Path

from mentormatch.io.files.fingerprint import fingerprint
from mentormatch.rules.rules_file import Rules, rules_of_school


def rules_in_force(given: Rules | None, own: Rules | None) -> Rules | None:
    """Return the rules for a school.

    Parameters
    ----------
    given : Rules, optional
        For this run, or for all schools. They count alone; only the names of the school's own columns are added.
    own : Rules, optional
        Of the school's sheet.
    """
    if given is None or own is None:
        return own if given is None else given
    known = {each.name for each in given.fields}
    return given.model_copy(
        update={"fields": (*given.fields, *(each for each in own.fields if each.name not in known))}
    )


def rules_fingerprint(given: Path | None, school: Path) -> str:
    """Return the SHA-256 of the rules that a result is made with: of the file that is given, or of the school's own.

    "-" where there are neither.
    """
    if given is not None:
        return fingerprint(given)
    own = rules_of_school(school)
    return "-" if own is None else hashlib.sha256(own.model_dump_json().encode()).hexdigest()
