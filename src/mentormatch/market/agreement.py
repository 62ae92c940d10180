"""How far the values of a student and of a mentor agree: values in common, and values near each other."""

from collections.abc import Callable, Collection

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market

Values = Collection[str]


def number_in_common(theirs: Values, ours: Values) -> int:
    """Return how many values two people have in common."""
    return len(set(theirs) & set(ours))


def is_near(theirs: Values, ours: Values, within: int, order: tuple[str, ...] = ()) -> bool:
    """Tell whether a value of one is near a value of the other.

    Parameters
    ----------
    theirs, ours : collection of str
    within : int
        How far apart two values may be: in places of `order`, else as numbers.
    order : tuple of str
        Values from low to high. Without it values that are no numbers are near nothing.

    Examples
    --------
    >>> is_near(["低"], ["中"], 1, ("低", "中", "高"))
    True
    >>> is_near(["85"], ["78", "90.5"], 5)
    False
    """
    left, right = (
        [place for value in values if (place := _place(value, order)) is not None] for values in (theirs, ours)
    )
    return any(abs(one - other) <= within for one in left for other in right)


def _place(value: str, order: tuple[str, ...]) -> float | None:
    if order:
        return order.index(value) if value in order else None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def for_pairs(
    market: Market, theirs: Attribute, ours: Attribute, say: Callable[[tuple[str, ...], tuple[str, ...]], int]
) -> IntArray:
    """Return a number for every pair of a market from the values of its two ends, int64 of shape (m,).

    Parameters
    ----------
    theirs, ours : Attribute
        Of the students and of the mentors.
    say : callable
        Called once for each two sets of values that stand at some pair.

    Notes
    -----
    O(m log m), and a call for each two different sets of values.
    """
    left, their_values = _profiles(theirs)
    right, our_values = _profiles(ours)
    key = left[market.student] * len(our_values) + right[market.mentor]
    found, place = np.unique(key, return_inverse=True)
    numbers = [say(their_values[k // len(our_values)], our_values[k % len(our_values)]) for k in found.tolist()]
    answer: IntArray = np.array(numbers, np.int64)[place]
    return answer


def _profiles(attribute: Attribute) -> tuple[IntArray, list[tuple[str, ...]]]:
    """Return which set of values each individual has, and the sets."""
    known: dict[tuple[str, ...], int] = {}
    places = [known.setdefault(attribute.values(index), len(known)) for index in range(len(attribute))]
    return np.array(places, np.int64), list(known)
