"""One spelling for ids and for classes, whoever builds a roster: what looks the same is the same."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticKnownError

from mentormatch.base.characters import SPACES, UNSEEN


def normal_id(text: str) -> str:
    """Return an id in half-width characters, without spaces and other signs that nobody sees, as readers of files do.

    Examples
    --------
    >>> normal_id(" ２０２４０１０１ ")
    '20240101'
    """
    if text.isascii() and text.isalnum():  # nearly every id, and there may be a million
        return text
    return SPACES.sub("", unicodedata.normalize("NFKC", text))


def normal_class(text: str) -> str:
    """Return a class in half-width characters; spaces stay only between words of Latin letters.

    Examples
    --------
    >>> normal_class("八（1）班")
    '八(1)班'
    """
    words = UNSEEN.sub("", unicodedata.normalize("NFKC", text)).split()
    return (" " if all(word.isascii() for word in words) else "").join(words)


def _person_id(text: str) -> str:
    return text if text.isascii() and text.isalnum() else _filled(normal_id(text))


def _class_name(text: str) -> str:
    return _filled(normal_class(text))


def _filled(text: str) -> str:
    if not text:
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    return text


PersonId = Annotated[str, AfterValidator(_person_id)]
"""The id of a student or of a mentor in its normal form."""

ClassName = Annotated[str, AfterValidator(_class_name)]
"""The name of a class in its normal form."""
