"""What a caller gives as arrays, checked before a market is made of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mentormatch.base.arrays import IntArray, frozen
from mentormatch.base.errors import MarketError
from mentormatch.market.preference_lists import Id


def integers(values: ArrayLike, name: str, *, ndim: int = 1) -> NDArray[Any]:
    """Return an array of whole numbers of so many dimensions; `MarketError` for anything else."""
    array = np.asarray(values)
    if array.size == 0 and array.ndim == ndim:
        return array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise MarketError(f"'{name}' must hold integers; got {array.dtype}.")
    if array.ndim != ndim:
        raise MarketError(f"'{name}' must have {ndim} dimension(s); got shape {array.shape}.")
    return array


def size_of_side(given: int | None, ids: Sequence[Id] | None, ends: NDArray[Any], side: str) -> int:
    """Return how many people a side has, from what was told and from the ends of the pairs."""
    needed = int(ends.max()) + 1 if len(ends) else 0
    size = len(ids) if ids is not None else needed if given is None else given
    if given is not None and size != given:
        raise MarketError(f"num_{side}s is {given} but there are {size} {side}_ids.")
    if needed > size:
        raise MarketError(f"'{side}' refers to index {needed - 1} but there are only {size} {side}s.")
    return size


def check_range(ends: NDArray[Any], size: int, name: str) -> None:
    """Refuse an index that nobody has."""
    if len(ends) and int(ends.min()) < 0:
        raise MarketError(f"'{name}' holds the negative index {int(ends.min())}.")
    if len(ends) and int(ends.max()) >= size:
        raise MarketError(f"'{name}' refers to index {int(ends.max())} but there are only {size}.")


def bounds(mentor_id: Id, quota: object) -> tuple[int, int]:
    """Return (lower, upper) of a quota that is one number of seats or both bounds."""
    both = quota if isinstance(quota, tuple) and len(quota) == 2 else (0, quota)
    numbers = [int(bound) for bound in both if isinstance(bound, int | np.integer) and not isinstance(bound, bool)]
    if len(numbers) < 2:
        raise MarketError(
            f"The quota of the mentor {mentor_id!r} must be a whole number or a pair (lower, upper); got {quota!r}."
        )
    return numbers[0], numbers[1]


def per_side(values: ArrayLike, size: int, name: str) -> IntArray:
    """Return one number for each person of a side, int64, from one for all or one for each."""
    array = np.array(values)
    if array.ndim == 0 or array.size == 0:
        array = np.full(size, array) if array.ndim == 0 else array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise MarketError(f"'{name}' must hold integers; got {array.dtype}.")
    if array.shape != (size,):
        raise MarketError(f"'{name}' must have one entry for each of {size}; got shape {array.shape}.")
    return array.astype(np.int64)


def as_array(values: ArrayLike, dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    """Return a read-only array of a type that holds all of the numbers."""
    array = np.asarray(values)
    if array.size and array.dtype != dtype:
        info = np.iinfo(dtype)
        if int(array.min()) < info.min or int(array.max()) > info.max:
            raise MarketError(f"'{name}' holds a number that does not fit in {dtype}.")
    return frozen(array.astype(dtype))
