"""What a normaliser returns: the value, and what there is to say about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from mentormatch.base.text import Text
from mentormatch.io.tables import Cell

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Finding:
    """What there is to say about a value; where it stands is not known here.

    Parameters
    ----------
    code : str
        A stable id.
    message : Text
        Without anything that may be a pupil's name.
    suggestion : Text, optional
        How to mend it.
    refuses : bool
        Whether the value cannot be used.
    follows : bool
        Whether it only follows from another finding, such as that the row it refers to was refused.
    """

    code: str
    message: Text
    suggestion: Text | None = None
    refuses: bool = True
    follows: bool = False


class Reading(NamedTuple, Generic[T_co]):
    """A value with its finding; without a value there is a finding that refuses, or the cell was empty."""

    value: T_co | None = None
    finding: Finding | None = None


Normaliser = Callable[[Cell], Reading[T]]
"""Reads one cell that is not blank."""


def refused(code: str, zh: str, en: str, suggestion: Text | None = None) -> Reading[T]:
    """Return the reading of a cell that cannot be used."""
    return Reading(None, Finding(code, Text(zh, en), suggestion))


def following(code: str, zh: str, en: str, suggestion: Text | None = None) -> Reading[T]:
    """Return the reading of a cell that cannot be used because of something that another finding tells."""
    return Reading(None, Finding(code, Text(zh, en), suggestion, follows=True))


def mended(value: T, code: str, zh: str, en: str) -> Reading[T]:
    """Return a value that was put right, with the warning that says so."""
    return Reading(value, Finding(code, Text(zh, en), refuses=False))
