"""Tables of columns in and out: pandas and polars frames, Arrow tables, or plain dictionaries of arrays.

All that is asked of a table is that ``table[name]`` is a column that numpy can read, and all that is given back is a
dictionary of columns, from which ``pandas.DataFrame`` and ``polars.DataFrame`` make theirs. No frame library is needed;
`as_frame` makes a frame of any of them by its name, with narwhals.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import InputError, MarketError
from mentormatch.base.text import Text
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.unlisted import Unlisted

FrameLibrary = Literal["pandas", "polars", "pyarrow"]


class Frame(Protocol):
    """Anything whose columns are looked up by name."""

    def __getitem__(self, name: str, /) -> Any:
        """Return a column."""
        ...


def market_from_frames(
    pairs: Frame,
    mentors: Frame | None = None,
    students: Frame | None = None,
    unlisted: Frame | None = None,
    *,
    attributes: Sequence[str] = (),
    student_attributes: Sequence[str] = (),
) -> Market:
    """Build a market from a table of pairs and, if there, one of mentors and one of students.

    Parameters
    ----------
    pairs : table
        A row for each pair: ``student``, ``mentor`` (ids), ``student_rank`` (1 = best, 0 = not listed), and, if there,
        ``mentor_rank``. Without the last all mentors are silent; where it is empty, the mentor has not ranked the
        student, who comes after all whom it has. Ranks may be written 1.0, as frames do where a cell is empty.
    mentors : table, optional
        A row for each mentor: ``mentor``, ``upper``, and, if there, ``lower`` and ``rank_of_rest``. Mentors without a
        pair are kept; without the table every mentor has one seat.
    students : table, optional
        A row for each student: ``student``, and, if there, ``quota``. Students without a pair are kept; without the
        table they are not known, and everybody takes one mentor.
    unlisted : table, optional
        A row for each priority without a pair, as in `mentormatch.market.unlisted.Unlisted`: ``student``, ``mentor``,
        ``mentor_rank``.
    attributes : sequence of str
        Columns of `pairs` to keep as pair attributes, such as ``weight``.
    student_attributes : sequence of str
        Columns of `students` to keep as kinds of students, such as ``care_level``; an empty text is no kind.

    Returns
    -------
    Market
        Ids are sorted, so the order of rows does not matter.

    Raises
    ------
    MarketError
        A column is missing, ids are of mixed types or missing, a pair stands twice, or a mentor or student has no row
        or two.
    """
    student_ids, student_at, of_student = _side(pairs, students, "student")
    mentor_ids, mentor_at, of_mentor = _side(pairs, mentors, "mentor")
    return Market.from_arrays(
        student_at,
        mentor_at,
        student_rank=_numbers(pairs, "student_rank"),
        mentor_rank=_mentor_ranks(pairs, mentor_at, len(mentor_ids)) if _has(pairs, "mentor_rank") else None,
        mentor_upper=1 if mentors is None else _numbers(mentors, "upper")[of_mentor],
        mentor_lower=_numbers(mentors, "lower")[of_mentor] if mentors is not None and _has(mentors, "lower") else 0,
        student_quota=_numbers(students, "quota")[of_student]
        if students is not None and _has(students, "quota")
        else 1,
        student_ids=student_ids,
        mentor_ids=mentor_ids,
        pair_attributes={name: _column(pairs, name) for name in attributes},
        student_attributes={
            name: Attribute.from_values([str(kind) or None for kind in _column(students, name)[of_student].tolist()])
            for name in student_attributes
            if students is not None
        },
        unlisted=_unlisted(unlisted, mentors, student_ids, mentor_ids, of_mentor),
    )


def market_tables(market: Market) -> dict[str, dict[str, list[Any]]]:
    """Return a market as the tables ``pairs``, ``mentors``, ``students`` and ``unlisted`` for `market_from_frames`.

    Pair attributes become columns of ``pairs``; attributes of students and mentors are left out.
    """
    every, known = np.arange(market.num_pairs), market.unlisted
    facts = {name: values.tolist() for name, values in market.pair_attributes.items()}
    return {
        "pairs": matching_columns(market, every) | facts,
        "mentors": {
            "mentor": list(market.mentor_ids),
            "upper": market.mentor_upper.tolist(),
            "lower": market.mentor_lower.tolist(),
            **({} if known is None else {"rank_of_rest": known.rank_of_rest.tolist()}),
        },
        "students": {"student": list(market.student_ids), "quota": market.student_quota.tolist()},
        "unlisted": {
            "student": [] if known is None else [market.student_ids[i] for i in known.student.tolist()],
            "mentor": [] if known is None else [market.mentor_ids[j] for j in known.mentor.tolist()],
            "mentor_rank": [] if known is None else known.mentor_rank.tolist(),
        },
    }


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


def as_frame(columns: Mapping[str, Sequence[Any]], library: FrameLibrary) -> Any:
    """Return columns as a frame of pandas or polars, or as an Arrow table.

    Raises
    ------
    InputError
        When narwhals or the library is not installed, or is none of these.
    """
    try:
        import narwhals

        return narwhals.from_dict({name: list(column) for name, column in columns.items()}, backend=library).to_native()
    except (ImportError, ValueError) as error:
        raise InputError(
            Text(zh=f"无法生成 {library} 数据框:{error}", en=f"A frame of {library} cannot be made: {error}"),
            maybe=Text(
                zh="pip install 'mentormatch-engine[frames]',并安装所用的库。",
                en="pip install 'mentormatch-engine[frames]' and the library itself.",
            ),
        ) from error


def _side(pairs: Frame, listed: Frame | None, side: str) -> tuple[tuple[Any, ...], IntArray, IntArray]:
    """Return the ids of one side, the index of each pair's end, and the row of each id in its own table."""
    ends = _ids(pairs, side)
    if listed is None:
        ids, at = np.unique(ends, return_inverse=True)
        return tuple(ids.tolist()), at, np.arange(len(ids))
    known = _ids(listed, side)
    ids, first = np.unique(known, return_index=True)
    if len(ids) < len(known):
        raise MarketError(f"A {side} has two rows in the table of {side}s.")
    place = {name: number for number, name in enumerate(ids.tolist())}
    at = np.array([place.get(name, -1) for name in ends.tolist()], np.int64)
    if (at < 0).any():
        row = int(np.flatnonzero(at < 0)[0])
        raise MarketError(f"Row {row} of the pairs names a {side} that has no row in the table of {side}s.")
    return tuple(ids.tolist()), at, first


