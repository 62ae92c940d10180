"""Explanations as data: statements with the facts that they rest on, so that anybody can check them again.

What says something about a pupil never names another one: others appear as numbers, tiers and lottery positions.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mentormatch.base.edition import EditionName
from mentormatch.base.text import Language, Text

Id = Hashable
Fact = int | str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that an explanation says.

    Parameters
    ----------
    code : str
        What kind of statement it is, for programs; the list is in `mentormatch.explain.why`.
    text : Text
    mentor : id or None
        The mentor that it speaks of.
    rank : int
        The rank that the student gives to that mentor; 0 where it did not list it or the statement is of no choice.
    facts : mapping of str to int, str or None
        The numbers and names in the text.
    """

    code: str
    text: Text
    mentor: Id | None = None
    rank: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        return {
            "code": self.code,
            "mentor": self.mentor,
            "rank": self.rank,
            **self.text.as_data(),
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class StudentExplanation:
    """Why a student has what it has.

    Parameters
    ----------
    student : id
    has : tuple of Statement
        One for each mentor of the student, why it has it; one that says so where it has none.
    choices : tuple of Statement
        One for each mentor that it listed, best first: obtained, not needed, or the reason it was not met.
    before : tuple of Statement
        One for each mentor of last term, or of round one, that it has no longer.
    left : Statement or None
        For a student that the school placed: what was left to choose from.
    points : tuple of Statement
        What a stage counted for the mentors that it has, point by point. Those with the fact ``confidential`` are for
        staff: nothing here tells them unless it is asked to.
    """

    student: Id
    has: tuple[Statement, ...]
    choices: tuple[Statement, ...] = ()
    before: tuple[Statement, ...] = ()
    left: Statement | None = None
    points: tuple[Statement, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that everybody may read, in the order in which they are told."""
        return self.told()

    def told(self, *, staff: bool = False) -> tuple[Statement, ...]:
        """Return the statements in the order in which they are told, to staff the confidential ones, too."""
        points = tuple(statement for statement in self.points if staff or not statement.facts.get("confidential"))
        return (*self.has, *points, *self.choices, *self.before, *(() if self.left is None else (self.left,)))

    def lines(self, lang: Language, *, staff: bool = False) -> list[str]:
        """Return the explanation in words, a statement a line."""
        return [statement.text.in_language(lang) for statement in self.told(staff=staff)]

    def as_data(self, *, staff: bool = False) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        points = [statement for statement in self.points if staff or not statement.facts.get("confidential")]
        return {
            "student": self.student,
            "has": [statement.as_data() for statement in self.has],
            "points": [statement.as_data() for statement in points],
            "choices": [statement.as_data() for statement in self.choices],
            "before": [statement.as_data() for statement in self.before],
            "left": None if self.left is None else self.left.as_data(),
        }


@dataclass(frozen=True, slots=True)
class MentorExplanation:
    """What became of a mentor's seats.

    Parameters
    ----------
    mentor : id
    statements : tuple of Statement
        Seats, who chose it, how they came, the cut-off, caps that bind.
    """

    mentor: Id
    statements: tuple[Statement, ...]

    def lines(self, lang: Language) -> list[str]:
        """Return the explanation in words, a statement a line."""
        return [statement.text.in_language(lang) for statement in self.statements]

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        return {"mentor": self.mentor, "statements": [statement.as_data() for statement in self.statements]}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a repair does.

    Parameters
    ----------
    kind : {"seat", "cap", "lower", "relax", "hire"}
        More seats at a mentor; a cap raised at a mentor; a lower quota lowered; a rule given up for a student; a
        mentor taken on.
    amount : int
        Seats, or how many.
    price : int
        In all.
    mentor, student : id or None
        Whom it concerns.
    rule : str or None
        The kind of the rule that gives way.
    classes : tuple of str
        Of a hire: the classes that it teaches; empty for a mentor that anybody may go to.
    """

    kind: str
    amount: int
    price: int
    mentor: Id | None = None
    student: Id | None = None
    rule: str | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """What makes an infeasible problem feasible.

    Parameters
    ----------
    cost : int
        By the price list.
    actions : tuple of Action
    text : Text
        The same in words, without names.
    proven : bool
        No repair within the price list, and within what this one was asked to leave alone, costs less.
    """

    cost: int
    actions: tuple[Action, ...]
    text: Text
    proven: bool = True

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        actions = [
            {
                name: value
                for name in ("kind", "amount", "price", "mentor", "student", "rule")
                if (value := getattr(action, name)) is not None
            }
            | ({"classes": list(action.classes)} if action.classes else {})
            for action in self.actions
        ]
        return {
            "cost": self.cost,
            "proven": self.proven,
            **self.text.as_data(),
            "actions": actions,
        }


@dataclass(frozen=True, slots=True)
class Explainer:
    """How a result is explained: functions of a result and of ids, each from a layer above it.

    Parameters
    ----------
    student : callable
        ``student(result, student_id)`` returns a `StudentExplanation`.
    mentor : callable
        ``mentor(result, mentor_id)`` returns a `MentorExplanation`.
    pair : callable
        ``pair(result, student_id, mentor_id)`` returns the `Statement` on one pair.
    repairs : callable
        ``repairs(result)`` returns what would make an infeasible problem fit.
    in_edition : callable
        ``in_edition(result, edition)`` returns the result as an edition may tell it.
    """

    student: Callable[[Any, Id], StudentExplanation]
    mentor: Callable[[Any, Id], MentorExplanation]
    pair: Callable[[Any, Id, Id], Statement]
    repairs: Callable[[Any], tuple[Repair, ...]]
    in_edition: Callable[[Any, EditionName], Any]
