"""Kinds: what everything that a form holds has in common, so that nobody takes a kind without having declared it.

A rule writes row parts, a stage writes terms. Whoever reads them (an engine, the certificate, a school of several)
declares the kinds that it takes; `mentormatch.problem.taken.not_taken` tells what of a form is none of them. Only the
very class counts: a subclass is a kind of its own, and a new kind is taken by nobody until somebody declares it.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import Text


class RowPart:
    """What a rule asks of the matched pairs together: the base of every kind of row.

    Leaving a part out never loses a matching.

    Attributes
    ----------
    code : str
        For programs, why somebody who does not take the kind refuses a form.
    words : Text
        The same as a sentence.
    """

    code: ClassVar[str] = "unknown_rows"
    words: ClassVar[Text] = Text(zh="有一类未知的要求。", en="There is an unknown kind of rows.")


class Term(ABC):
    """What a stage of the objective adds up: the base of every kind of cost.

    Attributes
    ----------
    code : str
        For programs, why somebody who does not take the kind refuses a form.
    words : Text
        The same, said of a stage: follows its name.
    never_negative : bool
        The cost is never below zero, so that whoever leaves the term out still has a lower bound.
    """

    code: ClassVar[str] = "unknown_term"
    words: ClassVar[Text] = Text(zh="含有一类未知的成本", en="has an unknown kind of cost")
    never_negative: ClassVar[bool] = False

    @abstractmethod
    def value(self, chosen: BoolArray) -> int:
        """Return the cost for a bool array of shape (m,)."""


Kind = type[RowPart] | type[Term]
Kinds = frozenset[Kind]
"""What somebody takes: classes of parts and of terms."""
