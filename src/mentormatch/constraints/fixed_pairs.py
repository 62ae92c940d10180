"""Fixed pairs: pairs that the school has settled."""

from collections import Counter
from typing import Literal, Self

import numpy as np

from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_entry import broken_entries, check_candidates, check_entries, in_force
from mentormatch.constraints.shared_parameters import MatchingDay, NamedPairs
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs


class FixedPairs(Constraint):
    """Each of these pairs is made.

    With the day of the matching in `on`, entries that expired before it do not bind.
    """

    kind: Literal["fixed_pairs"] = "fixed_pairs"
    price = 10
    given_up = Text(zh="放开 {n} 名学生的指定结对", en="give up the fixed pairs of {n} student(s)")
    pairs: NamedPairs
    on: MatchingDay = None

    @property
    def on_its_day(self) -> Self:
        """The rule with the entries that have not expired."""
        return self.model_copy(update={"pairs": in_force(self.pairs, self.on)})

    def check(self, market: Market) -> None:
        """Refuse unknown ids, pairs that are no candidates, and more pairs than a student or mentor can take."""
        entries = in_force(self.pairs, self.on)
        check_entries(entries, self.kind)
        check_candidates(market, entries, self.kind)
        for student_id, number in Counter(entry.student for entry in entries).items():
            quota = int(market.student_quota[market.student_index(student_id)])
            if number > quota:
                raise refused(
                    self.kind,
                    f"为学生 {student_id} 指定了 {number} 名导师,至多 {quota} 名。",
                    f"{number} mentors are fixed for student {student_id!r}, who takes at most {quota}.",
                )
        for mentor_id, number in Counter(entry.mentor for entry in entries).items():
            upper = int(market.mentor_upper[market.mentor_index(mentor_id)])
            if number > upper:
                raise refused(
                    self.kind,
                    f"为导师 {mentor_id} 指定了 {number} 名学生,带生上限为 {upper} 名。",
                    f"{number} students are fixed for mentor {mentor_id!r}, whose upper quota is {upper}.",
                )

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each pair."""
        entries = in_force(self.pairs, self.on)
        at = [market.pair_index(entry.student, entry.mentor) for entry in entries]
        ones = np.ones(len(entries), np.int64)
        return (
            Rows(
                rule=self.kind,
                start=np.arange(len(entries) + 1),
                pairs=np.array(at, np.int64),
                students=np.array([market.student_index(entry.student) for entry in entries], np.int64),
                lower=ones,
                upper=ones,
                label=lambda r: Text(
                    zh=f"学校指定学生 {entries[r].student} 由导师 {entries[r].mentor} 带。",
                    en=f"The school fixed student {entries[r].student} with mentor {entries[r].mentor}.",
                ),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every fixed pair that is missing."""
        return broken_entries(
            self.kind,
            in_force(self.pairs, self.on),
            pairs,
            everyone(market, scope).students,
            wanted=True,
            tell=lambda entry: Text(
                zh=f"指定的一对未实现:学生 {entry.student}、导师 {entry.mentor}。",
                en=f"The fixed pair of student {entry.student} and mentor {entry.mentor} is missing.",
            ),
        )

    def describe(self) -> Text:
        """Say the rule."""
        number = len(in_force(self.pairs, self.on))
        return Text(zh=f"学校指定的 {number} 对师生结对。", en=f"{number} pair(s) are fixed by the school.")
