"""Attribute: a categorical property of the students or of the mentors, as codes in numpy arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray, frozen
from mentormatch.base.short_repr import short_repr


@dataclass(frozen=True, eq=False)
class Attribute:
    """A categorical property with no, one or several values per individual.

    Parameters
    ----------
    labels : tuple of str
        The distinct values, sorted; a code is a position in it.
    start : int64 array of shape (n + 1,)
        Values of individual ``i`` are ``codes[start[i]:start[i + 1]]``.
    codes : int64 array
        Positions in `labels`, ascending within each individual.
    order : tuple of str
        Values from low to high, where some are nearer to each other than others; numbers need none.
    confidential : bool
        The values are never told as the reason of somebody's pair.
    """

    __repr__ = short_repr

    labels: tuple[str, ...]
    start: IntArray
    codes: IntArray
    order: tuple[str, ...] = ()
    confidential: bool = False

    @classmethod
    def from_values(
        cls,
        values: Sequence[str | Iterable[str] | None],
        *,
        order: tuple[str, ...] = (),
        confidential: bool = False,
        known: Iterable[str] = (),
    ) -> "Attribute":
        """Build from one entry per individual: a value, several values, or None.

        Values that are `known` may be named by a rule although nobody has them.
        """
        sets = [() if value is None else (value,) if isinstance(value, str) else sorted(set(value)) for value in values]
        labels = tuple(sorted({*known, *(label for entry in sets for label in entry)}))
        position = {label: code for code, label in enumerate(labels)}
        start = np.zeros(len(sets) + 1, np.int64)
        np.cumsum([len(entry) for entry in sets], out=start[1:])
        codes = np.array([position[label] for entry in sets for label in entry], np.int64)
        return cls(labels, frozen(start), frozen(codes), order, confidential)

    def of_others(self, values: Sequence[str | Iterable[str] | None]) -> "Attribute":
        """Return the same attribute of other individuals: one entry for each, as in `from_values`."""
        return Attribute.from_values(values, order=self.order, confidential=self.confidential, known=self.labels)

    def __len__(self) -> int:
        return len(self.start) - 1

    def values(self, index: int) -> tuple[str, ...]:
        """Return the values of one individual."""
        return tuple(self.labels[code] for code in self.codes[self.start[index] : self.start[index + 1]])

    def codes_of(self, people: IntArray) -> tuple[IntArray, IntArray]:
        """Return every value of some individuals.

        Parameters
        ----------
        people : integer array of shape (p,)
            Positions of individuals, as often and in which order one likes.

        Returns
        -------
        entry, code : int64 arrays of one shape
            Positions in `people`, ascending, once for each value that the individual has; and the value.

        Notes
        -----
        O(p + values), vectorised.
        """
        first, count = self.start[people], np.diff(self.start)[people]
        if len(people) and int(count.min()) == int(count.max()) == 1:
            return np.arange(len(people)), self.codes[first]
        entry = np.repeat(np.arange(len(people)), count)
        return entry, self.codes[first[entry] + np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count)]

    def membership(self, labels: Sequence[str]) -> BoolArray:
        """Return a bool array of shape (n, len(labels)): who has which of these values."""
        column = np.full(len(self.labels) + 1, -1)
        position = {label: code for code, label in enumerate(labels)}
        for code, label in enumerate(self.labels):
            column[code] = position.get(label, -1)
        owner = np.repeat(np.arange(len(self)), np.diff(self.start))
        found = column[self.codes]
        member = np.zeros((len(self), len(labels)), bool)
        member[owner[found >= 0], found[found >= 0]] = True
        return member

    def has(self, label: str) -> BoolArray:
        """Return a bool array of shape (n,): who has this value."""
        return self.membership((label,))[:, 0]
