"""QuickXplain (Junker 2004): a minimal part of a list that cannot hold together, by divide and conquer.

It asks whether parts are feasible about ``2 k log2(n / k) + 2 k`` times for a conflict of k of n items, where removing
the items one at a time asks n times.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def quick_xplain(items: Sequence[T], is_infeasible: Callable[[Sequence[T]], bool]) -> list[T]:
    """Return a conflict among items that are infeasible together.

    Parameters
    ----------
    items : sequence of distinct hashables
        Infeasible together. The conflict prefers what stands early.
    is_infeasible : callable
        ``is_infeasible(part)`` tells whether a part is *proven* infeasible. A False for want of time is allowed: the
        conflict stays a conflict, but may hold more than it needs.

    Returns
    -------
    list
        In the order of `items`. Where every answer was right, no item can go.
    """
    order = {item: position for position, item in enumerate(items)}
    found = _explain([], False, list(items), is_infeasible) if items else []
    return sorted(found, key=order.__getitem__)


def _explain(
    background: list[T], is_new: bool, items: list[T], is_infeasible: Callable[[Sequence[T]], bool]
) -> list[T]:
    if is_new and is_infeasible(background):
        return []
    if len(items) == 1:
        return items
    half = len(items) // 2
    first, second = items[:half], items[half:]
    of_second = _explain([*background, *first], True, second, is_infeasible)
    of_first = _explain([*background, *of_second], bool(of_second), first, is_infeasible)
    return [*of_first, *of_second]
