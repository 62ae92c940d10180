"""The contract of a stage: one level of the lexicographic objective."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.constraints.naming import look_up
from mentormatch.formulation.terms import StageForm
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that a stage counts for a pair.

    Parameters
    ----------
    text : Text
        What it is, with the points.
    points : int
    confidential : bool
        Only staff may read it.
    """

    text: Text
    points: int
    confidential: bool = False


class Stage(FrozenModel, ABC):
    """A level of the objective: later stages only choose among the optima of the earlier ones.

    A subclass adds ``kind: Literal["..."] = "..."``. A stage may unfold into several levels (rank-maximal has one
    for each rank); `forms` and `values` list the same levels in the same order.

    What is known about a stage stands on its class, and nowhere else.

    Attributes
    ----------
    words : Text or None
        What its value counts, for a school; None shows its kind.
    level_words : mapping of str to Text
        Words for single levels, by what follows the kind in their names: ``primary`` for ``filled_roles.primary``.
    of_several : {"sum", "worst"}
        What the value of several schools together is.
    formerly : tuple of str
        Kinds that it had before: a rules file may still use them, and is told.
    """

    words: ClassVar[Text | None] = None
    level_words: ClassVar[Mapping[str, Text]] = {}
    of_several: ClassVar[Literal["sum", "worst"]] = "sum"
    formerly: ClassVar[tuple[str, ...]] = ()
    is_part_of_rules: ClassVar[bool] = True

    kind: str

    @property
    def outranks_moves(self) -> bool:
        """Whether coordination may move students of the round of choice for this stage."""
        return False

    def bind(self, market: Market) -> Self:
        """Return the stage with what its parameters name as the market has it; `RulesError` for what it has not."""
        return look_up(self, market, self.kind)

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the stage knowing the choice pairs that some rule of the problem removes; most do not care."""
        return self

    @abstractmethod
    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return the levels as engines minimise them."""

    @abstractmethod
    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the value of each level as a person reads it, from its meaning and never from `forms`."""

    def for_everybody(self, market: Market) -> Self | None:
        """Return the stage as far as it rests on what everybody may know; None where nothing of it does."""
        return self

    def counted(self, market: Market, student_id: Id, mentor_id: Id) -> tuple[Counted, ...]:
        """Return what the stage counts for a pair, point by point, for explanations; most stages say nothing."""
        return ()

    @abstractmethod
    def describe(self) -> Text:
        """Say the stage in the user's words."""
