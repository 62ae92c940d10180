"""A number for each mentor: one for all, or one for each of some mentor ids."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from mentormatch.arrays import IntArray
from mentormatch.market import Market


def _as_entries(value: Any) -> Any:
    return tuple(sorted(value.items(), key=_by_type_and_id)) if isinstance(value, Mapping) else value


def _by_type_and_id(item: tuple[str | int, Any]) -> tuple[str, str | int]:
    return type(item[0]).__name__, item[0]


# A tuple, not a dictionary: immutable, hashable, and JSON keeps integer ids apart from text.
_SCHEMA = {"anyOf": [{"type": "integer"}, {"type": "object", "additionalProperties": {"type": "integer"}}]}
PerMentor = Annotated[
    int | tuple[tuple[str | int, int], ...],
    BeforeValidator(_as_entries),
    WithJsonSchema(_SCHEMA, mode="validation"),
]
"""One number for all mentors, or ``(mentor id, number)`` for some; a mapping is taken too."""


def numbers(bound: int | tuple[tuple[str | int, int], ...] | None) -> list[int]:
    """Return the numbers that stand in a bound."""
    if isinstance(bound, tuple):
        return [number for _, number in bound]
    return [] if bound is None else [bound]


def by_index(market: Market, bound: int | tuple[tuple[str | int, int], ...] | None, *, default: int) -> IntArray:
    """Return the number of every mentor, int64 of shape (k,)."""
    if not isinstance(bound, tuple):
        return np.full(market.num_mentors, default if bound is None else bound, np.int64)
    found = np.full(market.num_mentors, default, np.int64)
    found[[market.mentor_index(mentor_id) for mentor_id, _ in bound]] = numbers(bound)
    return found
