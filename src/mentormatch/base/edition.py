"""Editions: who something is for. The same three everywhere: workbook, page, JSON, API, certificate."""

from dataclasses import dataclass
from typing import Literal, get_args

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

EditionName = Literal["public", "school", "staff"]


@dataclass(frozen=True, slots=True)
class Edition:
    """What an output may hold.

    Parameters
    ----------
    staff : bool
        What is confidential: care, vetoes, avoidance, families, wishes about a person, opinions in change requests.
    names : bool
        Names of students and mentors.
    """

    staff: bool = False
    names: bool = False


PUBLIC = Edition()
"""May be posted: ids alone, and nothing that rests on what is confidential."""

SCHOOL = Edition(names=True)
"""With names, for the school; nothing that is confidential."""

STAFF = Edition(staff=True, names=True)
"""For those who may know who is cared for and who will not have whom."""

EDITIONS: dict[EditionName, Edition] = {"public": PUBLIC, "school": SCHOOL, "staff": STAFF}


def edition_of(name: EditionName | Edition) -> Edition:
    """Return the edition of a name; `InputError` for any other word."""
    if isinstance(name, Edition):
        return name
    if isinstance(name, str) and name in EDITIONS:
        return EDITIONS[name]
    known = ", ".join(get_args(EditionName))
    raise InputError(
        Text(zh=f"没有名为 {name!r} 的版本;有:{known}。", en=f"There is no edition {name!r}; there are: {known}.")
    )
