"""The array types of the package, and how an array is made read-only."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.integer[Any]]
IndexArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_Array = TypeVar("_Array", bound=NDArray[Any])


def frozen(array: _Array) -> _Array:
    """Make an array read-only in place and return it."""
    array.setflags(write=False)
    return array


def group_starts(owner: NDArray[Any], num_groups: int) -> IntArray:
    """Return CSR offsets of shape (num_groups + 1,) for a list of owners sorted in ascending order."""
    start = np.zeros(num_groups + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=num_groups), out=start[1:])
    return start


def distinct(values: IntArray) -> IntArray:
    """Return the distinct values in ascending order by sorting; `numpy.unique` hashes, which takes far longer."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def stable_order(values: NDArray[np.int32]) -> IntArray:
    """Return the stable sorting order of indices that are not negative.

    numpy sorts 16-bit integers by radix, so two passes over the halves are O(m) where one over 32 bits is O(m log m).
    """
    order = np.argsort((values & 0xFFFF).astype(np.uint16), kind="stable")
    if len(values) and int(values.max()) > 0xFFFF:
        order = order[np.argsort((values[order] >> 16).astype(np.uint16), kind="stable")]
    return order


def gini(amounts: IntArray) -> float:
    """Return the Gini coefficient (Gini 1912): half the mean absolute difference over the mean; none is negative.

    Raises
    ------
    ZeroDivisionError
        When the amounts are all zero.

    Examples
    --------
    >>> gini(np.array([0, 0, 3]))
    0.6666666666666666
    """
    ordered = np.sort(amounts).astype(np.int64)
    n = len(ordered)
    return int((2 * np.arange(1, n + 1) - n - 1) @ ordered) / (n * int(ordered.sum()))
