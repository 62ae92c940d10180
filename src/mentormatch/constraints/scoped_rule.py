"""A rule for some students only: the same rule, in the part of the market that they make up."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Self, cast

import numpy as np
from pydantic import Field, PrivateAttr

from mentormatch.base.arrays import BoolArray, IntArray, group_starts
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.where import known_scope, scope_text
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Mask, Rows, Teams
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching, Pairs


@dataclass(frozen=True, eq=False)
class MarketPart:
    """Some students of a market, with all its mentors.

    Parameters
    ----------
    market : Market
        Of these students alone, under their own ids; the mentors and their quotas are those of the whole.
    pairs : int64 array of shape (m,)
        The position of each of its pairs in the whole.
    position : int64 array of shape (whole m,)
        The position in the part of each pair of the whole, -1 for a pair of somebody else.
    who : int64 array of shape (n,)
        The position of each of its students in the whole.
    students : frozenset of ids
    """

    market: Market
    pairs: IntArray
    position: IntArray
    who: IntArray
    students: frozenset[Id]

    @classmethod
    def of(cls, whole: Market, chosen: BoolArray) -> "MarketPart":
        """Return the part of some students, bool of shape (n,)."""
        pairs = np.flatnonzero(chosen[whole.student])
        position = np.full(whole.num_pairs, -1, np.int64)
        position[pairs] = np.arange(len(pairs))
        who = np.flatnonzero(chosen)
        student_ids = tuple(whole.student_ids[i] for i in who.tolist())
        market = Market(
            student_ids=student_ids,
            mentor_ids=whole.mentor_ids,
            student=np.searchsorted(who, whole.student[pairs]).astype(np.int32),
            mentor=whole.mentor[pairs],
            student_rank=whole.student_rank[pairs],
            mentor_rank=whole.mentor_rank[pairs],
            student_quota=whole.student_quota[who],
            mentor_lower=whole.mentor_lower,
            mentor_upper=whole.mentor_upper,
            student_attributes={name: _of(known, who) for name, known in whole.student_attributes.items()},
            mentor_attributes=whole.mentor_attributes,
            pair_attributes={name: values[pairs] for name, values in whole.pair_attributes.items()},
            bystanders=whole.bystanders,
        )
        return cls(market, pairs, position, who, frozenset(student_ids))

    def view(self, pairs: Pairs) -> Pairs:
        """Return a matching of the whole as it is in the part."""
        if isinstance(pairs, Matching) and len(pairs.chosen) == len(self.position):
            return Matching(self.market, np.flatnonzero(pairs.chosen[self.pairs]))
        return _View(self, pairs)


@dataclass(frozen=True)
class _View:
    part: MarketPart
    pairs: Pairs

    def mentors_of(self, student_id: Id) -> tuple[Id, ...]:
        return self.pairs.mentors_of(student_id)

    def students_of(self, mentor_id: Id) -> tuple[Id, ...]:
        return tuple(student for student in self.pairs.students_of(mentor_id) if student in self.part.students)


def _of(attribute: Attribute, who: IntArray) -> Attribute:
    """Return an attribute of some individuals with all its labels: a value that only others have is a value still."""
    owner = np.repeat(np.arange(len(attribute)), np.diff(attribute.start))
    kept = np.isin(owner, who)
    start = group_starts(np.searchsorted(who, owner[kept]), len(who))
    return replace(attribute, start=start, codes=attribute.codes[kept])


class ScopedRule(Constraint):
    """A rule that is for some students only.

    It is what `Problem` makes of a rule with `where`. A rule about pairs and students removes and asks nothing of the
    others; one that counts the students of a mentor counts these alone.
    """

    kind: str
    rule: Constraint = Field(description="The rule.")
    _part: MarketPart | None = PrivateAttr(default=None)
    _outside: AbstractSet[int] = PrivateAttr(default=frozenset())

    @property
    def part(self) -> MarketPart:
        """The part of the market that the rule sees, once it is bound."""
        return cast(MarketPart, self._part)

    @property
    def original(self) -> Constraint:
        """The rule: its class knows it."""
        return self.rule.original

    @property
    def subject(self) -> tuple[object, ...]:
        """What the rule is about."""
        return self.rule.subject

    @property
    def local(self) -> bool:
        """As the rule."""
        return self.rule.local

    @property
    def asks_for_placement_pairs(self) -> bool:
        """As the rule."""
        return self.rule.asks_for_placement_pairs

    @property
    def asks_for_caps(self) -> bool:
        """As the rule."""
        return self.rule.asks_for_caps

    def knowing_caps(self, rows: Sequence[Rows]) -> Self:
        """Hand the rows of the other rules on."""
        return self.model_copy(update={"rule": self.rule.knowing_caps(rows)})

    @property
    def penalty(self) -> int | None:
        """The penalty of a soft rule."""
        found: int | None = getattr(self.rule, "penalty", None)
        return found

    @property
    def stage(self) -> str | None:
        """The stage that counts a soft rule."""
        found: str | None = getattr(self.rule, "stage", None)
        return found

    def bind(self, market: Market) -> Self:
        """Return the rule bound to its part of a market.

        Raises
        ------
        RulesError
            For a scope that names what no student has, and where the rule does not fit its part.
        """
        part = MarketPart.of(market, self.in_scope(market.student_attributes, market.num_students))
        outside = frozenset(np.flatnonzero((part.position < 0) & market.is_choice).tolist())
        seen = part.market if self._in_part else market
        known = {"where": known_scope(market.student_attributes, self.where, self.kind), "rule": self.rule.bind(seen)}
        return self._knowing(_part=part, _outside=outside).model_copy(update=known)

    @property
    def _in_part(self) -> bool:
        return self.rule.scoping == "part"

    def covers(self, student_id: Id) -> bool:
        """Tell whether a student is among those that the rule is for."""
        return student_id in self.part.students and self.rule.covers(student_id)

    def may_be_told(self, market: Market) -> bool:
        """Tell whether the rule, and for whom it is, may be told in the public edition."""
        return super().may_be_told(market) and self.rule.may_be_told(market)

    def must_place(self, market: Market) -> IntArray:
        """Return whom the rule wants placed."""
        if not self._in_part:
            return self.rule.must_place(market)
        ids = self.part.market.student_ids
        return np.array([market.student_index(ids[i]) for i in self.rule.must_place(self.part.market)], np.int64)

    def without(self, closed: AbstractSet[int]) -> Self:
        """Hand the closed pairs on, and the choices of everybody else where the rule sees the whole market."""
        if self._in_part:
            own = self.part.position[sorted(closed)]
            told = self.rule.without(frozenset(own[own >= 0].tolist()))
        else:
            told = self.rule.without(frozenset(closed) | self._outside)
        return self.model_copy(update={"rule": told})

    def facts(self, market: Market) -> Mapping[str, BoolArray]:
        """Return the facts of its part."""
        if not self._in_part:
            return self.rule.facts(market)
        found = {}
        for name, values in self.rule.facts(self.part.market).items():
            found[name] = np.zeros(market.num_pairs, bool)
            found[name][self.part.pairs] = values
        return found

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the pairs that the rule removes in its part."""
        if not self._in_part:
            return self.rule.masks(market)
        return tuple(replace(mask, pairs=self.part.pairs[mask.pairs]) for mask in self.rule.masks(self._now(market)))

    def rows(self, market: Market) -> tuple[RowPart, ...]:
        """Return what the rule asks in its part."""
        if not self._in_part:
            return self.rule.rows(market)
        return tuple(self._whole(part) for part in self.rule.rows(self._now(market)))

    def _whole(self, part: RowPart) -> RowPart:
        if isinstance(part, Rows):
            return self._whole_rows(part)
        if isinstance(part, Teams):
            return replace(part, rows=self._whole_rows(part.rows))
        raise refused(
            self.kind,
            "不能只对部分学生适用(where)。",
            "it cannot be for some students only ('where').",
        )

    def _whole_rows(self, rows: Rows) -> Rows:
        students = None if rows.students is None else self.part.who[rows.students]
        return replace(rows, pairs=self.part.pairs[rows.pairs], students=students)

    def _now(self, market: Market) -> Market:
        """Return the part with the facts that the whole has got since the rule was bound."""
        facts = {name: values[self.part.pairs] for name, values in market.pair_attributes.items()}
        return self.part.market.replace(pair_attributes=facts)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return what is broken in its part."""
        if not self._in_part:
            return self.rule.violations(market, pairs, scope)
        if scope is not None:
            asked = everyone(market, scope)
            scope = Scope([s for s in asked.students if s in self.part.students], asked.mentors)
        return self.rule.violations(self._now(market), self.part.view(pairs), scope)

    def describe(self) -> Text:
        """Say the rule and for whom it is."""
        return said_with_scope(self.rule.describe(), self)


def unscoped(rule: Constraint) -> Constraint:
    """Return the rule that is for some students only, or the rule itself where it is for all."""
    return rule.rule if isinstance(rule, ScopedRule) else rule


def said_with_scope(said: Text, rule: Constraint) -> Text:
    """Return a rule's sentence with whom it is for."""
    if rule.where:
        return Text("仅对{who}的学生:{said}", "For students with {who}: {said}").format(
            who=scope_text(rule.where), said=said
        )
    return Text("对其余学生:{said}", "For the other students: {said}").format(said=said) if rule.has_scope else said


def scoped(rule: Constraint) -> Constraint:
    """Return a rule with a scope as a `ScopedRule`; any other as it is.

    Raises
    ------
    RulesError
        For a rule that cannot be for some students only.
    """
    if not rule.has_scope or rule.scoping == "itself" or isinstance(rule, ScopedRule):
        return rule
    if rule.scoping == "never":
        raise refused(
            rule.kind,
            "这条规则对全校适用,不能只对部分学生(where、grades、stages、classes)。",
            "the rule is for the whole school and cannot be for some students only ('where', 'grades', 'stages', "
            "'classes').",
            maybe=Text(zh='限制人数可用 kind = "type_quotas"。', en='kind = "type_quotas" bounds numbers of students.'),
        )
    plain = rule._knowing(_elsewhere=()).model_copy(update={"where": ()})  # noqa: SLF001  # a rule of ours
    made: Any = ScopedRule(kind=rule.kind, rule=plain, where=rule.where)
    return cast(Constraint, made.except_where(rule._elsewhere))  # noqa: SLF001
