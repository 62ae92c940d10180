"""A rule that is given up for some students or pairs: what a repair or a "what if" turns it into, to be checked."""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field, PrivateAttr

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import COMMA, Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.constraints.rule_id import RuleId
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Mask, Rows
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs


class Concession(Constraint):
    """Another rule, but for some students or pairs, and but for higher caps at some mentors.

    Rows that speak of an excused student (`Rows.students`), masks on its pairs, and violations that name nobody but
    excused students are dropped; so are masks on an excused pair and violations that name no more than the two. The
    bounds of rows that speak of a mentor (`Rows.mentors`) move by `raised` and `lowered`. What is soft stays: it binds
    nobody, so there is nothing to give up.
    """

    kind: Literal["concession"] = "concession"
    rule: Constraint = Field(description="The rule that is given up in part.")
    students: tuple[RuleId, ...] = Field(default=(), description="Students that it does not bind.")
    pairs: tuple[tuple[RuleId, RuleId], ...] = Field(default=(), description="Pairs that it does not bind.")
    raised: tuple[tuple[RuleId, int], ...] = Field(default=(), description="Mentors, and by how much caps are raised.")
    lowered: tuple[tuple[RuleId, int], ...] = Field(
        default=(), description="Mentors, and by how much floors are lowered."
    )
    _excused: AbstractSet[object] = PrivateAttr(default=frozenset())

    @property
    def stage(self) -> str | None:
        """The stage that counts a soft rule."""
        found: str | None = getattr(self.rule, "stage", None)
        return found

    @property
    def penalty(self) -> int | None:
        """The penalty of a soft rule."""
        found: int | None = getattr(self.rule, "penalty", None)
        return found

    @property
    def local(self) -> bool:
        """As the rule itself."""
        return self.rule.local

    @property
    def original(self) -> Constraint:
        """The rule that is given up in part."""
        return self.rule.original

    def bind(self, market: Market) -> Self:
        """Bind the rule."""
        return self._knowing(_excused=frozenset(self.students)).model_copy(update={"rule": self.rule.bind(market)})

    def without(self, closed: AbstractSet[int]) -> Self:
        """Hand the closed pairs on."""
        return self.model_copy(update={"rule": self.rule.without(closed)})

    def facts(self, market: Market) -> Mapping[str, BoolArray]:
        """Return the rule's facts without excused pairs and the pairs of excused students."""
        bound = ~self._excused_pairs(market)
        return {name: values & bound for name, values in self.rule.facts(market).items()}

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the rule's masks without excused pairs and the pairs of excused students."""
        excused = self._excused_pairs(market)
        return tuple(Mask(mask.rule, mask.pairs[~excused[mask.pairs]], mask.reason) for mask in self.rule.masks(market))

    def rows(self, market: Market) -> tuple[RowPart, ...]:
        """Return the rule's rows, changed."""
        return tuple(self._changed(market, part) if isinstance(part, Rows) else part for part in self.rule.rows(market))

    def _changed(self, market: Market, rows: Rows) -> Rows:
        """Return a block without the rows of excused students, and with the bounds of mentors moved."""
        if rows.stage is not None:
            # A soft row binds nobody: what it costs stays what it is.
            return rows
        if rows.students is not None:
            # What asks something of a student, or bars it, is given up; how many mentors a student takes is not.
            binds = (rows.lower > 0) | (rows.upper <= 0)
            return rows.some(np.flatnonzero(~(binds & self._flags(market)[rows.students])))
        if rows.mentors is None:
            return rows
        raised, lowered = (np.zeros(market.num_mentors, np.int64) for _ in range(2))
        for by, moved in ((raised, self.raised), (lowered, self.lowered)):
            for mentor_id, amount in moved:
                by[market.mentor_index(mentor_id)] = amount
        lower = np.where(rows.lower > 0, np.maximum(rows.lower - lowered[rows.mentors], 0), rows.lower)
        return replace(rows, lower=lower, upper=rows.upper + raised[rows.mentors])

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return the rule's violations beyond what is given up."""
        moved = Counter(dict(self.lowered)) | Counter(dict(self.raised))
        alone = {((student_id,), (mentor_id,)) for student_id, mentor_id in self.pairs}
        found = []
        for violation in self.rule.violations(market, pairs, scope):
            if violation.soft:
                found.append(violation)
                continue
            if violation.students and set(violation.students) <= self._excused:
                continue
            if (violation.students, violation.mentors) in alone:
                continue
            more = moved.get(violation.mentors[0], 0) if len(violation.mentors) == 1 else 0
            if 0 < violation.amount <= more:
                continue
            found.append(violation)
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule and how much of it is given up."""
        said = self.rule.describe()
        parts = [
            words.format(n=len(named))
            for words, named in (
                (Text("{n} 名学生除外", "except for {n} student(s)"), self.students),
                (Text("{n} 对师生除外", "except for {n} pair(s)"), self.pairs),
                (Text("{n} 名导师的上限提高", "with higher caps at {n} mentor(s)"), self.raised),
                (Text("{n} 名导师的下限降低", "with lower floors at {n} mentor(s)"), self.lowered),
            )
            if named
        ]
        changed = COMMA.join(parts or [Text("不变", "unchanged")])
        return said.clause + Text("({changed})。", " ({changed}).").format(changed=changed)

    def _excused_pairs(self, market: Market) -> BoolArray:
        excused = self._flags(market)[market.student]
        excused[[pair for ends in self.pairs if (pair := market.pair_index(*ends)) is not None]] = True
        return excused

    def _flags(self, market: Market) -> BoolArray:
        flags = np.zeros(market.num_students, bool)
        flags[[market.student_index(student_id) for student_id in self.students]] = True
        return flags
