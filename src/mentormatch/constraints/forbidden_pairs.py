"""Forbidden pairs: pairs that the school rules out."""

from typing import Literal, Self

import numpy as np

from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_entry import broken_entries, check_entries, in_force
from mentormatch.constraints.shared_parameters import MatchingDay, NamedPairs
from mentormatch.formulation.rows import Mask
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs


class ForbiddenPairs(Constraint):
    """None of these pairs is made.

    With the day of the matching in `on`, entries that expired before it do not bind. The reasons stay in the rules:
    what an explanation tells is only that the school ruled the pair out.
    """

    kind: Literal["forbidden_pairs"] = "forbidden_pairs"
    about_two = True
    price = 10
    given_up = Text(zh="对 {n} 名学生放开不得结对的规定", en="lift ruled-out pairs of {n} student(s)")
    pairs: NamedPairs
    on: MatchingDay = None

    @property
    def on_its_day(self) -> Self:
        """The rule with the entries that have not expired."""
        return self.model_copy(update={"pairs": in_force(self.pairs, self.on)})

    def check(self, market: Market) -> None:
        """Refuse unknown ids and pairs that stand twice."""
        check_entries(in_force(self.pairs, self.on), self.kind)

    def masks(self, market: Market) -> tuple[Mask, ...]:
        """Return the forbidden pairs that are candidates."""
        found = (market.pair_index(entry.student, entry.mentor) for entry in in_force(self.pairs, self.on))
        at = np.array(sorted(pair for pair in found if pair is not None), np.int64)
        return (Mask(self.kind, at, Text(zh="学校规定不得结对。", en="The school has ruled this pair out.")),)

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every forbidden pair that is made."""
        return broken_entries(
            self.kind,
            in_force(self.pairs, self.on),
            pairs,
            everyone(market, scope).students,
            wanted=False,
            tell=lambda entry: Text(
                zh=f"不得结对的一对:学生 {entry.student}、导师 {entry.mentor}。",
                en=f"The forbidden pair of student {entry.student} and mentor {entry.mentor} is made.",
            ),
        )

    def describe(self) -> Text:
        """Say the rule."""
        number = len(in_force(self.pairs, self.on))
        return Text(zh=f"学校规定 {number} 对师生不得结对。", en=f"{number} pair(s) are ruled out by the school.")
