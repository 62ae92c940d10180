"""Rules that must know which pairs other rules remove: a pair that cannot be made cannot block."""

from abc import ABC
from collections.abc import Set as AbstractSet
from typing import Self

from pydantic import PrivateAttr

from mentormatch.constraints.constraint import Constraint


class KnowsClosedPairs(Constraint, ABC):
    """A rule that keeps what `Problem` tells it by `without`: the positions of the pairs that some rule removes."""

    _closed: AbstractSet[int] = PrivateAttr(default=frozenset())

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the rule knowing the pairs that other rules remove."""
        return self._knowing(_closed=frozenset(closed))
