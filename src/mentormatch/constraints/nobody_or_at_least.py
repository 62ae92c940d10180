"""Nobody, or at least so many: a mentor who takes students at all takes enough of them."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import model_validator

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.per_mentor import PerMentor, by_index, number_for, numbers
from mentormatch.formulation.rows import Teams, grouped_rows
from mentormatch.market.market import MAX_QUOTA, Market
from mentormatch.market.matching import Pairs


class NobodyOrAtLeast(Constraint):
    """A mentor takes no student, or at least `lower`: a lower quota that lets a mentor close.

    The lower quotas of the rule `quotas` bind everybody; these only bind mentors who take somebody. They are the lower
    quotas with closures of Biro, Fleiner, Irving and Manlove (2010).
    """

    kind: Literal["nobody_or_at_least"] = "nobody_or_at_least"
    lower: Annotated[
        PerMentor,
        said(
            "带学生时的下限:一个数,或按导师工号",
            "the fewest students of a mentor who takes any: one number, or one for each mentor id",
            "没有默认值:由学校决定",
            "none: the school decides",
        ),
    ]

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for number in numbers(self.lower):
            if not 2 <= number <= MAX_QUOTA:
                raise refused(
                    self.kind,
                    f"lower 应在 2 与 {MAX_QUOTA} 之间,现为 {number};1 什么也不要求。",
                    f"'lower' must be between 2 and {MAX_QUOTA}; got {number}. One asks for nothing.",
                )
        return self

    def check(self, market: Market) -> None:
        """Refuse unknown mentors, and more than a mentor has seats."""
        if isinstance(self.lower, tuple):
            lower = by_index(market, self.lower, default=0)
            above = np.flatnonzero((lower > market.mentor_upper) & (market.mentor_upper > 0))
            if len(above):
                j = int(above[0])
                raise refused(
                    self.kind,
                    f"导师 {market.mentor_ids[j]} 只有 {market.mentor_upper[j]} 个名额,不可能至少带 {lower[j]} 名。",
                    f"mentor {market.mentor_ids[j]!r} has {market.mentor_upper[j]} seats and cannot take at least "
                    f"{lower[j]}.",
                )

    def rows(self, market: Market) -> tuple[Teams, ...]:
        """Return a team for each mentor that is bounded: closed, or with enough students."""
        lower = by_index(market, self.lower, default=0)
        bounded = np.flatnonzero(lower > 0)
        position = np.full(market.num_mentors, -1, np.int64)
        position[bounded] = np.arange(len(bounded))
        at = np.flatnonzero(position[market.mentor] >= 0)
        row = position[market.mentor[at]]
        rows = grouped_rows(
            self.kind,
            at,
            row,
            lower=lower[bounded],
            upper=np.maximum(lower[bounded], np.bincount(row, minlength=len(bounded))),
            label=lambda r: _label(market.mentor_ids[bounded[r]], int(lower[bounded[r]])),
        )
        return (Teams(rows, np.arange(len(bounded))),) if len(bounded) else ()

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every mentor with some students, and fewer than enough."""
        found = []
        for mentor_id in everyone(market, scope).mentors:
            least, has = number_for(self.lower, mentor_id) or 0, len(pairs.students_of(mentor_id))
            if 0 < has < least:
                label = _label(mentor_id, least)
                text = Text(zh=f"{label.zh[:-1]},实有 {has} 名。", en=f"{label.en[:-1]}; it has {has}.")
                found.append(Violation(self.kind, text, least - has, mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        if isinstance(self.lower, int):
            return Text(
                zh=f"导师要么不带学生,要么至少带 {self.lower} 名。",
                en=f"A mentor takes no student, or at least {self.lower}.",
            )
        return Text(
            zh=f"{len(self.lower)} 名导师要么不带学生,要么至少带若干名。",
            en=f"{len(self.lower)} mentors take no student, or at least a number of them.",
        )


def _label(mentor_id: object, least: int) -> Text:
    return Text(
        zh=f"导师 {mentor_id} 不带学生,或至少带 {least} 名。",
        en=f"Mentor {mentor_id} takes no student, or at least {least}.",
    )
