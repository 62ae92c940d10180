"""Values of a program as cells: numbers of databases, missing values of frames, lists, enumerations."""

import datetime
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.tables import Cell, Several

_EXACT = 10**15
"""A whole number from here on is written out: what reads cells takes it for one that Excel has rounded."""

_PLAIN = frozenset((bool, datetime.date, datetime.datetime, datetime.time, type(None)))


def cell_of(value: Any, where: Callable[[], str]) -> Cell:
    """Return a value as a cell; what frames and databases write for "missing" is an empty one.

    Parameters
    ----------
    value : object
        A text, a number, a day, a moment, a truth value, an enumeration, or a list of these.
    where : callable
        Returns the place, for the error.

    Raises
    ------
    InputError
        For anything else, such as bytes or a table within the table.
    """
    kind = type(value)
    if kind is str:
        return value or None
    if kind in _PLAIN:
        return value  # type: ignore[no-any-return]
    if isinstance(value, Enum):
        return cell_of(value.value, where)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(value)
    return _of_library(value, where)


def _number(value: int | float | Decimal) -> Cell:
    if isinstance(value, int):
        return str(value) if abs(value) >= _EXACT else int(value)
    if not math.isfinite(value):
        return None if math.isnan(value) else float(value)
    if isinstance(value, Decimal):
        return _number(int(value)) if value == value.to_integral_value() else float(value)
    return float(value)


def _of_library(value: Any, where: Callable[[], str]) -> Cell:
    """Return a value of a library: its scalars know their Python value, its missing values are unlike themselves."""
    if isinstance(value, Several):
        return value
    if isinstance(value, str | UUID):
        return str(value) or None
    if type(value).__name__ in {"NAType", "NaTType"}:  # pandas, which need not be there
        return None
    if isinstance(value, datetime.datetime):
        return datetime.datetime.fromisoformat(value.isoformat())
    if isinstance(value, datetime.date | datetime.time):
        return value
    if type(value).__name__ == "datetime64":  # numpy counts nanoseconds, which are no moment of Python
        return cell_of(value.astype("datetime64[us]").item(), where)
    if hasattr(value, "tolist") and not isinstance(value, Sequence):  # scalars and arrays of numpy
        return cell_of(value.tolist(), where)
    if hasattr(value, "to_list"):  # series of polars and pandas
        several: Any = value
        return cell_of(several.to_list(), where)
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | memoryview | Mapping):
        parts = [cell_of(each, where) for each in value]
        if not any(isinstance(each, Several) for each in parts):
            return Several(_in_order(value, parts)) if parts else None
    raise InputError(
        Text(
            zh=f"{where()}:不能把 {type(value).__name__} 当作单元格的值。",
            en=f"{where()}: a {type(value).__name__} is no value of a cell.",
        ),
        maybe=Text(
            zh="给出文本、数字、日期、真假值,或它们的列表。",
            en="give a text, a number, a day, a truth value, or a list.",
        ),
    )


def _in_order(value: Any, parts: list[Cell]) -> list[Cell]:
    """Return the values of a set in one order, whatever the seed of the hashes is."""
    return sorted(parts, key=str) if isinstance(value, set | frozenset) else parts
