"""A number for each mentor: one for all, or one for each of some mentor ids."""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from mentormatch.base.arrays import IntArray
from mentormatch.base.frozen_model import validated_as
from mentormatch.constraints.naming import Names
from mentormatch.constraints.pair_facts import on_record
from mentormatch.formulation.rows import Label, Rows, grouped_rows
from mentormatch.market.market import Id, Market


def _as_entries(value: Any) -> Any:
    return _entries(value) if isinstance(value, Mapping) else value


def _entries(value: Mapping[Any, int] | tuple[tuple[Id, int], ...]) -> tuple[tuple[Any, int], ...]:
    return value if isinstance(value, tuple) else tuple(sorted(value.items(), key=_by_type_and_id))


def _by_type_and_id(item: tuple[str | int, Any]) -> tuple[str, str | int]:
    return type(item[0]).__name__, item[0]


# A tuple, not a dictionary: immutable, hashable, and JSON keeps integer ids apart from text.
_SCHEMA = {"anyOf": [{"type": "integer"}, {"type": "object", "additionalProperties": {"type": "integer"}}]}
PerMentor = Annotated[
    int | Mapping[str, int] | Mapping[int, int] | tuple[tuple[Id, int], ...],
    validated_as(int | tuple[tuple[str | int, int], ...]),
    BeforeValidator(_as_entries),
    WithJsonSchema(_SCHEMA, mode="validation"),
    Names(("mentor", None)),
]
"""One number for all mentors, or ``(mentor id, number)`` for some; a mapping is kept as such pairs."""


def numbers(bound: PerMentor | None) -> list[int]:
    """Return the numbers that stand in a bound."""
    if bound is None or isinstance(bound, int):
        return [] if bound is None else [bound]
    return [number for _, number in _entries(bound)]


def by_index(market: Market, bound: PerMentor | None, *, default: int) -> IntArray:
    """Return the number of every mentor, int64 of shape (k,)."""
    if bound is None or isinstance(bound, int):
        return np.full(market.num_mentors, default if bound is None else bound, np.int64)
    found = np.full(market.num_mentors, default, np.int64)
    found[[market.mentor_index(mentor_id) for mentor_id, _ in _entries(bound)]] = numbers(bound)
    return found


def number_for(bound: PerMentor, mentor_id: Id) -> int | None:
    """Return the number of one mentor, None for one that a bound by id does not name."""
    return bound if isinstance(bound, int) else dict(_entries(bound)).get(mentor_id)


def capped_mentors(rule: str, market: Market, mentors: IntArray, cap: IntArray, *, label: Label) -> Rows:
    """Return a row for each of some mentors: it has at most `cap` students, of all its candidate pairs.

    Parameters
    ----------
    mentors, cap : int64 arrays of one shape (r,)
        Indices of mentors, each once, and the most students of each.
    """
    position = np.full(market.num_mentors, -1, np.int64)
    position[mentors] = np.arange(len(mentors))
    pairs = np.flatnonzero(position[market.mentor] >= 0)
    row = position[market.mentor[pairs]]
    none = np.zeros(len(mentors), np.int64)
    return grouped_rows(rule, pairs, row, lower=none, upper=cap, label=label, mentors=mentors)


def kept_seats(market: Market, mentors: IntArray, withheld: IntArray) -> IntArray:
    """Return the most students of mentors that give up seats: never fewer than they have now and may keep.

    Parameters
    ----------
    mentors, withheld : int64 arrays of one shape (r,)
        Indices of mentors, and the seats that each gives up.
    """
    has = np.bincount(market.mentor[on_record(market)], minlength=market.num_mentors)[mentors]
    upper = market.mentor_upper[mentors]
    most: IntArray = np.maximum(np.maximum(upper - withheld, 0), np.minimum(has, upper))
    return most
