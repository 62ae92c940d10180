"""Preferred pairs: pairs that the school would like to see, until a day."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import MAX_PENALTY, Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_entry import broken_entries, check_candidates, check_entries, in_force
from mentormatch.constraints.shared_parameters import MatchingDay, NamedPairs
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs


class PreferredPairs(Constraint):
    """Each of these pairs is made where possible: one that is not costs `penalty` in the stage `stage`.

    With the day of the matching in `on`, entries that expired before it do not count. Fixed pairs are made in any case.
    """

    kind: Literal["preferred_pairs"] = "preferred_pairs"
    pairs: NamedPairs
    on: MatchingDay = None
    penalty: Annotated[
        int,
        said("未实现一对的代价", "the price of a pair that is not made", "每一对同样重要", "all pairs weigh the same"),
    ] = Field(default=1, ge=1, le=MAX_PENALTY)
    stage: Annotated[
        str,
        said("由哪一级目标计入", "the stage that counts it", "可放宽规则的通用一级", "the usual stage of soft rules"),
    ] = Field(default="soft_rules", min_length=1)

    @property
    def on_its_day(self) -> Self:
        """The rule with the entries that have not expired."""
        return self.model_copy(update={"pairs": in_force(self.pairs, self.on)})

    def check(self, market: Market) -> None:
        """Refuse unknown ids, pairs that stand twice, and pairs that are no candidates."""
        entries = in_force(self.pairs, self.on)
        check_entries(entries, self.kind)
        check_candidates(market, entries, self.kind)

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a soft row for each pair."""
        entries = in_force(self.pairs, self.on)
        ones = np.ones(len(entries), np.int64)
        return (
            Rows(
                rule=self.kind,
                start=np.arange(len(entries) + 1),
                pairs=np.array([market.pair_index(entry.student, entry.mentor) for entry in entries], np.int64),
                students=np.array([market.student_index(entry.student) for entry in entries], np.int64),
                lower=ones,
                upper=ones,
                label=lambda r: Text(
                    zh=f"学校希望学生 {entries[r].student} 由导师 {entries[r].mentor} 带。",
                    en=f"The school would like student {entries[r].student} to be with mentor {entries[r].mentor}.",
                ),
                penalty=self.penalty,
                stage=self.stage,
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every preferred pair that is not made, all of them soft."""
        return broken_entries(
            self.kind,
            in_force(self.pairs, self.on),
            pairs,
            everyone(market, scope).students,
            wanted=True,
            tell=lambda entry: Text(
                zh=f"学校希望的一对未实现:学生 {entry.student}、导师 {entry.mentor}。",
                en=f"The preferred pair of student {entry.student} and mentor {entry.mentor} is not made.",
            ),
            soft=True,
        )

    def describe(self) -> Text:
        """Say the rule."""
        number = len(in_force(self.pairs, self.on))
        return Text(zh=f"学校希望的 {number} 对师生尽量结对。", en=f"{number} pair(s) are made where possible.")
