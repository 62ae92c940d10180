"""The contract of a rule: what every constraint answers, for engines, for the checker and for people."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import PrivateAttr, model_validator

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import is_confidential
from mentormatch.constraints.naming import look_up, student_attributes_of
from mentormatch.constraints.where import Where, entries_of_scope, in_scope, with_short_scope
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Mask, Rows
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs

# A penalty times the students of a city stays far below 2**63.
MAX_PENALTY = 10**6

Scoping = Literal["part", "closed", "itself", "never"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a matching breaks a rule.

    Parameters
    ----------
    rule : str
        The rule's `kind`.
    text : Text
        What is broken, with ids only.
    amount : int
        By how much: students above a quota, pairs that should not be, ...
    students, mentors : tuple of ids
        Whom it concerns.
    soft : bool
        The rule has a penalty: the violation costs, but the matching stays feasible.
    """

    rule: str
    text: Text
    amount: int = 1
    students: tuple[Id, ...] = ()
    mentors: tuple[Id, ...] = ()
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a check looks at: a swap touches one student or two and two mentors, not the whole school."""

    students: Sequence[Id]
    mentors: Sequence[Id]


class Constraint(FrozenModel, ABC):
    """A rule. Its fields are its parameters, its TOML and its documentation.

    A subclass adds ``kind: Literal["..."] = "..."`` and answers `violations` and `describe`, plus `masks` or
    `rows` or both. `mentormatch.testing.check_constraint` runs the common suite on any rule.

    What is known about a rule stands on its class, and nowhere else; what follows holds for a rule that says nothing.

    Attributes
    ----------
    scoping : {"part", "closed", "itself", "never"}
        How `where` limits it to some students: it sees a market of these students only; it counts the choices of all
        others as closed, since it is about seats that all students share; it looks at `where` itself; or it cannot be
        limited.
    public : bool
        Its reasons may stand in the public edition: they cannot tell of care, of vetoes or of wishes about a person.
    about_two : bool
        It says which two people must not be paired. So it holds in every role, not only the primary one.
    spans_schools : bool
        At a mentor whom schools share it is about the students of all of them, so schools have it together or not.
    stability : bool
        It compares the matching with others: no pair blocks it, no vote goes against it. It forbids no swap of itself,
        so whether a blocking pair is justified is asked of the other rules.
    price : int or None
        What a repair pays to give the rule up for one student, where nobody wrote a price list; None keeps the rule.
    given_up : Text or None
        That repair in words, with ``{n}`` for the number of students.
    formerly : tuple of str
        Kinds that it had before: a rules file may still use them, and is told.
    """

    scoping: ClassVar[Scoping] = "part"
    public: ClassVar[bool] = False
    about_two: ClassVar[bool] = False
    spans_schools: ClassVar[bool] = False
    stability: ClassVar[bool] = False
    price: ClassVar[int | None] = None
    given_up: ClassVar[Text | None] = None
    formerly: ClassVar[tuple[str, ...]] = ()
    is_part_of_rules: ClassVar[bool] = True

    kind: str
    where: Annotated[
        Where,
        said(
            '只对这些学生适用:按学生属性写取值,如 { grade = "八年级" };也可直接写 grades、stages、classes',
            "only for these students: values by student attribute; grades, stages and classes may be written instead",
            "默认所有学生",
            "everybody",
        ),
    ] = ()
    _elsewhere: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _short_scope(cls, value: Any) -> Any:
        return with_short_scope(value, cls.model_fields)

    @property
    def subject(self) -> tuple[object, ...]:
        """What the rule is about: a written rule replaces the default rules of its subject."""
        return (self.kind,)

    @property
    def original(self) -> "Constraint":
        """The rule itself, or the one that it wraps: its class knows the rule."""
        return self

    @property
    def local(self) -> bool:
        """Each violation depends on the pairs of one student or of one mentor only; else a scope may not suffice."""
        return True

    @property
    def asks_for_placement_pairs(self) -> bool:
        """Whether `without` must name removed pairs that nobody listed, too: a market may have very many."""
        return False

    @property
    def asks_for_caps(self) -> bool:
        """Whether `knowing_caps` must tell the rule of the hard rows that the other rules write."""
        return False

    def knowing_caps(self, rows: Sequence[Rows]) -> Self:
        """Return the rule knowing the hard rows of the other rules; most do not care."""
        return self

    @property
    def has_scope(self) -> bool:
        """Whether the rule is for some students only."""
        return bool(self.where or self._elsewhere)

    def except_where(self, scopes: Sequence[tuple[tuple[str, tuple[str, ...]], ...]]) -> Self:
        """Return the rule without the students of other rules' scopes."""
        return self._knowing(_elsewhere=(*self._elsewhere, *scopes))

    def in_scope(self, attributes: Mapping[str, Attribute], num_students: int) -> BoolArray:
        """Return which students the rule is for, bool of shape (n,); `RulesError` for what they do not have."""
        found = in_scope(attributes, self.where, num_students, self.kind)
        for other in self._elsewhere:
            found &= ~in_scope(attributes, other, num_students, self.kind)
        return found

    def must_place(self, market: Market) -> IntArray:
        """Return the students whom the rule wants placed, ascending; most rules want nobody placed."""
        return np.zeros(0, np.int64)

    def covers(self, student_id: Id) -> bool:
        """Tell whether the rule is for a student, once it is bound."""
        return True

    def may_be_told(self, market: Market) -> bool:
        """Tell whether the rule's reasons may stand in the public edition: a public rule that reads no secret."""
        scopes = [entries_of_scope(self.where), *self._elsewhere]
        read = (*student_attributes_of(self), *(name for scope in scopes for name, _ in scope))
        return self.original.public and not any(is_confidential(market, name) for name in read)

    @property
    def on_its_day(self) -> Self:
        """The rule with what holds on its day; most rules know no days."""
        return self

    def bind(self, market: Market) -> Self:
        """Return the rule ready for this market, with what its parameters name as the market has it.

        Raises
        ------
        RulesError
            For people, attributes or values that a parameter names (`mentormatch.constraints.naming.Names`) and that
            the market does not have, and for what `check` refuses.
        """
        bound = look_up(self.on_its_day, market, self.kind)
        bound.check(market)
        return bound

    def check(self, market: Market) -> None:
        """Raise `RulesError` for a market in which the rule makes no sense; what it names is there already."""

    def facts(self, market: Market) -> Mapping[str, BoolArray]:
        """Return facts about pairs that other rules must know, by the name of a pair attribute, bool of shape (m,).

        `Problem` adds them to its market once all rules are bound. ``barred`` is known to continuity and consent: such
        a pair ends, whatever else would keep it. Most rules have none.
        """
        return {}

    def without(self, closed: AbstractSet[int]) -> Self:
        """Return the rule knowing the choice pairs that some rule of the problem removes; most do not care."""
        return self

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the pairs that do not exist under this rule, with the reason."""
        return ()

    def rows(self, market: Market) -> tuple[RowPart, ...]:
        """Return what the rule asks of the matched pairs together."""
        return ()

    @abstractmethod
    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every way in which a matching breaks the rule, written from its meaning and never from `rows`.

        Parameters
        ----------
        market : Market
        pairs : Pairs
            A `Matching` or anything that answers who is paired with whom.
        scope : Scope, optional
            Look only at these students and mentors; None looks at everybody.
        """

    @abstractmethod
    def describe(self) -> Text:
        """Say the rule with its parameters in the user's words."""


def everyone(market: Market, scope: Scope | None) -> Scope:
    """Return the scope, or the whole market where there is none."""
    return Scope(market.student_ids, market.mentor_ids) if scope is None else scope
