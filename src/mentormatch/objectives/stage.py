"""The contract of a stage: one level of the lexicographic objective."""

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from typing import Self

from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.formulation.terms import StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching


class Stage(FrozenModel, ABC):
    """A level of the objective: later stages only choose among the optima of the earlier ones.

    A subclass adds ``kind: Literal["..."] = "..."``. A stage may unfold into several levels (rank-maximal has one
    for each rank); `forms` and `values` list the same levels in the same order.
    """

    kind: str

    @property
    def outranks_moves(self) -> bool:
        """Whether coordination may move students of the round of choice for this stage."""
        return False

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the stage knowing the choice pairs that some rule of the problem removes; most do not care."""
        return self

    @abstractmethod
    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return the levels as engines minimise them."""

    @abstractmethod
    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the value of each level as a person reads it, from its meaning and never from `forms`."""

    @abstractmethod
    def describe(self) -> Text:
        """Say the stage in the user's words."""
