"""A rule of every school, in the joint market: each school's own, in its own part, and nothing beyond it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation
from mentormatch.district.part import Part
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Label, Mask, Rows, Teams
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, TeamTerm
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs
from mentormatch.problem.result import Reason
from mentormatch.problem.taken import not_taken

JOINED: Kinds = frozenset({Rows, Teams, LinearTerm, ConvexTerm, BottleneckTerm, TeamTerm})
"""What can be said of each school by itself and put side by side."""


class JointRule(Constraint):
    """The same rule of several schools, each bound to its own school.

    A school's rule sees its own people by their own ids and classes, so that class 7.1 of one school has nothing to do
    with class 7.1 of another.
    """

    kind: str
    parts: tuple[Any, ...] = Field(repr=False, description="Tuples of a `Part` and its rule.")

    @property
    def local(self) -> bool:
        """Whether every school's rule is."""
        return all(rule.local for _, rule in self.parts)

    @property
    def original(self) -> Constraint:
        """The first school's rule: all are of one class."""
        first: Constraint = self.parts[0][1]
        return first.original

    @property
    def stage(self) -> str | None:
        """The stage that counts a soft rule."""
        found: str | None = getattr(self.parts[0][1], "stage", None)
        return found

    @property
    def penalty(self) -> int | None:
        """The penalty of a soft rule."""
        found: int | None = getattr(self.parts[0][1], "penalty", None)
        return found

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the pairs that each school's rule removes; those of one reason together."""
        found: dict[tuple[str, str], list[Any]] = defaultdict(list)
        reasons: dict[tuple[str, str], Text] = {}
        for part, rule in self.parts:
            for mask in part.problem.masks_of(rule):
                key = (mask.reason.zh, mask.reason.en)
                reasons[key] = mask.reason
                found[key].append(part.pairs[mask.pairs])
        return tuple(Mask(self.kind, np.concatenate(pairs), reasons[key]) for key, pairs in found.items())

    def rows(self, market: Market) -> tuple[Rows | Teams, ...]:
        """Return the rows of all schools; the blocks of one place in the rule as one block.

        Raises
        ------
        UnsupportedError
            When the rule asks for something that is not rows or teams, such as stability.
        """
        blocks: dict[Any, list[tuple[Part, Rows]]] = defaultdict(list)
        teams: list[Teams] = []
        for part, rule in self.parts:
            asked = part.problem.parts_of(rule)
            beyond = not_taken(JOINED, asked)
            if beyond:
                raise not_joint(self.kind, beyond)
            for place, written in enumerate(asked):
                if isinstance(written, Rows):
                    alike = (
                        *(written.rule, written.penalty, written.stage, written.confidential, written.coeffs is None),
                        *(written.students is None, written.mentors is None),
                    )
                    blocks[place, alike].append((part, written))
                elif isinstance(written, Teams):
                    teams.append(joint_teams(part, written, market))
        return (*(joined(block, market) for block in blocks.values()), *teams)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return what each school's rule finds in its own part."""
        found: list[Violation] = []
        for part, rule in self.parts:
            own = part.scope(scope)
            if own is None or own.students or own.mentors:
                broken = rule.violations(part.problem.market, part.view(pairs), own)
                found += [part.joint_violation(violation) for violation in broken]
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule as the first school says it."""
        text: Text = self.parts[0][1].describe()
        return text


def not_joint(kind: str, beyond: Sequence[Reason] = ()) -> UnsupportedError:
    """Return the error for a rule or a stage that several schools cannot have together, and why."""
    return UnsupportedError(
        Text(
            zh=f"规则或目标“{kind}”不能对多所学校合并求解。" + "".join(reason.text.zh for reason in beyond),
            en=" ".join(
                [
                    f"The rule or stage '{kind}' cannot be solved for several schools together.",
                    *(reason.text.en for reason in beyond),
                ]
            ),
        )
    )


def joint_teams(part: Part, teams: Teams, market: Market) -> Teams:
    """Return the teams of a school over the joint market."""
    return replace(teams, rows=joined([(part, teams.rows)], market))


def joined(blocks: Sequence[tuple[Part, Rows]], market: Market) -> Rows:
    """Return blocks of several schools as one block over the joint market."""
    first = np.cumsum([0, *(len(rows) for _, rows in blocks)])

    def label(i: int) -> Text:
        at = int(np.searchsorted(first, i, side="right")) - 1
        part, rows = blocks[at]
        own: Label = rows.label
        return part.told(own(i - int(first[at])))

    offset = np.cumsum([0, *(len(rows.pairs) for _, rows in blocks)])
    one = blocks[0][1]
    students = [part.joint_students(market)[rows.students] for part, rows in blocks if rows.students is not None]
    mentors = [part.joint_mentors(market)[rows.mentors] for part, rows in blocks if rows.mentors is not None]
    return Rows(
        rule=one.rule,
        start=np.concatenate([[0], *(rows.start[1:] + offset[at] for at, (_, rows) in enumerate(blocks))]),
        pairs=np.concatenate([part.pairs[rows.pairs] for part, rows in blocks]),
        lower=np.concatenate([rows.lower for _, rows in blocks]),
        upper=np.concatenate([rows.upper for _, rows in blocks]),
        label=label,
        coeffs=None
        if one.coeffs is None
        else np.concatenate([rows.coeffs for _, rows in blocks if rows.coeffs is not None]),
        penalty=one.penalty,
        stage=one.stage,
        confidential=one.confidential,
        students=np.concatenate(students) if students else None,
        mentors=np.concatenate(mentors) if mentors else None,
    )
