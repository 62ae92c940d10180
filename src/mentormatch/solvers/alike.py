"""Rows and columns of a linear program that are alike, so that one stands for all of them.

Colour refinement finds them: two columns stay alike while they stand with the same coefficients in rows that are alike,
and the other way round. Some optimal solution gives the same value to all that are alike, so the program shrinks to one
row and one column for each colour (Grohe, Kersting, Mladenov and Selman 2014). In a school nearly all pupils are alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import IntArray

# Odd constants of splitmix64 (Steele, Lea and Flood 2014): sums of mixed numbers tell multisets apart.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, eq=False)
class Matrix:
    """A sparse matrix by its entries.

    Parameters
    ----------
    row, column, coeff : int64 arrays of one shape (z,)
    num_rows, num_columns : int
    """

    row: IntArray
    column: IntArray
    coeff: IntArray
    num_rows: int
    num_columns: int


def colours(matrix: Matrix, first: IntArray) -> tuple[IntArray, IntArray]:
    """Return the colour of each row and of each column, numbered from 0.

    Parameters
    ----------
    matrix : Matrix
    first : int64 array of shape (num_rows,)
        Rows of different numbers are not alike to begin with: their bounds differ.

    Notes
    -----
    O(z) for each round; few rounds suffice in practice. Colours are told apart by 64-bit hashes. Two that fall
    together, which nobody will see, would make the smaller program wrong: check its answer on the whole one.
    """
    rows: IntArray = _numbered(first.astype(np.uint64))
    columns: IntArray = np.zeros(matrix.num_columns, np.int64)
    while True:
        known = int(rows.max(initial=-1)), int(columns.max(initial=-1))
        columns = _refined(columns, matrix.column, rows[matrix.row], matrix.coeff)
        rows = _refined(rows, matrix.row, columns[matrix.column], matrix.coeff)
        if (int(rows.max(initial=-1)), int(columns.max(initial=-1))) == known:
            return rows, columns


def _refined(own: IntArray, at: IntArray, other: IntArray, coeff: IntArray) -> IntArray:
    """Split colours by the multiset of the colours and coefficients that each one meets."""
    met = np.zeros(len(own), np.uint64)
    np.add.at(met, at, _mixed(_mixed(other.astype(np.uint64)) + coeff.astype(np.uint64)))
    return _numbered(_mixed(_mixed(own.astype(np.uint64)) ^ met))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = numbers + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def _numbered(keys: NDArray[np.uint64]) -> IntArray:
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)
