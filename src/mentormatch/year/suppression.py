"""Small counts that nobody may learn: cells under five are hidden, and with them what would give them away."""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5
"""Counts from 1 to 4 are hidden."""

HIDDEN = "*"


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of counts as it may be shown.

    Parameters
    ----------
    cells : tuple of int or None
        None is hidden.
    total : int or None
    """

    cells: tuple[int | None, ...]
    total: int | None


def shown_column(counts: Sequence[int], smallest: int = SMALLEST) -> ShownColumn:
    """Hide the counts from 1 to `smallest` - 1 of a column, and what would give them away.

    The total minus the shown cells is what the hidden ones add up to. One hidden cell would follow from it, and so
    would several that are all 1, or all the largest hidden count. Then the first shown cell that is not 0 is hidden
    too, and the total where there is none. The first, not the smallest: which one it is would tell of the others.

    Parameters
    ----------
    counts : sequence of int
    smallest : int

    Returns
    -------
    ShownColumn

    Notes
    -----
    Complementary cell suppression in one dimension (Cox 1980). Rows have no totals, so columns do not help each other.

    Examples
    --------
    >>> shown_column([3, 20, 9, 0]), shown_column([12, 0])
    (ShownColumn(cells=(None, None, 9, 0), total=32), ShownColumn(cells=(12, 0), total=12))
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < smallest}
    others = [at for at, count in enumerate(counts) if count >= smallest]
    shows_total = True
    while hidden and _follows([counts[at] for at in sorted(hidden)], smallest):
        if not others:
            shows_total = False
            break
        hidden.add(others.pop(0))
    return ShownColumn(
        tuple(None if at in hidden else count for at, count in enumerate(counts)), sum(counts) if shows_total else None
    )


def _follows(hidden: Sequence[int], smallest: int) -> bool:
    """Tell whether hidden counts follow from their sum: one alone, all at the least, or all at the most."""
    return len(hidden) == 1 or sum(hidden) == len(hidden) or set(hidden) == {smallest - 1}