def _unlisted(
    table: Frame | None,
    mentors: Frame | None,
    student_ids: Sequence[Any],
    mentor_ids: Sequence[Any],
    of_mentor: IntArray,
) -> Unlisted | None:
    """Return the priorities outside the pairs; None where the tables say nothing of any."""
    knows_rest = mentors is not None and _has(mentors, "rank_of_rest")
    if table is None and not knows_rest:
        return None
    rows: Frame = {"student": [], "mentor": [], "mentor_rank": []} if table is None else table
    student, mentor = _places(rows, student_ids, "student"), _places(rows, mentor_ids, "mentor")
    rank = _numbers(rows, "mentor_rank")
    order = np.lexsort((mentor, student))
    return Unlisted(
        student=student[order],
        mentor=mentor[order],
        mentor_rank=rank[order],
        rank_of_rest=_numbers(mentors, "rank_of_rest")[of_mentor]
        if mentors is not None and knows_rest
        else np.zeros(len(mentor_ids), np.int64),
    )


def _places(table: Frame, ids: Sequence[Any], side: str) -> IntArray:
    """Return the index of each row's student or mentor in the table of unlisted priorities."""
    place = {name: number for number, name in enumerate(ids)}
    # A column without a row has no kind of its own.
    column = _column(table, side)
    at = np.array([place.get(name, -1) for name in (_ids(table, side).tolist() if len(column) else [])], np.int64)
    if (at < 0).any():
        row = int(np.flatnonzero(at < 0)[0])
        raise MarketError(f"Row {row} of the unlisted priorities names a {side} that is not in the market.")
    return at


def _has(table: Frame, name: str) -> bool:
    try:
        table[name]
    except Exception:  # noqa: BLE001  # every library has an error of its own for this
        return False
    return True


def _column(table: Frame, name: str) -> NDArray[Any]:
    if not _has(table, name):
        raise MarketError(
            f"The table has no column '{name}'.",
            maybe="collect() the lazy frame first." if hasattr(table, "collect") else None,
        )
    return np.asarray(table[name])


def _numbers(table: Frame, name: str) -> NDArray[Any]:
    """Return a column of whole numbers; frames turn them into floats or objects where a cell is empty."""
    column = _column(table, name)
    if column.dtype.kind == "O":
        values = column.tolist()
        if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
            column = np.array(values)
    if column.dtype.kind == "f" and np.isfinite(column).all() and (column == np.floor(column)).all():
        return column.astype(np.int64)
    if column.dtype.kind not in "iu" and len(column):
        raise MarketError(f"The column '{name}' must hold whole numbers; some cells are empty or something else.")
    return column.astype(np.int64) if not len(column) else column


def _mentor_ranks(pairs: Frame, mentor: IntArray, num_mentors: int) -> IntArray:
    """Return the mentors' ranks; whom a mentor has not ranked comes after those whom it has, in one tie."""
    column = _column(pairs, "mentor_rank")
    empty = np.array([value is None or value != value for value in column.tolist()], bool)  # NaN
    if not empty.any():
        return _numbers(pairs, "mentor_rank")
    said = _numbers({"mentor_rank": np.array(column.tolist(), object)[~empty]}, "mentor_rank")
    worst = np.zeros(num_mentors, np.int64)
    np.maximum.at(worst, mentor[~empty], said)
    ranks = worst[mentor] + 1
    ranks[~empty] = said
    return ranks


def _ids(table: Frame, name: str) -> NDArray[Any]:
    column = _column(table, name)
    if column.dtype.kind in "iuU":
        return column
    values = column.tolist()
    kinds = {type(value) for value in values}
    if kinds - {str} and kinds - {int}:
        raise MarketError(f"The ids in '{name}' must all be texts or all whole numbers; some are missing or mixed.")
    return np.array(values, None if values else np.str_)
