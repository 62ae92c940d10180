"""Tables of columns in and out: pandas and polars frames, Arrow tables, or plain dictionaries of arrays.

All that is asked of a table is that ``table[name]`` is a column that numpy can read, and all that is given back is a
dictionary of columns, from which ``pandas.DataFrame`` and ``polars.DataFrame`` make theirs. No frame library is needed.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import MarketError
from mentormatch.market import Market


class Table(Protocol):
    """Anything whose columns are looked up by name."""

    def __getitem__(self, name: str, /) -> Any:
        """Return a column."""
        ...


def market_from_frames(pairs: Table, mentors: Table | None = None) -> Market:
    """Build a market from a table of pairs and one of mentors.

    Parameters
    ----------
    pairs : table
        A row for each pair: ``student``, ``mentor`` (ids), ``student_rank`` (1 = best, 0 = not listed), and, if there,
        ``mentor_rank``. Without the last all mentors are silent.
    mentors : table, optional
        A row for each mentor: ``mentor``, ``upper``, and, if there, ``lower``. Mentors without a pair are kept; without
        the table every mentor has one seat.

    Returns
    -------
    Market
        Ids are sorted, so the order of rows does not matter.

    Raises
    ------
    MarketError
        A column is missing, ids are of mixed types or missing, a pair stands twice, or a mentor has no row.
    """
    student, mentor = _ids(pairs, "student"), _ids(pairs, "mentor")
    students, student_at = np.unique(student, return_inverse=True)
    if mentors is None:
        ids, at = np.unique(mentor, return_inverse=True)
        upper: Any = 1
        lower: Any = 0
    else:
        listed = _ids(mentors, "mentor")
        ids, first = np.unique(listed, return_index=True)
        if len(ids) < len(listed):
            raise MarketError("A mentor has two rows in the table of mentors.")
        at = np.searchsorted(ids, mentor)
        known = (at < len(ids)) & (ids[np.minimum(at, len(ids) - 1)] == mentor) if len(ids) else np.zeros(len(at), bool)
        if not known.all():
            row = int(np.flatnonzero(~known)[0])
            raise MarketError(f"Row {row} of the pairs names a mentor that has no row in the table of mentors.")
        upper = _column(mentors, "upper")[first]
        lower = _column(mentors, "lower")[first] if _has(mentors, "lower") else 0
    return Market.from_arrays(
        student_at,
        at,
        student_rank=_column(pairs, "student_rank"),
        mentor_rank=_column(pairs, "mentor_rank") if _has(pairs, "mentor_rank") else None,
        mentor_upper=upper,
        mentor_lower=lower,
        student_ids=tuple(students.tolist()),
        mentor_ids=tuple(ids.tolist()),
    )


def matching_columns(market: Market, positions: NDArray[Any]) -> dict[str, list[Any]]:
    """Return some pairs of a market as columns: ``student``, ``mentor`` (ids), ``student_rank``, ``mentor_rank``.

    Parameters
    ----------
    market : Market
    positions : integer array
        Such as the ``pairs`` of a matching; ``numpy.arange(market.num_pairs)`` gives the whole market.
    """
    students, mentors = market.student_ids, market.mentor_ids
    return {
        "student": [students[i] for i in market.student[positions].tolist()],
        "mentor": [mentors[j] for j in market.mentor[positions].tolist()],
        "student_rank": market.student_rank[positions].tolist(),
        "mentor_rank": market.mentor_rank[positions].tolist(),
    }


def _has(table: Table, name: str) -> bool:
    try:
        table[name]
    except Exception:  # noqa: BLE001  # every library has an error of its own for this
        return False
    return True


def _column(table: Table, name: str) -> NDArray[Any]:
    if not _has(table, name):
        raise MarketError(f"The table has no column '{name}'.")
    return np.asarray(table[name])


def _ids(table: Table, name: str) -> NDArray[Any]:
    column = _column(table, name)
    if column.dtype.kind in "iuU":
        return column
    values = column.tolist()
    kinds = {type(value) for value in values}
    if kinds - {str} and kinds - {int}:
        raise MarketError(f"The ids in '{name}' must all be texts or all whole numbers; some are missing or mixed.")
    return np.array(values)
