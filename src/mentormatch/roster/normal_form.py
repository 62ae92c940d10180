"""One spelling for ids and for classes, whoever builds a roster: what looks the same is the same."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

_SPACES = re.compile(r"[\s\u200b\ufeff]+")


def normal_id(text: str) -> str:
    """Return an id in half-width characters and without spaces, as the readers of files write it.

    Examples
    --------
    >>> normal_id(" ２０２４０１０１ ")
    '20240101'
    """
    if text.isascii() and text.isalnum():  # nearly every id, and there may be a million
        return text
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def normal_class(text: str) -> str:
    """Return a class in half-width characters; spaces stay only between words of Latin letters.

    Examples
    --------
    >>> normal_class("八（1）班")
    '八(1)班'
    """
    words = unicodedata.normalize("NFKC", text).split()
    return (" " if all(word.isascii() for word in words) else "").join(words)


PersonId = Annotated[str, AfterValidator(normal_id), Field(min_length=1)]
"""The id of a student or of a mentor in its normal form."""

ClassName = Annotated[str, AfterValidator(normal_class), Field(min_length=1)]
"""The name of a class in its normal form."""
